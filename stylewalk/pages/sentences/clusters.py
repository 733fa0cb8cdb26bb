"""Sentences on the figures of clusters."""

import pandas as pd

from stylewalk import numbers
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    compared,
    extremes,
    label_use_note,
    listing,
    means,
    percent,
    rows,
)

# ASSUME: below 0.25 no substantial structure, because Kaufman and Rousseeuw (1990) read it so.
_NO_STRUCTURE = 0.25


def _best(study: Study, tables: Tables) -> pd.DataFrame:
    """The best clustering of each model: ``method, k, score``, in the study's order."""
    scores = rows(tables, "silhouette").dropna(subset="score")
    if scores.empty:
        raise Missing("silhouette")
    best = best_clusterings(scores).sort_values("score", ascending=False, kind="stable")
    best = best.drop_duplicates("model").set_index("model")
    return best.reindex([name for name in study.models if name in best.index])


def silhouette(study: Study, tables: Tables) -> str:
    """Which number of clusters silhouettes choose, and how clear the clusters are."""
    best = _best(study, tables)
    chosen = [f"{k} in {listing(list(models))}" for k, models in best.groupby("k").groups.items()]
    text = f"Silhouettes choose {'; '.join(chosen)} as the number of clusters. "
    text += extremes(best["score"], "The best mean silhouette", numbers.plain)
    weak = best.index[best["score"] < _NO_STRUCTURE]
    if len(weak) == len(best):
        return f"{text}: below 0.25, which is commonly read as no substantial structure."
    return f"{text}; below 0.25, commonly read as no substantial structure, in " + (
        f"{listing(weak)}." if len(weak) else "none."
    )


def composition(study: Study, tables: Tables) -> str:
    """How far a cluster is of one class."""
    best = _best(study, tables).reset_index()[["model", "method", "k"]]
    counts = rows(tables, "cluster_composition").merge(best, on=["model", "method", "k"])
    if counts.empty:
        raise Missing("cluster_composition")
    keys = ["model", "seed"]
    largest = counts.groupby([*keys, "cluster"])["count"].max().groupby(keys).sum()
    purity = (largest / counts.groupby(keys)["count"].sum()).rename("purity").reset_index()
    subject = "The share of artworks that are of the largest class of their cluster"
    text = compared(purity, "purity", study.models, subject, percent)
    together = counts.groupby("class")["count"].sum()
    chance = together.max() / together.sum()
    text += f" A single cluster of everything would give {percent(chance)}."
    return text + label_use_note(study, tables)


def agreement(study: Study, tables: Tables) -> str:
    """How far clusters are the classes, and whether classes can be read at all."""
    best = _best(study, tables).reset_index()[["model", "method", "k"]]
    indices = rows(tables, "cluster_agreement").merge(best, on=["model", "method", "k"])
    subject = "The agreement of clusters with classes (adjusted Rand index, 0 by chance)"
    text = compared(indices, "ari", study.models, subject, numbers.plain) + label_use_note(
        study, tables
    )
    try:
        probe = rows(tables, "classifier_accuracy", classifier="linear_probe")
    except Missing:
        return text
    read = extremes(
        means(probe, "accuracy", study.models),
        "the share of held-out artworks that a linear probe classifies right",
        percent,
    )
    chance = means(probe, "largest_class_rate", study.models).mean()
    return (
        f"{text} With the labels at hand, {read}, against {percent(chance)} by the largest class."
    )
