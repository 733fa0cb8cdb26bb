"""Principal components as a family."""

import numpy as np
import torch
from small_models import pixels, small

from stylewalk import models


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
