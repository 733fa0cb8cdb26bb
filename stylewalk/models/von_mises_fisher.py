"""The von Mises-Fisher distribution on the unit sphere: draws, and its divergence from uniform."""

import math

import torch
from jaxtyping import Float, Float64

# Debye's expansion of the Bessel function is right to 1e-9 from this order on.
_SURE_ORDER = 40.0
_TRIES = 16  # proposals drawn at once; each is taken two times in three or more


def log_bessel(
    order: float, at: Float64[torch.Tensor, " batch"]
) -> Float64[torch.Tensor, " batch"]:
    """Logarithm of the modified Bessel function of the first kind, (B,) above 0.

    By the uniform expansion for large orders (DLMF 10.41.3), brought down to small ones by the
    continued fraction of I(v + 1) / I(v) (DLMF 10.33.1).
    """
    steps = max(0, math.ceil(_SURE_ORDER - order))
    top = order + steps
    result = _debye(top, at)
    ratio = (_debye(top + 1, at) - result).exp()
    for step in range(1, steps + 1):
        below = top - step
        ratio = 1 / (2 * (below + 1) / at + ratio)
        result = result - ratio.log()
    return result


def _debye(order: float, at: Float64[torch.Tensor, " batch"]) -> Float64[torch.Tensor, " batch"]:
    root = (order**2 + at.square()).sqrt()
    t = order / root
    t2 = t.square()
    series = 1 + t * (3 - 5 * t2) / 24 / order
    series = series + t2 * (81 - 462 * t2 + 385 * t2**2) / 1152 / order**2
    third = 30375 - 369603 * t2 + 765765 * t2**2 - 425425 * t2**3
    series = series + t * t2 * third / 414720 / order**3
    main = root + order * (at / (order + root)).log()
    return main - math.log(2 * math.pi) / 2 - root.log() / 2 + series.log()


def divergence_from_uniform(
    concentration: Float[torch.Tensor, " batch"], dimensions: int
) -> Float64[torch.Tensor, " batch"]:
    """KL divergence in nats of von Mises-Fisher distributions from the uniform one.

    Args:
        concentration: (B,) above 0.
        dimensions: d of the space in which the sphere lies, at least 2.

    Returns:
        (B,): ``k A(k) + log C(k) + log area`` (Davidson et al. 2018), in which ``A`` is
        the mean cosine to the mean direction, ``I(d/2) / I(d/2 - 1)``.
    """
    kappa, order = concentration.double(), dimensions / 2 - 1
    log_i = log_bessel(order, kappa)
    mean_cosine = (log_bessel(order + 1, kappa) - log_i).exp()
    log_constant = order * kappa.log() - dimensions / 2 * math.log(2 * math.pi) - log_i
    log_area = math.log(2) + dimensions / 2 * math.log(math.pi) - math.lgamma(dimensions / 2)
    return kappa * mean_cosine + log_constant + log_area


def cosines(
    concentration: Float[torch.Tensor, " batch"], dimensions: int, generator: torch.Generator
) -> Float64[torch.Tensor, " batch"]:
    """Draws of the cosine to the mean direction, by rejection (Wood 1994).

    Gradients reach the concentration through the accepted proposal; how acceptance depends on it is
    left out, as in the authors' own implementation of S-VAE.

    Args:
        concentration: (B,) above 0.
        dimensions: d, at least 2.
        generator: on the device of the concentrations.
    """
    kappa, free = concentration.double(), dimensions - 1
    b = free / (2 * kappa + (4 * kappa.square() + free**2).sqrt())
    x = (1 - b) / (1 + b)
    bound = kappa * x + free * torch.log1p(-x.square())
    taken = torch.full_like(kappa, torch.nan)
    # Of one that is no number nothing is ever taken; whoever trains sees it in the loss.
    usable = torch.isfinite(kappa)
    open_ones = usable
    while open_ones.any():
        z = _half_beta(len(kappa), dimensions, generator, kappa.device)
        w = (1 - (1 + b[:, None]) * z) / (1 - (1 - b[:, None]) * z)
        ratio = kappa[:, None] * w + free * torch.log1p(-x[:, None] * w) - bound[:, None]
        uniform = torch.rand(z.shape, generator=generator, device=z.device, dtype=z.dtype)
        fits = ratio.detach() >= uniform.log()
        first = w.gather(1, fits.int().argmax(dim=1, keepdim=True))[:, 0]
        taken = torch.where(open_ones & fits.any(dim=1), first, taken)
        open_ones = usable & torch.isnan(taken)
    return taken


def _half_beta(
    count: int, dimensions: int, generator: torch.Generator, device: torch.device
) -> Float64[torch.Tensor, "count tries"]:
    """Draws of Beta((d - 1) / 2, (d - 1) / 2): torch's own take no generator.

    One coordinate of a uniform point on the sphere in d dimensions, brought from -1..1 to 0..1.
    """
    size = (count, _TRIES, dimensions)
    points = torch.randn(size, generator=generator, device=device)
    cosines: torch.Tensor = (points[..., 0] / points.norm(dim=2)).double()
    return (1 + cosines) / 2


def draw(
    directions: Float[torch.Tensor, "batch dimensions"],
    concentration: Float[torch.Tensor, " batch"],
    generator: torch.Generator,
) -> Float[torch.Tensor, "batch dimensions"]:
    """Draws (B, d) around mean directions (B, d) of length 1, with gradients to both."""
    w = cosines(concentration, directions.shape[1], generator)
    noise = torch.randn(directions.shape, generator=generator, device=directions.device)
    across = noise - (noise * directions).sum(dim=1, keepdim=True) * directions
    across = torch.nn.functional.normalize(across, dim=1)
    sine = ((1 - w) * (1 + w)).clamp_min(1e-12).sqrt()
    of_mean, of_across = (part.to(directions.dtype)[:, None] for part in (w, sine))
    return of_mean * directions + of_across * across
