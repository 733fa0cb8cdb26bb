"""The convolutions that all trained families share."""

import numpy as np
import pytest
import torch
from small_models import TRAINED, batch, draws, pixels, small
from torch import nn

from stylewalk import models


def test_a_trunk_is_as_deep_as_it_has_channels():
    """Of three to six, down to one pixel."""
    for size, channels in [(16, [4] * 3), (128, [4] * 5), (64, [4] * 6), (96, [4] * 5)]:
        model = models.build({"family": "autoencoder"}, size, 6, channels, 0, "silu")
        images, _ = batch(2, size)
        assert model.decode(model.encode(images)).shape == images.shape
        depth = [sum(isinstance(x, nn.Conv2d) for x in model.encoder.modules())]
        depth += [sum(isinstance(x, nn.ConvTranspose2d) for x in model.decoder.modules())]
        assert depth == [len(channels)] * 2


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


def test_starting_weights_keep_the_scale_of_what_passes_through():
    model = models.build({"family": "autoencoder"}, 64, 256, [64] * 4, 0)
    signal = torch.randn(4, 3, 64, 64, generator=draws())
    for layer in [*model.encoder, *model.decoder]:
        signal = layer(signal)
        if isinstance(layer, nn.ReLU):
            assert 0.25 < signal.square().mean() < 2  # zeros beyond the edges take some
    assert signal.shape == (4, 3, 64, 64)
