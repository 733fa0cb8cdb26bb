"""Small models of every family, pictures for them, and draws."""

import numpy as np
import torch

from stylewalk import models

TRAINED = ["acai", "adversarial", "aeai", "autoencoder", "gaia", "hyperspherical", "triplet"]
TRAINED += ["variational"]
FAMILIES = sorted([*TRAINED, "linear"])


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
