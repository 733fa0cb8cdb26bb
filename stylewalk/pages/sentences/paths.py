"""Sentences on latent paths."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.paths import BEYOND
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    counted,
    given_runs,
    given_these_runs,
    listing,
    percent,
    rows,
)
from stylewalk.randomness import generator
from stylewalk.trajectories.transformation import least_new, of_pairs, share_above

_SURE = 0.05


def comparison(study: Study, tables: Tables) -> str:
    """Whether leaving the straight line turns dissolves into transformations, path by path.

    Raises:
        Missing: no two experiments walk between the same pairs.
    """
    table = rows(tables, "path_comparison", measure="structure")
    tests = int(table["p"].notna().sum())
    text = " ".join(
        _of_path(str(name), part, rows(tables, "path_comparison", experiment=name), tests)
        + _beyond_dissolves(study, tables, str(name))
        for name, part in table.groupby("experiment", sort=False)
    )
    return f"{text} {given_runs(study)}".strip()


def _beyond_dissolves(study: Study, tables: Tables, name: str) -> str:
    """Whether the walks of an experiment show more than known dissolves do."""
    try:
        known = rows(tables, "known_walks").drop_duplicates(["walk", "pair"])
        walked = of_pairs(rows(tables, "trajectory_measures"), [name]).dropna(subset="structure")
    except Missing:
        return ""
    limit = least_new(known)
    if walked.empty or not np.isfinite(limit):
        return ""
    structures = dict(iter(walked.groupby("model")["structure"]))
    shares = {
        model: share_above(structures[model], known, generator(0, "new"))
        for model in study.models
        if model in structures
    }
    leave = f"the {1000 * limit:.2g} thousandths below which 95 % of every known dissolve lie"
    beyond = [
        f"{model} ({percent(share)} of its walks)"
        for model, (share, low, _) in shares.items()
        if low > _SURE
    ]
    given = given_these_runs(study)
    if beyond:
        text = f" Beyond {leave} go surely more than 5 % in {listing(beyond)}{given}."
    else:
        text = f" No model's walks surely go beyond {leave} more often than dissolves do{given}."
    return text + _gained(tables, name)


def _gained(tables: Tables, name: str) -> str:
    """Of how many more pairs a path makes more than a dissolve than the other path does."""
    try:
        table = rows(tables, "path_comparison", measure=BEYOND, experiment=name)
    except Missing:
        return ""
    known = table.dropna(subset=["low", "p"])
    if known.empty:
        return ""
    path, other = table["path"].iloc[0], table["against_path"].iloc[0]
    sure = known[(known["p"] < _SURE) & (known["low"] * known["high"] > 0)]
    if sure.empty:
        low, high = (_points(end) for end in (known["low"].min(), known["high"].max()))
        return (
            f" Their share is not found to differ between {path} and {other}: the 95 % intervals "
            f"of the differences lie within {low} and {high} points."
        )
    differing = [
        f"{row['model']} ({percent(row['value'])} against {percent(row['against_value'])}, a "
        f"difference of {_points(row['low'])} to {_points(row['high'])} points)"
        for row in sure.to_dict("records")
    ]
    rest = "; in no other model is a difference found" if len(sure) < len(known) else ""
    return f" Their share on {path} differs from that on {other} in {listing(differing)}{rest}."


def _points(share: float) -> str:
    """Percentage points with a sign: ``+12``."""
    return f"{100 * share:+.0f}".replace("-", "−")


def _of_path(name: str, structure: pd.DataFrame, table: pd.DataFrame, tests: int) -> str:
    """What one path does to structure, and to energy."""
    path, other = table["path"].iloc[0], table["against_path"].iloc[0]
    n = int(structure["n"].max())
    where = f"On {path} instead of {other} ({name}, {counted(n, 'pair')})"
    known = structure.dropna(subset="p")
    # The smallest p that so many pairs can have, over as many tests as Holm counts.
    if known.empty or 2.0 ** (1 - n) * tests >= _SURE:
        return f"{where}, the pairs are too few to tell whether structure differs."
    sure = known[known["p"] < _SURE]
    more, less = (list(sure.loc[sign * sure["difference"] > 0, "model"]) for sign in (1, -1))
    parts = []
    if more:
        parts.append(f"structure, what neither end has, is larger in {listing(more)}")
    if less:
        parts.append(f"structure is smaller in {listing(less)}")
    low, high = 1000 * known["low"].min(), 1000 * known["high"].max()
    said = " and ".join(parts) or (
        "no difference is found in structure: its 95 % intervals lie within "
        f"{low:.2g} and {high:+.2g} thousandths".replace("-", "−")
    )
    energy = table[table["measure"] == "energy_over_line"].dropna(subset="value")
    if energy.empty or path == "line":
        return f"{where}, {said}."
    low, high = energy["value"].min(), energy["value"].max()
    span = f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}"
    return f"{where}, {said}; the energy is {span} times that of the line."


def strips(study: Study, tables: Tables) -> str:
    """Which measure the numbers are, and of how many paths.

    Raises:
        Missing: no two experiments walk between the same pairs.
    """
    table = rows(tables, "path_comparison")
    first = table["against"].iloc[0]
    count = table.loc[table["against"] == first, "experiment"].nunique()
    return (
        f"One pair of {first} on its own path and on {counted(count, 'other')}: where a path "
        "only dissolves one end into the other, its row shows both ends at once in the middle."
    )
