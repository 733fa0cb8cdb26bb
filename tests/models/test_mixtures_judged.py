"""Families that decode mixtures of latents and have them judged: ACAI, AEAI and GAIA."""

import pytest
import torch
from small_models import batch, draws, reached, small
from torch import nn

from stylewalk.models import acai, gaia


def test_gaia_losses_are_those_of_the_paper():
    model = small("gaia")
    images, labels = batch()
    terms = model.losses(images, labels, draws(3))
    decoded = model.decode(model.encode(images))
    mixed, _ = acai.mixtures(model.encode(images), draws(3), 0.5)
    between = model.decode(mixed)
    square = nn.MSELoss()
    real, false, judged = (
        square(model.discriminator(shown), of)
        for shown, of in [(images, images), (between, between), (decoded, images)]
    )
    assert torch.allclose(terms["judged"], judged, atol=1e-6)
    assert torch.allclose(terms["mixing"], false, atol=1e-6)
    assert torch.allclose(terms["discriminator"], real + judged - min(real, false), atol=1e-6)


def test_errors_of_pictures_are_their_mean_squares():
    made, shown = torch.rand(2, 5, 3, 4, 4, generator=draws())
    expected = [((a - b) ** 2).mean() for a, b in zip(made, shown, strict=True)]
    assert torch.allclose(gaia.errors(made, shown), torch.stack(expected))


@pytest.mark.parametrize(
    ("family", "player", "own", "others"),
    [
        ("acai", "critic", "critic", ("reconstruction", "mixing")),
        ("aeai", "discriminator", "discriminator", ("adversarial", "cycle", "smoothness")),
        ("gaia", "discriminator", "discriminator", ("reconstruction", "judged", "mixing")),
    ],
)
def test_who_judges_mixtures_learns_from_its_own_term_alone(family, player, own, others):
    model = small(family)
    terms = model.losses(*batch(), draws())
    assert reached(terms[own], getattr(model, player))
    for part in (model.encoder, model.decoder):
        assert not reached(terms[own], part)
        assert reached(terms[others[-1]], part)
    for term in others:
        assert not reached(terms[term], getattr(model, player))


def test_mixtures_hold_the_share_that_is_said_of_the_next_in_the_batch():
    latents = torch.randn(50, 3, generator=draws(1))
    mixed, shares = acai.mixtures(latents, draws(2), 0.5)
    expected = (1 - shares[:, None]) * latents + shares[:, None] * latents.roll(1, 0)
    assert torch.allclose(mixed, expected, atol=1e-6)
    assert 0 <= shares.min() < 0.1 < 0.4 < shares.max() <= 0.5


def test_acai_losses_are_those_of_the_paper():
    model = small("acai", critic_blend=0.2)
    images, labels = batch()
    terms = model.losses(images, labels, draws(3))
    latents = model.encode(images)
    decoded = model.decode(latents)
    mixed, shares = acai.mixtures(latents, draws(3), 0.5)
    found = model.critic(model.decode(mixed))
    blends = model.critic(0.2 * images + 0.8 * decoded)
    assert torch.allclose(terms["mixing"], found.square().mean(), atol=1e-6)
    expected = (found - shares).square().mean() + blends.square().mean()
    assert torch.allclose(terms["critic"], expected, atol=1e-6)


def test_the_smoothness_of_a_straight_decoder_is_the_squared_distance_of_its_ends():
    model = small("aeai")
    weights = torch.randn(6, 3 * 16 * 16, generator=draws(4)) / 10
    model.decode = lambda latents: (latents @ weights).reshape(-1, 3, 16, 16)
    images, labels = batch()
    latents = model.encode(images)
    ends = model.decode(latents), model.decode(latents.roll(1, 0))
    found = model.losses(images, labels, draws())["smoothness"]
    assert torch.allclose(found, (ends[0] - ends[1]).square().mean(), rtol=1e-3)


def test_the_cycle_is_0_where_images_encode_to_what_they_were_decoded_from():
    """A linear decoder and its inverse; an encoder that is off by one unit in each dimension."""
    model = small("aeai")
    weights = torch.linalg.qr(torch.randn(3 * 16 * 16, 6, generator=draws(4)))[0].T
    model.decode = lambda latents: (latents @ weights).reshape(-1, 3, 16, 16)
    model.encode = lambda images: images.flatten(1) @ weights.T
    images, labels = batch()
    assert model.losses(images, labels, draws())["cycle"].item() == pytest.approx(0, abs=1e-9)
    inverse = model.encode
    calls = []

    def off(images):
        calls.append(images)
        # The first call is that of the images; the second, of the mixtures, is off by 1.
        return inverse(images) + (len(calls) > 1)

    model.encode = off
    scale = inverse(images).var(dim=0).mean()
    found = model.losses(images, labels, draws())["cycle"]
    assert torch.allclose(found, 1 / scale, rtol=1e-3)


def test_the_adversarial_terms_are_cross_entropies_of_what_the_discriminator_says():
    """It says one number of pictures, and another of mixtures, which the decoder paints grey."""
    model = small("aeai")
    said = {"picture": 1.5, "mixture": -0.5}
    model.discriminator = torch.nn.Module()
    grey = 0.25
    model.decode = lambda latents: torch.full((len(latents), 3, 16, 16), grey) + 0 * latents.sum()

    def judge(images):
        is_grey = (images.flatten(1) - grey).abs().amax(dim=1) < 1e-6
        return torch.where(is_grey, said["mixture"], said["picture"])

    model.discriminator.forward = judge
    terms = model.losses(*batch(), draws())
    of_picture, of_mixture = (torch.sigmoid(torch.tensor(x)) for x in said.values())
    assert torch.allclose(terms["adversarial"], -of_mixture.log())
    assert torch.allclose(terms["discriminator"], -(of_picture.log() + (1 - of_mixture).log()) / 2)
    assert terms["accuracy"] == 1
    said.update(picture=-1.0, mixture=1.0)
    assert model.losses(*batch(), draws())["accuracy"] == 0


def test_the_share_that_a_critic_finds_lies_between_0_and_1():
    """However far its network goes astray, so that no error of it can explode."""
    model = small("acai")
    images, _ = batch()
    usual = model.critic(images)
    assert reached(usual.sum(), model.critic)
    with torch.no_grad():
        for parameter in model.critic.parameters():
            parameter.mul_(1e3)
    for shares in (usual, model.critic(images)):
        assert 0 <= shares.min() <= shares.max() <= 1
