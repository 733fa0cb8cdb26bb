"""Autoencoder: reconstruction alone."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from stylewalk.models.trunk import Decoder, Encoder
from stylewalk.registry import Settings

DESCRIPTION = "Reconstruction alone."
SETTINGS: Settings = {}


class Model(nn.Module):
    """An encoder and a decoder that minimise the mean squared error over pixels in 0..1.

    ASSUME: the mean runs over pixels and channels because the magnitudes that the report prints
    are most simply read so.
    """

    heads = 1  # numbers that the encoder gives for each latent dimension
    batch_norm = False  # the report has ReLU alone between its layers

    def __init__(self, image_size: int, latent_size: int, channels: Sequence[int]):
        super().__init__()
        self.latent_size = latent_size
        self.image_size = image_size
        self.encoder = Encoder(image_size, self.heads * latent_size, channels, self.batch_norm)
        self.decoder = Decoder(image_size, latent_size, channels, self.batch_norm)
        self.weights: dict[str, float] = {"reconstruction": 1.0}

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Images (B, 3, S, S) in 0..1 to latents (B, d), float32."""
        latents: torch.Tensor = self.encoder(images)
        return latents.float()

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents (B, d) to images (B, 3, S, S) in 0..1, float32."""
        images: torch.Tensor = self.decoder(latents)
        return images

    def losses(
        self, images: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """The terms of a batch, each a mean over its images, unweighted.

        Args:
            images: (B, 3, S, S) in 0..1.
            labels: (B,) integers, the class of each image.
            generator: for every random draw, on the device of the images.
        """
        return {"reconstruction": functional.mse_loss(self.decode(self.encode(images)), images)}

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """Groups of parameters for Adam."""
        return [{"params": list(self.parameters()), "lr": learning_rate}]
