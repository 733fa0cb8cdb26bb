"""What the explorer's script computes, in plain NumPy, and models to try it with."""

import base64

import numpy as np
import torch

from stylewalk import models

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
    return np.frombuffer(base64.b64decode(text), {"h": "<f2", "f": "<f4", "b": "i1"}[kind]).astype(
        float
    )


def computed(steps, x, decoder=()):
    """The steps in plain NumPy; ``decoder`` are those of the same model's decoder."""
    for step in steps:
        do = step["do"]
        if do == "direction":
            x = x / np.linalg.norm(x) * step["length"]
        elif do == "dense":
            bias = unpacked(step["bias"])
            unit = unpacked(step["unit"]) if "unit" in step else 1
            x = unpacked(step["weight"]).reshape(len(bias), -1) @ x * unit + bias
        elif do == "project":
            x = x @ unpacked(decoder[0]["weight"]).reshape(len(x), -1)
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
        elif do == "narrow":
            side, bias = step["side"], unpacked(step["bias"])
            images = np.pad(x.reshape(side, side, -1), ((1, 1), (1, 1), (0, 0)))
            weight = unpacked(step["weight"]).reshape(len(bias), 4, 4, -1)
            seen = np.lib.stride_tricks.sliding_window_view(images, (4, 4), axis=(0, 1))[::2, ::2]
            x = (np.einsum("yxcij,oijc->yxo", seen, weight) + bias).ravel()
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
