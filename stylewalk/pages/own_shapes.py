"""Which verdicts on mean profiles are the study's own, beside those of its first metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stylewalk.catalogue.trajectories import NO_LABELS, NONE_PASSES
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import listing

Walk = tuple[str, str]  # model and experiment
# As :func:`stylewalk.trajectories.summaries.summarise_trajectories` has it.
_EXPLORES = " By any metric but the first, shapes explore (p by false discovery rate)."
_KEYS = ["model", "experiment", "class_a", "class_b"]


@dataclass(frozen=True)
class OwnShapes:
    """Verdicts over all trajectories of a model and an experiment.

    Attributes:
        verdicts: the study's own; those under its first metric where it has none.
        first: those under the first metric.
        metric: the name of that.
        metrics: those that pass the test of seeing style, on which the study's own rest.
        lack: why there are none of the study's own: NONE_PASSES or NO_LABELS; else empty.
    """

    verdicts: Mapping[Walk, str]
    first: Mapping[Walk, str]
    metric: str = ""
    metrics: Sequence[str] = ()
    lack: str = ""

    @property
    def by(self) -> str:
        """Whose the verdicts are: ``by gram_cosine, which sees style here``."""
        if self.metrics:
            return (
                f"by {listing(self.metrics)}, which see{'s' * (len(self.metrics) == 1)} style here"
            )
        return f"by {self.metric}" if self.metric else ""

    @property
    def by_first(self) -> str:
        """The first metric beside those: ``by gram, which is not shown to``."""
        passes = self.metric in self.metrics
        return f"by {self.metric}{' alone' if passes else ', which is not shown to'}"

    @property
    def other(self) -> dict[Walk, str]:
        """What the first metric says where the study's own verdict is another."""
        return {walk: name for walk, name in self.first.items() if name != self.verdicts[walk]}

    @property
    def note(self) -> str:
        """How a table of them is to be read."""
        if self.metrics:
            named = ", ".join(self.metrics)
            return (
                "The study's own verdict on a shape is that on which all metrics agree that pass "
                f"the test of seeing style on its pictures ({named}); else it depends on the "
                f"metric.{_EXPLORES * (set(self.metrics) != {self.metric})}"
            )
        reasons = {
            NONE_PASSES: "No metric passes the test of seeing style on these pictures",
            NO_LABELS: "There are no labels by which to try whether a metric sees style here",
        }
        if not self.lack:
            return ""
        return (
            f"{reasons[self.lack]}, so that no shape is the study's own: these are by "
            f"{self.metric}, its first metric."
        )


def read(study: Study, tables: Mapping[str, pd.DataFrame]) -> OwnShapes:
    """The verdicts of the models of the study; none without the table ``profile_shapes``.

    Args:
        study: the head of the study.
        tables: by name: ``profile_shapes``, of the first metric, and ``study_shapes``.
    """
    first = _pooled(study, tables.get("profile_shapes"))
    own = _pooled(study, tables.get("study_shapes"))
    table = tables.get("study_shapes")
    if table is None or table.empty:
        return OwnShapes(first, first, study.metric)
    metrics = table["metrics"].iloc[0].split(", ") if table["passed"].iloc[0] else []
    if not metrics:
        return OwnShapes(first, first, study.metric, lack=table["verdict"].iloc[0])
    # In the order of the study's first metric, and of its walks alone.
    return OwnShapes({w: own.get(w, v) for w, v in first.items()}, first, study.metric, metrics)


def _pooled(study: Study, table: pd.DataFrame | None) -> dict[Walk, str]:
    if table is None:
        return {}
    mine = table[(table["class_a"] == "all") & table["model"].isin(study.models)]
    return dict(
        zip(zip(mine["model"], mine["experiment"], strict=True), mine["verdict"], strict=True)
    )


def of_classes(study: Study, tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, ...], str]:
    """The study's own verdicts by model, experiment and classes.

    None where it has none, or its first metric alone decides them.
    """
    table = tables.get("study_shapes")
    if table is None:
        return {}
    mine = table[(table["passed"] > 0) & (table["metrics"] != study.metric)]
    keys = mine[_KEYS].itertuples(index=False, name=None)
    return dict(zip(keys, mine["verdict"], strict=True))
