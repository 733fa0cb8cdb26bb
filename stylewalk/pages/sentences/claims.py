"""What is said of the claims of the report."""

import pandas as pd

from stylewalk.claims.weighing import VERDICTS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, counted, listing
from stylewalk.style.layout import LAYERS

_WORDS = {
    "holds": ("holds", "hold"),
    "fails": ("fails", "fail"),
    "undetermined": ("is undetermined", "are undetermined"),
    "too few pairs": ("has too few pairs", "have too few pairs"),
    "one run": ("rests on one training run", "rest on one training run"),
    "not tested": ("was not tested", "were not tested"),
}


def counts(study: Study, tables: Tables) -> str:
    """How many of the report's claims hold, and by which layers where not by the report's."""
    text = f"Of {total(tables)} of the report, {', '.join(verdicts_in_words(tables).values())}."
    frame = tables["claims"]
    others = set(frame.loc[frame["metric"] != "", "layers"]) - {", ".join(LAYERS)}
    for layers in sorted(others - {""}):
        text += (
            f" The report's style loss is of {listing(list(LAYERS))}; here those that rest on it "
            f"are weighed by one of {listing(layers.split(', '))}."
        )
    return text


def verdicts_in_words(tables: Tables) -> dict[str, str]:
    """For each verdict that a claim has, how many have it: ``5 hold``."""
    verdicts = _verdicts(tables).value_counts()
    return {
        name: f"{verdicts[name]} {_WORDS[name][int(verdicts[name] > 1)]}"
        for name in VERDICTS
        if name in verdicts
    }


def total(tables: Tables) -> str:
    """``32 claims``."""
    return counted(len(_verdicts(tables)), "claim")


def _verdicts(tables: Tables) -> pd.Series:
    if "claims" not in tables or not len(tables["claims"]):
        raise Missing("claims")
    return tables["claims"]["verdict"]
