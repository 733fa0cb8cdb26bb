"""What models have in common that are not trained: computed ones, and those trained elsewhere."""

from collections.abc import Mapping
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import nn
from torch.nn import functional

from stylewalk.models.autoencoder import PerceptualError, Terms


class Untrained(nn.Module):
    """A model whose one term informs, and which gives an optimiser nothing to move.

    A family says how it encodes and decodes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weights: dict[str, float] = {"reconstruction": 1.0}

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to latents (B, d)."""
        raise NotImplementedError

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        """Latents (B, d) to images (B, 3, S, S), about 0..1."""
        raise NotImplementedError

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """The term ``reconstruction``: see :meth:`autoencoder.Model.losses`."""
        return {"reconstruction": functional.mse_loss(self.decode(self.encode(images)), images)}

    def weights_at(self, share: float) -> Mapping[str, float]:
        """The weight of the term."""
        return self.weights

    def add_perceptual(self, error: PerceptualError, weight: float) -> None:
        """Nothing: what is not trained minimises nothing further."""

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """None: nothing is trained."""
        return []

    def matrices(self) -> list[nn.Parameter]:
        """None."""
        return []
