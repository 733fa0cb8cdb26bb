"""Model families: interface, losses against independent references, invariances."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.models import acai, adversarial, gaia, triplet, variational

TRAINED = ["acai", "adversarial", "aeai", "autoencoder", "gaia", "hyperspherical", "triplet"]
TRAINED += ["variational"]
FAMILIES = sorted([*TRAINED, "linear"])
TERMS = {
    "acai": {"reconstruction", "mixing", "critic"},
    "aeai": {"reconstruction", "adversarial", "cycle", "smoothness", "discriminator"},
    "autoencoder": {"reconstruction"},
    "gaia": {"reconstruction", "judged", "mixing", "discriminator"},
    "hyperspherical": {"reconstruction", "kl"},
    "linear": {"reconstruction"},
    "variational": {"reconstruction", "kl"},
    "triplet": {"reconstruction", "kl", "triplet"},
    "adversarial": {"reconstruction", "adversarial", "discriminator"},
}
INFORM = {key: {"accuracy"} for key in ["acai", "adversarial", "aeai", "gaia"]}


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    torch.set_num_threads(1)


def small(family="autoencoder", image_size=16, latent_size=6, seed=0, trunk="report", **own):
    model = models.build(
        {"family": family, **own}, image_size, latent_size, [4, 4, 8, 8], seed, trunk
    )
    if family == "linear":  # it knows nothing before it has seen pictures
        model.prepare(pixels(image_size), np.arange(20))
    return model


def pixels(size=16, count=20, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def batch(count=8, size=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, size, size, generator=generator), torch.arange(count) % 3


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


def reached(term, module):
    """Whether a term's gradient reaches a parameter of the module."""
    module.zero_grad(set_to_none=True)
    term.backward(retain_graph=True)
    return any(p.grad is not None and bool(p.grad.any()) for p in module.parameters())


@pytest.mark.parametrize("trunk", ["report", "silu"])
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [16, 48])
def test_images_go_to_latents_and_back(family, size, trunk):
    model = small(family, image_size=size, trunk=trunk)
    images, labels = batch(size=size)
    latents = model.encode(images)
    decoded = model.decode(100 * latents)
    assert latents.shape == (8, 6)
    assert decoded.shape == images.shape
    assert latents.dtype == decoded.dtype == torch.float32
    assert decoded.min() < decoded.max()
    if trunk == "report" and family != "linear":
        assert 0 <= decoded.min() < decoded.max() <= 1
    terms = model.losses(images, labels, draws())
    assert set(model.weights) == TERMS[family]
    assert set(terms) == TERMS[family] | INFORM.get(family, set())
    assert all(value.shape == () and value.isfinite() for value in terms.values())


def test_a_trunk_is_as_deep_as_it_has_channels():
    """Of three to six, down to one pixel."""
    for size, channels in [(16, [4] * 3), (128, [4] * 5), (64, [4] * 6), (96, [4] * 5)]:
        model = models.build({"family": "autoencoder"}, size, 6, channels, 0, "silu")
        images, _ = batch(2, size)
        assert model.decode(model.encode(images)).shape == images.shape
        depth = [sum(isinstance(x, nn.Conv2d) for x in model.encoder.modules())]
        depth += [sum(isinstance(x, nn.ConvTranspose2d) for x in model.decoder.modules())]
        assert depth == [len(channels)] * 2


@pytest.mark.parametrize("family", FAMILIES)
def test_groups_hold_every_parameter_once(family):
    model = small(family)
    grouped = [p for group in model.parameter_groups(0.1) for p in group["params"]]
    assert sorted(map(id, grouped)) == sorted(map(id, model.parameters()))


def test_adversarial_players_have_learning_rates_of_their_own():
    model = small("adversarial", encoder_rate_factor=0.5, discriminator_rate=0.3)
    rates = {id(p): group["lr"] for group in model.parameter_groups(0.1) for p in group["params"]}
    for part, rate in [(model.encoder, 0.05), (model.decoder, 0.1), (model.discriminator, 0.3)]:
        assert {rates[id(p)] for p in part.parameters()} == {rate}


@pytest.mark.parametrize("family", TRAINED)
def test_the_reports_trunk_is_four_convolutions_and_a_dense_layer_each_way(family):
    model = small(family)
    for part, kind in [(model.encoder, nn.Conv2d), (model.decoder, nn.ConvTranspose2d)]:
        convolutions = [layer for layer in part if isinstance(layer, kind)]
        assert len(convolutions) == 4
        assert {(layer.kernel_size, layer.stride) for layer in convolutions} == {((4, 4), (2, 2))}
        assert sum(isinstance(layer, nn.Linear) for layer in part) == 1
        assert sum(isinstance(layer, nn.ReLU) for layer in part) == 4
    normalised = any(isinstance(layer, nn.BatchNorm2d) for layer in model.modules())
    assert normalised == (family == "adversarial")


@pytest.mark.parametrize("family", TRAINED)
def test_the_default_trunk_has_no_linear_path_and_no_normalisation(family):
    model = small(family, trunk="silu")
    for part in (model.encoder, model.decoder):
        assert sum(isinstance(layer, nn.SiLU) for layer in part) == 4
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in model.modules())
    # Of a linear path, twice the latent would be twice the difference from what 0 decodes to.
    latents = torch.randn(4, 6, generator=draws())
    nothing, once, twice = (model.decode(scale * latents) for scale in (0, 1, 2))
    assert not torch.allclose(twice - nothing, 2 * (once - nothing), rtol=0.1, atol=1e-4)


def test_pictures_are_differences_from_the_mean_picture_of_the_training_split():
    model, images = small(trunk="silu"), pixels()
    model.prepare(images, np.arange(5))
    mean = torch.from_numpy(images[:5]).double().mean(0).permute(2, 0, 1) / 255
    assert torch.allclose(model.mean_picture.double(), mean, atol=1e-6)
    latents = torch.zeros(1, 6)
    assert torch.allclose(model.decode(latents), model.decoder(latents) + mean.float(), atol=1e-6)


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


def test_components_bring_pictures_of_their_rank_back_and_blend_what_lies_between():
    rng = np.random.default_rng(0)
    table = 120 + rng.integers(-3, 4, (30, 6)) @ rng.integers(-3, 4, (6, 768))
    images = table.clip(0, 255).astype(np.uint8).reshape(30, 16, 16, 3)
    model = small("linear")
    model.prepare(images, np.arange(20))
    pictures = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    latents = model.encode(pictures)
    assert torch.allclose(model.decode(latents), pictures, atol=1e-4)
    share = torch.linspace(0, 1, 5)[:, None]
    path = model.decode((1 - share) * latents[:1] + share * latents[1:2])
    weight = share[:, :, None, None]
    blends = (1 - weight) * pictures[:1] + weight * pictures[1:2]
    assert torch.allclose(path, blends, atol=1e-4)
    variances = latents[:20].var(0, correction=0)
    assert (variances[:-1] >= variances[1:] - 1e-6).all()


def test_of_fewer_pictures_than_dimensions_the_rest_is_empty():
    model = models.build({"family": "linear"}, 16, 30, [4] * 4, 0)
    model.prepare(pixels(), np.arange(8))
    latents = model.encode(torch.from_numpy(pixels()).permute(0, 3, 1, 2) / 255)
    assert latents.shape == (20, 30)
    assert not latents[:, 7:].any()
    assert latents[:, :7].any(0).all()


def test_starting_weights_belong_to_the_seed_alone():
    torch.manual_seed(1)
    first = small("adversarial", seed=3).state_dict()
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after), "building moved the global random state"
    second, other = small("adversarial", seed=3).state_dict(), small("adversarial", seed=4)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(first["encoder.0.weight"], other.state_dict()["encoder.0.weight"])


def test_starting_weights_keep_the_scale_of_what_passes_through():
    model = models.build({"family": "autoencoder"}, 64, 256, [64] * 4, 0)
    signal = torch.randn(4, 3, 64, 64, generator=draws())
    for layer in [*model.encoder, *model.decoder]:
        signal = layer(signal)
        if isinstance(layer, nn.ReLU):
            assert 0.25 < signal.square().mean() < 2  # zeros beyond the edges take some
    assert signal.shape == (4, 3, 64, 64)


def test_families_are_found_without_importing_them():
    code = (
        "import sys, stylewalk.models as m; before = set(sys.modules);"
        "m.build({'family': 'autoencoder'}, 16, 4, [2, 2, 2, 2], 0);"
        "found = {n for n in sys.modules if n.startswith('stylewalk.models.')};"
        "known = {n for n in before if n.startswith('stylewalk.models.')};"
        "assert known <= {'stylewalk.models.trunk'}, known;"
        "print(*m.families(), '|', *sorted(found))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    known, imported = run.stdout.split("|")
    assert known.split() == sorted([*FAMILIES, "pretrained"])
    assert imported.split() == ["stylewalk.models.autoencoder", "stylewalk.models.trunk"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (({"family": "transformer"}, 16, 4, [2] * 4), ["transformer", "known", "variational"]),
        (({"family": "trunk"}, 16, 4, [2] * 4), ["trunk", "not known"]),
        (({}, 16, 4, [2] * 4), ["None", "known"]),
        (({"family": "variational", "betta": 1}, 16, 4, [2] * 4), ["betta", "beta"]),
        (({"family": "autoencoder", "beta": 1}, 16, 4, [2] * 4), ["beta", "none"]),
        (({"family": "autoencoder"}, 40, 4, [2] * 4), ["40", "multiple of 16"]),
        (({"family": "autoencoder"}, 16, 0, [2] * 4), ["latent size", "0"]),
        (({"family": "autoencoder"}, 16, 4, [2] * 2), ["3 to 6 convolutions"]),
        (({"family": "autoencoder"}, 48, 4, [2] * 5), ["48", "halved 5 times", "multiple of 32"]),
    ],
)
def test_wrong_arguments_are_told_in_words(arguments, words):
    with pytest.raises(StylewalkError) as error:
        models.build(*arguments, seed=0)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_reconstruction_is_the_mean_squared_error_of_pixels():
    model = small()
    images, labels = batch()
    expected = (model.decode(model.encode(images)) - images).pow(2).mean()
    assert torch.allclose(model.losses(images, labels, draws())["reconstruction"], expected)


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


def slow_triplet(latents, labels, margin):
    """The triplet loss as three plain loops in float64, straight from the rule in words."""
    latents, violations = np.asarray(latents, np.float64), []
    scale = math.sqrt(latents.shape[1])
    for a, p in np.ndindex(len(labels), len(labels)):
        negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
        if a == p or labels[a] != labels[p] or not negatives:
            continue
        positive = np.linalg.norm(latents[a] - latents[p]) / scale
        away = sorted(np.linalg.norm(latents[a] - latents[n]) / scale for n in negatives)
        semi_hard = [d for d in away if positive < d < positive + margin]
        easy = [d for d in away if d >= positive + margin]
        chosen = semi_hard[0] if semi_hard else easy[0] if easy else away[-1]
        violations.append(max(positive - chosen + margin, 0))
    return np.mean(violations) if violations else 0.0


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    labels=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    size=st.integers(1, 9),
    margin=st.floats(0.05, 2),
)
def test_triplet_loss_agrees_with_plain_loops(seed, labels, size, margin):
    latents = torch.randn(len(labels), size, generator=draws(seed))
    found = triplet.triplet_loss(latents, torch.tensor(labels), margin)
    assert float(found) == pytest.approx(slow_triplet(latents, labels, margin), abs=2e-6)


def test_triplet_known_answers():
    labels = torch.tensor([0, 0, 1, 1])
    on_a_line = torch.tensor([[0.0], [1.0], [1.1], [5.0]])
    # (0,1): semi-hard 1.1 -> 0.1; (1,0): nearer 0.1 is hard, 4 is easy -> 0;
    # (2,3): 3.9 against 1.1 and 0.1, both hard: the farthest -> 3.0; (3,2): 4 is semi-hard -> 0.1.
    assert float(triplet.triplet_loss(on_a_line, labels, 0.2)) == pytest.approx((0.1 + 3 + 0.1) / 4)


def test_triplet_does_not_change_with_order_rotation_or_latent_size():
    latents, labels = torch.randn(10, 6, generator=draws()), torch.arange(10) % 3
    value = triplet.triplet_loss(latents, labels, 0.5)
    order = torch.randperm(10, generator=draws(1))
    rotation = torch.linalg.qr(torch.randn(6, 6, generator=draws(2))).Q
    for same in [
        triplet.triplet_loss(latents[order], labels[order], 0.5),
        triplet.triplet_loss(latents @ rotation, labels, 0.5),
        triplet.triplet_loss(torch.cat([latents, latents, latents], dim=1), labels, 0.5),
    ]:
        assert torch.allclose(value, same, atol=1e-6)
    assert value > 0


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 1, 1]])
def test_triplet_gradient_is_finite_where_latents_coincide(labels):
    latents = torch.zeros(4, 3, requires_grad=True)
    loss = triplet.triplet_loss(latents, torch.tensor(labels), 0.2)
    loss.backward()
    assert loss.item() == pytest.approx(0.2 if labels == [0, 0, 1, 1] else 0.0)
    assert latents.grad.isfinite().all()


def test_triplet_step_moves_positives_together():
    latents = torch.tensor([[0.0, 0], [2.0, 0], [0.0, 2.1], [9.0, 9]], requires_grad=True)
    labels = torch.tensor([0, 0, 1, 2])
    loss = triplet.triplet_loss(latents, labels, 0.2)
    loss.backward()
    moved = latents.detach() - 0.1 * latents.grad
    assert triplet.triplet_loss(moved, labels, 0.2) < loss
    assert (moved[0] - moved[1]).norm() < 2


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


def test_the_margin_follows_the_scale_of_the_latents():
    latents = torch.randn(10, 6, generator=draws())
    plain = (latents[:, None] - latents).norm(dim=2)[np.triu_indices(10, 1)].mean() / 6**0.5
    assert torch.allclose(triplet.mean_distance(latents), plain)
    assert triplet.mean_distance(latents[:1]) == 0
    model, (images, labels) = small("triplet"), batch()
    loss = model.losses(images, labels, draws())["triplet"]
    with torch.no_grad():
        for layer in (model.encoder[-1].weight, model.encoder[-1].bias):
            layer.mul_(100)
    assert torch.allclose(model.losses(images, labels, draws())["triplet"], 100 * loss, rtol=1e-3)


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


def test_frozen_thaws_after_an_error():
    layer = nn.Linear(2, 2)
    layer.bias.requires_grad_(False)
    with pytest.raises(RuntimeError, match="mat1"), adversarial.frozen(layer):
        layer(torch.zeros(1, 3))
    assert layer.weight.requires_grad
    assert not layer.bias.requires_grad


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
