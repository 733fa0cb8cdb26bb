"""Krippendorff's alpha: how far judges agree beyond chance."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, Shaped

DRAWS = 1000
_LEVELS = [2.5, 97.5]


def krippendorff_alpha(
    answers: Shaped[np.ndarray, "judges trials"], values: Sequence[str]
) -> float:
    """Nominal alpha of some judges, where not all have answered everything.

    With ``o[c, k]`` the pairs of answers c and k of two judges to one trial, each trial's divided
    by its number of answers less one, ``n[c]`` their sums and ``n`` the sum of all, it is
    ``1 - (n - 1) (n - sum of o[c, c]) / (n^2 - sum of n[c]^2)`` (Krippendorff, Content Analysis,
    3rd edition, 2013, section 12.3).

    Args:
        answers: (J, T) answers; anything that is not one of ``values`` is no answer.
        values: what may be answered.

    Returns:
        1 for agreement, 0 for what chance gives, NaN where no trial has two answers or all answers
        are the same.
    """
    pairs = _coincidences(answers, values)
    return float(_alpha(pairs.sum(axis=0)[None])[0])


def alpha_interval(
    answers: Shaped[np.ndarray, "judges trials"], values: Sequence[str], rng: np.random.Generator
) -> tuple[float, float]:
    """95 % interval of alpha by a bootstrap over trials, given these judges.

    Returns:
        Its ends, NaN where alpha is, or where no draw differs from another.
    """
    pairs = _coincidences(answers, values)
    pairs = pairs[pairs.sum(axis=(1, 2)) > 0]
    if len(pairs) < 2:
        return np.nan, np.nan
    drawn = rng.multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), size=DRAWS)
    alphas = _alpha(np.einsum("bt,tck->bck", drawn, pairs))
    alphas = alphas[np.isfinite(alphas)]
    if not len(alphas) or not np.ptp(alphas):
        return np.nan, np.nan
    low, high = np.percentile(alphas, _LEVELS)
    return float(low), float(high)


def _coincidences(
    answers: Shaped[np.ndarray, "judges trials"], values: Sequence[str]
) -> Float[np.ndarray, "trials answers answers"]:
    """The pairs of answers of two judges to each trial."""
    given: Int[np.ndarray, "judges trials answers"] = (
        answers[..., None] == np.asarray(list(values))
    ).astype(int)
    counts = given.sum(axis=0)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(
        len(values), dtype=int
    )
    others = counts.sum(axis=1) - 1
    scaled: np.ndarray = pairs / np.maximum(others, 1)[:, None, None]
    return scaled


def _alpha(pairs: Float[np.ndarray, "draws answers answers"]) -> Float[np.ndarray, " draws"]:
    of_each = pairs.sum(axis=2)
    n = of_each.sum(axis=1)
    same = np.trace(pairs, axis1=1, axis2=2)
    expected = n**2 - np.square(of_each).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha: np.ndarray = np.where(expected > 0, 1 - (n - 1) * (n - same) / expected, np.nan)
    return alpha
