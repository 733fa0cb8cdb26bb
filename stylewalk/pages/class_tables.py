"""The study page's tables of learnt profiles."""

from collections.abc import Mapping

import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study

_TARGETS = {"class": "class", "content_group": "kind of content"}
_ROLES = {"start": "first end's", "end": "last end's", "other": "anything else"}
_CALIBRATION = (
    "Of validation artworks that neither weights nor temperature have seen, with 95 % bootstrap "
    "intervals over artworks. Calibration error: how far its probabilities are from how often it "
    "is right, in ten bins (Guo et al. 2017); decoded images are none of these artworks, so that "
    "of them its probabilities may be less sure than they say."
)
_MIDDLE = (
    "Mean probability of the middle image of the walks by the same network, of decoded images and "
    "of the dissolve of the decoded ends that is nearest to it, with 95 % bootstrap intervals over "
    "pairs."
)


def calibration(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """How well the small networks name what they never saw; none where there are none."""
    table = tables.get("classifier_calibration")
    if table is None or table.empty:
        return []
    shown = [
        [
            _TARGETS[row["target"]],
            f"{row['names']:,}",
            _with_interval(row["accuracy"], row["low"], row["high"]),
            numbers.percent(row["chance"]),
            _with_interval(row["calibration_error"], row["error_low"], row["error_high"]),
            f"{row['n']:,}",
        ]
        for row in table.to_dict("records")
    ]
    header = ["names the", "names", "accuracy", "most frequent", "calibration error", "artworks"]
    behind = ["classifier_calibration"]
    return [Table("Small networks that name artworks", header, shown, _CALIBRATION, behind)]


def middles(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """What the middle image of walks is taken for, by experiment, target and model."""
    table = tables.get("class_profiles")
    if table is None or table.empty:
        return []
    last = table.groupby("experiment")["step"].transform("max")
    middle = table[table["step"] == (last / 2).round().astype(int)]
    keys = ["experiment", "target", "model", "role", "walk"]
    known = {tuple(row[key] for key in keys): row for row in middle.to_dict("records")}
    shown: list[list[Cell]] = []
    for name in study.experiments:
        for target, words in _TARGETS.items():
            for model in study.models:
                cells, count = [], 0
                for role in _ROLES:
                    for walk in ("decoded", "blend"):
                        row = known.get((name, target, model, role, walk))
                        count += row is not None
                        cells.append(_of(row))
                if count:
                    shown.append([name, words, model, *cells])
    header = ["experiment", "names the", "model"]
    for role in _ROLES.values():
        header += [role, f"{role}, dissolve"]
    title = "What the middle of a walk is taken for"
    return [Table(title, header, shown, _MIDDLE, ["class_profiles"])]


def _of(row: Mapping[str, float] | None) -> str:
    if row is None:
        return numbers.DASH
    return _with_interval(row["probability"], row["low"], row["high"])


def _with_interval(value: float, low: float, high: float) -> str:
    return f"{numbers.percent(value)} ({numbers.percent(low)} to {numbers.percent(high)})"
