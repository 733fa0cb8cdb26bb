"""The results of a study in one row per model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.pages import baselines, own_shapes
from stylewalk.pages.facts import Study


@dataclass(frozen=True)
class Glance:
    """The results of one model: means over seeds, NaN or None where a table lacks them."""

    model: str
    reconstruction: float  # validation, mean squared error of pixels in 0 to 1
    over_pca: float  # error from the mean of a posterior, over PCA's with as many dimensions
    effective: float  # participation ratio of the latents, mean over seeds
    first_share: float  # of the variance, 0 to 1, all classes together
    method: str | None  # the clustering with the largest mean silhouette
    k: int | None
    silhouette: float
    style_losses: Mapping[str, float]  # mean over steps and trajectories, by experiment
    verdicts: Mapping[str, str]  # on all trajectories, by experiment: the study's own if it has any
    beside: Mapping[str, str]  # by the first metric, where that says something else


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
            ``style_profiles`` and ``profile_shapes``, each of all models and seeds; where they are
            there, ``study_shapes``, ``reconstruction`` and ``posterior_use``.
    """
    losses = tables["losses"].query("split == 'validation' and term == 'reconstruction'")
    reconstruction = losses.groupby("model")["value"].mean()
    variance = tables["pca_variance"]
    first = variance[(variance["class"] == "all") & (variance["component"] == 1)]
    shares = first.groupby("model")["share"].mean()
    best = best_clusterings(tables["silhouette"])
    best = best.sort_values("score", ascending=False, kind="stable").drop_duplicates("model")
    clusters = best.set_index("model").to_dict("index")
    own = own_shapes.read(study, tables)
    style = mean_losses(tables["style_profiles"])["mean"]
    over_pca = baselines.over_pca(tables)["over_pca"]
    effective = pd.Series(dtype=float)
    if "posterior_use" in tables:
        effective = tables["posterior_use"].groupby("model")["effective"].mean()
    rows = []
    for model in study.models:
        verdicts, beside = (
            {experiment: verdict for (name, experiment), verdict in of.items() if name == model}
            for of in (own.verdicts, own.other)
        )
        cluster = clusters.get(model, {"method": None, "k": None, "score": np.nan})
        rows.append(
            Glance(
                model,
                float(reconstruction.get(model, np.nan)),
                float(over_pca.get(model, np.nan)),
                float(effective.get(model, np.nan)),
                float(shares.get(model, np.nan)),
                cluster["method"],
                cluster["k"],
                float(cluster["score"]),
                {name: float(style.loc[model, name, "all", "all"]) for name in verdicts},
                verdicts,
                beside,
            )
        )
    return rows
