"""Adversarial autoencoders: players, terms, priors."""

import pytest
import torch
from small_models import batch, draws, reached, small
from torch import nn

from stylewalk.errors import StylewalkError
from stylewalk.models import adversarial


def test_adversarial_players_have_learning_rates_of_their_own():
    model = small("adversarial", encoder_rate_factor=0.5, discriminator_rate=0.3)
    rates = {id(p): group["lr"] for group in model.parameter_groups(0.1) for p in group["params"]}
    for part, rate in [(model.encoder, 0.05), (model.decoder, 0.1), (model.discriminator, 0.3)]:
        assert {rates[id(p)] for p in part.parameters()} == {rate}


def test_each_adversarial_term_reaches_its_own_player():
    model = small("adversarial")
    terms = model.losses(*batch(), draws())
    assert not terms.pop("accuracy").requires_grad
    reach = {
        term: (reached(value, model.encoder), reached(value, model.discriminator))
        for term, value in terms.items()
    }
    assert reach == {
        "reconstruction": (True, False),
        "adversarial": (True, False),
        "discriminator": (False, True),
    }
    assert not reached(terms["adversarial"], model.decoder)


def test_adversarial_terms_are_the_cross_entropies():
    model = small("adversarial").eval()
    images, labels = batch()
    terms = model.losses(images, labels, draws(5))
    prior = torch.randn(8, 6, generator=draws(5))
    entropy = nn.BCEWithLogitsLoss()
    of_prior, of_latents = model.discriminator(prior), model.discriminator(model.encode(images))
    ones, zeros = torch.ones(8, 1), torch.zeros(8, 1)
    judged = (entropy(of_prior, ones) + entropy(of_latents, zeros)) / 2
    assert torch.allclose(terms["discriminator"], judged, atol=1e-6)
    right = torch.cat([of_prior > 0, of_latents <= 0]).float().mean()
    assert torch.allclose(terms["accuracy"], right)
    assert torch.allclose(terms["adversarial"], entropy(of_latents, ones), atol=1e-6)


def test_adversarial_latents_have_mean_0_and_sd_1_in_a_training_batch():
    latents = small("adversarial").encode(batch(64)[0])
    assert torch.allclose(latents.mean(0), torch.zeros(6), atol=1e-5)
    assert torch.allclose(latents.std(0, correction=0), torch.ones(6), atol=0.02)


def test_discriminator_does_not_stretch_distances():
    judge = adversarial.Discriminator(6, [16, 16]).layers
    for _ in range(200):  # the power iteration of the spectral norm moves in training mode
        judge(torch.zeros(1, 7))  # a latent, and its norm
    judge.eval()
    a, b = torch.randn(2, 50, 7, generator=draws())
    change = (judge(a) - judge(b)).abs().squeeze(1)
    assert (change <= (a - b).norm(dim=1) * 1.01).all()


def test_the_discriminator_sees_the_norm_as_the_prior_has_it():
    judge, seen = adversarial.Discriminator(400, [16]), []
    judge.layers.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    judge(torch.randn(2000, 400, generator=draws()))
    norms = seen[0][:, -1] / adversarial.NORM_WEIGHT
    assert float(norms.mean()) == pytest.approx(0, abs=0.1)
    assert float(norms.std()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("components", "latent_size"), [(2, 128), (10, 128), (4, 8)])
def test_a_mixture_has_mean_0_and_variance_1_and_its_components_the_distance_asked_for(
    components, latent_size
):
    mixture = adversarial.Mixture(components, latent_size, separation=6.0)
    count = 40_000
    of = torch.randint(components, (count,), generator=draws(1))
    drawn = mixture.draw(of, torch.randn(count, latent_size, generator=draws(2)))
    assert torch.allclose(drawn.mean(0), torch.zeros(latent_size), atol=0.03)
    assert torch.allclose(drawn.var(0), torch.ones(latent_size), atol=0.05)
    apart = torch.pdist(mixture.centres).square().mean().sqrt() / mixture.deviation
    assert float(apart) == pytest.approx(6.0, rel=1e-4)
    spread = (drawn - mixture.centres[of]).std(0)
    assert torch.allclose(spread, torch.full((latent_size,), mixture.deviation), rtol=0.05)


def test_a_mixture_needs_room_for_its_centres():
    with pytest.raises(StylewalkError, match="10 components does not fit into 2 latent dimensions"):
        adversarial.Mixture(10, 2, 6.0)


def test_a_discriminator_that_is_told_the_class_pulls_latents_to_its_component():
    model = small("adversarial", labels=True, components=3, discriminator_units=[32])
    labels = torch.arange(60) % 3
    centres = model.mixture.centres
    noise = torch.randn(60, 6, generator=draws(99))
    astray = model.mixture.draw((labels + 1) % 3, noise).requires_grad_()
    optimiser = torch.optim.Adam(model.discriminator.parameters(), 0.01)
    for step in range(150):
        prior = model.mixture.draw(labels, torch.randn(60, 6, generator=draws(step)))
        of_prior, of_latents = (model.discriminator(z, labels) for z in (prior, astray.detach()))
        optimiser.zero_grad()
        (nn.functional.softplus(-of_prior) + nn.functional.softplus(of_latents)).mean().backward()
        optimiser.step()
    nn.functional.softplus(-model.discriminator(astray, labels)).sum().backward()
    between = centres[labels] - centres[(labels + 1) % 3]
    assert float(((between * -astray.grad).sum(dim=1) > 0).float().mean()) > 0.9


def test_a_prior_of_labels_is_told_of_the_class_and_no_encoder_is():
    model = small("adversarial", labels=True, components=3)
    images, labels = batch()
    terms = model.losses(images, labels, draws(5))
    prior = model.mixture.draw(labels, torch.randn(8, 6, generator=draws(5)))
    latents = model.encode(images)
    entropy, ones = nn.BCEWithLogitsLoss(), torch.ones(8, 1)
    of_prior, of_latents = (model.eval().discriminator(z, labels) for z in (prior, latents))
    judged = (entropy(of_prior, ones) + entropy(of_latents, 0 * ones)) / 2
    assert torch.allclose(terms["discriminator"], judged, atol=0.02)  # its norm moves in training
    assert not torch.allclose(of_latents, model.discriminator(latents, (labels + 1) % 3))
    with pytest.raises(StylewalkError, match="components: 4 or more"):
        model.losses(images, labels + 1, draws())


def test_frozen_thaws_after_an_error():
    layer = nn.Linear(2, 2)
    layer.bias.requires_grad_(False)
    with pytest.raises(RuntimeError, match="mat1"), adversarial.frozen(layer):
        layer(torch.zeros(1, 3))
    assert layer.weight.requires_grad
    assert not layer.bias.requires_grad
