"""The study page's list of claims, each with its verdict, its figures and its rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from stylewalk.claims import CLAIMS
from stylewalk.claims.weighing import VERDICTS
from stylewalk.pages import numbers
from stylewalk.pages.tabulate import Table

GLYPHS = {"holds": "✓", "fails": "✗", "undetermined": "?", "not tested": "–"}


@dataclass(frozen=True)
class Weighed:
    """A claim as the page shows it."""

    name: str
    where: str
    text: str
    rule: str
    verdict: str
    published: str
    measured: str
    sentence: str

    @property
    def glyph(self) -> str:
        """A sign of the verdict."""
        return GLYPHS[self.verdict]


def weighed(tables: Mapping[str, pd.DataFrame]) -> list[Weighed]:
    """Every claim in the report's order; none where they were not weighed."""
    if "claims" not in tables:
        return []
    rows = tables["claims"].set_index("claim")
    return [
        Weighed(
            claim.name,
            claim.where,
            claim.text,
            claim.rule,
            row["verdict"],
            _number(row["published"]),
            _measured(row),
            row["sentence"],
        )
        for claim in CLAIMS
        for row in [rows.loc[claim.name]]
    ]


def counts(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many claims hold, fail and so on, in words; empty where they were not weighed."""
    if "claims" not in tables:
        return ""
    found = tables["claims"]["verdict"].value_counts()
    return ", ".join(f"{found.get(name, 0)} {name}" for name in VERDICTS)


def at_a_glance(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """The number of claims by verdict, as a table; none where they were not weighed."""
    if "claims" not in tables:
        return []
    found = tables["claims"]["verdict"].value_counts()
    cells = [f"{found.get(name, 0)}" for name in VERDICTS]
    return [Table("Claims of the report", ["", *VERDICTS], [["claims", *cells]])]


def _measured(row: pd.Series) -> str:
    """The measured figure with its interval, where there is one."""
    text = _number(row["measured"])
    if math.isfinite(row["low"]) and math.isfinite(row["high"]):
        text += f" ({_number(row['low'])} to {_number(row['high'])})"
    return text


def _number(value: float) -> str:
    """Three significant digits with a real minus."""
    if not math.isfinite(value):
        return numbers.DASH
    return f"{value:,.3g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.0f}"
