"""Errors and energies of reconstructions: known answers, intervals, and what blur does."""

import numpy as np
import pytest

from stylewalk.latent_space.reconstruction import BANDS, energies, quality

SIZE = 32


def wave(cycles_down, cycles_across, size=SIZE):
    rows, columns = (np.mgrid[:size, :size] + 0.5) / size
    picture = np.cos(2 * np.pi * cycles_down * rows) * np.cos(2 * np.pi * cycles_across * columns)
    return np.repeat(picture[None, :, :, None], 3, axis=3)


@pytest.mark.parametrize(
    ("cycles", "band"),
    [((0, 1), "low"), ((1, 1), "low"), ((2, 0), "middle"), ((5, 5), "middle"),
     ((0, 8), "high"), ((15.5, 15.5), "high"), ((0, 0.5), "low")],
)  # fmt: skip
def test_a_wave_lies_in_one_band(cycles, band):
    found = dict(zip(BANDS, energies(wave(*cycles))[0], strict=True))
    others = [found[name] for name in ("low", "middle", "high") if name != band]
    assert found[band] == pytest.approx((wave(*cycles) ** 2).sum())
    assert others == pytest.approx([0, 0], abs=1e-9)


def test_the_bands_are_all_but_the_mean_colour():
    images = np.random.default_rng(0).random((3, SIZE, SIZE, 3))
    rest = ((images - images.mean(axis=(1, 2), keepdims=True)) ** 2).sum()
    assert energies(images)[:, 1:].sum() == pytest.approx(rest)
    gradients = (np.diff(images, axis=1) ** 2).sum() + (np.diff(images, axis=2) ** 2).sum()
    assert energies(images)[:, 0].sum() == pytest.approx(gradients)


def test_a_slope_is_no_fine_detail_though_its_ends_do_not_meet():
    slope = np.broadcast_to(np.linspace(0, 1, SIZE)[None, None, :, None], (1, SIZE, SIZE, 3))
    low, middle, high = energies(slope)[0, 1:]
    assert low > 0.98 * (low + middle + high)
    assert high < 1e-3 * low


def measured(change, images, splits=None, pca=None):
    splits = splits or {"training": np.arange(len(images))}
    pca = np.full(len(images), 0.01) if pca is None else pca
    return quality(change, images, splits, pca, np.random.default_rng(1))


def ratios(change, images, splits=None):
    return measured(change, images, splits)[1].set_index(["split", "band"])["ratio"]


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (300, SIZE, SIZE, 3), dtype=np.uint8)


def test_what_comes_back_as_it_was_is_as_sharp_and_a_plain_picture_has_nothing(images):
    assert ratios(lambda x: x.astype(float), images).to_numpy() == pytest.approx([1] * 4)
    assert ratios(lambda x: np.full(x.shape, 9.0), images).to_numpy() == pytest.approx([0] * 4)
    paled = ratios(lambda x: 0.5 * x.astype(float) + 7, images)
    assert paled.to_numpy() == pytest.approx([0.25] * 4)


def test_blur_takes_the_more_the_finer(images):
    def blurred(x):
        x = x.astype(float)
        for axis in (1, 2):
            x = (np.roll(x, 1, axis) + 2 * x + np.roll(x, -1, axis)) / 4
        return x

    found = ratios(blurred, images)["training"]
    assert 1 > found["low"] > found["middle"] > found["high"] > 0
    assert found["gradients"] < found["middle"]


def test_splits_are_apart_and_empty_ones_left_out(images):
    splits = {"training": np.arange(200), "validation": np.arange(200, 300), "other": np.arange(0)}
    seen = []

    def change(x):
        seen.append(len(x))
        return x * (0.0 if len(seen) > 2 else 1.0)  # 200 pictures are two blocks

    found = ratios(change, images, splits)
    assert found["training"].to_numpy() == pytest.approx([1] * 4)
    assert found["validation"].to_numpy() == pytest.approx([0] * 4)
    assert "other" not in found.index.get_level_values("split")


def test_pictures_of_one_colour_have_no_ratio():
    plain = np.full((2, SIZE, SIZE, 3), 40, np.uint8)
    assert ratios(lambda x: x.astype(float), plain).isna().all()


def noisy(scales):
    """What adds noise of these standard deviations, one for each picture in turn."""
    rng, left = np.random.default_rng(2), list(scales)

    def change(x):
        mine = np.array([left.pop(0) for _ in x])
        return x + rng.normal(size=x.shape) * mine[:, None, None, None]

    return change


def test_the_error_over_pcas_has_an_interval_over_pictures(images):
    scales = np.random.default_rng(3).uniform(5, 25, len(images))
    errors, _ = measured(noisy(scales), images)
    row = errors.iloc[0]
    assert row["pictures"] == len(images)
    assert row["mse"] == pytest.approx((scales**2).mean() / 255**2, rel=0.01)
    assert row["over_pca"] == pytest.approx(row["mse"] / 0.01)
    half = 1.96 * (scales**2).std() / np.sqrt(len(images)) / 255**2 / 0.01
    assert row["high"] - row["over_pca"] == pytest.approx(half, rel=0.2)
    assert row["over_pca"] - row["low"] == pytest.approx(half, rel=0.2)


def test_pictures_are_compared_with_themselves(images):
    """Where a model has the half of PCA's error on every picture, nothing is uncertain."""
    scales = np.random.default_rng(3).uniform(5, 25, len(images))
    unpaired, _ = measured(noisy(scales), images)
    paired, _ = measured(noisy(scales), images, pca=2 * scales**2 / 255**2)
    assert paired["over_pca"][0] == pytest.approx(0.5, rel=0.02)
    width = (unpaired["high"] - unpaired["low"])[0] / unpaired["over_pca"][0]
    assert (paired["high"] - paired["low"])[0] / paired["over_pca"][0] < 0.2 * width


def test_one_picture_has_no_interval(images):
    for table in measured(lambda x: x * 0.5, images[:1]):
        assert table[["low", "high"]].isna().all(axis=None)
