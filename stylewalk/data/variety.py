"""How much the pictures of a study differ: what is the same, no model can tell apart."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int, UInt8

from stylewalk.labels import Labels

# ASSUME: pictures that differ by 4 of 255 levels at most are one to a model because that is less
# than what JPEG leaves of a picture of one colour; none was seen to learn so little.
FEW = 4
_AT_ONCE = 256  # pictures


def largest_difference(
    images: UInt8[np.ndarray, "pictures side side 3"], rows: Int[np.ndarray, " rows"] | None = None
) -> int:
    """The most by which two of some pictures differ in one value of a pixel, 0 to 255.

    Args:
        images: (N, S, S, 3) uint8; may be mapped from a file.
        rows: of the pictures; None for all.

    Returns:
        Exactly so where it is at most :data:`FEW`; some larger number else, since reading stops.
    """
    rows = np.arange(len(images)) if rows is None else rows
    low = high = None
    for start in range(0, len(rows), _AT_ONCE):
        part = images[rows[start : start + _AT_ONCE]].astype(np.int16)
        low = part.min(axis=0) if low is None else np.minimum(low, part.min(axis=0))
        high = part.max(axis=0) if high is None else np.maximum(high, part.max(axis=0))
        if (high - low).max() > FEW:
            break
    return 0 if low is None else int((high - low).max())


def sameness(
    images: UInt8[np.ndarray, "pictures side side 3"],
    labels: Labels,
    classes: Sequence[str],
    whole: bool = True,
) -> str:
    """Whether pictures are the same, or nearly so, in words.

    Args:
        images: (N, S, S, 3) uint8.
        labels: class of each picture.
        classes: the classes to look at.
        whole: look at all pictures of these classes together first.

    Returns:
        The beginning of a sentence, such as ``all pictures are the same``; blank where the pictures
        of every class differ.
    """
    names_of = np.asarray(labels, dtype=object)
    if whole:
        together = largest_difference(images, np.flatnonzero(np.isin(names_of, list(classes))))
        if together <= FEW:
            return f"all pictures are {_same(together)}"
    differences = {
        name: largest_difference(images, np.flatnonzero(names_of == name)) for name in classes
    }
    alike = [name for name, most in differences.items() if most <= FEW]
    if not alike:
        return ""
    most = max(differences[name] for name in alike)
    each = ", each with those of its own class" if len(alike) > 1 else ""
    names = " and ".join([", ".join(alike[:-1]), alike[-1]] if len(alike) > 1 else alike)
    return f"all pictures of {names} are {_same(most)}{each}"


def _same(most: int) -> str:
    if not most:
        return "the same"
    return f"nearly the same (no value of a pixel differs by more than {most} of 255)"
