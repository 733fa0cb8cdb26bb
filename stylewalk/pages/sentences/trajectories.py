"""Sentences on the figures of trajectories."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.pages.facts import Study
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


def shape_counts(study: Study, tables: Tables) -> dict[str, int]:
    """How many mean profiles of a model and an experiment have each verdict."""
    verdicts = _pooled(study, tables)["verdict"]
    return {name: int((verdicts == name).sum()) for name in (*SHAPES, TOO_FEW, UNDETERMINED)}


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


def verdicts(study: Study, tables: Tables) -> str:
    """Which mean profiles have a shape, and how many are undetermined."""
    pooled = _pooled(study, tables)
    parts = []
    for shape in SHAPES:
        which = pooled[pooled["verdict"] == shape]
        where = [f"{row.model} in {row.experiment}" for row in which.itertuples()]
        if where:
            named = f" ({listing(where)})" if len(where) <= 6 else ""
            parts.append(f"{_are(len(where), shape)}{named}")
    counts = shape_counts(study, tables)
    few, open_ = counts[TOO_FEW], counts[UNDETERMINED]
    total = f"{counted(len(pooled), 'mean profile')} of a model and an experiment"
    text = f"Of {total}, {', '.join(parts) or 'none has a shape that can be told'}."
    if few:
        text += f" {few} {'has' if few == 1 else 'have'} too few pairs to tell."
    if open_:
        be = "is" if open_ == 1 else "are"
        text += f" {open_} {be} undetermined: neither flat nor a named shape is sure."
    return " ".join(filter(None, [text, given_runs(study)]))


def _are(count: int, shape: str) -> str:
    """So many profiles have a shape, in words."""
    if shape == "flat":
        return f"{count} {'is' if count == 1 else 'are'} flat"
    return f"{count} is a {shape}" if count == 1 else f"{count} are {shape}s"


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
    return " ".join(texts)


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


def profiles(study: Study, tables: Tables, experiment: str) -> str:
    """How much style changes in a step of each model, and the verdicts on the shapes."""
    losses = rows(tables, "style_profiles", experiment=experiment, class_a="all")
    subject = "The mean style loss of a step"
    text = compared(losses, "mean", study.models, subject, magnitude)
    pooled = _pooled(study, tables)
    verdicts = pooled[pooled["experiment"] == experiment].set_index("model")["verdict"]
    verdicts = verdicts.reindex([name for name in study.models if name in verdicts.index])
    if verdicts.empty:
        return text
    shaped = [
        f"{shape} in {listing(verdicts.index[verdicts == shape])}"
        for shape in SHAPES
        if (verdicts == shape).any()
    ]
    rest = [
        f"{said} {listing(verdicts.index[verdicts == name])}"
        for name, said in (
            (UNDETERMINED, "undetermined in"),
            (TOO_FEW, "too few pairs in"),
        )
        if (verdicts == name).any()
    ]
    if not shaped:
        return f"{text} No shape can be told: {', '.join(rest)}."
    told = f"{text} The shape is a {', a '.join(shaped)}".replace("a flat", "flat")
    return f"{'; '.join([told, *rest])}."


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
        "Of walks on which nothing new appears, 95 % of each kind leave a structure of at most "
        f"{1000 * limit:.2g} thousandths of the squared distance of their ends"
    )
    given = given_these_runs(study)
    some = [name for name, (_, low, _) in shares.items() if low > 0.05]
    if some:
        parts = [f"{name} ({percent(shares[name][0])} of its walks)" for name in some]
        return f"{text}. More have more in {listing(parts)}{given}."
    found = {
        name: (part["structure"] > limit).mean()
        for name, part in known[known["is_new"].astype(bool)].groupby("walk", sort=False)
    }
    power = [f"{percent(share)} of those with {name}" for name, share in found.items()]
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
    tests = rows(tables, "shape_rho", measure="quadratic").dropna(subset="p")
    if tests.empty:
        return text
    clear = tests[tests["p"] < 0.05]
    if clear.empty:
        return (
            f"{text} No correlation of the quadratic contrast with ρ is beyond chance after "
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
        f"{text} {out_of(len(clear), len(tests), 'correlations').capitalize()} of the quadratic "
        f"contrast with ρ {'is' if len(clear) == 1 else 'are'} beyond chance after Holm's "
        f"adjustment: {sign}."
    )


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
    return (
        f"Against the pixel blends of the same ends, {'; '.join(parts)}. The others are undecided "
        "(a comparison is of one model in one experiment; p < 0.05 after Holm's adjustment counts)."
    )


def _against(tests: pd.DataFrame, measure: str, less: str, more: str) -> str:
    """In how many comparisons a measure differs from that of the blends, after Holm."""
    tests = tests[tests["measure"] == measure]
    if tests.empty:
        return ""
    clear = tests.loc[tests["p"] < 0.05, "median_difference"]
    low, high = int((clear < 0).sum()), int((clear > 0).sum())
    total = counted(len(tests), "comparison")
    return f"{less} in {low or 'none'} of {total} and {more} in {high or 'none'}"
