"""Random draws that depend on their purpose alone, never on the order of other draws."""

import hashlib

import numpy as np


def derived_seed(seed: int, *names: object) -> int:
    """A 63-bit seed from the run's seed and the names of what is drawn.

    Args:
        seed: the run's seed.
        names: the purpose of the draw, such as ``("pairs", "within_random", "Realism")``.

    Returns:
        An integer in ``[0, 2**63)``, the same on every machine.
    """
    text = "\x1f".join([str(int(seed)), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *names: object) -> np.random.Generator:
    """A NumPy generator of its own for one purpose: see :func:`derived_seed`."""
    return np.random.default_rng(derived_seed(seed, *names))
