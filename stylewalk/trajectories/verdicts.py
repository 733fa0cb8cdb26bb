"""The rule by which contrasts of a mean profile become a verdict on its shape.

Of one study or of many at once: the last axis runs over tests, or over the quadratic and the
quartic contrast, and any axes may stand before it.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64, Int

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED

#: The contrasts that decide.
TESTED = ("quadratic", "quartic")
FLAT, HORSESHOE, VALLEY, WAVE = "flat", "horseshoe", "valley", "wave"
VERDICTS = (HORSESHOE, VALLEY, WAVE, FLAT, UNDETERMINED, TOO_FEW)
LEVEL = 0.05


def holm(
    p: Sequence[float] | Float[np.ndarray, "*studies tests"],
) -> Float64[np.ndarray, "*studies tests"]:
    """P-values adjusted for their number (Holm 1979); NaN stays NaN and does not count."""
    given = np.asarray(p, dtype=np.float64)
    order, ascending, tests = _ascending(given)
    steps = np.fmax.accumulate(ascending * (tests - np.arange(given.shape[-1])), axis=-1)
    return _back(given, order, steps)


def false_discovery(
    p: Sequence[float] | Float[np.ndarray, "*studies tests"],
) -> Float64[np.ndarray, "*studies tests"]:
    """P-values adjusted after Benjamini and Hochberg (1995); NaN stays NaN and does not count.

    That of SciPy takes neither NaN nor, with it, several studies.
    """
    given = np.asarray(p, dtype=np.float64)
    order, ascending, tests = _ascending(given)
    scaled = ascending * (tests / (np.arange(given.shape[-1]) + 1))
    return _back(given, order, np.fmin.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1])


def _ascending(
    p: Float64[np.ndarray, "*studies tests"],
) -> tuple[
    Int[np.ndarray, "*studies tests"],
    Float64[np.ndarray, "*studies tests"],
    Int[np.ndarray, "*studies 1"],
]:
    """The order of p-values, NaN last, these, and how many there are."""
    order = np.argsort(p, axis=-1, kind="stable")
    count = np.asarray(np.isfinite(p).sum(axis=-1, keepdims=True))
    return order, np.take_along_axis(p, order, -1), count


def _back(
    p: Float64[np.ndarray, "*studies tests"],
    order: Int[np.ndarray, "*studies tests"],
    steps: Float64[np.ndarray, "*studies tests"],
) -> Float64[np.ndarray, "*studies tests"]:
    """Adjusted p-values in the places that they had."""
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.minimum(steps, 1), axis=-1)
    return np.where(np.isnan(p), np.nan, adjusted)


def verdicts(
    value: Float[np.ndarray, "*studies 2"],
    reach: Float[np.ndarray, "*studies 2"],
    p: Float[np.ndarray, "*studies 2"],
    flat_within: float,
) -> Int[np.ndarray, "*studies"]:
    """Places in :data:`VERDICTS`.

    Args:
        value: quadratic and quartic contrast.
        reach: half of their 90 % intervals; NaN without replication.
        p: their p-values, adjusted in their family; NaN where there are too few pairs for a test.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
    """
    with np.errstate(invalid="ignore"):
        # Two one-sided tests of each contrast (Schuirmann 1987): its 90 % interval in the margin.
        is_flat = (np.abs(value) + reach <= flat_within).all(axis=-1)
        sure = p < LEVEL
        # With intervals this wide, or none, not even a contrast of 0 would be called flat.
        few = np.isfinite(value) & (~(reach < flat_within) | np.isnan(p))
    size = np.where(sure, np.abs(value), -1.0)
    is_quadratic = size[..., 0] >= size[..., 1]
    is_below = np.where(is_quadratic, value[..., 0], value[..., 1]) < 0
    # ASSUME: a positive quartic contrast (high ends and a high middle) stays undetermined because
    # the report has no name for it.
    rules = [
        (is_flat, FLAT),
        (~sure.any(axis=-1) & few.any(axis=-1), TOO_FEW),
        (~sure.any(axis=-1), UNDETERMINED),
        (is_quadratic & is_below, HORSESHOE),
        (is_quadratic, VALLEY),
        (is_below, WAVE),
    ]
    places = [np.int64(VERDICTS.index(name)) for _, name in rules]
    return np.select([each for each, _ in rules], places, np.int64(VERDICTS.index(UNDETERMINED)))
