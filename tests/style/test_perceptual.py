"""The perceptual term: known answers, gradients, and what training makes of it."""

import numpy as np
import pytest
import torch

from stylewalk.style.network import load_network
from stylewalk.style.perceptual import LAYERS, PerceptualError
from stylewalk.training import loop
from tiny_network import write_tiny_network


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "style.safetensors"
    write_tiny_network(path)
    return path


def pictures(count=4, seed=0):
    return torch.rand(count, 3, 16, 16, generator=torch.Generator().manual_seed(seed))


def test_it_is_0_for_the_originals_and_agrees_with_plain_arithmetic(network):
    error, first, second = PerceptualError(network, "cpu"), pictures(), pictures(seed=1)
    assert error(first, first) == 0
    features = load_network(network, LAYERS)
    a, b = (features(255 * images) for images in (first, second))
    expected = np.mean(
        [
            ((a[layer].double() - b[layer].double()) ** 2).sum() / (b[layer].double() ** 2).sum()
            for layer in LAYERS
        ]
    )
    assert float(error(first, second)) == pytest.approx(float(expected), rel=1e-5)


def test_a_step_along_its_gradient_brings_a_picture_nearer(network):
    error, images = PerceptualError(network, "cpu"), pictures()
    decoded = pictures(seed=1).requires_grad_(True)
    before = error(decoded, images)
    before.backward()
    assert decoded.grad.abs().sum() > 0
    with torch.no_grad():
        assert error(decoded - 1e-2 * decoded.grad / decoded.grad.norm(), images) < before
    assert all(p.grad is None for p in error.network.parameters())


def trained(network, weight, family="autoencoder"):
    images = np.random.default_rng(0).integers(0, 255, (24, 16, 16, 3), dtype=np.uint8)
    rows = np.arange(24)
    training = {
        "latent_size": 8, "channels": [4, 8, 8, 8], "epochs": 25, "batch_size": 8,
        "learning_rate": 1e-2, "precision": "float32", "trunk": "silu", "perceptual": weight,
    }  # fmt: skip
    error = PerceptualError(network, "cpu") if weight else None
    _, losses = loop.train(
        images, rows % 3, rows[:18], rows[18:], {"family": family}, training, 0, "cpu", 1,
        perceptual=error,
    )  # fmt: skip
    return losses[losses["split"] == "training"].groupby("term")["value"].last()


@pytest.mark.slow
def test_training_minimises_it_where_it_is_asked_for(network):
    barely, much = trained(network, 1e-9), trained(network, 1.0)
    assert much["perceptual"] < 0.95 * barely["perceptual"]
    assert "perceptual" not in trained(network, 0)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["adversarial", "triplet", "variational"])
def test_every_trained_family_has_it(network, family):
    assert 0 < trained(network, 0.1, family)["perceptual"] < 2
