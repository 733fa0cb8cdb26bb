"""What all model families have in common: shapes, terms, groups, starting weights, settings."""

import subprocess
import sys

import pytest
import torch
from small_models import FAMILIES, batch, draws, small

from stylewalk import models
from stylewalk.errors import StylewalkError

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


@pytest.mark.parametrize("family", FAMILIES)
def test_groups_hold_every_parameter_once(family):
    model = small(family)
    grouped = [p for group in model.parameter_groups(0.1) for p in group["params"]]
    assert sorted(map(id, grouped)) == sorted(map(id, model.parameters()))


def test_starting_weights_belong_to_the_seed_alone():
    torch.manual_seed(1)
    first = small("adversarial", seed=3).state_dict()
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after), "building moved the global random state"
    second, other = small("adversarial", seed=3).state_dict(), small("adversarial", seed=4)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(first["encoder.0.weight"], other.state_dict()["encoder.0.weight"])


@pytest.mark.slow
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
