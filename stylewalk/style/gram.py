"""Distances of Gram matrices of features: the style loss, and that of matrices of unit norm.

Gatys, Ecker, Bethge 2015, *A neural algorithm of artistic style*: with the features F (N, M) of an
image in one layer, N feature maps of M pixels, ``E = |F_a F_a' - F_b F_b'|^2 / (4 N^2 M^2)``
(squared Frobenius norm); the style loss is the weighted sum of E over layers.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from stylewalk.style.network import full_precision


@full_precision()
def layer_style_loss(
    features_a: Float[Tensor, "pairs maps pixels"], features_b: Float[Tensor, "pairs maps pixels"]
) -> Float[Tensor, " pairs"]:
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


def _many_pixels(
    difference: Float[Tensor, "pairs maps pixels"],
    total: Float[Tensor, "pairs maps pixels"],
    scale: float,
) -> Float[Tensor, " pairs"]:
    """|s (D S' + S D')|^2 of (B, N, M) matrices from their N x N product."""
    product = difference @ total.mT
    product *= scale
    return (product + product.mT).square().sum(dim=(1, 2))


def _few_pixels(
    difference: Float[Tensor, "pairs maps pixels"],
    total: Float[Tensor, "pairs maps pixels"],
    scale: float,
) -> Float[Tensor, " pairs"]:
    """The same from M x M products, of which deep layers have smaller ones.

    |D S' + S D'|^2 = 2 (<D'D, S'S> + <S'D, D'S>). The two terms nearly cancel where the images
    differ and their Gram matrices hardly do: in float64, which costs less here than N x N matrices.
    """
    d, s = difference.double() * scale, total.double()
    crossed = s.mT @ d
    square = ((d.mT @ d) * (s.mT @ s)).sum(dim=(1, 2))
    square += (crossed * crossed.mT).sum(dim=(1, 2))
    return (2 * square).clamp(min=0).to(difference.dtype)


@full_precision()
def unit_gram(
    features: Float[Tensor, "pictures maps pixels"],
) -> Float[Tensor, "pictures maps maps"] | Float[Tensor, "pictures maps pixels"]:
    """What :func:`unit_gram_distance` compares: see there.

    Args:
        features: (B, N, M), N feature maps of M pixels.

    Returns:
        Where there are no more maps than pixels, the Gram matrices over their Frobenius norms,
        (B, N, N). Else, as the smaller, features scaled so that their Gram matrices have the norm
        1, (B, N, M). Features that are 0 throughout stay so.
    """
    _, maps, pixels = features.shape
    product = features @ features.mT if maps <= pixels else features.mT @ features  # the same norm
    largest = product.abs().amax(dim=(1, 2), keepdim=True)
    largest = torch.where(largest > 0, largest, 1)
    product /= largest  # squares of large numbers could overflow
    norm = product.square().sum(dim=(1, 2), keepdim=True).sqrt()
    norm = torch.where(norm > 0, norm, 1)
    return product / norm if maps <= pixels else features / (norm * largest).sqrt()


def unit_gram_distance(
    a: Float[Tensor, "pairs maps numbers"], b: Float[Tensor, "pairs maps numbers"]
) -> Float[Tensor, " pairs"]:
    """Squared distance (B,) of Gram matrices of unit norm: 2 less twice their cosine.

    Features after a ReLU are never negative, nor then is the cosine: it lies in 0..2.
    """
    _, maps, pixels = a.shape
    if maps == pixels:
        distance = (a - b).square().sum(dim=(1, 2))
        # ASSUME: matrices of unit norm may be subtracted in float32, because what its rounding
        # leaves of a squared distance, and is taken for 0 here, is 1e-7 of a small step's.
        return torch.where(distance > 1e-13, distance, 0)
    return layer_style_loss(a, b) * (2 * maps * pixels) ** 2


def gram_vectors(
    features: Float[Tensor, "pictures maps pixels"], weight: float = 1.0
) -> Float[Tensor, "pictures maps*(maps+1)//2"]:
    """Vectors (B, N (N + 1) / 2) whose squared distances are style losses of one layer.

    The upper triangle of the Gram matrix times sqrt(w) / (2 N M), and what lies off the diagonal
    times sqrt(2), since it counts twice. To rounding: images that are almost alike are compared by
    :func:`layer_style_loss`.
    """
    _, maps, pixels = features.shape
    # Scaled before the product: sums of squares of large features could overflow.
    features = features * (weight**0.25 / (2 * maps * pixels) ** 0.5)
    row, column = torch.triu_indices(maps, maps, device=features.device)
    double = torch.where(row == column, 1.0, 2**0.5)
    return (features @ features.mT)[:, row, column] * double


def unit_gram_vectors(
    features: Float[Tensor, "pictures maps pixels"],
) -> Float[Tensor, "pictures maps*(maps+1)//2"]:
    """Vectors (B, N (N + 1) / 2) whose squared distances are those of matrices of unit norm."""
    vectors = gram_vectors(features)
    norm = vectors.square().sum(dim=1, keepdim=True).sqrt()
    return vectors / torch.where(norm > 0, norm, 1)
