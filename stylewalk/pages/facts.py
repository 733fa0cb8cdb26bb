"""What a study is. Without pandas: the workflow makes it each time that it is parsed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stylewalk.trajectories.experiments import of_random


@dataclass(frozen=True)
class Study:
    """The head of a study: what was run, on what, with what.

    Args:
        run: name of the study.
        data: one sentence about the data, such as their source and number.
        procedural: whether the pictures were painted by the workflow itself.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
        seeds: seeds of the training runs.
        style_network: one sentence about the style network: architecture, weights, credit.
        versions: version of every package that matters, by its name.
        date: when the page was made, in words.
        with_beta: models that weigh a KL divergence.
        betas: the beta of each of them, ``calibrated`` where it is.
        metric: the style metric that is shown, by its name in the config.
        claims_metric: the style metric by which the claims of the report are weighed, if any.
        same: whether pictures are the same, in words: see :func:`stylewalk.data.variety.sameness`.
    """

    run: str
    data: str
    procedural: bool
    models: Sequence[str]
    classes: Sequence[str]
    experiments: Mapping[str, Mapping[str, Any]]
    seeds: Sequence[int]
    style_network: str
    versions: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    with_beta: Sequence[str] = ()
    betas: Mapping[str, float | str] = field(default_factory=dict)
    metric: str = ""
    claims_metric: str = ""
    same: str = ""

    @property
    def of_random(self) -> list[str]:
        """Names of the experiments of random pairs."""
        return of_random(self.experiments)
