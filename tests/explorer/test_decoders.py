"""What the page decodes with, computed here as its script does, against the models themselves."""

import base64

import numpy as np
import pytest
import torch

from stylewalk import models
from stylewalk.explorer import decoders

SIZE, WIDTH = 32, 6
FAMILIES = {
    "autoencoder": ({"family": "autoencoder"}, "silu"),
    "report": ({"family": "autoencoder"}, "report"),
    "normalised": ({"family": "adversarial", "discriminator_units": [8]}, "report"),
    "variational": ({"family": "variational", "beta": 1.0}, "silu"),
    "hyperspherical": ({"family": "hyperspherical"}, "silu"),
    "linear": ({"family": "linear"}, "silu"),
}


def trained(name: str) -> torch.nn.Module:
    """A model whose weights, means and variances are not those that it starts with."""
    settings, trunk = FAMILIES[name]
    model = models.build(settings, SIZE, WIDTH, [4, 4, 8], 0, trunk)
    draw = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if value.is_floating_point():
                noise = torch.randn(value.shape, generator=draw)
                value.copy_(noise.abs() + 0.5 if "var" in key else value + 0.2 * noise)
    return model.eval()


def unpacked(value):
    (kind, text), *_ = value.items()
    return np.frombuffer(base64.b64decode(text), {"h": "<f2", "f": "<f4"}[kind]).astype(float)


def computed(steps, x):
    """The steps in plain NumPy."""
    for step in steps:
        do = step["do"]
        if do == "direction":
            x = x / np.linalg.norm(x) * step["length"]
        elif do == "dense":
            bias = unpacked(step["bias"])
            x = unpacked(step["weight"]).reshape(len(bias), -1) @ x + bias
        elif do == "scale":
            factor, offset = (unpacked(step[key]) for key in ("factor", "offset"))
            x = (x.reshape(-1, len(factor)) * factor + offset).ravel()
        elif do == "silu":
            x = x / (1 + np.exp(-x))
        elif do == "relu":
            x = np.maximum(x, 0)
        elif do == "sigmoid":
            x = 1 / (1 + np.exp(-x))
        elif do == "add":
            x = x + unpacked(step["values"])
        else:
            side, bias = step["side"], unpacked(step["bias"])
            images = x.reshape(side, side, -1)
            weight = unpacked(step["weight"]).reshape(4, 4, len(bias), -1)
            wide = np.zeros((2 * side + 2, 2 * side + 2, len(bias)))
            for y in range(side):
                for column in range(side):
                    spread = np.einsum("c,yxoc->yxo", images[y, column], weight)
                    wide[2 * y : 2 * y + 4, 2 * column : 2 * column + 4] += spread
            x = (wide[1:-1, 1:-1] + bias).ravel()
    return x


@pytest.mark.parametrize("name", FAMILIES)
def test_the_page_decodes_what_the_model_does(name):
    model = trained(name)
    latents = np.random.default_rng(0).normal(size=(2, WIDTH)).astype(np.float32)
    steps = decoders.steps_of(model)
    with torch.inference_mode():
        images = model.decode(torch.from_numpy(latents))
    wanted = images.permute(0, 2, 3, 1).flatten(1).numpy()
    found = np.stack([computed(steps, z) for z in latents.astype(float)])
    # Weights are in half precision: eleven binary digits.
    assert np.abs(found - wanted).max() < 1 / 255 * max(1, np.abs(wanted).max())


def test_what_has_other_layers_is_not_decoded():
    assert decoders.steps_of(torch.nn.Linear(2, 3)) is None


def test_latents_come_back_and_too_much_is_left_out(monkeypatch):
    latents = np.random.default_rng(0).normal(size=(5, WIDTH)).astype(np.float32)
    places = [np.full((5, 2), np.nan)]
    places[0][:4] = latents[:4, :2]
    (made,) = decoders.of_models([trained("autoencoder")], [latents], places)
    assert made["size"] == SIZE
    np.testing.assert_allclose(
        unpacked(made["latents"]).reshape(5, WIDTH), latents, rtol=1e-3, atol=1e-4
    )
    monkeypatch.setattr(decoders, "MOST_BYTES", 100)
    assert decoders.of_models([trained("autoencoder")], [latents], places) is None
