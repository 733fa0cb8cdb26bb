"""In the tests, a call that contradicts an annotated type or shape fails by itself."""

import jaxtyping
import numpy as np
import pytest

from stylewalk.data import duplicates
from stylewalk.latent_space import maps
from stylewalk.training import loop

LATENTS, PLACES = np.zeros((6, 3), np.float32), np.zeros((6, 2))
IMAGES, LABELS, ROWS = np.zeros((6, 16, 16, 3), np.uint8), np.zeros(6, int), np.arange(6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: maps.neighbours_kept(LATENTS, PLACES[:5]),
        lambda: maps.neighbours_kept(LATENTS, PLACES[:, :1]),
        lambda: maps.neighbours_kept(LATENTS[0], PLACES),
        lambda: duplicates.find(IMAGES[:, :, :8]),
        lambda: duplicates.find(IMAGES.astype(np.float32)),
        lambda: loop.train(IMAGES, LABELS[:5], ROWS[:4], ROWS[4:], {}, {}, 0),
        lambda: loop.train(IMAGES, LABELS, ROWS[:4], ROWS[4:], {}, {}, seed="0"),
    ],
)
def test_a_wrong_shape_or_type_is_refused(call):
    with pytest.raises(jaxtyping.TypeCheckError):
        call()


def test_the_right_ones_are_not():
    kept, chance = maps.neighbours_kept(LATENTS, PLACES)
    assert np.isnan(kept)  # of latents that are all equal
    assert chance == 1
    assert duplicates.find(IMAGES).shape == (6,)
