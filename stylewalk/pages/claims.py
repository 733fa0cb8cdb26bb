"""The study page's list of claims, each with its verdict, its figures and its rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from stylewalk.claims import CLAIMS, clusters, latent_space, pictures, training, trajectories
from stylewalk.claims.weighing import NOT_TESTED, VERDICTS, Claim
from stylewalk.numbers import DASH
from stylewalk.pages import wrapping
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.withheld import seeing

GLYPHS = dict(zip(VERDICTS, "✓✗?…1–", strict=True))
# Chapters of the page, with the claims that their figures bear on.
_GROUPS = (
    ("Models", "models", training.CLAIMS),
    ("Latent space", "latent-space", latent_space.CLAIMS),
    ("Clusters", "clusters", clusters.CLAIMS),
    ("Trajectories", "trajectories", [*trajectories.CLAIMS, *pictures.CLAIMS]),
)
_MARGIN = 8  # per cent of the scale, left free at both ends


@dataclass(frozen=True)
class Scale:
    """Where numbers lie on a line from 0 to 100: each None where there is no such number."""

    published: float | None
    measured: float | None
    low: float | None
    high: float | None


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
    interval: str
    sentence: str
    scale: Scale | None = None

    @property
    def glyph(self) -> str:
        """A sign of the verdict."""
        return GLYPHS[self.verdict]


@dataclass(frozen=True)
class Group:
    """The claims that belong to one chapter of the page."""

    title: str
    anchor: str
    claims: list[Weighed] = field(default_factory=list)


def weighed(tables: Mapping[str, pd.DataFrame]) -> list[Group]:
    """Every claim in the report's order, by chapter; none where they were not weighed."""
    if "claims" not in tables:
        return []
    rows = tables["claims"].set_index("claim")
    return [
        Group(title, anchor, [_weighed(claim, rows.loc[claim.name]) for claim in claims])
        for title, anchor, claims in _GROUPS
    ]


def rest_on(study: Study, tables: Mapping[str, pd.DataFrame]) -> str:
    """By which metric claims on style along walks are weighed, and whether it sees style here."""
    about = {claim.name for claim in CLAIMS if claim.metric is not None and claim.of_style}
    weighed_ = tables.get("claims", pd.DataFrame({"claim": [], "verdict": []}))
    count = int((weighed_["claim"].isin(about) & (weighed_["verdict"] != NOT_TESTED)).sum())
    metric = study.claims_metric
    if not count or not metric:
        return ""
    rest = f"{count} claims rest" if count > 1 else "1 claim rests"
    text = f"{rest} on style losses along walks by {metric}, the report's metric"
    metrics = seeing(tables)
    if metrics is None:
        return f"{text}; no labels tell whether it sees style on these pictures."
    if metric in metrics:
        return f"{text}, which sees style on these pictures (chapter on style metrics)."
    if not metrics:
        return (
            f"{text}. No metric is shown to see style on these pictures (chapter on style "
            "metrics): where these claims speak of style, their verdicts are on distances of "
            "pictures."
        )
    text += ", which is not shown to see style on these pictures"
    others = tables.get("claims_beside")
    if others is None or others.empty:
        return f"{text} (chapter on style metrics)."
    return f"{text}; a table below weighs them by {others['metric'].iloc[0]}, which is."


def beside(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Verdicts by the report's style loss beside those by the best metric that sees style here."""
    others = tables.get("claims_beside")
    if others is None or others.empty:
        return []
    own = tables["claims"].set_index("claim")
    text = {claim.name: claim.text for claim in CLAIMS}
    metric = others["metric"].iloc[0]
    rows: list[list[Cell]] = [
        [
            wrapping.unbroken(text[row["claim"]]),
            own.loc[row["claim"], "verdict"],
            row["verdict"],
            _with_interval(own.loc[row["claim"]]),
            _with_interval(row),
        ]
        for _, row in others.iterrows()
    ]
    decided = [row for row in rows if {row[1], row[2]} <= {"holds", "fails"}]
    same = sum(row[1] == row[2] for row in decided)
    note = (
        f"{metric} is, of the metrics that learn nothing, the one that tells style apart best on "
        "this study's own pictures; the report knew its style loss alone. Both decide "
        f"{len(decided)} of these {len(rows)} claims, {same} of them alike. Rules that hold a "
        "figure against the report's own, in the unit of its style loss, say little by another "
        "metric."
    )
    header = ["claim", "by the style loss", f"by {metric}", "statistic", f"statistic by {metric}"]
    title = f"Claims on style by another metric: {metric}"
    return [Table(title, header, rows, note, ["claims", "claims_beside"])]


def _with_interval(row: pd.Series) -> str:
    interval = _interval(row)
    return f"{_number(row['measured'])}{f' ({interval})' * bool(interval)}" or DASH


def counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """How many claims have each verdict; empty where they were not weighed."""
    if "claims" not in tables:
        return {}
    verdicts = tables["claims"]["verdict"].value_counts()
    return {name: int(verdicts.get(name, 0)) for name in VERDICTS}


def ungrouped() -> set[str]:
    """Names of claims that stand in no group, or in several."""
    names = [claim.name for *_, claims in _GROUPS for claim in claims]
    return {claim.name for claim in CLAIMS if names.count(claim.name) != 1}


def _weighed(claim: Claim, row: pd.Series) -> Weighed:
    return Weighed(
        claim.name,
        claim.where,
        wrapping.unbroken(claim.text),
        wrapping.unbroken(claim.rule),
        row["verdict"],
        _number(row["published"]),
        _number(row["measured"]),
        _interval(row),
        wrapping.unbroken(row["sentence"]),
        scale(row["published"], row["measured"], row["low"], row["high"]),
    )


def scale(published: float, measured: float, low: float, high: float) -> Scale | None:
    """Places of the numbers on a line that they span; None where there is nothing to compare."""
    values = [published, measured, low, high]
    known = [value for value in values if math.isfinite(value)]
    if not math.isfinite(measured) or len(known) < 2 or min(known) == max(known):
        return None
    start, span = min(known), max(known) - min(known)
    room = 100 - 2 * _MARGIN
    places = [
        round(_MARGIN + room * (value - start) / span, 1) if math.isfinite(value) else None
        for value in values
    ]
    return Scale(*places)


def _interval(row: pd.Series) -> str:
    """The interval of the measured figure, where there is one."""
    if not math.isfinite(row["low"] + row["high"]):
        return ""
    return f"{_number(row['low'])} to {_number(row['high'])}"


def _number(value: float) -> str:
    """Three significant digits with a real minus; empty where there is none."""
    if not math.isfinite(value):
        return ""
    return (f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")
