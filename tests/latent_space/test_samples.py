"""Samples come from where they should, and their measures have the values that are known."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from stylewalk.latent_space import samples

SIZE = 8


class OfPixels(torch.nn.Module):
    """Latents are pixels, and what is decoded is what they are."""

    image_size = SIZE

    def encode(self, images):
        return images.flatten(1)

    def decode(self, latents):
        return latents.view(-1, 3, SIZE, SIZE)


class Blurred(OfPixels):
    """Decodes what is out of focus."""

    def decode(self, latents):
        sharp = super().decode(latents).numpy()
        return torch.from_numpy(gaussian_filter(sharp, (0, 0, 1.5, 1.5)))


class Random(OfPixels):
    """With a prior at 3, and an encoder that adds 1."""

    def sample_prior(self, count, generator):
        return 3 + torch.randn(count, 3 * SIZE**2, generator=generator)

    def sample_posterior(self, images, generator):
        return self.encode(images) + 1


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)


def latents_of(images):
    return (images.transpose(0, 3, 1, 2).reshape(len(images), -1) / 255).astype(np.float32)


def test_the_gaussian_has_mean_and_covariance_of_the_latents():
    rng = np.random.default_rng(0)
    latents = (rng.normal(size=(60, 2)) @ rng.normal(size=(2, 5)) + 4).astype(np.float32)
    found = samples.draws(OfPixels(), pictures(60), latents, 40_000, 1)[0]["gaussian"]
    centred = latents - latents.mean(axis=0)
    np.testing.assert_allclose(found.mean(axis=0), latents.mean(axis=0), atol=0.06)
    np.testing.assert_allclose(np.cov(found.T), np.cov(latents.T), atol=0.15)
    # They span two dimensions, and so do its draws.
    across = np.linalg.svd(centred)[2][2:]
    assert np.abs((found - latents.mean(axis=0)) @ across.T).max() < 1e-4


def test_draws_are_of_the_models_own_where_it_has_any():
    images = pictures(30)
    latents = latents_of(images)
    plain, chosen = samples.draws(OfPixels(), images, latents, 20, 1)
    assert set(plain) == {"gaussian", "posterior"}
    assert np.array_equal(plain["posterior"], latents[chosen])
    assert len(set(chosen)) == 20
    own, _ = samples.draws(Random(), images, latents, 20, 1)
    assert own["prior"].mean() == pytest.approx(3, abs=0.05)
    np.testing.assert_allclose(own["posterior"], plain["posterior"] + 1, atol=1e-6)
    again, _ = samples.draws(Random(), images, latents, 20, 1)
    assert all(np.array_equal(own[name], again[name]) for name in own)
    assert not np.array_equal(
        own["prior"], samples.draws(Random(), images, latents, 20, 2)[0]["prior"]
    )


def test_the_nearest_is_found_as_by_comparing_all():
    some, others = pictures(7).astype(np.float32), pictures(20, seed=1)
    slow = cdist(some.reshape(7, -1) / 255, others.reshape(20, -1) / 255).min(axis=1)
    found = samples.nearest(some, others)
    np.testing.assert_allclose(found, slow / np.sqrt(3 * SIZE**2), rtol=1e-6)
    assert samples.nearest(others[:3].astype(np.float32), others) == pytest.approx(
        [0] * 3, abs=1e-6
    )


@pytest.mark.slow
def test_the_area_under_the_curve_is_that_of_two_normal_distributions():
    rng = np.random.default_rng(0)
    positive = np.arange(4000) < 2000
    scores = rng.normal(size=4000) + 0.7 * positive
    alone = np.arange(4000)
    auc, low, high = samples.auc_with_interval(scores, positive, alone, rng)
    assert auc == pytest.approx(norm.cdf(0.7 / np.sqrt(2)), abs=0.02)
    # Hanley and McNeil (1982).
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + 1999 * (q1 - auc**2 + q2 - auc**2)) / 2000**2
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=0.15)
    # Ten times the same hundred of each tell no more than once.
    few = np.r_[0:100, 2000:2100]
    many = np.tile(few, 10)
    once = samples.auc_with_interval(scores[few], positive[few], few, np.random.default_rng(1))
    tenfold = samples.auc_with_interval(
        scores[many], positive[many], many, np.random.default_rng(1)
    )
    assert tenfold == pytest.approx(once)


def test_areas_of_many_weightings_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 12, 80).astype(float)  # with ties
    positive = rng.random(80) < 0.4
    weights = rng.integers(0, 4, (20, 80)).astype(float)
    expected = [roc_auc_score(positive, scores, sample_weight=one) for one in weights]
    np.testing.assert_allclose(samples.areas(scores, positive, weights), expected, rtol=1e-12)
    weights[0, positive] = 0
    assert np.isnan(samples.areas(scores, positive, weights)[0])


def test_what_is_alike_is_not_told_apart_and_what_differs_is():
    rng = np.random.default_rng(0)
    some, others = rng.normal(size=(2, 200, 16))
    _, low, high = samples.told_apart(some, others, 0)
    assert low < 0.5 < high
    assert samples.told_apart(some + 1, others, 0)[1] > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("model", [OfPixels(), Blurred()], ids=["sharp", "blurred"])
def test_samples_are_measured_against_other_held_out_artworks(model):
    images = pictures(160)
    splits = np.arange(60), np.arange(60, 160)
    features = lambda x: x.reshape(len(x), -1)[:, :9].astype(np.float32)  # noqa: E731
    rows, shown = samples.compare(
        *(model, images, latents_of(images), splits, np.arange(160), features, 0)
    )
    found = {(row["of"], row["measure"]): row for row in rows}
    of = {"held out", "training", "reconstruction", "gaussian", "posterior"}
    assert {kind for kind, _ in found} == of
    assert {measure for _, measure in found} == {"sharpness", "nearest", "told_apart"}
    assert {len(x) for x in shown.values()} == {50}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
    assert found["held out", "sharpness"]["value"] == pytest.approx(1, abs=0.05)
    assert found["held out", "nearest"]["value"] == pytest.approx(1, abs=0.05)
    assert found["held out", "told_apart"]["low"] < 0.5 < found["held out", "told_apart"]["high"]
    is_sharp = type(model) is OfPixels
    assert (found["posterior", "sharpness"]["low"] > 0.9) == is_sharp
    assert (found["posterior", "sharpness"]["high"] < 0.2) != is_sharp
    # A latent of training, decoded as it is, is a training picture, which is not its own neighbour.
    if is_sharp:
        assert found["posterior", "nearest"]["value"] == pytest.approx(1, abs=0.05)


def test_what_shows_the_same_is_in_one_half():
    groups = np.repeat(np.arange(30), 4)
    mine, theirs = samples.halves(np.arange(120), groups, 0)
    assert len(mine) == len(theirs) == 60
    assert not set(groups[mine]) & set(groups[theirs])


def test_too_few_held_out_artworks_say_nothing():
    images = pictures(60)
    splits = np.arange(40), np.arange(40, 60)
    assert samples.compare(
        *(OfPixels(), images, latents_of(images), splits, np.arange(60), None, 0)
    ) == ([], {})
