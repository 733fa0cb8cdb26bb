"""Attribute vectors on a plane: latents whose principal components are known."""

import numpy as np
import pandas as pd
import pytest

from stylewalk.catalogue.samples import ATTRIBUTE_MAP
from stylewalk.trajectories import attribute_map, attributes


def space(latents, splits):
    nothing = np.zeros((4, 4, 3))
    groups = np.arange(len(latents))
    return attributes.Space(latents, lambda z: nothing, splits, groups, {}, nothing, 0)


def known(dimensions=6):
    """Spread 9, 4, 1, ... about a mean far from 0; of two kinds that differ along axis 0 and 3.

    Of each draw there is one of either kind, so that nothing else sets the two apart.
    """
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(2000, dimensions)) * [9, 4, *[0.1] * (dimensions - 2)] + 50
    latents = np.repeat(draws, 2, axis=0)
    has = np.arange(4000) % 2 == 0
    latents[has] += [0.3, 0, 0, 0.4, *[0] * (dimensions - 4)]
    splits = np.arange(2000), np.arange(2000, 4000)
    return latents, splits, pd.DataFrame({"class": np.where(has, "A", "B")})


def test_a_vector_lies_on_the_plane_as_far_as_it_points_along_it():
    latents, splits, columns = known()
    rows = list(attribute_map.rows_of_map(space(latents, splits), columns))
    (arrow,) = (row for row in rows if row["kind"] == "vector")
    assert (arrow["column"], arrow["value"]) == ("class", "A")
    along = np.array([arrow["to_x"] - arrow["x"], arrow["to_y"] - arrow["y"]])
    # .3 of .5 along the first component, whose sign is anyone's; nothing along the second.
    assert np.abs(along) == pytest.approx([0.3, 0], abs=0.01)
    assert arrow["in_plane"] == pytest.approx(9 / 25, abs=0.02)
    # The mean of all lies half way, since as many have it as lack it.
    half = [arrow["x"] + arrow["to_x"], arrow["y"] + arrow["to_y"]]
    assert half == pytest.approx([0, 0], abs=1e-9)


def test_vectors_of_shuffled_labels_lie_there_as_far_as_the_latents_do():
    """Of independent dimensions, by the share of the variance: 2 of 8 where all are alike."""
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(4000, 8)) + 40
    splits = np.arange(2000), np.arange(2000, 4000)
    columns = pd.DataFrame({"class": np.where(np.arange(4000) % 2 == 0, "A", "B")})
    rows = attribute_map.rows_of_map(space(latents, splits), columns)
    (arrow,) = (row for row in rows if row["kind"] == "vector")
    assert 0.1 < arrow["in_plane_shuffled"] < 0.45
    latents, splits, columns = known()
    rows = attribute_map.rows_of_map(space(latents, splits), columns)
    (arrow,) = (row for row in rows if row["kind"] == "vector")
    assert arrow["in_plane_shuffled"] > 0.95  # the plane holds nearly all variance


def test_far_from_0_the_plane_of_float32_latents_is_the_same():
    latents, splits, columns = known(64)
    near, far = (
        list(attribute_map.rows_of_map(space((latents + x).astype(np.float32), splits), columns))
        for x in (-50, 150)
    )
    for one, other in zip(near, far, strict=True):
        assert one["x"] == pytest.approx(other["x"], abs=1e-3)
        assert one["y"] == pytest.approx(other["y"], abs=1e-3)


def test_of_large_pictures_the_plane_is_fitted_to_fewer_of_them(monkeypatch):
    latents, splits, columns = known()
    shapes = []
    fit = attribute_map.PCA.fit

    def fitted(self, rows):
        shapes.append(rows.shape)
        return fit(self, rows)

    monkeypatch.setattr(attribute_map.PCA, "fit", fitted)
    monkeypatch.setattr(attribute_map, "_MOST_NUMBERS", 6 * 400)
    rows = list(attribute_map.rows_of_map(space(latents, splits), columns))
    assert shapes == [(400, 6)]
    (arrow,) = (row for row in rows if row["kind"] == "vector")
    assert arrow["in_plane"] == pytest.approx(9 / 25, abs=0.05)


def test_artworks_behind_it_are_held_out_and_have_their_class():
    latents, splits, columns = known()
    rows = [
        row
        for row in attribute_map.rows_of_map(space(latents, splits), columns)
        if row["kind"] == "artwork"
    ]
    assert len(rows) == 300
    assert {row["value"] for row in rows} == {"A", "B"}
    assert np.std([row["x"] for row in rows]) == pytest.approx(9, rel=0.15)
    assert np.std([row["y"] for row in rows]) == pytest.approx(4, rel=0.15)
    frame = pd.DataFrame(rows).assign(model="AE", seed=0)
    assert set(frame) == set(ATTRIBUTE_MAP)


def test_without_attributes_or_a_plane_there_is_no_map():
    latents, splits, columns = known()
    same = columns.assign(**{"class": "A"})
    assert list(attribute_map.rows_of_map(space(latents, splits), same)) == []
    assert list(attribute_map.rows_of_map(space(latents[:, :1], splits), columns)) == []


@pytest.mark.parametrize(
    ("vector", "share"), [([3, 4, 0], 1.0), ([0, 0, 2], 0.0), ([1, 1, 1], 2 / 3)]
)
def test_the_share_in_a_plane_is_that_of_the_squared_length(vector, share):
    plane = np.eye(3)[:2]
    assert attribute_map.share_in_plane(np.array(vector, float), plane) == pytest.approx(share)


def test_no_vector_has_no_share():
    assert np.isnan(attribute_map.share_in_plane(np.zeros(3), np.eye(3)[:2]))
