"""What is said of the claims of the report."""

from stylewalk.claims.weighing import VERDICTS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, counted

_WORDS = {
    "holds": ("holds", "hold"),
    "fails": ("fails", "fail"),
    "undetermined": ("is undetermined", "are undetermined"),
    "too few pairs": ("has too few pairs", "have too few pairs"),
    "one run": ("rests on one training run", "rest on one training run"),
    "not tested": ("was not tested", "were not tested"),
}


def counts(study: Study, tables: Tables) -> str:
    """How many of the report's claims hold."""
    if "claims" not in tables or not len(tables["claims"]):
        raise Missing("claims")
    verdicts = tables["claims"]["verdict"].value_counts()
    parts = [
        f"{verdicts[name]} {_WORDS[name][int(verdicts[name] > 1)]}"
        for name in VERDICTS
        if name in verdicts
    ]
    return f"Of {counted(int(verdicts.sum()), 'claim')} of the report, {', '.join(parts)}."
