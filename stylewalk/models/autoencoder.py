"""Autoencoder: reconstruction alone."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, Int, Integer, UInt8
from torch import nn
from torch.nn import functional

from stylewalk.models.trunk import Decoder, Encoder, Shape
from stylewalk.pixels import mean_picture
from stylewalk.registry import Settings

# Decoded pictures and their originals to a scalar.
PerceptualError = Callable[
    [Float[torch.Tensor, "batch 3 side side"], Float[torch.Tensor, "batch 3 side side"]],
    Float[torch.Tensor, ""],
]
# What training minimises, by the name of each term.
Terms = dict[str, Float[torch.Tensor, ""]]
DESCRIPTION = "Reconstruction alone."
SETTINGS: Settings = {}


class Model(nn.Module):
    """An encoder and a decoder that minimise the mean squared error over pixels in 0..1.

    ASSUME: the mean runs over pixels and channels because the magnitudes that the report prints
    are most simply read so.
    """

    heads = 1  # numbers that the encoder gives for each latent dimension
    batch_norm = False  # the report has ReLU alone between its layers
    mean_picture: Float32[torch.Tensor, "3 side side"]

    def __init__(self, shape: Shape):
        super().__init__()
        self.latent_size = shape.latent_size
        self.image_size = shape.image_size
        self.encoder = Encoder(shape, self.heads, self.batch_norm)
        self.decoder = Decoder(shape, self.batch_norm)
        self.weights: dict[str, float] = {"reconstruction": 1.0}
        self.perceptual_error: PerceptualError | None = None
        self.centred = shape.trunk != "report"
        if self.centred:
            size = (3, shape.image_size, shape.image_size)
            self.register_buffer("mean_picture", torch.full(size, 0.5))

    def prepare(
        self,
        images: UInt8[np.ndarray, "pictures side side 3"],
        rows: Integer[np.ndarray, " rows"],
    ) -> None:
        """Take up what is known of the training split before the first step.

        Args:
            images: (N, S, S, 3) uint8, also memory-mapped.
            rows: those of the training split.
        """
        if self.centred:
            mean = torch.from_numpy(mean_picture(images, rows)).permute(2, 0, 1)
            self.mean_picture.copy_(mean)

    def features(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch {self.heads}*{self.latent_size}"]:
        """Images (B, 3, S, S) in 0..1 to what the encoder gives (B, heads * d), float32."""
        centred = images - self.mean_picture if self.centred else images
        features: torch.Tensor = self.encoder(centred)
        return features.float()

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to latents (B, d), float32."""
        return self.features(images)

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float32[torch.Tensor, "batch 3 {self.image_size} {self.image_size}"]:
        """Latents (B, d) to images (B, 3, S, S), float32.

        Of the trunk ``report`` they lie in 0..1; others may leave it, and whoever shows them clips.
        """
        images: torch.Tensor = self.decoder(latents)
        return images + self.mean_picture if self.centred else images

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """The terms of a batch, each a mean over its images, unweighted.

        Args:
            images: (B, 3, S, S) in 0..1.
            labels: (B,) integers, the class of each image.
            generator: for every random draw, on the device of the images.
        """
        return self.compared(self.decode(self.encode(images)), images)

    def compared(
        self,
        decoded: Float[torch.Tensor, "batch 3 side side"],
        images: Float[torch.Tensor, "batch 3 side side"],
    ) -> Terms:
        """Term ``reconstruction``, and ``perceptual`` where the config asks for it.

        Args:
            decoded: (B, 3, S, S), about 0..1.
            images: (B, 3, S, S) in 0..1, the originals.
        """
        terms = {"reconstruction": functional.mse_loss(decoded, images)}
        if self.perceptual_error is not None:
            terms["perceptual"] = self.perceptual_error(decoded, images)
        return terms

    def add_perceptual(self, error: PerceptualError, weight: float) -> None:
        """Let training minimise a further error of decoded pictures, with this weight."""
        self.perceptual_error = error
        self.weights["perceptual"] = weight

    def weights_at(self, share: float) -> Mapping[str, float]:
        """The weight of each term once this share of the training's steps is done."""
        return self.weights

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """Groups of parameters for Adam, each with its learning rate."""
        return [{"params": list(self.parameters()), "lr": learning_rate}]

    def matrices(self) -> list[nn.Parameter]:
        """The dense matrices that Muon moves, where the config asks for it."""
        return [self.encoder.matrix, self.decoder.matrix]
