"""Directions on a sphere: known answers of SciPy, moments of draws, gradients."""

import numpy as np
import pytest
import torch
from scipy import special, stats

from stylewalk.models import von_mises_fisher

DIMENSIONS = [2, 3, 8, 128]


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    torch.set_num_threads(1)


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("order", [0.0, 0.5, 1.0, 3.0, 17.5, 63.0, 127.0])
def test_the_bessel_function_is_that_of_scipy(order):
    at = np.geomspace(max(0.05, order / 20), 5000, 60)
    expected = np.log(special.ive(order, at)) + at
    found = von_mises_fisher.log_bessel(order, torch.from_numpy(at))
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-7)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("concentration", [0.5, 20.0, 3000.0])
def test_the_divergence_is_the_mean_log_ratio_of_the_densities(dimensions, concentration):
    mean = np.eye(dimensions)[0]
    fisher = stats.vonmises_fisher(mean, concentration)
    area = 2 * np.pi ** (dimensions / 2) / special.gamma(dimensions / 2)
    expected = -fisher.entropy() + np.log(area)
    found = von_mises_fisher.divergence_from_uniform(torch.tensor([concentration]), dimensions)
    assert float(found) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_the_divergence_vanishes_with_the_concentration_and_its_gradient_is_finite():
    kappa = torch.tensor([1e-3, 1.0, 1e3, 1e7], requires_grad=True)
    divergence = von_mises_fisher.divergence_from_uniform(kappa, 4096)
    assert float(divergence[0]) == pytest.approx(0, abs=1e-6)
    assert (divergence.diff() > 0).all()
    divergence.sum().backward()
    assert torch.isfinite(kappa.grad).all()


@pytest.mark.parametrize("dimensions", DIMENSIONS)
@pytest.mark.parametrize("concentration", [0.5, 20.0, 3000.0])
def test_draws_have_the_cosine_of_the_distribution(dimensions, concentration):
    count = 20_000
    kappa = torch.full((count,), concentration)
    found = von_mises_fisher.cosines(kappa, dimensions, draws())
    order = dimensions / 2 - 1
    mean = special.ive(order + 1, concentration) / special.ive(order, concentration)
    variance = 1 - mean**2 - (dimensions - 1) / concentration * mean
    assert float(found.mean()) == pytest.approx(mean, abs=5 * (variance / count) ** 0.5)
    assert float(found.var()) == pytest.approx(variance, rel=0.1)


def test_draws_lie_on_the_sphere_all_around_their_direction():
    direction = torch.nn.functional.normalize(torch.randn(1, 6, generator=draws(1)), dim=1)
    found = von_mises_fisher.draw(direction.expand(20_000, 6), torch.full((20_000,), 30.0), draws())
    assert torch.allclose(found.norm(dim=1), torch.ones(20_000), atol=1e-5)
    across = found - (found @ direction[0])[:, None] * direction
    assert across.mean(0).norm() < 0.01
    spread = torch.linalg.eigvalsh(across.T @ across / len(across))
    assert float(spread[0]) == pytest.approx(0, abs=1e-6)
    assert float(spread[-1] / spread[1]) < 1.1


def test_gradients_reach_direction_and_concentration():
    direction = torch.nn.functional.normalize(torch.randn(5, 6, generator=draws(1)), dim=1)
    direction.requires_grad_()
    kappa = torch.full((5,), 30.0, requires_grad=True)
    von_mises_fisher.draw(direction, kappa, draws())[:, 0].sum().backward()
    assert direction.grad.abs().sum() > 0
    assert kappa.grad.abs().sum() > 0
    assert torch.isfinite(kappa.grad).all()


def test_what_is_no_number_stays_none_and_ends():
    found = von_mises_fisher.cosines(torch.tensor([np.nan, 5.0, np.inf]), 4, draws())
    assert torch.isnan(found).tolist() == [True, False, True]
