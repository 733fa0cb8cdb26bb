"""Classes in a latent space against slow loops, SciPy and Gaussians of known shape."""

from itertools import combinations, permutations
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist
from scipy.stats import kurtosis

from stylewalk.errors import StylewalkError
from stylewalk.latent_space import class_geometry
from stylewalk.latent_space.class_geometry import (
    class_offsets,
    effective_dimensions,
    first_component_angles,
    mean_distances,
    null_spectra,
    posterior_use,
)
from stylewalk.latent_space.geometry import pca_variance


def _gaussian(rng, n, d, spread=1.0):
    return (rng.normal(size=(n, d)) * spread).astype(np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def latents(rng):
    return _gaussian(rng, 90, 12, np.linspace(3, 0.5, 12)) + 5


LABELS = np.repeat(["Realism", "Cubism", "Fauvism"], [40, 30, 20])


# Offsets of centroids


def test_offsets_are_distances_of_means(latents):
    frame = class_offsets(latents, LABELS, permutations=3).set_index("class")
    for name in ("Realism", "Cubism", "Fauvism"):
        part = latents[name == LABELS]
        offset = part.mean(axis=0, dtype=float) - latents.mean(axis=0, dtype=float)
        assert frame.loc[name, "l1"] == pytest.approx(np.abs(offset).sum())
        assert frame.loc[name, "l2"] == pytest.approx(np.linalg.norm(offset))
        relative = np.linalg.norm(offset) / pdist(part.astype(float)).mean()
        assert frame.loc[name, "relative_l2"] == pytest.approx(relative)
        relative = np.abs(offset).sum() / pdist(part.astype(float), "cityblock").mean()
        assert frame.loc[name, "relative_l1"] == pytest.approx(relative)


def test_the_null_is_the_mean_over_all_labellings_and_p_the_share_that_reach_the_offset(rng):
    latents = _gaussian(rng, 7, 3)
    labels = np.array(list("aaabbbb"))
    centre = latents.mean(axis=0)
    offsets = [
        np.abs(latents[list(rows)].mean(axis=0) - centre).sum()
        for rows in combinations(range(7), 3)
    ]
    frame = class_offsets(latents, labels, permutations=20_000)
    reached = np.mean(np.array(offsets) >= frame["l1"][0] * (1 - 1e-6))
    assert frame["null_l1"][0] == pytest.approx(np.mean(offsets), rel=0.02)
    assert frame["p_l1"][0] == pytest.approx(reached, abs=0.02)


def test_the_null_of_a_gaussian_falls_as_the_root_of_the_class_size(rng):
    latents = _gaussian(rng, 3000, 200)
    frame = class_offsets(latents, np.repeat(["few", "many"], [100, 2900])).set_index("class")
    # A centroid of m of n draws of N(0, I) lies sqrt(d (1/m - 1/n)) from that of all n.
    for name, m in (("few", 100), ("many", 2900)):
        expected = np.sqrt(200 * (1 / m - 1 / 3000))
        assert frame.loc[name, "null_l2"] == pytest.approx(expected, rel=0.02)
        expected = 200 * np.sqrt(2 / np.pi * (1 / m - 1 / 3000))
        assert frame.loc[name, "null_l1"] == pytest.approx(expected, rel=0.02)


def test_p_is_uniform_without_classes_and_least_for_a_class_apart(rng):
    labels = np.repeat(["a", "b", "c"], 20)
    ps = np.concatenate(
        [
            class_offsets(_gaussian(rng, 60, 5), labels, seed=s, permutations=99)["p_l1"]
            for s in range(100)
        ]
    )
    assert np.mean(ps <= 0.05) == pytest.approx(0.05, abs=0.04)
    assert np.mean(ps <= 0.5) == pytest.approx(0.5, abs=0.1)
    apart = _gaussian(rng, 60, 5) + 9 * (labels == "b")[:, None].astype(np.float32)
    assert class_offsets(apart, labels)["p_l1"][1] == pytest.approx(1 / 201)


def test_a_class_that_is_all_of_the_data_has_no_offset_and_a_p_of_one(latents):
    frame = class_offsets(latents, ["a"] * 90)
    np.testing.assert_allclose(frame[["l1", "l2", "null_l1", "null_l2"]], 0, atol=1e-12)
    assert frame["p_l1"][0] == 1


# Angles of first components


def _angles(frame):
    return frame.set_index("class")["degrees"]


def _eigen_angle(part, latents):
    u, v = (
        np.linalg.eigh(np.cov(x.astype(float), rowvar=False))[1][:, -1] for x in (part, latents)
    )
    return np.degrees(np.arccos(abs(u @ v)))


@pytest.mark.parametrize("shape", [(90, 12), (90, 200), (90, 2)])
def test_angles_are_those_of_eigenvectors_of_the_covariances(rng, shape):
    latents = _gaussian(rng, *shape, np.linspace(3, 0.5, shape[1])) + 5
    angles = _angles(first_component_angles(latents, LABELS, resamples=4))
    for name in ("Realism", "Cubism", "Fauvism"):
        expected = _eigen_angle(latents[name == LABELS], latents)
        assert angles[name] == pytest.approx(expected, abs=1e-4)


def test_resamples_are_those_of_eigenvectors_of_the_drawn_rows(rng):
    latents = _gaussian(rng, 90, 30)  # flat, where the iteration is slowest
    weights = rng.multinomial(90, np.full(90, 1 / 90), size=60)
    _, components = class_geometry.leading_components(latents, weights, 0)
    for component, count in zip(components, weights, strict=True):
        drawn = np.repeat(latents, count, axis=0).astype(float)
        exact = np.linalg.eigh(np.cov(drawn, rowvar=False))[1][:, -1]
        assert abs(component @ exact) > np.cos(np.radians(0.5))


@pytest.mark.parametrize("degrees", [0, 20, 60, 90])
def test_a_constructed_angle_lies_in_its_interval(rng, degrees):
    turn = np.radians(degrees)
    line = np.array([np.cos(turn), np.sin(turn)])
    rows = _gaussian(rng, 3000, 40)
    rows[:, 0] *= 6
    few = _gaussian(rng, 300, 40)
    few[:, :2] += (5 * rng.normal(size=300)[:, None] * line).astype(np.float32)
    latents = np.concatenate([rows, few])
    frame = first_component_angles(latents, ["many"] * 3000 + ["few"] * 300, resamples=50)
    many, few = frame.itertuples(index=False)
    # The population's component of all data, turned by the few.
    pooled = 3000 * np.diag([36, 1.0]) + 300 * (np.eye(2) + 25 * np.outer(line, line))
    axis = np.linalg.eigh(pooled)[1][:, -1]
    assert few.low <= np.degrees(np.arccos(min(abs(axis @ line), 1))) <= few.high
    assert many.low <= np.degrees(np.arccos(min(abs(axis[0]), 1))) <= many.high
    assert few.high - few.low < 20


@pytest.mark.slow
def test_intervals_of_angles_hold_the_truth_as_often_as_they_say():
    # A class and all data share their component: noise turns every estimate away from 0, and more
    # in each resample; classes at 60 degrees must be told apart from it.
    line = np.array([0.5, np.sqrt(0.75)])
    axis = np.linalg.eigh(500 * np.diag([16.0, 0]) + 200 * 16 * np.outer(line, line))[1][:, -1]
    truth = np.degrees(np.arccos(np.abs([axis[0], axis @ line])))
    held = []
    for trial in range(40):
        rng = np.random.default_rng(trial)
        rows = _gaussian(rng, 700, 30)
        along = 4 * rng.normal(size=700).astype(np.float32)
        rows[:500, 0] += along[:500]
        rows[500:, :2] += (along[500:, None] * line).astype(np.float32)
        labels = ["a"] * 500 + ["b"] * 200
        frame = first_component_angles(rows, labels, seed=trial, resamples=50)
        held.append((frame["low"] <= truth) & (truth <= frame["high"]))
        assert frame["low"][1] > 30
    assert np.mean(held) >= 0.9


def test_angles_ignore_rotation_scale_and_offset(rng):
    latents = _gaussian(rng, 90, 6, np.array([5, 3, 2, 1, 1, 1]))
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    one = first_component_angles(latents, LABELS)
    two = first_component_angles((7 * latents @ rotation + 100).astype(np.float32), LABELS)
    np.testing.assert_allclose(one.iloc[:, 1:], two.iloc[:, 1:], atol=0.05)


@pytest.mark.slow
def test_flat_latents_have_a_wide_interval_of_angles(rng):
    frame = first_component_angles(_gaussian(rng, 400, 64), ["a", "b"] * 200)
    assert (frame["high"] > 80).all()
    assert (frame["low"] < 60).all()


def test_classes_without_variance_have_no_angle(latents):
    latents[40:70] = latents[40]
    frame = first_component_angles(latents, [*LABELS[:-1], "alone"], resamples=20)
    assert frame.set_index("class").loc[["Cubism", "alone"]].isna().all(axis=None)
    assert frame.set_index("class").loc[["Realism", "Fauvism"]].notna().all(axis=None)


# Mean distances

_rows = arrays(
    np.float32,
    st.tuples(st.integers(2, 12), st.integers(1, 5)),
    elements=st.floats(-9, 9, width=32),
)


@settings(max_examples=100, deadline=None)
@given(rows=_rows)
def test_mean_distances_are_those_of_every_pair(rows):
    with mock.patch.multiple(class_geometry, _BLOCK=3, _DIMENSIONS=2):
        frame = mean_distances(rows, ["a"] * len(rows))
    assert frame["l1"][0] == pytest.approx(pdist(rows.astype(float), "cityblock").mean(), abs=1e-9)
    assert frame["l2"][0] == pytest.approx(pdist(rows.astype(float)).mean(), abs=1e-6)


def test_points_of_a_standard_normal_lie_as_far_apart_as_theory_says(rng):
    frame = mean_distances(_gaussian(rng, 300, 4096), ["a"] * 300)
    assert frame["l1"][0] == pytest.approx(2 * 4096 / np.sqrt(np.pi), rel=2e-3)  # 4,622
    assert frame["l2"][0] == pytest.approx(np.sqrt(2 * 4096), rel=2e-3)  # 90.5


def test_near_points_far_from_the_origin_keep_their_distances(rng):
    rows = (1000 + _gaussian(rng, 50, 64, 1e-2)).astype(np.float32)
    frame = mean_distances(rows, ["a"] * 50)
    assert frame["l2"][0] == pytest.approx(pdist(rows.astype(float)).mean(), rel=1e-9)
    assert frame["l1"][0] == pytest.approx(pdist(rows.astype(float), "cityblock").mean(), rel=1e-9)


def test_a_single_sample_has_no_distance_and_so_no_relative_offset(latents):
    labels = [*LABELS[:-1], "alone"]
    assert mean_distances(latents, labels).iloc[-1, 1:].isna().all()
    last = class_offsets(latents, labels).iloc[-1]
    assert last[["relative_l1", "relative_l2"]].isna().all()
    assert last["l1"] > 0


# Spectra of random subsets


@pytest.mark.parametrize("shape", [(90, 12), (90, 50), (90, 300)])
@pytest.mark.parametrize("dense", [1000, 11])
def test_null_spectra_are_those_of_drawn_subsets(rng, shape, dense):
    latents = _gaussian(rng, *shape) + 5
    with mock.patch.object(class_geometry, "_DENSE", dense):
        frame = null_spectra(latents, ["a"] * 90, components=5, draws=3)
    # All draws of a class that is everything are that class.
    expected = pca_variance(latents, ["a"] * 90, components=5, order=["a"])
    expected = expected.loc[expected["class"] == "a", "share"]
    for column in ("share", "low", "high"):
        np.testing.assert_allclose(frame[column], expected, rtol=1e-5)


@pytest.mark.slow
def test_a_class_drawn_at_random_lies_within_its_null_and_a_class_on_a_line_above(rng):
    latents = _gaussian(rng, 2000, 30)
    latents[:200, 0] *= 4
    labels = np.repeat(["line", "rest"], [200, 1800])
    rng.shuffle(labels[200:])
    null = null_spectra(latents, labels, draws=100).set_index(["class", "component"])
    own = pca_variance(latents, labels).set_index(["class", "component"])["share"]
    assert own["line", 1] > null.loc[("line", 1), "high"]
    shuffled = rng.permutation(labels)
    own = pca_variance(latents, shuffled).set_index(["class", "component"])["share"]
    inside = [null.loc[key, "low"] <= own[key] <= null.loc[key, "high"] for key in null.index]
    assert np.mean(inside) > 0.7


def test_small_subsets_have_larger_leading_shares_than_large_ones(rng):
    labels = np.repeat(["few", "many"], [60, 940])
    first = null_spectra(_gaussian(rng, 1000, 40), labels, components=1).set_index("class")
    assert first.loc["few", "low"] > first.loc["many", "high"]
    # Marchenko and Pastur: near the expected first share of as many draws of N(0, I).
    expected = (1 + np.sqrt(40 / 60)) ** 2 / 40
    assert first.loc["few", "share"] == pytest.approx(expected, rel=0.1)


def test_small_classes_have_fewer_components_and_no_variance_has_shares_of_zero(latents):
    frame = null_spectra(latents, [*LABELS[:-3], "pair", "pair", "alone"])
    counts = frame["class"].value_counts()
    assert (counts["pair"], counts["alone"], counts["Realism"]) == (1, 1, 10)
    alone, pair = (frame.loc[frame["class"] == k, "share"].iloc[0] for k in ("alone", "pair"))
    assert alone == 0
    assert pair == pytest.approx(1)


# Use of the latent space


def test_use_of_a_standard_normal_is_full_and_gaussian(rng):
    use = posterior_use(_gaussian(rng, 5000, 300)).iloc[0]
    assert use["dimensions"] == use["active"] == 300
    assert 0.95 < use["sd_min"] < 1 < use["sd_max"] < 1.05
    assert use["norm_mean"] == pytest.approx(1, abs=0.002)
    assert use["norm_sd"] == pytest.approx(1 / np.sqrt(600), rel=0.05)
    assert use["kurtosis"] == pytest.approx(0, abs=0.02)


def test_use_agrees_with_numpy_and_scipy_across_blocks_of_dimensions(latents):
    with mock.patch.object(class_geometry, "_DIMENSIONS", 5):
        use = posterior_use(latents).iloc[0]
    norms = np.linalg.norm(latents.astype(float), axis=1) / np.sqrt(12)
    assert use["norm_mean"] == pytest.approx(norms.mean())
    assert use["norm_sd"] == pytest.approx(norms.std())
    assert use["sd_min"] == pytest.approx(latents.astype(float).std(axis=0).min())
    assert use["sd_max"] == pytest.approx(latents.astype(float).std(axis=0).max())
    assert use["kurtosis"] == pytest.approx(kurtosis(latents.astype(float)).mean())


def test_effective_dimensions_are_those_of_equal_variance_whatever_rotation_and_scale(rng):
    parts = np.linalg.qr(rng.standard_normal((400, 9)) - 0.0)[0]
    parts = np.linalg.qr(parts - parts.mean(axis=0))[0]  # centred, and uncorrelated exactly
    latents = np.zeros((400, 12))
    latents[:, :7] = parts[:, :7]
    turned = latents @ np.linalg.qr(rng.standard_normal((12, 12)))[0]
    for scale in (1e-3, 1, 300):
        with mock.patch.object(class_geometry, "_DIMENSIONS", 5):
            assert effective_dimensions(scale * turned + 4) == pytest.approx(7)
    values = np.linalg.eigvalsh(np.cov((latents * np.arange(12)).T))
    expected = values.sum() ** 2 / (values**2).sum()
    assert effective_dimensions(latents * np.arange(12)) == pytest.approx(expected)
    assert np.isnan(effective_dimensions(np.ones((5, 2))))


def test_dimensions_of_little_variance_are_not_active(rng):
    spread = np.array([1, 0.2, 0.11, 0.09, 0.01, 0])
    use = posterior_use(_gaussian(rng, 5000, 6, spread)).iloc[0]
    assert use["active"] == 3
    assert use["sd_min"] == 0
    assert use["kurtosis"] == pytest.approx(0, abs=0.1)
    assert np.isnan(posterior_use(np.ones((5, 2)))["kurtosis"][0])


@pytest.mark.slow
def test_the_expected_first_share_is_that_of_draws_of_a_standard_normal(rng):
    # 0.043 % for the report's 37,464 artworks in 4,096 dimensions.
    with mock.patch.object(class_geometry, "_columns", return_value=[np.eye(37464, 2)]):
        large = posterior_use(np.broadcast_to(np.float32(0), (37464, 4096)))
    assert large["gaussian_first_share"][0] == pytest.approx(0.00043, abs=5e-6)
    for shape in ((1000, 100), (100, 1000)):
        drawn = _gaussian(rng, *shape)
        first = pca_variance(drawn, ["a"] * len(drawn), components=1, order=[])["share"][0]
        assert posterior_use(drawn)["gaussian_first_share"][0] == pytest.approx(first, rel=0.05)


# What holds for all

_TABLES = [class_offsets, first_component_angles, mean_distances, null_spectra]


@pytest.mark.parametrize("table", _TABLES)
def test_classes_come_in_the_order_given_and_the_same_seed_gives_the_same_table(latents, table):
    order = ["Fauvism", "absent", "Realism"]
    frame = table(latents, LABELS, order=order)
    assert list(frame["class"].unique()) == ["Fauvism", "Realism"]
    assert frame.equals(table(latents, LABELS, order=order))


@pytest.mark.parametrize("table", [first_component_angles, mean_distances])
def test_the_order_of_classes_changes_no_value(latents, table):
    for order in permutations(["Fauvism", "Realism", "Cubism"]):
        frame = table(latents, LABELS, order=order).set_index("class")
        expected = table(latents, LABELS).set_index("class").loc[list(order)]
        np.testing.assert_allclose(frame, expected, rtol=1e-5)


@pytest.mark.parametrize("table", _TABLES)
def test_bad_latents_and_labels_are_refused_in_words(latents, table):
    with pytest.raises(StylewalkError, match="90 latents and 89 classes"):
        table(latents, LABELS[:-1])
    with pytest.raises(StylewalkError, match="at least one latent"):
        table(latents[:0], LABELS[:0])
    latents[7, 3] = np.inf
    with pytest.raises(StylewalkError, match="row 7"):
        table(latents, LABELS)
