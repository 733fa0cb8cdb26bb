"""How far rounded weights move decoded images: known answers, and the page's steps in NumPy."""

import numpy as np
import pytest
import torch

from page_steps import FAMILIES, WIDTH, computed, trained
from stylewalk.explorer import decoders, rounding
from stylewalk.explorer.packing import packed


@pytest.mark.parametrize("name", FAMILIES)
def test_the_steps_are_carried_out_as_the_page_does(name):
    steps = decoders.steps_of(trained(name))
    latents = np.random.default_rng(0).normal(size=(3, WIDTH)).astype(np.float32)
    wanted = np.stack([computed(steps, z) for z in latents.astype(float)])
    found = rounding.decoded(steps, latents)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


def lines(weight, mean=0.25):
    """A linear model of one direction, the same in every pixel."""
    model = trained("linear")
    with torch.no_grad():
        model.directions.zero_()
        model.directions[0] = weight
        model.mean_picture.fill_(mean)
    return model


def measured(model, latent):
    latents = np.zeros((40, WIDTH), np.float32)
    latents[:, 0] = latent
    return rounding.differences(model, decoders.steps_of(model), latents, packed(latents, "h"))


def test_numbers_of_half_precision_make_no_difference():
    found = measured(lines(0.5), 0.75)
    assert found == {"largest": 0.0, "mean": 0.0, "images": rounding.MOST}


@pytest.mark.parametrize(
    ("weight", "latent"),
    # Between 1/2 and 1 numbers of half precision are 2^-11 apart: a quarter of that is rounded off.
    [(0.5 + 2**-13, 1.0), (1.0, 0.5 + 2**-13)],
)
def test_what_is_rounded_off_is_told(weight, latent):
    found = measured(lines(weight), latent)
    assert found["largest"] == found["mean"] == pytest.approx(255 * 2**-13, rel=0.02)


def test_what_no_image_shows_is_no_difference():
    assert measured(lines(2.0 + 2**-11, mean=0.5), 1.0)["largest"] == 0
