"""In the tests, a call that contradicts an annotated type or shape fails by itself."""

import jaxtyping
import numpy as np
import pytest
import torch

from stylewalk.data import duplicates
from stylewalk.latent_space import maps
from stylewalk.models import triplet
from stylewalk.statistics import effective_free
from stylewalk.style.pairwise import squared_distances
from stylewalk.training import loop
from stylewalk.trajectories import dissolve, interpolation

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
        lambda: triplet.triplet_loss(torch.zeros(6, 3), torch.zeros(5, dtype=int), 0.2),
        lambda: squared_distances(LATENTS[0]),
        lambda: dissolve.gram_path_ratio(np.ones((2, 3)), np.ones(3)),
        lambda: dissolve.gram_path_ratio([["a"]], [1.0]),
        lambda: interpolation.between(LATENTS, PLACES, 4),
        lambda: effective_free(6, 1, np.ones((6, 1))),
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
    assert dissolve.gram_path_ratio([[4, 9.0]], np.ones(1)) == [5]
    assert interpolation.between(LATENTS, LATENTS, 4).shape == (6, 5, 3)
