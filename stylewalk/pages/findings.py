"""What a study found, in a handful of sentences at the head of its page."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from stylewalk.claims.weighing import VERDICTS
from stylewalk.pages import wrapping
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import (
    clusters,
    collapse,
    dataset,
    latent_space,
    training,
    trajectories,
)
from stylewalk.pages.sentences.wording import Missing, counted

_WORDS = {
    "holds": ("holds", "hold"),
    "fails": ("fails", "fail"),
    "undetermined": ("is undetermined", "are undetermined"),
    "not tested": ("was not tested", "were not tested"),
}


@dataclass(frozen=True)
class Found:
    """One sentence, and the chapter that it comes from."""

    chapter: str
    anchor: str
    text: str


def findings(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Found]:
    """One entry for each chapter whose tables say something."""
    writers = (
        ("Take care", "latent-space", collapse.collapsed),
        ("Data", "data", dataset.sentence_of_data),
        ("Models", "models", training.losses),
        ("Latent space", "latent-space", latent_space.shares),
        ("Clusters", "clusters", clusters.agreement),
        ("Trajectories", "trajectories", trajectories.verdicts),
        ("Claims", "claims", claims),
    )
    found = []
    for chapter, anchor, write in writers:
        try:
            text = wrapping.unbroken(write(study, tables))
        except Missing:
            continue
        found.append(Found(chapter, anchor, text))
    return found


def claims(study: Study, tables: Mapping[str, pd.DataFrame]) -> str:
    """How many of the report's claims hold."""
    if "claims" not in tables or not len(tables["claims"]):
        raise Missing("claims")
    counts = tables["claims"]["verdict"].value_counts()
    parts = [
        f"{counts[name]} {_WORDS[name][int(counts[name] > 1)]}"
        for name in VERDICTS
        if name in counts
    ]
    told = ", ".join(parts)
    return f"Of {counted(int(counts.sum()), 'claim')} of the report, {told}."
