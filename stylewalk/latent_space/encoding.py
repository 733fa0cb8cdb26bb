"""Images to latents and back, in batches."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Float32, UInt8

from stylewalk.latent_space.autoencoder import Autoencoder


def encode(
    model: Autoencoder,
    images: UInt8[np.ndarray, "pictures side side 3"],
    device: str | torch.device = "cpu",
    batch_size: int = 256,
) -> Iterator[Float32[np.ndarray, "_ dimensions"]]:
    """Latents of images, batch by batch, in their order.

    Args:
        model: a model of :mod:`stylewalk.models`; it is moved to the device, in evaluation mode.
        images: (N, S, S, 3) uint8, also memory-mapped.
        device: where to compute, in float32.
        batch_size: images at a time.

    Yields:
        (B, d) float32 arrays: posterior means where the family has a posterior.
    """
    model.to(device)
    model.eval()
    for start in range(0, len(images), batch_size):
        with torch.inference_mode():
            # A copy: an array from a file may be read-only, which torch does not know.
            batch = torch.from_numpy(np.array(images[start : start + batch_size])).to(device)
            latents = model.encode(batch.permute(0, 3, 1, 2).float() / 255).cpu().numpy()
        # Outside: whoever leaves off, or reads two of these in turn, would keep gradients off.
        yield latents


def decode(
    model: Autoencoder,
    latents: Float[np.ndarray, "latents dimensions"],
    device: str | torch.device = "cpu",
    batch_size: int = 256,
    clip: bool = True,
) -> Float32[np.ndarray, "latents side side 3"]:
    """Images of latents (M, d): (M, S, S, 3) float32 on a 0..255 scale, not rounded.

    Rounded, neighbours on a trajectory of small steps differ by little but the rounding. Without
    ``clip`` they leave the scale where the decoder does.
    """
    model.to(device)
    model.eval()
    size = model.image_size
    images = np.empty((len(latents), size, size, 3), np.float32)
    for start in range(0, len(latents), batch_size):
        rows = slice(start, start + batch_size)
        with torch.inference_mode():
            batch = torch.from_numpy(np.array(latents[rows], np.float32)).to(device)
            decoded = model.decode(batch).float() * 255
            decoded = decoded.clamp_(0, 255) if clip else decoded
            images[rows] = decoded.permute(0, 2, 3, 1).cpu().numpy()
    return images


def to_bytes(images: Float[np.ndarray, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    """Images on a 0..255 scale rounded to the nearest whole value, uint8."""
    rounded: np.ndarray = np.rint(images).astype(np.uint8)
    return rounded


def reconstruct(
    model: Autoencoder,
    images: UInt8[np.ndarray, "pictures side side 3"],
    device: str | torch.device = "cpu",
    batch_size: int = 256,
) -> UInt8[np.ndarray, "pictures side side 3"]:
    """Images (N, S, S, 3) uint8 encoded and decoded again, in the same shape and type."""
    return to_bytes(reconstruct_floats(model, images, device, batch_size))


def reconstruct_floats(
    model: Autoencoder,
    images: UInt8[np.ndarray, "pictures side side 3"],
    device: str | torch.device = "cpu",
    batch_size: int = 256,
) -> Float32[np.ndarray, "pictures side side 3"]:
    """The same on a 0..255 scale, not rounded."""
    codes = encode(model, images, device, batch_size)
    batches = [decode(model, z, device, batch_size) for z in codes]
    return np.concatenate(batches) if batches else np.empty(images.shape, np.float32)
