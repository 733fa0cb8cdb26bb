"""Claims about the pictures at the ends of closest and farthest trajectories."""

import numpy as np
import pandas as pd

from stylewalk.claims import estimates, magnitudes
from stylewalk.claims.estimates import Estimate
from stylewalk.claims.magnitudes import finding
from stylewalk.claims.resampling import Walks, average, experiment, mean_of_models
from stylewalk.claims.weighing import (
    Claim,
    Evidence,
    Finding,
    NotTestable,
    judge,
    of_trajectories,
    table,
)
from stylewalk.statistics import FEWEST_FREE

# ASSUME: "often" is at least half of the time.
_OFTEN = 0.5
_BY_CHANCE = 0.5


def _pairs(evidence: Evidence, pairs: str) -> pd.DataFrame:
    name = experiment(evidence, "within", pairs)
    return magnitudes.rows(table(evidence, "pairs"), experiment=name)


def _closest_coincide(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence, least=2)
    pairs = _pairs(evidence, "closest")
    estimate, same, count = _coincidences(pairs, models)
    sentence = (
        "Two models have the same closest pictures of a class in "
        f"{100 * estimate.value:.0f} % of cases ({100 * estimate.low:.0f} % to "
        f"{100 * estimate.high:.0f} %, over {count} different pairs; {len(models)} models)"
        f"{_artists(evidence, same)}."
    )
    verdict = judge(estimate.low, estimate.high, at_least=_OFTEN)
    return finding(verdict, estimate, sentence)


def _coincidences(
    pairs: pd.DataFrame, models: dict[str, str]
) -> tuple[Estimate, set[tuple[int, int]], int]:
    """How often two models have the same closest pair, the pairs that any two share, and all.

    Of the times that one of the models chose a pair, and another one to compare it with: the share
    in which that chose it, too. A model's closest pairs of its classes are the sample, in which
    another model's agree with it or not; that of other models is no further evidence, as what they
    agree on is a matter of the pictures.
    """
    mine = pairs[pairs["model"].isin(models.values())]
    ends = np.sort(mine[["id_a", "id_b"]].to_numpy(np.int64), axis=1)
    mine = mine.assign(first=ends[:, 0], last=ends[:, 1])
    others = mine.groupby(["seed", "class_a"])["model"].transform("nunique") - 1
    if not others.any():
        raise NotTestable("No two models have closest pairs of the same class and seed.")
    agree = mine.groupby(["seed", "class_a", "first", "last"])["model"].transform("nunique") - 1
    mine = mine.assign(agree=agree, share=agree / others.where(others > 0))
    shared = mine.loc[mine["agree"] > 0, ["first", "last"]].drop_duplicates()
    same = {(int(first), int(last)) for first, last in shared.itertuples(index=False)}
    value, count = float(mine["share"].mean()), len(mine.drop_duplicates(["first", "last"]))
    of_classes = mine.groupby(["seed", "model", "class_a"])["share"].agg(["var", "size"])
    of_models = of_classes.groupby(["seed", "model"])
    n = of_classes["size"].groupby(["seed", "model"]).sum()
    free = float((n - of_models.size()).min())
    if free < FEWEST_FREE:
        return Estimate(value, np.nan, np.nan), same, count
    error = (of_classes["var"] * of_classes["size"]).groupby(["seed", "model"]).sum() / n**2
    estimate = estimates.interval(value, [(float(error.mean()), free)])
    return Estimate(value, max(estimate.low, 0.0), min(estimate.high, 1.0)), same, count


def _artists(evidence: Evidence, same: set[tuple[int, int]]) -> str:
    """How many of the pairs are of one artist: two versions of a work are close in any model."""
    if "artworks" not in evidence.tables or not same:
        return ""
    artist = evidence.tables["artworks"].set_index("id")["artist"]
    if not artist.astype(bool).any():
        return ""
    alike = sum(bool(artist[a]) and artist[a] == artist[b] for a, b in same)
    return f"; of the {len(same)} pairs that models share {alike} join works of one artist"


def _far_extremes(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence)
    pairs = _pairs(evidence, "farthest")
    mine = pairs[pairs["model"].isin(models.values())]
    brightness = table(evidence, "brightness").set_index("id")["brightness"]
    artworks = table(evidence, "artworks").set_index("id")
    values = brightness.reindex(artworks.index).groupby(artworks["class"])
    percentile = (values.rank() - 0.5) / values.transform("count")
    ends = sorted({*mine["id_a"], *mine["id_b"]})
    extreme = (2 * (percentile.loc[ends] - 0.5).abs()).to_numpy()
    estimate = estimates.of_seeds(extreme)
    rho = _relative_rho(evidence, models)
    sentence = (
        f"The {len(ends)} pictures at the ends of farthest pairs are at "
        f"{estimate.said()} of the way from the middle of their class's brightness to its "
        f"darkest or lightest, against {_BY_CHANCE} by chance; rho, 0 for a dissolve, is "
        f"{rho.said()} times that of random pairs."
    )
    # The claim fails where either half does: each has half of the error.
    halves = [
        judge(estimate.low, estimate.ends(2)[1], at_least=_BY_CHANCE),
        judge(rho.ends(2)[0], rho.high, at_most=1),
    ]
    return Finding(
        magnitudes.both(halves), sentence, np.nan, estimate.value, estimate.low, estimate.high
    )


def _relative_rho(evidence: Evidence, models: dict[str, str]) -> Estimate:
    """Mean rho of farthest over random trajectories within classes, geometric over models."""
    far, random = (
        Walks.of(evidence, "within", pairs, column="rho") for pairs in ("farthest", "random")
    )
    ratios = [
        average(
            [
                far.level(model, [group]) - random.level(model, [group])
                for group in far.groups(model)
                if group in random.groups(model)
            ]
        )
        for model in models.values()
    ]
    return magnitudes.settle(mean_of_models(ratios)).exp()


CLAIMS: list[Claim] = [
    of_trajectories(
        "closest-coincide",
        "7.2.2",
        "The closest pairs are often the same pictures in different models.",
        "Of the closest pairs within a class that a model chose, how often another model of the "
        "same seed chose the same, mean over all two models. Holds where the t interval over a "
        f"model's pairs is at or above {_OFTEN}, fails where it is below; chance would give about "
        "0.",
        _closest_coincide,
        of_style=False,
        null='exactly so many pairs coincide as "often" asks',
    ),
    of_trajectories(
        "far-extremes",
        "7.2.3",
        "The farthest pairs join very dark or very light pictures, and dissolve.",
        "Twice the distance of an end's brightness percentile within its class from 0.5, mean over "
        "the different pictures at the ends of farthest pairs; 0.5 by chance. Holds where its t "
        "interval over pictures is above 0.5 and rho over that of random pairs (geometric mean "
        "over models and classes; interval over pairs, and over seeds from three on) is below 1; "
        "fails where either is surely the other way round, with Bonferroni's correction.",
        _far_extremes,
        of_style=False,
        null="ends as by chance, or walks as near to a dissolve as others",
    ),
]
