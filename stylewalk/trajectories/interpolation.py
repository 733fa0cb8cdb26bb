"""Linear interpolation, of latents and of pixels."""

import numpy as np
from jaxtyping import Float32, Real


def between(
    first: Real[np.ndarray, "pairs numbers"], last: Real[np.ndarray, "pairs numbers"], steps: int
) -> Float32[np.ndarray, "pairs {steps}+1 numbers"]:
    """Equally spaced points on the straight lines between pairs of vectors.

    Args:
        first: (P, d) first ends.
        last: (P, d) last ends.
        steps: steps of a line, which has one more point.

    Returns:
        (P, steps + 1, d) float32; the ends are the given ones exactly.
    """
    a, b = np.asarray(first, np.float64), np.asarray(last, np.float64)
    result = np.empty((a.shape[0], steps + 1, a.shape[1]), np.float32)
    for place, t in enumerate(np.linspace(0, 1, steps + 1)):
        result[:, place] = (1 - t) * a + t * b
    return result
