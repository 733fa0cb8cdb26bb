"""What a latent space needs of a model: to encode and to decode."""

from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float


@runtime_checkable
class Autoencoder(Protocol):
    """What this room needs of a model; those of :mod:`stylewalk.models` have it."""

    image_size: int

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to latents (B, d), float32."""

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        """Latents (B, d) to images (B, 3, S, S) in 0..1, float32."""

    def to(self, device: str | torch.device) -> object:
        """Move the model to a device."""

    def eval(self) -> object:
        """Bring the model into evaluation mode."""
