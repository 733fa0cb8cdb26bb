"""Whether single latent dimensions stand for single known factors: DCI, MIG and SAP.

Factors are what is known of every artwork and takes few values: its class, what it shows, or of
which kind that is. Implementations follow the definitions, with forests in place of Lasso, since
factors are names.
"""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Int
from scipy.stats import rankdata
from sklearn.ensemble import RandomForestClassifier

from stylewalk.catalogue.latent_space import DISENTANGLEMENT
from stylewalk.latent_space.geometry import check_latents
from stylewalk.randomness import derived_seed, generator

_Latents = Float64[np.ndarray, "artworks dimensions"]
_Factors = list[Int[np.ndarray, " artworks"]]
_TARGETS = ("class", "content", "content_group")
_MOST_VALUES = 24
_FEWEST_OF_A_VALUE = 5  # artworks
_BINS = 20
_TREES = 16
_SHUFFLES = 20
_DCI_SHUFFLES = 3
_HELD_OUT = 0.25


def known_factors(artworks: pd.DataFrame) -> dict[str, Int[np.ndarray, " artworks"]]:
    """The factors of artworks, by name, as numbers from 0.

    One that another determines, as the class of a line is determined by its angle, is left out.

    Args:
        artworks: class, content and content_group of each.
    """
    factors = {}
    for name in _TARGETS:
        codes, values = pd.factorize(artworks[name], sort=True)
        counts = np.bincount(codes)
        is_known = "" not in set(values) and 2 <= len(values) <= _MOST_VALUES
        if is_known and counts.min() >= _FEWEST_OF_A_VALUE:
            factors[name] = codes
    for name, other in itertools.permutations(reversed(list(factors)), 2):
        if name in factors and other in factors and _determines(factors[other], factors[name]):
            del factors[name]
    return factors


def _determines(one: Int[np.ndarray, " artworks"], other: Int[np.ndarray, " artworks"]) -> bool:
    """Whether artworks of one value of the first factor are all of one value of the other."""
    return len(np.unique(np.stack([one, other]), axis=1).T) == len(np.unique(one))


def disentanglement(
    latents: Float[np.ndarray, "artworks dimensions"], artworks: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Columns of DISENTANGLEMENT without model and seed; no rows where fewer than two are known.

    Args:
        latents: (n, d) latents.
        artworks: class, content and content_group of each.
        seed: of forests and shuffles.
    """
    latents = check_latents(latents).astype(np.float64)
    known = list(known_factors(artworks).values())
    rows = []
    if len(known) >= 2:
        rng = generator(seed, "shuffled factors")
        rows = [
            ("mig", mig(latents, known), _null(mig, latents, known, rng)),
            ("sap", sap(latents, known), _null(sap, latents, known, rng)),
        ]
        # Forests take long: of so few, the mean.
        shuffles = [[rng.permutation(codes) for codes in known] for _ in range(_DCI_SHUFFLES)]
        chances = pd.DataFrame([dci(latents, one, seed) for one in shuffles]).mean()
        rows += [(name, value, chances[name]) for name, value in dci(latents, known, seed).items()]
    columns = [c for c in DISENTANGLEMENT if c not in ("model", "seed")]
    return pd.DataFrame(rows, columns=columns[:3]).assign(factors=len(known), n=len(latents))


def _null(
    measure: Callable[[_Latents, _Factors], float],
    latents: _Latents,
    known: _Factors,
    rng: np.random.Generator,
) -> float:
    """The 95th percentile of a measure with factors shuffled among the artworks."""
    values = [
        measure(latents, [rng.permutation(codes) for codes in known]) for _ in range(_SHUFFLES)
    ]
    return float(np.quantile(values, 0.95))


def _binned(
    latents: Float64[np.ndarray, "artworks dimensions"],
) -> Int[np.ndarray, "artworks dimensions"]:
    """Each dimension in bins that hold as many artworks each."""
    # Equal values are in one bin: by their order, a constant dimension would tell sorted classes.
    ranks = rankdata(latents, method="min", axis=0).astype(np.int64) - 1
    return np.asarray(ranks * _BINS // len(latents))


def mig(latents: _Latents, known: _Factors) -> float:
    """Mutual information gap (Chen et al. 2018): the lead of the best dimension over the second.

    In shares of the factor's entropy, mean over factors; dimensions are cut into 20 bins.
    """
    bins = _binned(latents)
    gaps = []
    for codes in known:
        shared = np.sort([_information(codes, column) for column in bins.T])
        entropy = _information(codes, codes)
        second = shared[-2] if len(shared) > 1 else 0.0
        gaps.append((shared[-1] - second) / entropy)
    return float(np.mean(gaps))


def _information(one: Int[np.ndarray, " artworks"], other: Int[np.ndarray, " artworks"]) -> float:
    """Mutual information of two numberings in nats; scikit-learn's takes ten times as long."""
    width = int(other.max()) + 1
    joint = np.bincount(one * width + other, minlength=(int(one.max()) + 1) * width)
    shares = joint.reshape(-1, width) / len(one)
    apart = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0)
    there = shares > 0
    return float((shares[there] * np.log(shares[there] / apart[there])).sum())


def sap(latents: _Latents, known: _Factors) -> float:
    """Separated attribute predictability (Kumar et al. 2018), mean over factors.

    The lead of the best dimension over the second in how well it predicts the factor alone: the
    balanced accuracy of the nearest class mean.
    """
    leads = []
    for codes in known:
        scores = np.sort([_accuracy(column, codes) for column in latents.T])
        second = scores[-2] if len(scores) > 1 else 0.0
        leads.append(scores[-1] - second)
    return float(np.mean(leads))


def _accuracy(
    values: Float64[np.ndarray, " artworks"], codes: Int[np.ndarray, " artworks"]
) -> float:
    counts = np.bincount(codes)
    means = np.bincount(codes, weights=values) / counts
    predicted = np.abs(values[:, None] - means).argmin(axis=1)
    right = np.bincount(codes, weights=predicted == codes) / counts
    return float(right.mean())


def dci(
    latents: _Latents,
    known: _Factors,
    seed: int,
) -> dict[str, float]:
    """Disentanglement, completeness and informativeness (Eastwood and Williams 2018).

    From how much a forest that predicts a factor rests on each dimension; the last is its accuracy
    on artworks that it has not seen, mean over factors.
    """
    rng = generator(seed, "held out of forests")
    held_out = rng.random(len(latents)) < _HELD_OUT
    importance, accuracy = [], []
    for place, codes in enumerate(known):
        forest = RandomForestClassifier(
            _TREES,
            max_features=None,
            min_samples_leaf=3,
            random_state=derived_seed(seed, f"forest {place}") % 2**32,
        )
        forest.fit(latents[~held_out], codes[~held_out])
        importance.append(forest.feature_importances_)
        accuracy.append(forest.score(latents[held_out], codes[held_out]))
    matrix = np.stack(importance, axis=1)  # (d, factors)
    informed = {"dci_informativeness": float(np.mean(accuracy))}
    if not matrix.any(axis=0).all() or len(matrix) < 2:
        # No forest rests on any dimension, or there is one alone: nothing is apart or together.
        nothing = {"dci_disentanglement": np.nan, "dci_completeness": np.nan}
        return {**nothing, **informed}
    per_dimension, per_factor = matrix.sum(axis=1), matrix.sum(axis=0)
    of_dimensions = 1 - _entropies(matrix)
    of_factors = 1 - _entropies(matrix.T)
    return {
        "dci_disentanglement": float(np.average(of_dimensions, weights=per_dimension)),
        "dci_completeness": float(np.average(of_factors, weights=per_factor)),
        **informed,
    }


def _entropies(matrix: Float64[np.ndarray, "rows columns"]) -> Float64[np.ndarray, " rows"]:
    """Entropy of each row as a distribution, over that of the uniform one."""
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(
        matrix, totals, out=np.full_like(matrix, 1 / matrix.shape[1]), where=totals > 0
    )
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropies: np.ndarray = -(shares * logs).sum(axis=1) / np.log(matrix.shape[1])
    return entropies
