"""Sentences on the figures of trajectories."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from stylewalk.catalogue.judging import DISSOLVE
from stylewalk.catalogue.trajectories import DEPENDS, TOO_FEW, UNDETERMINED
from stylewalk.pages import own_shapes
from stylewalk.pages.facts import Study
from stylewalk.pages.own_shapes import OwnShapes
from stylewalk.pages.sentences.withheld import of_style
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    compared,
    counted,
    extremes,
    given_runs,
    given_these_runs,
    listing,
    magnitude,
    means,
    out_of,
    percent,
    rows,
)
from stylewalk.randomness import generator
from stylewalk.trajectories.transformation import least_new, of_pairs, share_above

SHAPES = ("horseshoe", "valley", "wave", "flat")


def _pooled(study: Study, tables: Tables) -> pd.DataFrame:
    """Shapes over all trajectories of an experiment, of the models of the study."""
    pooled = rows(tables, "profile_shapes", class_a="all")
    pooled = pooled[pooled["model"].isin(study.models)]
    if pooled.empty:
        raise Missing("profile_shapes")
    return pooled


def own_verdicts(study: Study, tables: Tables) -> OwnShapes:
    """The study's own verdicts on mean profiles, beside those of its first metric.

    Raises:
        Missing: there are none.
    """
    own = own_shapes.read(study, tables)
    if not own.verdicts:
        raise Missing("profile_shapes")
    return own


@of_style
def step(study: Study, tables: Tables) -> str:
    """What a profile is."""
    return (
        "The style loss between neighbouring images says how much the style changes in each step."
    )


@of_style
def overview(study: Study, tables: Tables) -> str:
    """How much style changes in a step, over experiments and models."""
    losses = rows(tables, "style_profiles", class_a="all")
    losses = losses[losses["model"].isin(study.models)]
    by = losses.groupby(["model", "experiment"])["mean"].mean().dropna()
    if by.empty:
        raise Missing("style_profiles")
    named = pd.Series(by.to_numpy(), index=[f"{model} in {name}" for model, name in by.index])
    text = extremes(named, "The mean style loss of a step", magnitude, where="for")
    wide = losses.pivot_table(index="experiment", columns="model", values="mean")
    if wide.shape[1] < 2:
        return f"{text}."
    most = wide.idxmax(axis=1).value_counts()
    where = out_of(int(most.iloc[0]), len(wide), "experiments")
    return f"{text}. {most.index[0]} has the largest in {where}."


@of_style
def verdicts(study: Study, tables: Tables) -> str:
    """Which mean profiles have a shape, and how many are undetermined."""
    own = own_verdicts(study, tables)
    by_profile = pd.Series(own.verdicts)
    total = f"{counted(len(by_profile), 'mean profile')} of a model and an experiment"
    shaped = _shaped(by_profile) or "none has a shape that can be told"
    text = f"Of {' '.join(filter(None, [total, own.by]))}, {shaped}."
    few, open_, depend = ((by_profile == name).sum() for name in (TOO_FEW, UNDETERMINED, DEPENDS))
    if few:
        text += f" {few} {'has' if few == 1 else 'have'} too few pairs to tell."
    if open_:
        be = "is" if open_ == 1 else "are"
        text += f" {open_} {be} undetermined: neither flat nor a named shape is sure."
    if depend:
        text += f" {depend} {'depends' if depend == 1 else 'depend'} on the metric."
    if own.other:
        shaped = _shaped(pd.Series(own.first)) or "none has a shape"
        text += f" {own.by_first.capitalize()}, {shaped}."
    return " ".join(filter(None, [text, of_blends(tables, own), given_runs(study)]))


def of_blends(tables: Tables, own: OwnShapes) -> str:
    """What plain blends share with the study's own shapes, by the best of its metrics.

    Empty where they are of another shape, or were not scored.
    """
    known = tables.get("known_walks")
    if known is None or not own.metrics:
        return ""
    metric = own.metrics[0]
    blends = known[(known["walk"] == DISSOLVE) & (known["metric"] == metric)]["quadratic"].dropna()
    humps = (blends < 0).mean()
    name, hill, share = (
        ("horseshoe", "hump", humps) if humps > 0.5 else ("valley", "valley", 1 - humps)
    )
    if blends.empty or name not in own.verdicts.values():
        return ""
    return (
        f"By {metric}, {percent(share)} of plain blends of two artworks have a {hill}, too: a "
        f"{name} alone is no sign of anything new."
    )


def _shaped(verdicts: pd.Series) -> str:
    """How many mean profiles, by model and experiment, have each shape, and which where few do."""
    parts = []
    for shape in SHAPES:
        which = verdicts.index[verdicts == shape]
        named = f" ({listing([f'{m} in {e}' for m, e in which])})" if len(which) <= 6 else ""
        if len(which):
            parts.append(f"{_are(len(which), shape)}{named}")
    return ", ".join(parts)


def _are(count: int, shape: str) -> str:
    """So many profiles have a shape, in words."""
    if shape == "flat":
        return f"{count} {'is' if count == 1 else 'are'} flat"
    return f"{count} is a {shape}" if count == 1 else f"{count} are {shape}s"


@of_style
def shapes(study: Study, tables: Tables) -> str:
    """On which side of zero the contrasts are, as far as their intervals say."""
    pooled = _pooled(study, tables)
    texts = [
        _sides(pooled, "quadratic", "a hump", "a valley"),
        _sides(pooled, "quartic", "two humps with a dip", "no such dip"),
    ]
    without = int(pooled["quadratic_low"].isna().sum())
    if without:
        profiles_ = out_of(without, len(pooled), "profiles")
        texts.append(f"With one trajectory for each class, {profiles_} have no interval.")
    return " ".join([*texts, *_only_first(study, tables)])


def _only_first(study: Study, tables: Tables) -> list[str]:
    """That it is by the first metric, where the study's own verdicts are not by this alone."""
    metrics = own_shapes.read(study, tables).metrics
    return [f"All are by {study.metric}."] if metrics and set(metrics) != {study.metric} else []


def _sides(pooled: pd.DataFrame, contrast: str, below: str, above: str) -> str:
    """How many intervals of a contrast are below and above zero."""
    known = pooled.dropna(subset=[f"{contrast}_low", f"{contrast}_high"])
    if known.empty:
        return f"No {contrast} contrast has an interval."
    low = int((known[f"{contrast}_high"] < 0).sum())
    high = int((known[f"{contrast}_low"] > 0).sum())
    return (
        f"Of the {counted(len(known), f'{contrast} contrast')} with an interval, "
        f"{low or 'none'} {'is' if low < 2 else 'are'} wholly below zero ({below}) and "
        f"{high or 'none'} above ({above}), at 95 % each."
    )


@of_style
def profiles(study: Study, tables: Tables, experiment: str) -> str:
    """How much style changes in a step of each model, and the verdicts on the shapes."""
    losses = rows(tables, "style_profiles", experiment=experiment, class_a="all")
    subject = "The mean style loss of a step"
    text = compared(losses, "mean", study.models, subject, magnitude)
    own = own_shapes.read(study, tables)
    verdicts, first = (
        {m: of[m, experiment] for m in study.models if (m, experiment) in of}
        for of in (own.verdicts, own.first)
    )
    if not verdicts:
        return text
    if not own.metrics:
        return f"{text} {_told(verdicts, 'The shape is', 'No shape can be told')}."
    whose = f"The study's own shape ({', '.join(own.metrics)})"
    text = f"{text} {_told(verdicts, f'{whose} is', f'{whose} cannot be told')}."
    if first == verdicts:
        return text
    shown = f"By {own.metric}, which is drawn,"
    return f"{text} {_told(first, f'{shown} it is', f'{shown} none can be told')}."


def _told(verdicts: Mapping[str, str], shape: str, none: str) -> str:
    """The verdicts by model: named shapes first, then where none is sure, and why."""
    of = pd.Series(verdicts)
    shaped = [
        f"{'' if name == 'flat' else 'a '}{name} in {listing(of.index[of == name])}"
        for name in SHAPES
        if (of == name).any()
    ]
    rest = [
        f"{said} {listing(of.index[of == name])}"
        for name, said in (
            (UNDETERMINED, "undetermined in"),
            (TOO_FEW, "too few pairs in"),
            (DEPENDS, "depends on the metric in"),
        )
        if (of == name).any()
    ]
    if not shaped:
        return f"{none}: {', '.join(rest)}"
    return "; ".join([f"{shape} {', '.join(shaped)}", *rest])


@of_style
def spread(study: Study, tables: Tables, experiment: str) -> str:
    """How far single trajectories are from their mean."""
    losses = rows(tables, "style_profiles", experiment=experiment)
    losses = losses[(losses["class_a"] != "all") & losses["model"].isin(study.models)]
    losses = losses.assign(spread=losses["sd"] / losses["mean"]).dropna(subset="spread")
    if losses.empty:
        raise Missing("style_profiles")
    seeds = losses.groupby(["model", "seed"])["spread"].median().reset_index()
    subject = (
        "The standard deviation over the trajectories of a class or pair of classes, in the "
        "median step and as a part of their mean,"
    )
    return compared(seeds, "spread", study.models, subject, percent)


def strips(study: Study, tables: Tables, experiment: str) -> str:
    """How near to a dissolve the decoded images stay."""
    pooled = _pooled(study, tables)
    pooled = pooled[pooled["experiment"] == experiment]
    if len(pooled) and pooled["rho"].isna().all():
        return (
            "How near the images stay to a plain dissolve cannot be told: the decoded ends nearly "
            "coincide."
        )
    residuals = means(pooled, "rho", study.models)
    subject = (
        "The images' mean distance from a plain dissolve of the two ends, as a part of the "
        "distance between these,"
    )
    return f"{extremes(residuals, subject, percent)}; 0 would be a pure dissolve."


def transformation(study: Study, tables: Tables) -> str:
    """Whether trajectories show more that neither end has than walks that show nothing new do."""
    known = rows(tables, "known_walks").drop_duplicates(["walk", "pair"])
    walked = of_pairs(rows(tables, "trajectory_measures"), study.of_random)
    walked = walked.dropna(subset="structure")
    limit = least_new(known)
    if walked.empty or not np.isfinite(limit):
        raise Missing("trajectory_measures")
    shares = {
        model: share_above(
            walked.loc[walked["model"] == model, "structure"], known, generator(0, "new")
        )
        for model in study.models
        if (walked["model"] == model).any()
    }
    text = (
        "Of known dissolves between two artworks, 95 % of each kind leave a structure of at most "
        f"{1000 * limit:.2g} thousandths of the squared distance of their ends"
    )
    given = given_these_runs(study)
    some = [name for name, (_, low, _) in shares.items() if low > 0.05]
    if some:
        parts = [f"{name} ({percent(shares[name][0])} of its walks)" for name in some]
        return f"{text}. More have more in {listing(parts)}{given}."
    detected = {
        name: (part["structure"] > limit).mean()
        for name, part in known[known["is_new"].astype(bool)].groupby("walk", sort=False)
    }
    power = [f"{percent(share)} of those with {name}" for name, share in detected.items()]
    least = f" ({'; '.join(power)} would be told)" if power else ""
    none = f"No model's walks have more than these{given}"
    return f"{text}. {none}: nothing new is seen on the way{least}."


def dissolve(study: Study, tables: Tables) -> str:
    """Residuals by model, and whether humps go with larger ones."""
    measures = rows(tables, "trajectory_measures").dropna(subset="rho")
    if measures.empty:
        raise Missing("trajectory_measures")
    median = measures.groupby("model")["rho"].median()
    median = median.reindex([name for name in study.models if name in median.index])
    text = extremes(median, "The median dissolve residual ρ", "{:.3f}".format) + "."
    return f"{text} {_with_shape(study, tables)}".strip()


@of_style
def _with_shape(study: Study, tables: Tables) -> str:
    """Whether humps go with larger residuals; empty where that was not tested."""
    tests = rows(tables, "shape_rho", measure="quadratic").dropna(subset="p")
    if tests.empty:
        return ""
    clear = tests[tests["p"] < 0.05]
    if clear.empty:
        return (
            "No correlation of the quadratic contrast with ρ is beyond chance after "
            "Holm's adjustment, so the report's claim is neither borne out nor refuted here."
        )
    against = clear["correlation"] > 0
    if not against.any():
        sign = "negative, as the report's claim asks"
    elif against.all():
        sign = "positive, against the report's claim"
    else:
        sign = f"{int(against.sum())} positive, against the report's claim, the others negative"
    return (
        f"{out_of(len(clear), len(tests), 'correlations').capitalize()} of the quadratic "
        f"contrast with ρ {'is' if len(clear) == 1 else 'are'} beyond chance after Holm's "
        f"adjustment: {sign}."
    )


@of_style
def control(study: Study, tables: Tables) -> str:
    """Whether trajectories differ from the pixel blends of their own ends."""
    tests = rows(tables, "control_tests").dropna(subset="p")
    parts = [
        _against(tests, "quadratic", "profiles are less of a valley", "more of one"),
        _against(tests, "gram_path_ratio", "paths of Gram matrices are shorter", "longer"),
    ]
    parts = [part for part in parts if part]
    if not parts:
        raise Missing("control_tests")
    text = (
        f"Against the pixel blends of the same ends, {'; '.join(parts)}. The others are undecided "
        "(a comparison is of one model in one experiment; p < 0.05 after Holm's adjustment counts)."
    )
    return " ".join([text, *_only_first(study, tables)])


def _against(tests: pd.DataFrame, measure: str, less: str, more: str) -> str:
    """In how many comparisons a measure differs from that of the blends, after Holm."""
    tests = tests[tests["measure"] == measure]
    if tests.empty:
        return ""
    clear = tests.loc[tests["p"] < 0.05, "median_difference"]
    low, high = int((clear < 0).sum()), int((clear > 0).sum())
    total = counted(len(tests), "comparison")
    return f"{less} in {low or 'none'} of {total} and {more} in {high or 'none'}"
