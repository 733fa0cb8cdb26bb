"""Principal components of the page, held against scikit-learn's and the study's own map."""

import base64

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from stylewalk.explorer import directions, places
from stylewalk.latent_space.maps import map_latents

COUNT, WIDTH = 60, 12


def latents(width=WIDTH, scale=1.0):
    rng = np.random.default_rng(0)
    return (scale * rng.normal(3, np.linspace(1, 4, width), (COUNT, width))).astype(np.float32)


def on_map(points, shown=COUNT):
    """Where the study's map, of some of the artworks, has them on the page."""
    table = pd.DataFrame({"id": np.arange(COUNT), "class": ["a", "b"] * (COUNT // 2)})
    return places.on_map(map_latents(table, points, ["pca"], shown, 0), "pca", np.arange(COUNT))


def half(value):
    return np.frombuffer(base64.b64decode(value["h"]), "<f2").astype(float)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_components_are_those_of_the_artworks_on_the_map(scale):
    points = latents(scale=scale)
    shown = on_map(points, 40)
    known = np.isfinite(shown[:, 0])
    assert known.sum() == 40
    found = directions.of_latents(points, shown)
    pca = PCA(directions.MOST, svd_solver="full").fit(points[known])
    axes = half(found["axes"]).reshape(directions.MOST, WIDTH)
    np.testing.assert_allclose(half(found["mean"]), pca.mean_, rtol=1e-3, atol=1e-4 * scale)
    np.testing.assert_allclose(np.abs((axes * pca.components_).sum(axis=1)), 1, atol=2e-3)
    population = np.sqrt(pca.explained_variance_ * 39 / 40)
    np.testing.assert_allclose(found["deviations"], population, rtol=1e-4)
    np.testing.assert_allclose(found["shares"], pca.explained_variance_ratio_, rtol=1e-3)
    # A latent's place on the map follows from its scores.
    scores = (points[known] - pca.mean_) @ axes[:2].T / found["deviations"][:2]
    middle, step = np.array(found["map"]).T
    np.testing.assert_allclose(middle + step * scores, shown[known], atol=0.01)
    assert (step > 0).all()
    for axis in axes[2:]:
        assert axis[np.abs(axis).argmax()] > 0


def test_a_map_of_other_components_is_no_plane_of_points():
    points = latents()
    assert directions.of_latents(points, on_map(points)[::-1])["map"] is None
    assert directions.of_latents(points, on_map(points) ** 3)["map"] is None


def test_what_does_not_vary_has_no_component():
    points = latents()
    points[:, 2:] = 5
    found = directions.of_latents(points, on_map(points))
    assert len(found["deviations"]) == 2
    assert half(found["axes"]).shape == (2 * WIDTH,)
    points[:] = 5
    found = directions.of_latents(points, np.zeros((COUNT, 2)))
    assert found["deviations"] == []
    assert found["map"] is None
