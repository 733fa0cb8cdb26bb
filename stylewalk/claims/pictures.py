"""Claims about the pictures at the ends of closest and farthest trajectories."""

import numpy as np
import pandas as pd

from stylewalk.claims import estimates, magnitudes
from stylewalk.claims.estimates import Estimate
from stylewalk.claims.magnitudes import finding
from stylewalk.claims.resampling import Walks, average, experiment, mean_of_models
from stylewalk.claims.weighing import Claim, Evidence, Finding, NotTestable, judge, table
from stylewalk.randomness import generator
from stylewalk.statistics import FEWEST_FREE, over_seeds

# ASSUME: "often" is at least half of the time.
_OFTEN = 0.5
_BY_CHANCE = 0.5
_DRAWS = 1_000


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
    in which that chose it, too. Each different pair of artworks is one observation: the bootstrap
    resamples these within classes, as what models agree on is a matter of the pictures.
    """
    mine = pairs[pairs["model"].isin(models.values())]
    ends = np.sort(mine[["id_a", "id_b"]].to_numpy(np.int64), axis=1)
    mine = mine.assign(first=ends[:, 0], last=ends[:, 1])
    at_once = mine.groupby(["seed", "class_a"])["model"].nunique()
    if (at_once < 2).all():
        raise NotTestable("No two models have closest pairs of the same class and seed.")
    # Of each different pair: (models that chose it, over seeds) in common, and at most.
    chosen = mine.groupby(["class_a", "first", "last", "seed"])["model"].nunique().reset_index()
    others = at_once.loc[chosen.set_index(["seed", "class_a"]).index].to_numpy() - 1
    chosen = chosen.assign(common=chosen["model"] * (chosen["model"] - 1))
    chosen = chosen.assign(possible=chosen["model"] * others)
    each = chosen.groupby(["class_a", "first", "last"])[["common", "possible"]].sum()
    rng, drawn = generator(0, "claims", "coincide"), np.zeros((_DRAWS, 2))
    for _, of_class in each.groupby("class_a"):
        n = len(of_class)
        drawn += rng.multinomial(n, np.full(n, 1 / n), size=_DRAWS) @ of_class.to_numpy()
    common = each["common"] > 0
    same = {(int(first), int(last)) for _, first, last in each.index[common]}
    value = float(each["common"].sum() / each["possible"].sum())
    free = float(len(each) - each.index.unique("class_a").size)
    if free < FEWEST_FREE:
        return Estimate(value, np.nan, np.nan), same, len(each)
    shares = drawn[:, 0] / drawn[:, 1]
    found = estimates.interval(value, [(float(shares.var(ddof=1)), free)])
    return Estimate(value, max(found.low, 0.0), min(found.high, 1.0)), same, len(each)


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
    estimate = Estimate(*over_seeds(extreme))
    rho = _relative_rho(evidence, models)
    sentence = (
        f"The {len(ends)} pictures at the ends of farthest pairs are at "
        f"{estimate.said()} of the way from the middle of their class's brightness to its "
        f"darkest or lightest, against {_BY_CHANCE} by chance; rho, 0 for a dissolve, is "
        f"{rho.said()} times that of random pairs."
    )
    halves = [judge(estimate.low, estimate.high, at_least=_BY_CHANCE)]
    halves.append(judge(rho.low, rho.high, at_most=1))
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
    Claim(
        "closest-coincide",
        "7.2.2",
        "The closest pairs are often the same pictures in different models.",
        "Of the closest pairs within a class that a model chose, how often another model of the "
        "same seed chose the same, mean over all two models. Holds where the bootstrap interval "
        f"over different pairs of artworks is at or above {_OFTEN}, fails where it is below; "
        "chance would give about 0.",
        _closest_coincide,
        path="line",
        metric="gram",
        of_style=False,
        split="any",
    ),
    Claim(
        "far-extremes",
        "7.2.3",
        "The farthest pairs join very dark or very light pictures, and dissolve.",
        "Twice the distance of an end's brightness percentile within its class from 0.5, mean over "
        "the different pictures at the ends of farthest pairs; 0.5 by chance. Holds where its t "
        "interval over pictures is above 0.5 and rho over that of random pairs (geometric mean "
        "over models and classes; t interval over classes, and over seeds from three on) is below "
        "1; fails where either is surely the other way round.",
        _far_extremes,
        path="line",
        metric="gram",
        of_style=False,
        split="any",
    ),
]
