"""Sentences on interpolation with truth."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.truth import BLEND, LINE, ORIGINALS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing, rows
from stylewalk.pages.truth_tables import IMAGE_ERROR, factor_of

_SURE = 0.05
_WORTH_SAYING = 0.01  # of the line's own value, below which a difference is none to speak of


def errors(study: Study, tables: Tables) -> str:
    """How far straight lines are from the truth, and whether farther or less than a dissolve is.

    By the first factor where one is known, since squared error is kind to what is faint.

    Raises:
        Missing: nothing is known of what lies between two pictures.
    """
    whole = rows(tables, "interpolation_truth")
    factors = [m for m in dict.fromkeys(whole["measure"]) if m.endswith("_error")]
    measure = [*factors[1:], IMAGE_ERROR][0]
    known = whole[whole["measure"] == measure]
    lines = known[(known["path"] == LINE) & (known["model"] != ORIGINALS)]
    if lines.empty:
        raise Missing
    blend = known[(known["model"] == ORIGINALS) & (known["path"] == BLEND)].iloc[0]
    low, high = (lines.loc[place] for place in (lines["mean"].idxmin(), lines["mean"].idxmax()))
    n = int(lines["n"].max())
    text = (
        f"Of {n} walks between pictures of which the truth is known, the {_in_words(measure)} on "
        f"straight lines is from {_value(low, measure)} in {low['model']} to "
        f"{_value(high, measure)} in {high['model']}; on the dissolve of the true ends it is "
        f"{_value(blend, measure)}."
    )
    return f"{text} {_against_blend(study, tables, lines, measure)} {_GIVEN}"


_GIVEN = "Intervals and tests are over walks, given the training runs at hand."


def _in_words(measure: str) -> str:
    return "image error" if measure == IMAGE_ERROR else f"error of the {measure[: -len('_error')]}"


def _value(row: Mapping[str, Any], measure: str) -> str:
    factor, unit = factor_of(measure), "thousandths" if measure == IMAGE_ERROR else "degrees"
    low, high = (numbers.significant(factor * row[end]) for end in ("low", "high"))
    return f"{numbers.significant(factor * row['mean'])} {unit} ({low} to {high})"


def _against_blend(study: Study, tables: Tables, lines: pd.DataFrame, measure: str) -> str:
    """The models whose straight line is nearer the truth than their own dissolve, or farther."""
    table = rows(tables, "truth_differences", measure=measure)
    table = table[(table["path"] == LINE) & (table["against_path"] == BLEND)]
    own = table["model"].map(lines.set_index("model")["mean"])
    sure = table[(table["p"] < _SURE) & (table["difference"].abs() >= _WORTH_SAYING * own)]
    nearer, farther = (
        [m for m in study.models if m in set(sure.loc[sign * sure["difference"] < 0, "model"])]
        for sign in (1, -1)
    )
    than = "the dissolve of its own decoded ends"
    if not nearer and not farther:
        return f"No difference beyond a hundredth is found between a straight line and {than}."
    parts = []
    if nearer:
        parts.append(f"nearer the truth than {than} is the straight line of {listing(nearer)}")
    if farther:
        parts.append(
            f"farther {'from it ' if nearer else f'from the truth than {than} '}"
            f"is that of {listing(farther)}"
        )
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def strips(study: Study, tables: Tables) -> str:
    """What the strips are.

    Raises:
        Missing: nothing is known of what lies between two pictures.
    """
    rows(tables, "interpolation_truth")
    return (
        "One true walk, the blend of its ends, and the first path of each model between them: a "
        "dissolve shows both ends at once in the middle, an interpolation one picture that is "
        "neither."
    )
