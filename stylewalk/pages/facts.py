"""What a study is, and its results in one row per model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from stylewalk.latent_space.best_clustering import best_clusterings


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
    same: str = ""

    @property
    def of_random(self) -> list[str]:
        """Names of the experiments of random pairs."""
        return [name for name, about in self.experiments.items() if about["pairs"] == "random"]


@dataclass(frozen=True)
class Glance:
    """The results of one model: means over seeds, NaN or None where a table lacks them."""

    model: str
    reconstruction: float  # validation, mean squared error of pixels in 0 to 1
    first_share: float  # of the variance, 0 to 1, all classes together
    method: str | None  # the clustering with the largest mean silhouette
    k: int | None
    silhouette: float
    style_losses: Mapping[str, float]  # mean over steps and trajectories, by experiment
    verdicts: Mapping[str, str]  # on all trajectories of an experiment, by experiment


def mean_losses(profiles: pd.DataFrame) -> pd.DataFrame:
    """Trajectories and mean style loss behind each shape.

    Args:
        profiles: table STYLE_PROFILES.

    Returns:
        By model, experiment, class_a and class_b: ``n`` (trajectories of all seeds) and ``mean``
        (over steps, then over seeds).
    """
    keys = ["model", "experiment", "class_a", "class_b"]
    seeds = profiles.groupby([*keys, "seed"]).agg(n=("n", "first"), mean=("mean", "mean"))
    return seeds.groupby(keys).agg(n=("n", "sum"), mean=("mean", "mean"))


def glance(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Glance]:
    """One row per model.

    Args:
        study: the head of the study.
        tables: by name: ``losses`` (LOSSES), ``pca_variance``, ``silhouette``,
            ``style_profiles`` and ``profile_shapes``, each of all models and seeds.
    """
    losses = tables["losses"].query("split == 'validation' and term == 'reconstruction'")
    reconstruction = losses.groupby("model")["value"].mean()
    variance = tables["pca_variance"]
    first = variance[(variance["class"] == "all") & (variance["component"] == 1)]
    shares = first.groupby("model")["share"].mean()
    best = best_clusterings(tables["silhouette"])
    best = best.sort_values("score", ascending=False, kind="stable").drop_duplicates("model")
    clusters = best.set_index("model").to_dict("index")
    shapes = tables["profile_shapes"]
    pooled = shapes[shapes["class_a"] == "all"]
    style = mean_losses(tables["style_profiles"])["mean"]
    rows = []
    for model in study.models:
        mine = pooled[pooled["model"] == model].set_index("experiment")
        cluster = clusters.get(model, {"method": None, "k": None, "score": np.nan})
        rows.append(
            Glance(
                model,
                float(reconstruction.get(model, np.nan)),
                float(shares.get(model, np.nan)),
                cluster["method"],
                cluster["k"],
                float(cluster["score"]),
                {name: float(style.loc[model, name, "all", "all"]) for name in mine.index},
                mine["verdict"].to_dict(),
            )
        )
    return rows
