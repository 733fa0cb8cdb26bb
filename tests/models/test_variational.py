"""Variational families: the KL divergence, its weight, and sampled latents."""

import math

import pytest
import torch
from small_models import batch, draws, small

from stylewalk.errors import StylewalkError
from stylewalk.models import variational


def test_posteriors_begin_narrow_and_all_alike():
    model = small("variational", trunk="silu")
    _, log_variance = model.posterior(batch()[0])
    assert (log_variance - variational.FIRST_LOG_VARIANCE).abs().max() < 0.5


def test_a_calibrated_beta_is_the_decoders_best_variance():
    """Rybkin et al. 2021: the gradient is that of D / 2 log(error) + KL, times 2 error / D."""
    model = small("variational", trunk="silu", beta="calibrated")
    images, labels = batch()
    terms = model.losses(images, labels, draws())
    total = sum(model.weights[term] * terms[term] for term in model.weights)
    total.backward()
    mine = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    terms = model.losses(images, labels, draws())
    numbers = images[0].numel()
    (numbers / 2 * terms["reconstruction"].log() + 4096 * terms["kl"]).backward()
    scale = 2 * terms["reconstruction"].item() / numbers
    for first, parameter in zip(mine, model.parameters(), strict=True):
        assert torch.allclose(first, scale * parameter.grad, rtol=1e-3, atol=1e-7)
    assert set(terms) == {"reconstruction", "kl", "calibrated_kl"}


def test_kl_agrees_with_torch_distributions_and_is_divided_by_4096():
    mean, log_variance = torch.randn(2, 5, 7, generator=draws())
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    per_number = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0))
    expected = per_number.sum(1).mean() / 4096
    assert torch.allclose(variational.kl_divergence(mean, log_variance), expected)


def test_kl_is_zero_at_the_prior_and_its_latent_mean_at_4096_dimensions():
    assert variational.kl_divergence(torch.zeros(3, 8), torch.zeros(3, 8)) == 0
    mean = torch.randn(3, 4096, generator=draws())
    expected = (mean.square() / 2).mean()
    assert torch.allclose(variational.kl_divergence(mean, torch.zeros_like(mean)), expected)


@pytest.mark.parametrize("family", ["variational", "triplet"])
def test_latents_are_sampled_in_losses_and_means_in_encode(family):
    model = small(family).eval()
    images, labels = batch()
    same = [model.losses(images, labels, draws(1))["reconstruction"] for _ in range(2)]
    other = model.losses(images, labels, draws(2))["reconstruction"]
    assert same[0] == same[1] != other
    assert torch.equal(model.encode(images), model.posterior(images)[0])


def test_wild_log_variance_leaves_losses_and_gradients_finite():
    model = small("variational")
    images, labels = batch()
    with torch.no_grad():
        model.encoder[-1].bias[6:] = torch.tensor([1e4, -1e4, 200.0, -200.0, 90.0, -90.0])
    terms = model.losses(images, labels, draws())
    sum(terms.values()).backward()
    assert all(value.isfinite() for value in terms.values())
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_hyperspherical_latents_are_directions_and_a_line_is_decoded_on_the_sphere():
    model = small("hyperspherical", trunk="silu")
    latents = model.encode(batch()[0])
    assert torch.allclose(latents.norm(dim=1), torch.ones(8), atol=1e-6)
    middle = (latents[0] + latents[1]) / 2
    assert torch.allclose(model.decode(middle[None]), model.decode(7 * middle[None]), atol=1e-6)
    _, concentration = model.posterior(batch()[0])
    assert torch.allclose(concentration, torch.tensor(1 + 6 * math.exp(4)))
    with pytest.raises(StylewalkError, match="at least 2"):
        small("hyperspherical", latent_size=1)
