"""Sentences on walks between training artworks beside walks between those that were held out."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.claims import estimates, magnitudes
from stylewalk.pages import own_shapes
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.withheld import of_style
from stylewalk.pages.sentences.wording import Missing, Tables, magnitude, rows
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.experiments import ANY, artworks_of

# Of three experiments that differ in their split alone, those that are told beside each other.
_ORDER = ("training", "validation", ANY)


@of_style
def beside(study: Study, tables: Tables) -> str:
    """Style loss and shape of experiments that differ in nothing but split; empty without any."""
    return " ".join(_compared(study, tables, first, last) for first, last in twins(study))


def twins(study: Study) -> Iterator[tuple[str, str]]:
    """Names of two experiments that differ in their split alone, that on more artworks first."""
    groups: dict[str, dict[str, str]] = {}
    for name, about in study.experiments.items():
        rest = {key: value for key, value in about.items() if key != "split"}
        of_split = groups.setdefault(repr(sorted(rest.items())), {})
        of_split.setdefault(about.get("split", ANY), name)
    for of_split in groups.values():
        two = [split for split in _ORDER if split in of_split][:2]
        if len(two) == 2:
            if ANY in two:
                two.reverse()
            yield of_split[two[0]], of_split[two[1]]


def _compared(study: Study, tables: Tables, first: str, last: str) -> str:
    """Two experiments beside each other, model by model."""
    splits = [study.experiments[name].get("split", ANY) for name in (first, last)]
    walked = [artworks_of(s) + " of either split" * (s == ANY) for s in splits]
    text = (
        f"{first} walks between {walked[0]} and {last} between {walked[1]}; they differ in "
        "nothing else."
    )
    try:
        return " ".join(
            [text, _losses(study, tables, first, last), _shapes(study, tables, first, last)]
        )
    except Missing:
        return text


def _losses(study: Study, tables: Tables, first: str, last: str) -> str:
    """Mean style loss of both, and the ratio with its interval."""
    one, other = (
        rows(tables, "style_profiles", experiment=name, class_a="all") for name in (first, last)
    )
    parts = []
    for model in study.models:
        own = [frame[frame["model"] == model] for frame in (one, other)]
        if any(frame.empty for frame in own):
            continue
        # The pictures of two splits are others, so that the two are independent given the runs.
        ratio = _ratio(*own)
        means = " and ".join(magnitude(frame["mean"].mean()) for frame in own)
        parts.append(f"{model} {means}, {ratio.said()}")
    if not parts:
        raise Missing("style_profiles")
    runs = magnitudes.runs(one["seed"].nunique())
    return (
        f"Mean style loss of a step in {first} and in {last}, and the ratio of {last} to {first} "
        f"(95 % {runs}): {'; '.join(parts)}.{_nearer(study, first)}"
    )


def _ratio(first: pd.DataFrame, last: pd.DataFrame) -> estimates.Estimate:
    """Mean style loss of the last over that of the first."""
    levels = [_level(frame) for frame in (first, last)]
    difference = levels[1]["value"] - levels[0]["value"]
    errors = [level["error"].mean() for level in levels]
    parts = [(float(error**2), np.inf) for error in errors]
    seeds = len(difference)
    if seeds >= FEWEST_SEEDS:
        parts.append((float(difference.var() / seeds), float(seeds - 1)))
    return estimates.interval(float(difference.mean()), parts).exp()


def _level(profiles: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of the mean style loss over steps, and its standard error, by seed."""
    # ASSUME: the half-width of a mean over steps is the mean of theirs because the steps of a
    # trajectory rise and fall together; it is never more than that. Measured upwards, as lower
    # ends are cut off at 0.
    half = profiles["high"] - profiles["mean"]
    means = profiles.assign(half=half).groupby("seed")[["mean", "half"]].mean()
    with np.errstate(divide="ignore"):
        error = means["half"] / means["mean"] / stats.norm.ppf(0.975)
        return pd.DataFrame({"value": np.log(means["mean"]), "error": error})


def _nearer(study: Study, name: str) -> str:
    """What else the ratio holds where ends are sought by their distance."""
    apart = {"closest": "farther apart", "farthest": "nearer together"}
    pairs = study.experiments[name]["pairs"]
    if pairs not in apart:
        return ""
    return (
        f" The {pairs} pairs among fewer artworks lie {apart[pairs]}, which may be a part of the "
        "ratio."
    )


def _shapes(study: Study, tables: Tables, first: str, last: str) -> str:
    """The verdicts on the mean profiles of both."""
    own = own_shapes.read(study, tables)
    parts = []
    for model in study.models:
        if {(model, first), (model, last)} <= own.verdicts.keys():
            one, other = own.verdicts[model, first], own.verdicts[model, last]
            parts.append(f"{model} {f'{one} in both' if one == other else f'{one} and {other}'}")
    if not parts:
        raise Missing("profile_shapes")
    by = f" ({', '.join(own.metrics)})" if own.metrics else ""
    return f"Shape of the mean profile in the two{by}: {'; '.join(parts)}."
