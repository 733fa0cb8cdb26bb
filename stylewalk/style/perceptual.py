"""A perceptual term of the reconstruction: features of a style network's first blocks."""

from pathlib import Path

import torch
from jaxtyping import Float

from stylewalk.style.network import load_network

# ASSUME: the last layers of the first two blocks, because brushwork is small: deeper ones see what
# is painted, and ask for it at the price of the picture's pixels.
LAYERS = ("conv1_2", "conv2_2")


class PerceptualError:
    """Relative squared error of features (Johnson et al. 2016), mean over layers.

    ``|F(a) - F(b)|^2 / |F(b)|^2`` over a batch, F the features of a layer after the ReLU and b the
    originals: 0 where features agree, 1 for features of nothing.

    Args:
        network: file of a style network.
        device: where to compute.
    """

    def __init__(self, network: str | Path, device: str | torch.device):
        self.network = load_network(network, LAYERS).to(device)

    def __call__(
        self,
        decoded: Float[torch.Tensor, "batch 3 side side"],
        images: Float[torch.Tensor, "batch 3 side side"],
    ) -> Float[torch.Tensor, ""]:
        """The error of decoded pictures in 0..1 beside their originals; a scalar."""
        with torch.no_grad():
            wanted = self.network.features_of(255 * images)
        features = self.network.features_of(255 * decoded)
        errors = [
            (features[layer] - wanted[layer]).square().sum() / wanted[layer].square().sum()
            for layer in LAYERS
        ]
        return torch.stack(errors).mean()
