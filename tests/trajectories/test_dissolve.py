"""A dissolve is known at any speed, a transformation is not one, and the control is a dissolve."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stylewalk.errors import StylewalkError
from stylewalk.style.along import trajectory_style_loss
from stylewalk.style.layout import layer_names
from stylewalk.style.network import StyleNetwork
from stylewalk.trajectories import dissolve, measures
from stylewalk.trajectories.profiles import contrasts

LAYERS = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]


def ends(count, size=8, seed=0):
    """(count, 2, size, size, 3) pictures of noise."""
    return np.random.default_rng(seed).uniform(0, 255, (count, 2, size, size, 3))


def blends(ends, times):
    """(P, T, S, S, 3) dissolves of the ends at given times from 0 to 1."""
    t = np.asarray(times, float)[:, None, None, None]
    return (1 - t) * ends[:, :1] + t * ends[:, 1:]


def eased(n, steepness=10):
    """Times from 0 to 1 that follow a sigmoid."""
    times = 1 / (1 + np.exp(-steepness * (np.linspace(0, 1, n) - 0.5)))
    return (times - times[0]) / (times[-1] - times[0])


def bar(starts, width=3, size=24):
    """One trajectory of a white bar on black that begins in the given columns."""
    images = np.zeros((1, len(starts), size, size, 3), np.uint8)
    for t, start in enumerate(starts):
        images[0, t, :, start : start + width] = 255
    return images


def a_network(layers, tap="relu", seed=0):
    """A VGG16 of few channels and random weights."""
    random, tensors, before = np.random.default_rng(seed), {}, 3
    for layer in layer_names("vgg16"):
        channels = 3 + int(layer[4])
        kernel = random.normal(size=(channels, before, 3, 3)) * (2 / (9 * before)) ** 0.5
        tensors[f"{layer}.weight"] = torch.tensor(kernel, dtype=torch.float32)
        tensors[f"{layer}.bias"] = torch.tensor(random.normal(size=channels), dtype=torch.float32)
        before = channels
    tensors |= {"mean": torch.full((3,), 110.0), "std": torch.full((3,), 50.0)}
    return StyleNetwork(tensors, layers, tap, "max", {"name": "vgg16", "source": "random"})


@given(
    seed=st.integers(0, 100),
    inner=st.lists(st.floats(0, 1), min_size=1, max_size=9).map(sorted),
)
def test_a_dissolve_leaves_nothing_at_any_speed(seed, inner):
    exact = blends(ends(2, seed=seed), [0, *inner, 1])
    rho, per_step = dissolve.dissolve_residual(exact)
    assert per_step.shape == (2, len(inner) + 2)
    np.testing.assert_allclose(rho, 0, atol=1e-14)
    np.testing.assert_allclose(per_step, 0, atol=1e-14)
    np.testing.assert_allclose(
        dissolve.dissolve_residual(exact.astype(np.float32))[0], 0, atol=1e-6
    )
    # Rounding moves no value by more than a half.
    rounded = np.rint(exact).astype(np.uint8)
    span = np.linalg.norm((rounded[:, -1].astype(float) - rounded[:, 0]).reshape(2, -1), axis=1)
    rho, _ = dissolve.dissolve_residual(rounded)
    assert (rho <= np.sqrt(rounded[0, 0].size) / span).all()


def test_a_dissolve_that_overshoots_is_still_one_and_rounding_is_not():
    exact = blends(ends(2), [0, -0.3, 0.6, 1.4, 1])
    np.testing.assert_allclose(dissolve.dissolve_residual(exact)[1], 0, atol=1e-14)
    rounded, _ = dissolve.dissolve_residual(np.rint(blends(ends(2), np.linspace(0, 1, 11))))
    assert (rounded > 1e-4).all()


def test_a_shift_leaves_what_a_drawing_says():
    """Bars apart from each other: x_t - (x0 + x1) / 2 against x1 - x0 is sqrt(3 / 2 / 2)."""
    rho, per_step = dissolve.dissolve_residual(bar([0, 4, 10, 20]))
    np.testing.assert_allclose(per_step[0], [0, np.sqrt(3) / 2, np.sqrt(3) / 2, 0], rtol=1e-12)
    assert rho[0] == pytest.approx(np.sqrt(3) / 2)
    # The same bar in small steps, in which neighbours overlap.
    assert dissolve.dissolve_residual(bar(range(21)))[0] > 0.7


def test_the_residual_is_the_distance_from_the_line_by_least_squares():
    images = np.random.default_rng(1).uniform(0, 255, (3, 5, 4, 4, 3))
    rho, per_step = dissolve.dissolve_residual(images)
    for row, trajectory in enumerate(images.reshape(3, 5, -1)):
        first, across = trajectory[0], trajectory[-1] - trajectory[0]
        for t, image in enumerate(trajectory):
            _, squares, *_ = np.linalg.lstsq(across[:, None], image - first)
            expected = np.sqrt(squares[0]) / np.linalg.norm(across)
            assert per_step[row, t] == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(rho, per_step[:, 1:-1].mean(axis=1))


@given(seed=st.integers(0, 100), contrast=st.floats(0.5, 2), brightness=st.floats(-50, 50))
def test_direction_brightness_contrast_and_place_change_nothing(seed, contrast, brightness):
    random = np.random.default_rng(seed)
    images = random.uniform(0, 255, (2, 5, 4, 4, 3))
    _, per_step = dissolve.dissolve_residual(images)
    changed = contrast * images[:, :, random.permutation(4)] + brightness
    np.testing.assert_allclose(dissolve.dissolve_residual(changed)[1], per_step, atol=1e-12)
    backwards = dissolve.dissolve_residual(images[::-1, ::-1])[1]
    np.testing.assert_allclose(backwards[::-1, ::-1], per_step, atol=1e-12)


def test_ends_that_nearly_coincide_have_no_residual():
    images = np.random.default_rng(2).uniform(0, 255, (3, 4, 4, 4, 3))
    images[0, -1] = images[0, 0]
    images[1, -1] = images[1, 0] + 0.99
    images[2, -1] = images[2, 0] + 1.01
    rho, per_step = dissolve.dissolve_residual(images)
    assert np.isnan(rho).tolist() == [True, True, False]
    assert np.isnan(per_step).all(axis=1).tolist() == [True, True, False]
    rho, per_step = dissolve.dissolve_residual(ends(2))
    assert np.isnan(rho).all()
    assert (per_step == 0).all()
    assert dissolve.dissolve_residual(images[:0])[0].shape == (0,)


@pytest.mark.parametrize("step", [0, 1, 3])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_broken_image_is_told_in_words(step, value):
    images = blends(ends(3), [0, 0.2, 0.7, 1])
    images[1, step, 0, 0, 0] = value
    with pytest.raises(StylewalkError, match=r"1 of 3 trajectories .* \(first: trajectory 1\)"):
        dissolve.dissolve_residual(images)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("shape", [(2, 1, 4, 4, 3), (2, 4, 4, 3), (2, 3, 0, 4, 3)])
def test_other_layouts_are_refused(shape):
    for measure in (dissolve.dissolve_residual, dissolve.pixel_blend):
        with pytest.raises(ValueError, match="expected"):
            measure(np.zeros(shape))


def test_memory_is_bounded_by_one_image_not_by_all(tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((20, 11, 64, 64, 3), np.uint8) + np.uint8(7))
    images = np.load(tmp_path / "images.npy", mmap_mode="r")  # 2.7 MB, 22 MB in float64
    tracemalloc.start()
    dissolve.dissolve_residual(images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_the_blend_has_the_ends_exactly_and_is_straight(kind):
    images = np.random.default_rng(3).uniform(0, 255, (2, 6, 4, 4, 3)).astype(kind)
    blend = dissolve.pixel_blend(images)
    assert blend.shape == images.shape
    assert blend.dtype == np.float32
    for end in (0, -1):
        np.testing.assert_array_equal(blend[:, end], images[:, end])
    np.testing.assert_allclose(np.diff(blend, n=2, axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(dissolve.dissolve_residual(blend)[0], 0, atol=1e-6)
    images[:, 1:-1] = 0  # nothing but the ends is read
    np.testing.assert_array_equal(dissolve.pixel_blend(images), blend)


def test_the_path_of_gram_matrices_against_its_ends():
    """A path through (0, 0), (3, 4), (3, 0): legs 5 and 4, ends 3 apart; losses are squares."""
    assert dissolve.gram_path_ratio([[25.0, 16.0]], [9.0]).tolist() == [3.0]
    straight = dissolve.gram_path_ratio([[1.0, 4.0, 9.0], [0.0, 0.0, 0.0]], [36.0, 0.0])
    np.testing.assert_array_equal(straight, [1.0, np.nan])


def test_the_path_of_gram_matrices_is_never_shorter_than_its_ends_are_apart():
    network, images = a_network(LAYERS), blends(ends(4, 32), np.linspace(0, 1, 6))
    images[2:] = np.random.default_rng(4).uniform(0, 255, images[2:].shape)
    steps = trajectory_style_loss(network, images)["total"]
    across = trajectory_style_loss(network, images[:, [0, -1]])["total"][:, 0]
    ratio = dissolve.gram_path_ratio(steps, across)
    assert (ratio > 1).all()
    # Steps back and forth are a way, too.
    tour = np.concatenate([images, images[:, ::-1], images], axis=1)
    longer = dissolve.gram_path_ratio(trajectory_style_loss(network, tour)["total"], across)
    np.testing.assert_allclose(longer, 3 * ratio, rtol=1e-3)


def test_more_and_more_contrast_is_a_straight_path_of_gram_matrices():
    """Features c F have the Gram matrix c^2 F F', all on one ray."""
    network = a_network(["conv1_1"], tap="convolution")
    network.features[0].bias.zero_()
    mean = network.mean.flatten().numpy()
    faint = np.stack([np.full((2, 32, 32, 3), mean), ends(2, 32)[:, 0]], axis=1)
    images = blends(faint, eased(7)).astype(np.float32)
    steps = trajectory_style_loss(network, images)["total"]
    across = trajectory_style_loss(network, images[:, [0, -1]])["total"][:, 0]
    np.testing.assert_allclose(dissolve.gram_path_ratio(steps, across), 1, rtol=1e-5)


def test_with_linear_features_the_blend_is_a_parabola():
    network = a_network(["conv1_1"], tap="convolution")
    images = np.repeat(ends(8, 32), [1, 10], axis=1)
    losses = trajectory_style_loss(network, dissolve.pixel_blend(images))["total"]
    assert (dissolve.trajectory_contrasts(losses) > 0.3).all()
    for name in ("cubic", "quartic"):
        np.testing.assert_allclose(dissolve.trajectory_contrasts(losses, name), 0, atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_the_blend_is_a_valley_and_an_uneven_one_is_not(seed):
    """Why shape alone cannot decide: the residual is that of a dissolve in both cases."""
    network, images = a_network(LAYERS, seed=seed), np.repeat(ends(8, 32), [1, 10], axis=1)
    even = dissolve.pixel_blend(images)
    uneven = blends(ends(8, 32), eased(11)).astype(np.float32)
    losses = [trajectory_style_loss(network, x)["total"] for x in (even, uneven)]
    assert (dissolve.trajectory_contrasts(losses[0]) > 0.5).all()
    assert (dissolve.trajectory_contrasts(losses[1]) < -1).all()
    np.testing.assert_allclose(dissolve.dissolve_residual(uneven)[0], 0, atol=1e-6)
    test = dissolve.paired_control(losses[1], losses[0])
    assert test.n == 8
    assert test.median_difference < -1.5
    assert test.p == pytest.approx(2 / 2**8)  # all of one sign


def test_contrasts_are_those_of_each_profile_over_its_mean():
    q = contrasts(10)["quadratic"]
    profiles = np.array([[5.0], [0.1]]) * (1 + np.array([[-0.4], [0.7]]) * q)
    np.testing.assert_allclose(dissolve.trajectory_contrasts(profiles), [-0.4, 0.7], rtol=1e-12)
    assert np.isnan(dissolve.trajectory_contrasts(np.zeros((1, 10)))).all()
    assert np.isnan(dissolve.trajectory_contrasts(np.ones((3, 2)))).all()


def test_the_paired_test_by_hand():
    """All 6 differences positive: 2 of 2^6 choices of signs are as extreme."""
    test = dissolve.paired_test([1, 2, 3, 4, 5, 6, np.nan, 3], [0, 0, 0, 0, 0, 0, 0, np.nan])
    assert test == dissolve.PairedTest(6, 3.5, 2 / 2**6)
    assert dissolve.paired_test([1.0, 2.0], [1.0, 2.0]) == dissolve.PairedTest(2, 0.0, 1.0)
    nothing = dissolve.paired_control(np.zeros((2, 10)), np.ones((2, 10)))
    assert nothing.n == 0
    assert np.isnan([nothing.median_difference, nothing.p]).all()


def test_the_paired_test_finds_nothing_in_noise():
    random, found = np.random.default_rng(5), []
    for _ in range(400):
        size = random.lognormal(0, 1, (25, 1))  # a profile and its control share their size
        model, blend = size * random.lognormal(0, 0.2, (2, 25, 10))
        found.append(dissolve.paired_control(model, blend).p < 0.05)
    assert 0.02 < np.mean(found) < 0.08


def correlate(contrasts, rho, seed=0, bootstrap=400):
    rng = np.random.default_rng(seed)
    return dissolve.shape_rho_correlation(np.asarray(contrasts), np.asarray(rho), rng, bootstrap)


def test_the_correlation_is_that_of_ranks_and_leaves_gaps_out():
    random = np.random.default_rng(6)
    shape, rho = random.normal(size=(2, 40))
    shape -= rho
    whole = correlate(shape, np.exp(rho))  # ranks do not see a monotone change
    expected = stats.spearmanr(shape, rho)
    assert whole.correlation == pytest.approx(expected.statistic)
    assert whole.p == pytest.approx(expected.pvalue)
    assert -1 <= whole.low < whole.correlation < whole.high < 0
    gaps = correlate([*shape, np.nan, 1.0], [*np.exp(rho), 1.0, np.nan])
    assert gaps == whole
    assert whole.n == 40
    turned = correlate(-shape, rho)
    assert turned.correlation == pytest.approx(-whole.correlation)
    assert [turned.low, turned.high] == pytest.approx([-whole.high, -whole.low])


def test_too_few_or_equal_trajectories_have_no_correlation():
    for n, values in {4: [1.0, 2, 3, 4], 6: [2.0] * 6}.items():
        result = correlate(np.arange(float(n)), values)
        assert result.n == n
        assert np.isnan([result.correlation, result.p, result.low, result.high]).all()


@pytest.mark.usefixtures("unchecked")
def test_values_of_different_trajectories_are_refused():
    with pytest.raises(ValueError, match="losses of steps"):
        dissolve.gram_path_ratio(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match="losses are"):
        dissolve.paired_control(np.ones((2, 10)), np.ones((1, 10)))
    with pytest.raises(ValueError, match="residuals"):
        correlate([1.0, 2.0], [1.0])


def test_a_perfect_order_of_five_is_no_proof():
    """2 of 5! orders are as extreme."""
    result = correlate(np.arange(5.0), np.arange(5.0) ** 2)
    assert result.correlation == pytest.approx(1)
    assert result.p == pytest.approx(2 / 120, abs=0.005)


@pytest.mark.parametrize("n", [8, 30])
def test_the_correlation_finds_nothing_in_noise_and_covers_the_truth(n):
    random = np.random.default_rng(7)
    found = [correlate(*random.normal(size=(2, n)), seed=s) for s in range(150)]
    assert np.mean([result.p < 0.05 for result in found]) < 0.1
    assert np.mean([result.low <= 0 <= result.high for result in found]) > 0.88


def test_every_trajectory_has_its_row_of_measures():
    images = np.concatenate([bar([0, 4, 10, 20]), bar([0, 0, 0, 0]), bar([0, 20, 20, 20])])
    pairs = pd.DataFrame(
        {
            "experiment": "walk",
            "split": "any",
            "class_a": ["Realism", "Realism", "Cubism"],
            "class_b": ["Realism", "Cubism", "Cubism"],
            "pair": [0, 0, 1],
            "id_a": 1,
            "id_b": 2,
            "l2": 1.0,
        },
        index=[3, 1, 1],  # an index of the caller's own must not matter
    )
    losses = np.array([[4.0, 1, 4], [0, 0, 0], [9, 0, 0]])
    blend = np.array([[1.0, 1, 1], [0, 0, 0], [1, 1, 1]])
    pictures = measures.picture_measures(images)
    table = measures.trajectory_measures(pictures, losses, blend, np.array([4.0, 0, 9]), pairs)
    assert table.index.tolist() == [0, 1, 2]
    assert table["pair"].tolist() == [0, 0, 1]
    np.testing.assert_allclose(table["rho"], [np.sqrt(3) / 2, np.nan, 0], atol=1e-12)
    np.testing.assert_allclose(table["gram_path_ratio"], [2.5, np.nan, 1])
    np.testing.assert_allclose(table["blend_gram_path_ratio"], [1.5, np.nan, 1])
    q = contrasts(3)["quadratic"]
    np.testing.assert_allclose(table["quadratic"], [losses[0] @ q / 3, np.nan, losses[2] @ q / 3])
    np.testing.assert_allclose(table["blend_quadratic"], [0, np.nan, 0], atol=1e-12)
    assert table[["quartic", "blend_quartic"]].isna().all(axis=None)  # 3 steps have none
    with pytest.raises(ValueError, match="3 trajectories, but 2 pairs"):
        measures.trajectory_measures(pictures, losses, blend, np.ones(3), pairs[:2])
