"""Claims about the pictures at the ends of closest and farthest trajectories."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.claims import magnitudes
from stylewalk.claims.magnitudes import Estimate
from stylewalk.claims.weighing import Claim, Evidence, Finding, NotTestable, judge, table
from stylewalk.statistics import over_seeds

# ASSUME: "often" is at least half of the time.
_OFTEN = 0.5
_BY_CHANCE = 0.5


def _pairs(evidence: Evidence, pairs: str) -> pd.DataFrame:
    name = magnitudes.experiment(evidence, "within", pairs)
    return magnitudes.rows(table(evidence, "pairs"), experiment=name)


def _closest_coincide(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence, least=2)
    pairs = _pairs(evidence, "closest")
    shares, same = _coincidences(pairs, models)
    estimate = _wilson(float(shares.mean()), len(shares))
    sentence = (
        "Two models have the same closest pictures of a class in "
        f"{100 * estimate.value:.0f} % of cases ({100 * estimate.low:.0f} % to "
        f"{100 * estimate.high:.0f} % by {len(shares)} classes; {len(models)} models)"
        f"{_artists(evidence, same)}."
    )
    verdict = judge(estimate.low, estimate.high, at_least=_OFTEN)
    return Finding(verdict, sentence, np.nan, estimate.value, estimate.low, estimate.high)


def _coincidences(
    pairs: pd.DataFrame, models: dict[str, str]
) -> tuple[pd.Series, set[tuple[int, int]]]:
    """Share of closest pairs that two models have in common, by class, and these pairs.

    Of several closest pairs it is the number of common ones over the larger number.
    """
    mine = pairs[pairs["model"].isin(models.values())]
    chosen = {
        key: set(map(tuple, np.sort(group[["id_a", "id_b"]].to_numpy(np.int64), axis=1)))
        for key, group in mine.groupby(["class_a", "seed", "model"])
    }
    shares: list[tuple[str, float]] = []
    same: set[tuple[int, int]] = set()
    for (class_a, seed), group in mine.groupby(["class_a", "seed"]):
        for a, b in combinations(sorted(group["model"].unique()), 2):
            of_a, of_b = chosen[class_a, seed, a], chosen[class_a, seed, b]
            common = of_a & of_b
            same |= {(int(first), int(last)) for first, last in common}
            shares.append((class_a, len(common) / max(len(of_a), len(of_b))))
    if not shares:
        raise NotTestable("No two models have closest pairs of the same class and seed.")
    return pd.DataFrame(shares, columns=["class", "share"]).groupby("class")["share"].mean(), same


def _wilson(share: float, n: int) -> Estimate:
    """Wilson's 95 % interval of a share of n (Wilson 1927)."""
    z = stats.norm.ppf(1 - magnitudes.LEVEL / 2)
    middle = (share + z**2 / 2 / n) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + (z / 2 / n) ** 2) / (1 + z**2 / n)
    return Estimate(share, float(max(middle - half, 0)), float(min(middle + half, 1)))


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
    measures = table(evidence, "trajectory_measures")
    kinds = []
    for pairs in ("farthest", "random"):
        name = magnitudes.experiment(evidence, "within", pairs)
        rows = magnitudes.rows(measures, experiment=name)
        rows = rows[rows["model"].isin(models.values())]
        kinds.append(rows.groupby(["seed", "class_a", "model"])["rho"].mean())
    with np.errstate(divide="ignore"):
        ratios = np.log(kinds[0] / kinds[1]).groupby(["seed", "class_a"]).mean()
    return magnitudes.over_groups(ratios.unstack()).exp()  # noqa: PD010


CLAIMS: list[Claim] = [
    Claim(
        "closest-coincide",
        "7.2.2",
        "The closest pairs are often the same pictures in different models.",
        "Share of closest pairs within a class that two models of the same seed have in common, "
        "mean over classes and all two models. Holds where the Wilson interval, by the number of "
        f"classes, is at or above {_OFTEN}, fails where it is below; chance would give about 0.",
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
