"""Principal components of the pixels as a model: the linear baseline of every study."""

import numpy as np
import torch
from jaxtyping import Float, Float32, Integer, UInt8

from stylewalk.models.trunk import Shape
from stylewalk.models.untrained import Untrained
from stylewalk.pixels import principal_components
from stylewalk.registry import Settings

DESCRIPTION = (
    "Principal components of the pixels (PCA), a linear baseline: not trained but computed."
)
SETTINGS: Settings = {}


class Model(Untrained):
    """Scores on the first d principal components of the training split, and back.

    Without clipping, what is decoded on a straight line between two latents is the pixel blend of
    what is decoded at its ends. Latents have the variances of the components, in pixels of 0..1.
    Where the training split has fewer components, the remaining dimensions are 0.
    """

    mean_picture: Float32[torch.Tensor, " pixels"]
    directions: Float32[torch.Tensor, "dimensions pixels"]

    def __init__(self, shape: Shape):
        super().__init__()
        self.latent_size, self.image_size = shape.latent_size, shape.image_size
        pixels = 3 * shape.image_size**2
        self.register_buffer("mean_picture", torch.full((pixels,), 0.5))
        self.register_buffer("directions", torch.zeros(shape.latent_size, pixels))

    def prepare(
        self,
        images: UInt8[np.ndarray, "pictures side side 3"],
        rows: Integer[np.ndarray, " rows"],
    ) -> None:
        """Compute the components of the training split: see :meth:`autoencoder.Model.prepare`."""
        components = principal_components(images, rows, self.latent_size)
        self.mean_picture.copy_(torch.from_numpy(components.mean))
        self.directions[: len(components.directions)] = torch.from_numpy(components.directions)

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to scores (B, d), float32 outside mixed precision."""
        pixels = images.permute(0, 2, 3, 1).flatten(1).float()
        return (pixels - self.mean_picture) @ self.directions.T

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float32[torch.Tensor, "batch 3 {self.image_size} {self.image_size}"]:
        """Scores (B, d) to images (B, 3, S, S), float32, not clipped."""
        pixels = latents.float() @ self.directions + self.mean_picture
        size = self.image_size
        return pixels.reshape(-1, size, size, 3).permute(0, 3, 1, 2)
