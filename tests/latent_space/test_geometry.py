"""Variance spectra against an eigendecomposition, pairs against every pair."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from stylewalk.errors import StylewalkError
from stylewalk.latent_space import geometry
from stylewalk.latent_space.geometry import closest_pairs, farthest_pairs, pca_variance


def _eigen_shares(latents):
    values = np.linalg.eigvalsh(np.cov(latents.astype(np.float64), rowvar=False))[::-1]
    return values / values.sum()


def _shares(frame, name):
    return frame.loc[frame["class"] == name, "share"].to_numpy()


@pytest.fixture
def latents():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(60, 12)) * np.linspace(3, 0.5, 12)).astype(np.float32) + 5


def test_shares_are_those_of_the_covariance_for_all_and_each_class(latents):
    classes = np.array(["Realism"] * 25 + ["Cubism"] * 35)
    frame = pca_variance(latents, classes)
    assert list(frame["class"].unique()) == ["all", "Realism", "Cubism"]
    assert list(frame["component"]) == list(range(1, 11)) * 3
    for name, part in (("all", latents), ("Realism", latents[:25]), ("Cubism", latents[25:])):
        np.testing.assert_allclose(_shares(frame, name), _eigen_shares(part)[:10], rtol=1e-5)


def test_classes_come_in_the_order_given(latents):
    classes = ["a", "b", "c"] * 20
    frame = pca_variance(latents, classes, order=["c", "a", "absent", "b"])
    assert list(frame["class"].unique()) == ["all", "c", "a", "b"]


@pytest.mark.parametrize("shape", [(60, 12), (8, 30), (400, 300)])
def test_the_iterative_solver_is_exact_even_on_a_flat_spectrum(shape):
    flat = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    with mock.patch.object(geometry, "_DENSE", 1):
        shares = _shares(pca_variance(flat, ["a"] * shape[0], components=5), "all")
    np.testing.assert_allclose(shares, _eigen_shares(flat)[:5], rtol=1e-4)


def test_shares_ignore_rotation_scale_and_offset(latents):
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(12, 12)))
    one = pca_variance(latents, ["a"] * 60)
    two = pca_variance(7 * latents @ rotation + 100, ["a"] * 60)
    np.testing.assert_allclose(one["share"], two["share"], rtol=1e-4)


def test_few_rows_and_dimensions_give_fewer_components_that_hold_all_variance(latents):
    assert len(pca_variance(latents[:4], ["a"] * 4)) == 2 * 3
    frame = pca_variance(latents[:, :2], ["a"] * 60)
    assert len(frame) == 2 * 2
    assert _shares(frame, "a").sum() == pytest.approx(1)


def test_no_variance_gives_shares_of_zero(latents):
    frame = pca_variance(np.repeat(latents[:1], 20, axis=0), ["a"] * 19 + ["b"])
    assert (frame["share"] == 0).all()
    assert len(frame[frame["class"] == "b"]) == 1


@pytest.mark.usefixtures("unchecked")
def test_latents_that_are_not_finite_are_refused_in_words(latents):
    latents[7, 3] = np.nan
    for call in (
        lambda: pca_variance(latents, ["a"] * 60),
        lambda: closest_pairs(latents, None, 1),
    ):
        with pytest.raises(StylewalkError, match="row 7"):
            call()
    with pytest.raises(StylewalkError, match="shape"):
        closest_pairs(latents[0], None, 1)


def _every_pair(a, b, count, sign):
    """All pairs of unequal rows by distance, then by index."""
    distances = cdist(a.astype(float), (a if b is None else b).astype(float))
    pairs = [
        (sign * distances[i, j], i, j)
        for i in range(distances.shape[0])
        for j in range(i + 1 if b is None else 0, distances.shape[1])
        if distances[i, j] > 0
    ]
    return sorted(pairs)[:count]


# Small whole numbers: distances are exact, and many are equal or 0.
_whole = arrays(np.float32, st.tuples(st.integers(1, 14), st.just(3)), elements=st.integers(-2, 2))


@settings(max_examples=150, deadline=None)
@given(a=_whole, b=st.none() | _whole, count=st.integers(1, 30), far=st.booleans())
def test_pairs_are_those_of_a_search_through_every_pair(a, b, count, far):
    if far:
        b = None
    expected = _every_pair(a, b, count, -1 if far else 1)
    with mock.patch.object(geometry, "_BLOCK", 4):
        i, j, distance = farthest_pairs(a, count) if far else closest_pairs(a, b, count)
    assert [(x, y) for _, x, y in expected] == list(zip(i, j, strict=True))
    np.testing.assert_allclose(distance, [abs(d) for d, _, _ in expected], rtol=1e-12)


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize("offset", [0, 1000])
def test_near_pairs_are_ranked_where_float32_products_cancel(between, offset):
    rng = np.random.default_rng(3)
    points = rng.normal(size=(40, 64)) + offset
    near = points[:20] + rng.normal(size=(20, 64)) * np.linspace(1e-4, 2e-3, 20)[:, None]
    a = points.astype(np.float32)
    b = near.astype(np.float32)
    together = np.concatenate([a, b])
    with mock.patch.object(geometry, "_BLOCK", 16):
        pairs = closest_pairs(a, b, 15) if between else closest_pairs(together, None, 15)
    expected = _every_pair(a, b, 15, 1) if between else _every_pair(together, None, 15, 1)
    assert [(x, y) for _, x, y in expected] == list(zip(*pairs[:2], strict=True))


def test_distances_are_ordered_and_scale_with_the_latents():
    a = np.random.default_rng(4).normal(size=(200, 32)).astype(np.float32)
    i, j, distance = closest_pairs(a, None, 50)
    assert (i < j).all()
    assert (np.diff(distance) >= 0).all()
    huge = closest_pairs(a * np.float32(2.0**80), None, 50)
    np.testing.assert_array_equal(huge[0], i)
    np.testing.assert_allclose(huge[2], distance * 2.0**80)
    assert (np.diff(farthest_pairs(a, 50)[2]) <= 0).all()


def test_latents_that_coincide_have_no_pairs():
    same = np.ones((5000, 8), np.float32)
    assert len(closest_pairs(same, None, 10)[0]) == 0
    assert len(farthest_pairs(same, 10)[0]) == 0
    assert len(closest_pairs(same[:3], same[3:], 10)[0]) == 0


def test_zero_and_minus_zero_are_the_same_row():
    a = np.array([[0.0, 1.0], [-0.0, 1.0], [2.0, 1.0]])
    assert list(zip(*closest_pairs(a, None, 5)[:2], strict=True)) == [(0, 2), (1, 2)]
