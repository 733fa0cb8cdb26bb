"""Where a study measured a sample instead of everything: how many of how many."""

from collections.abc import Mapping

import pandas as pd

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import between, listing
from stylewalk.trajectories.experiments import ANY, artworks_of


def silhouettes(tables: Mapping[str, pd.DataFrame]) -> str:
    """That silhouettes are of a sample; empty where all artworks were taken."""
    rows, total = tables["silhouette"]["rows"].min(), len(tables["artworks"])
    if rows >= total:
        return ""
    return (
        f"Silhouettes were measured on {rows:,} of {total:,} artworks, drawn at random, the same "
        "for every clustering."
    )


def components(tables: Mapping[str, pd.DataFrame]) -> str:
    """That clusters were sought in leading components; empty where in the latents themselves."""
    if "posterior_use" not in tables:
        return ""
    sought = tables["silhouette"]["dimensions"].max()
    total = tables["posterior_use"]["dimensions"].max()
    if sought >= total:
        return ""
    return (
        f"Clusters were sought, and silhouettes measured, in the first {sought:,} principal "
        f"components of {total:,} latent dimensions."
    )


def pairs(study: Study, tables: Mapping[str, pd.DataFrame], experiment: str) -> str:
    """That closest or farthest pairs were sought in a sample; empty where among all artworks."""
    settings = study.experiments[experiment]
    sample = settings.get("sample")
    if sample is None or settings["pairs"] == "random":
        return ""
    artworks, split = tables["artworks"], settings.get("split", ANY)
    if split != ANY:
        artworks = artworks[artworks["split"] == split]
    counts = artworks["class"].value_counts()
    counts = counts.reindex([name for name in study.classes if name in counts.index])
    larger = counts[counts > sample]
    if larger.empty:
        return ""
    sizes = between(larger.astype(float), "{:,.0f}".format)
    where = "each class" if len(larger) == len(counts) else listing(larger.index)
    return (
        f"The {settings['pairs']} pairs were sought among {sample:,} {artworks_of(split)} of "
        f"{where}, drawn at random from {sizes}: the {settings['pairs']} of all may be others."
    )
