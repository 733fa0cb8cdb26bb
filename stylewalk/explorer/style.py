"""The first layers of the style network in a form with which the page computes by itself.

With them it tells the style loss of walks that it decodes, at two layers, in half precision: Gram
matrices after the ReLU, all layers alike. That is not the style loss of the study, which has a
metric and layers of its own.
"""

from pathlib import Path
from typing import Any

import torch

from stylewalk.explorer.steps import half, single
from stylewalk.style.network import load_network

#: Where the loss is taken: the first convolution of each of the first two blocks.
LAYERS = ("conv1_1", "conv2_1")


def of_network(path: str | Path) -> dict[str, Any]:
    """What ``templates/style.js`` computes with.

    Args:
        path: file in the layout of :mod:`stylewalk.style.layout`.

    Returns:
        ``mean`` and ``std`` of the input on a 0..255 scale, and ``steps``, the convolutions: weight
        by output channel, row, column and input channel, bias, ``pools`` (whether a maximum over
        2 x 2 comes before) and ``tapped`` (whether the loss is taken behind it).
    """
    network = load_network(path, LAYERS)
    steps: list[dict[str, Any]] = []
    pools = False
    for module in network.features:
        if isinstance(module, torch.nn.MaxPool2d):
            pools = True
        elif isinstance(module, torch.nn.Conv2d):
            assert module.bias is not None
            weight = half(module.weight.permute(0, 2, 3, 1).flatten())
            # Of conv1_1, conv1_2 and conv2_1 the second is passed through.
            step = {"weight": weight, "bias": single(module.bias), "pools": pools}
            steps.append({**step, "tapped": len(steps) != 1})
            pools = False
    return {
        "mean": network.mean.flatten().tolist(),
        "std": network.std.flatten().tolist(),
        "steps": steps,
    }
