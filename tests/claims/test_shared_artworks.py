"""Levels of claims whose pairs share artworks."""

import numpy as np
import pytest

from stylewalk.claims.magnitudes import settle
from stylewalk.claims.resampling import Walks, average
from stylewalk.trajectories.sharing import Sharing

GROUPS = [("A", "B"), ("A", "C")]


def walks(ends, seed=0):
    """Two models between the same pairs, whose losses go with the artwork at the first end."""
    rng = np.random.default_rng(seed)
    of_artworks, values = rng.normal(0, 0.3, 100), {}
    for model in ("AE", "VAE"):
        values[model] = {
            group: np.exp(of_artworks[ends[group][..., 0], None] + rng.normal(0, 0.1, (1, 20, 5)))
            for group in GROUPS
        }
    return [Walks("walk", values.__getitem__, 1, True, {}, of) for of in (lambda model: ends, None)]


def test_a_level_whose_groups_share_artworks_is_less_sure_and_a_difference_no_less():
    first = np.arange(20)
    ends = {g: np.stack([first, first + 20 * k], axis=1)[None] for k, g in enumerate(GROUPS, 1)}
    beside, plain = (
        average([each.level("AE", [group]) for group in GROUPS]) for each in walks(ends)
    )
    np.testing.assert_array_equal(beside.draws, plain.draws)
    (variance, free), (alone, of_alone) = beside.parts()[0], plain.parts()[0]
    # Each pair has one that is as alike as two can be: by hand.
    losses = np.concatenate([part.influences for part in beside.parts_of_pairs.values()])
    growth = Sharing([ends[group] for group in GROUPS]).growth(losses)
    assert variance == pytest.approx(alone * float(growth.variance), rel=1e-6)
    assert growth.variance > 1.3
    assert free == pytest.approx(of_alone * growth.free)
    # What artworks do to both models is not in their difference.
    both, _ = walks(ends)
    across = both.level("AE") - both.level("VAE")
    assert across.parts()[0][0] < variance / 4


def test_levels_of_pairs_that_share_nothing_are_as_they_were():
    ends = {g: np.arange(40).reshape(1, 20, 2) + 40 * k for k, g in enumerate(GROUPS)}
    beside, plain = (settle(each.level("AE")) for each in walks(ends))
    assert beside == plain
