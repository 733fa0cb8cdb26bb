"""The style of images: a VGG network's features, their Gram matrices, and the style loss.

Gatys, Ecker, Bethge 2015, *A neural algorithm of artistic style*: with the features F (N, M) of an
image in one layer, N feature maps of M pixels, ``E = |F_a F_a' - F_b F_b'|^2 / (4 N^2 M^2)``
(squared Frobenius norm); the style loss is the weighted sum of E over layers.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
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
_PIXELS = 64 * 64


@contextlib.contextmanager
def _full_precision() -> Iterator[None]:
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

    mean: Tensor
    std: Tensor

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
    @_full_precision()
    def forward(self, images: Tensor | np.ndarray) -> dict[str, Tensor]:
        """Features of RGB images.

        Args:
            images: uint8 (B, H, W, 3), or float (B, 3, H, W) on a 0..255 scale; H and W multiples
                of 16.

        Returns:
            Layer to features (B, N, M), float32: N feature maps of M pixels each.
        """
        return self.features_of(images)

    def features_of(self, images: Tensor | np.ndarray) -> dict[str, Tensor]:
        """The same, so that gradients reach the images where these are wanted."""
        x = self._standardise(images)
        features: dict[str, Tensor] = {}
        for place, module in enumerate(self.features):
            x = module(x)
            if place in self._taps:
                features[self._taps[place]] = x
        return {layer: features[layer].flatten(2) for layer in self.layers}

    def _standardise(self, images: Tensor | np.ndarray) -> Tensor:
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


@_full_precision()
def layer_style_loss(features_a: Tensor, features_b: Tensor) -> Tensor:
    """Style loss of one layer between pairs of images (Gatys, Ecker, Bethge 2015).

    With D = F_a - F_b and S = F_a + F_b, G_a - G_b = (D S' + S D') / 2. This is D F_a' + F_b D'
    with one matrix product in place of two: two Gram matrices that are almost equal are never
    subtracted, so that float32 suffices for images that are almost alike. The result is exactly 0
    for equal features, and exactly the same when a and b change places.

    Args:
        features_a: features (B, N, M) of the first images: N feature maps of M pixels.
        features_b: features (B, N, M) of the second images.

    Returns:
        ``E`` (B,), in the square of the features' unit squared.
    """
    _, maps, pixels = features_a.shape
    on_cpu = features_a.device.type == "cpu"
    loss = _few_pixels if on_cpu and 4 * pixels <= maps else _many_pixels
    # Few pairs at a time: on a CPU, the matrices of many would leave the caches.
    size = 2 if on_cpu else 64
    pairs = zip(torch.split(features_a, size), torch.split(features_b, size), strict=True)
    # Divided by 2 N M before the square, lest it overflow, and by 2 of (D S' + S D') / 2.
    return torch.cat([loss(a - b, a + b, 1 / (4 * maps * pixels)) for a, b in pairs])


def _many_pixels(difference: Tensor, total: Tensor, scale: float) -> Tensor:
    """|s (D S' + S D')|^2 of (B, N, M) matrices from their N x N product."""
    product = difference @ total.mT
    product *= scale
    return (product + product.mT).square().sum(dim=(1, 2))


def _few_pixels(difference: Tensor, total: Tensor, scale: float) -> Tensor:
    """The same from M x M products, of which deep layers have smaller ones.

    |D S' + S D'|^2 = 2 (<D'D, S'S> + <S'D, D'S>). The two terms nearly cancel where the images
    differ and their Gram matrices hardly do: in float64, which costs less here than N x N matrices.
    """
    d, s = difference.double() * scale, total.double()
    crossed = s.mT @ d
    square = ((d.mT @ d) * (s.mT @ s)).sum(dim=(1, 2))
    square += (crossed * crossed.mT).sum(dim=(1, 2))
    return (2 * square).clamp(min=0).to(difference.dtype)


@torch.inference_mode()
def trajectory_style_loss(
    network: StyleNetwork,
    images: np.ndarray,
    layer_weights: Mapping[str, float] | None = None,
    batch_size: int | None = None,
    device: str | torch.device = "cpu",
    progress: Callable[[int, int], None] | None = None,
    more_pairs: Sequence[tuple[int, int]] = (),
) -> dict[str, np.ndarray]:
    """Style loss of every step of trajectories; every image passes the network once.

    Args:
        network: the style network; it is moved to ``device``.
        images: (P, T, H, W, 3), P trajectories of T images, uint8 or float on a 0..255 scale; may
            be mapped from a file. Give decoded images as floats: the rounding of uint8 outweighs
            small steps.
        layer_weights: weight of each of the network's layers; None gives each 1 / (their number).
        batch_size: images of 64 x 64 pixels in one pass; of larger ones fewer are taken, so that
            the memory stays the same. None takes 16 on a CPU, whose caches hold no more, else 64.
        device: where to compute.
        progress: called with the images done and the images in all.
        more_pairs: points of a trajectory between which the loss is wanted, too.

    Returns:
        Layer to style loss (P, T - 1 + more pairs), float64, unweighted: of the steps, then of the
        other pairs; and ``total``, the weighted sum.

    Raises:
        StylewalkError: the weights are of other layers than the network's, or a loss is not finite.
    """
    weights = check_weights(network, layer_weights)
    count, points, height, width, _ = images.shape
    flat = images.reshape(count * points, height, width, 3)
    batch = _images_at_once(batch_size, height * width, device)
    network.to(device)
    # The loss between each image and the next, last image of one trajectory to first of another
    # included: that row of the table is dropped below.
    losses = np.zeros((len(network.layers), len(flat)))
    others = np.zeros((len(network.layers), count, len(more_pairs)))
    last: dict[str, Tensor] = {}
    kept: dict[int, dict[str, Tensor]] = {}  # by the point of the present trajectory
    wanted = {point for pair in more_pairs for point in pair}
    for start in range(0, len(flat), batch):
        features = network(_as_network_takes(flat[start : start + batch]))
        for row, (layer, f) in enumerate(features.items()):
            if layer in last:
                losses[row, start - 1] = layer_style_loss(last[layer], f[:1]).item()
            inner = layer_style_loss(f[:-1], f[1:]).cpu().numpy()
            losses[row, start : start + len(inner)] = inner
            last[layer] = f[-1:].clone()  # a copy: a view would keep the whole batch
        for place in range(start, min(start + batch, len(flat))) if wanted else ():
            trajectory, point = divmod(place, points)
            if point in wanted:
                kept[point] = {n: f[[place - start]] for n, f in features.items()}  # a copy
            if point == max(wanted):
                others[:, trajectory] = _losses_between(kept, more_pairs)
        if progress:
            progress(min(start + batch, len(flat)), len(flat))
    steps = np.concatenate([losses.reshape(-1, count, points)[:, :, :-1], others], axis=2)
    _check_finite(steps, network)
    per_layer = dict(zip(network.layers, steps, strict=True))
    return per_layer | {"total": sum(weights[layer] * loss for layer, loss in per_layer.items())}


def _images_at_once(batch_size: int | None, pixels: int, device: str | torch.device) -> int:
    """Images of so many pixels in one pass."""
    batch_size = batch_size or (16 if torch.device(device).type == "cpu" else 64)
    # ASSUME: 64 x 64 pixels are what batch_size counts, because the report's images have this size.
    return max(1, batch_size * _PIXELS // max(pixels, _PIXELS))


def _losses_between(
    features: Mapping[int, Mapping[str, Tensor]], pairs: Sequence[tuple[int, int]]
) -> np.ndarray:
    """(layers, pairs) style loss between images by their features (1, N, M) of each layer."""
    layers = next(iter(features.values()))
    return np.array(
        [
            [layer_style_loss(features[a][name], features[b][name]).item() for a, b in pairs]
            for name in layers
        ]
    )


def _as_network_takes(images: np.ndarray) -> Tensor:
    """Images (B, H, W, 3) as the network's forward wants them: floats with channels first."""
    batch = torch.from_numpy(np.array(images))
    return batch.permute(0, 3, 1, 2) if batch.is_floating_point() else batch


def check_weights(
    network: StyleNetwork, layer_weights: Mapping[str, float] | None
) -> Mapping[str, float]:
    if layer_weights is None:
        return dict.fromkeys(network.layers, 1 / len(network.layers))
    if set(layer_weights) != set(network.layers):
        raise StylewalkError(
            f"Layer weights are given for {', '.join(layer_weights)}, "
            f"but the style network gives {', '.join(network.layers)}: give one for each."
        )
    return layer_weights


def _check_finite(steps: np.ndarray, network: StyleNetwork) -> None:
    broken = ~np.isfinite(steps).all(axis=(1, 2))
    if broken.any():
        layers = ", ".join(np.array(network.layers)[broken])
        raise StylewalkError(
            f"The style loss of {layers} is not finite. The weights of the style network "
            f"({network.description['source']}) do not suit images of 0 to 255: give others."
        )
