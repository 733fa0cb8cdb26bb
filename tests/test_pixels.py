"""Linear descriptions of pictures, against plain arithmetic in float64."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from stylewalk import pixels
from stylewalk.errors import StylewalkError

SIZE = 8
PIXELS = 3 * SIZE**2


def pictures(count=60, rank=None, seed=0):
    """Pictures of smooth colours and noise; of a rank, differences from their mean have it."""
    rng = np.random.default_rng(seed)
    if rank is None:
        base = rng.normal(size=(count, 12)) @ rng.normal(size=(12, PIXELS)) * 12
        table = 128 + base + rng.normal(size=(count, PIXELS)) * 6
    else:
        table = 128 + rng.integers(-3, 4, (count, rank)) @ rng.integers(-4, 5, (rank, PIXELS))
    return table.clip(0, 255).astype(np.uint8).reshape(count, SIZE, SIZE, 3)


def table_of(images):
    return images.reshape(len(images), -1) / 255


IMAGES = pictures()
TRAINING, HELD_OUT = np.arange(45), np.arange(45, 60)


def test_the_mean_picture_is_the_mean_whatever_the_order_and_the_blocks(monkeypatch):
    expected = (IMAGES[TRAINING] / 255).mean(axis=0)
    assert pixels.mean_picture(IMAGES, TRAINING) == pytest.approx(expected, abs=1e-7)
    monkeypatch.setattr(pixels, "_ROWS", 7)
    found = pixels.mean_picture(IMAGES, TRAINING[::-1])
    assert found == pytest.approx(expected, abs=1e-7)
    assert found.shape == (SIZE, SIZE, 3)


@pytest.mark.parametrize("count", [0, 1, 5, 20, 44])
def test_errors_of_components_are_those_of_a_plain_decomposition(count):
    components = pixels.principal_components(IMAGES, TRAINING, 44)
    table = table_of(IMAGES)
    theirs = PCA(44, svd_solver="full").fit(table[TRAINING])
    for rows in (TRAINING, HELD_OUT):
        scores = theirs.transform(table[rows])[:, :count]
        rebuilt = scores @ theirs.components_[:count] + theirs.mean_
        expected = ((rebuilt - table[rows]) ** 2).mean()
        found = pixels.pca_error(components, IMAGES, rows, count)
        assert found == pytest.approx(expected, rel=1e-3, abs=1e-8)
    variances = theirs.explained_variance_ * 44 / 45
    assert components.variances == pytest.approx(variances, rel=1e-3, abs=1e-7)


def test_few_of_many_components_are_nearly_as_good_as_the_exact_ones():
    images = pictures(150, seed=3)
    rows = np.arange(150)
    few = pixels.principal_components(images, rows, 10)
    exact = PCA(10, svd_solver="full").fit(table_of(images))
    left_out = table_of(images).var(axis=0).sum() - exact.explained_variance_.sum() * 149 / 150
    assert pixels.pca_error(few, images, rows, 10) == pytest.approx(left_out / PIXELS, rel=1e-3)
    assert few.directions @ few.directions.T == pytest.approx(np.eye(10), abs=1e-5)


def test_of_more_pictures_than_pixels_the_covariance_gives_the_same_components():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(900, 30)) * np.geomspace(30, 3, 30)
    table = 128 + scores @ np.linalg.qr(rng.normal(size=(192, 30)))[0].T
    images = table.clip(0, 255).astype(np.uint8).reshape(900, 8, 8, 3)
    rows = rng.permutation(900)[:700]
    found = pixels.principal_components(images, rows, 20)
    plain = images[np.sort(rows)].reshape(700, -1).astype(np.float64) / 255
    _, sizes, directions = np.linalg.svd(plain - plain.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(found.mean, plain.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(found.variances, sizes[:20] ** 2 / 700, rtol=1e-3)
    cosines = np.abs((found.directions * directions[:20]).sum(axis=1))
    assert cosines.min() > 0.999
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(20), atol=1e-4)


def test_pictures_of_a_rank_come_back_from_as_many_components():
    images = pictures(rank=4, seed=1)
    components = pixels.principal_components(images, TRAINING, 4)
    assert pixels.pca_error(components, images, HELD_OUT, 4) < 1e-9
    assert pixels.pca_error(components, images, HELD_OUT, 3) > 1e-6


def test_there_are_no_more_components_than_pictures_less_one():
    components = pixels.principal_components(IMAGES, TRAINING[:6], 30)
    assert components.directions.shape == (5, PIXELS)
    assert pixels.pca_error(components, IMAGES, TRAINING[:6], 5) < 1e-8


def sampled(components, images, rows, beta, latent_size, draws=400, scale=None, active=None):
    """The error of probabilistic PCA with sampled latents, by drawing them.

    Encoder and decoder are put together from Tipping and Bishop's matrices: W = U (L - v)^1/2, and
    a posterior of covariance v (W'W + v)^-1 around (W'W + v)^-1 W' (x - mean).
    """
    v = pixels.decoder_variance(beta, PIXELS)
    if active is None:
        active = min(int((components.variances > v).sum()), latent_size)
    kept, directions = components.variances[:active], components.directions[:active].astype(float)
    w = directions.T * np.sqrt(np.maximum(kept - v, 0))
    m = w.T @ w + v * np.eye(active)
    centred = table_of(images)[rows] - components.mean
    means = centred @ w @ np.linalg.inv(m)
    root = np.linalg.cholesky(v * np.linalg.inv(m))
    rng, errors = np.random.default_rng(0), []
    for _ in range(draws):
        latents = means + rng.normal(size=means.shape) @ root.T
        errors.append(((latents @ w.T * (scale or 1.0) - centred) ** 2).mean())
    return float(np.mean(errors))


@pytest.mark.parametrize("beta", [0.01, 1.0, 10.0])
@pytest.mark.parametrize("latent_size", [3, 40])
def test_the_closed_form_of_a_linear_vae_is_what_drawing_gives(beta, latent_size):
    components = pixels.principal_components(IMAGES, TRAINING, 44)
    for rows in (TRAINING, HELD_OUT):
        found = pixels.linear_vae_error(components, IMAGES, rows, beta, latent_size)
        drawn = sampled(components, IMAGES, rows, beta, latent_size)
        assert found == pytest.approx(drawn, rel=0.02)


def test_errors_of_clipped_pictures_against_numpy():
    components = pixels.principal_components(IMAGES, TRAINING, 4)
    flat = IMAGES.reshape(len(IMAGES), -1) / 255
    scores = (flat - components.mean) @ components.directions[:3].T
    rebuilt = np.clip(components.mean + scores @ components.directions[:3], 0, 1)
    expected = ((flat - rebuilt) ** 2).mean(axis=1)
    found = pixels.clipped_pca_errors(components, IMAGES, 3)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_without_a_weight_a_linear_vae_is_pca_and_with_a_huge_one_the_mean_picture():
    components = pixels.principal_components(IMAGES, TRAINING, 10)
    of_pca = pixels.pca_error(components, IMAGES, HELD_OUT, 10)
    nothing = pixels.pca_error(components, IMAGES, HELD_OUT, 0)
    light = pixels.linear_vae_error(components, IMAGES, HELD_OUT, 1e-9, 10)
    heavy = pixels.linear_vae_error(components, IMAGES, HELD_OUT, 1e9, 10)
    assert light == pytest.approx(of_pca, rel=1e-4)
    assert heavy == pytest.approx(nothing, rel=1e-12)
    assert pixels.active_components(components, 1e9, 10) == 0


def objective(components, rows, beta, active):
    """Loss of the linear VAE on its training split: error and beta times KL over 4,096."""
    v = pixels.decoder_variance(beta, PIXELS)
    kept = components.variances[:active]
    error = pixels.pca_error(components, IMAGES, rows, active) + active * v / PIXELS
    return error + beta * 0.5 * np.log(kept / v).sum() / 4096


@pytest.mark.parametrize("beta", [0.05, 0.5])
def test_the_dimensions_in_use_are_the_best_number_for_the_loss(beta):
    components = pixels.principal_components(IMAGES, TRAINING, 44)
    active = pixels.active_components(components, beta, 44)
    losses = [objective(components, TRAINING, beta, count) for count in range(active + 1)]
    assert int(np.argmin(losses)) == active > 0
    # One more would be narrower than the decoder's noise, and is best left at nothing.
    assert components.variances[active] < pixels.decoder_variance(beta, PIXELS)


def test_the_calibrated_beta_makes_the_error_the_decoders_own_variance():
    components = pixels.principal_components(IMAGES, TRAINING, 10)
    beta = pixels.calibrated_beta(components, IMAGES, TRAINING)
    error = pixels.linear_vae_error(components, IMAGES, TRAINING, beta, 10)
    assert pixels.active_components(components, beta, 10) == 10
    assert error == pytest.approx(pixels.decoder_variance(beta, PIXELS), rel=1e-4)


def test_components_are_read_as_they_were_written(tmp_path):
    components = pixels.principal_components(IMAGES, TRAINING, 4)
    for name in ("one.npz", "two.npz"):
        pixels.write_components(tmp_path / name, components)
    read = pixels.read_components(tmp_path / "one.npz")
    for name, value in vars(components).items():
        np.testing.assert_array_equal(getattr(read, name), value)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    (tmp_path / "two.npz").write_bytes(b"damaged")
    with pytest.raises(StylewalkError, match=r"two\.npz cannot be read as principal components"):
        pixels.read_components(tmp_path / "two.npz")
