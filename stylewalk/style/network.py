"""A VGG network's features of images, from which style is measured."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32, UInt8
from torch import Tensor, nn

from stylewalk.errors import StylewalkError
from stylewalk.style.layout import (
    check_stack,
    describe,
    layer_names,
    layer_places,
    read_tensors,
)

TAPS = ("relu", "convolution")
POOLINGS: dict[str, type[nn.MaxPool2d | nn.AvgPool2d]] = {
    "max": nn.MaxPool2d,
    "average": nn.AvgPool2d,
}
# RGB on a 0..255 scale, as bytes or as floats.
Images = (
    UInt8[Tensor | np.ndarray, "pictures height width 3"]
    | Float[Tensor | np.ndarray, "pictures 3 height width"]
)
# By layer N feature maps of M pixels each, which differ from layer to layer.
Features = dict[str, Float[Tensor, "pictures _maps _pixels"]]


@contextlib.contextmanager
def full_precision() -> Iterator[None]:
    """True float32: the 3 digits of TF32 on a GPU would drown the small differences of steps."""
    cudnn, matmul = torch.backends.cudnn, torch.get_float32_matmul_precision()
    flags = {"benchmark": False, "deterministic": True, "allow_tf32": False}
    torch.set_float32_matmul_precision("highest")
    try:
        with cudnn.flags(enabled=cudnn.enabled, **flags):
            yield
    finally:
        torch.set_float32_matmul_precision(matmul)


class StyleNetwork(nn.Module):
    """torchvision's VGG16 or VGG19, cut behind the deepest layer asked for; inference only.

    Attributes:
        features: convolutions, ReLUs and poolings, in torchvision's order.
        layers: names of the layers whose features are given, in the order asked for.
        tap: ``relu`` or ``convolution``: features after the ReLU or directly after the convolution.
        pooling: ``max`` or ``average``, between the blocks.
        description: what the file of weights says of itself.
    """

    mean: Float32[Tensor, "1 3 1 1"]
    std: Float32[Tensor, "1 3 1 1"]

    def __init__(
        self,
        tensors: Mapping[str, Tensor],
        layers: Sequence[str],
        tap: str,
        pooling: str,
        description: Mapping[str, str],
    ):
        """Build the network from the tensors of a stored file; see :func:`load_network`."""
        super().__init__()
        self.layers, self.tap, self.pooling = list(layers), tap, pooling
        self.description = dict(description)
        self.features = _vgg_features(tensors, layers, description["name"])
        places = layer_places(description["name"])
        # torchvision puts the ReLU directly behind its convolution.
        self._taps = {places[layer] + (tap == "relu"): layer for layer in layers}
        for place, module in enumerate(self.features):
            if isinstance(module, nn.MaxPool2d):
                self.features[place] = POOLINGS[pooling](2)
            elif isinstance(module, nn.ReLU):
                # In place, which saves memory, unless the features before it are kept.
                module.inplace = place - 1 not in self._taps
        self.register_buffer("mean", tensors["mean"].float().view(1, 3, 1, 1))
        self.register_buffer("std", tensors["std"].float().view(1, 3, 1, 1))
        self.requires_grad_(False).eval().to(memory_format=torch.channels_last)

    @torch.inference_mode()
    @full_precision()
    def forward(self, images: Images) -> Features:
        """Features of RGB images.

        Args:
            images: uint8 (B, H, W, 3), or float (B, 3, H, W) on a 0..255 scale; H and W multiples
                of 16.

        Returns:
            Layer to features (B, N, M), float32: N feature maps of M pixels each.
        """
        return self.features_of(images)

    def features_of(self, images: Images) -> Features:
        """The same, so that gradients reach the images where these are wanted."""
        x = self._standardise(images)
        features: dict[str, Tensor] = {}
        for place, module in enumerate(self.features):
            x = module(x)
            if place in self._taps:
                features[self._taps[place]] = x
        return {layer: features[layer].flatten(2) for layer in self.layers}

    def _standardise(self, images: Images) -> Float32[Tensor, "pictures 3 height width"]:
        images = torch.as_tensor(images)
        if images.ndim == 4 and images.dtype == torch.uint8 and images.shape[3] == 3:
            images = images.permute(0, 3, 1, 2)
        elif images.ndim != 4 or not images.is_floating_point() or images.shape[1] != 3:
            raise ValueError(
                f"images are {images.dtype} {tuple(images.shape)}, expected uint8 (B, H, W, 3) "
                "or float (B, 3, H, W)"
            )
        if 0 in images.shape or images.shape[2] % 16 or images.shape[3] % 16:
            raise ValueError(f"images are {tuple(images.shape)}, expected multiples of 16 pixels")
        x = images.to(self.mean.device, torch.float32, memory_format=torch.channels_last)
        return (x - self.mean) / self.std


def _stack(layers: Sequence[str], name: str) -> list[str]:
    """Names of an architecture's convolutions up to the deepest layer asked for."""
    names = layer_names(name)
    return names[: 1 + max(names.index(layer) for layer in layers)]


def _vgg_features(tensors: Mapping[str, Tensor], layers: Sequence[str], name: str) -> nn.Sequential:
    """The architecture with the tensors of a stored file, up to the deepest layer's ReLU.

    Its modules stand where torchvision's ``features`` have them.
    """
    modules: list[nn.Module] = []
    block = "conv1"
    for layer in _stack(layers, name):
        if not layer.startswith(f"{block}_"):
            modules.append(nn.MaxPool2d(2, 2))
            block = layer.partition("_")[0]
        weight, bias = (tensors[f"{layer}.{kind}"].float() for kind in ("weight", "bias"))
        # Without memory: starting weights would take time to draw, and are replaced at once.
        with torch.device("meta"):
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
        convolution.load_state_dict({"weight": weight, "bias": bias}, strict=True, assign=True)
        modules += [convolution, nn.ReLU(inplace=True)]
    return nn.Sequential(*modules)


def load_network(
    path: str | Path, layers: Sequence[str], tap: str = "relu", pooling: str = "max"
) -> StyleNetwork:
    """Read a style network from a stored file, as far as the deepest layer asked for.

    Args:
        path: file in the layout of :mod:`stylewalk.style.layout`.
        layers: convolutions whose features are wanted, such as ``conv1_1``.
        tap: ``relu`` or ``convolution``.
        pooling: ``max`` or ``average``.

    Raises:
        StylewalkError: the file is absent or damaged, lacks a layer, or an option is not known.
    """
    if tap not in TAPS or pooling not in POOLINGS:
        raise StylewalkError(
            f"Of a style network, tap '{tap}' and pooling '{pooling}' are asked for; "
            f"known are tap {' or '.join(TAPS)} and pooling {' or '.join(POOLINGS)}."
        )
    description = describe(path)
    name = description["name"]
    absent = [layer for layer in layers if layer not in layer_names(name)]
    if absent or not layers:
        raise StylewalkError(
            f"The style network {name} has no layer {', '.join(absent) or '(none is asked for)'}; "
            f"it has {', '.join(layer_names(name))}."
        )
    convolutions = [
        f"{layer}.{kind}" for layer in _stack(layers, name) for kind in ("weight", "bias")
    ]
    tensors, _ = read_tensors(path, "pt", only=["mean", "std", *convolutions])
    missing = [key for key in ["mean", "std", *convolutions] if key not in tensors]
    if missing:
        raise StylewalkError(
            f"{path} lacks {', '.join(missing)} of {name}. "
            "Delete it and run again: the workflow makes it again."
        )
    arrays = {key: tensor.float().numpy() for key, tensor in tensors.items()}
    try:
        check_stack(arrays, _stack(layers, name), str(path))
    except StylewalkError as error:
        raise StylewalkError(
            f"{error} Delete it and run again: the workflow makes it again."
        ) from error
    return StyleNetwork(tensors, layers, tap, pooling, description)
