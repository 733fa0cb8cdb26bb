"""Validation artworks that stand for their class where only a few are shown."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Int


def examples(
    artworks: pd.DataFrame, classes: Sequence[str], count: int = 12
) -> Int[np.ndarray, " shown"]:
    """Rows of validation artworks to show, as many of each class as of any other.

    Args:
        artworks: table of schema ARTWORKS.
        classes: the classes, in the order in which they are shown.
        count: artworks in all, at most.

    Returns:
        (M,) ids, class by class, at even distances within each class; at least one of each.
    """
    shown = []
    for name in classes:
        held_out = (artworks["class"] == name) & (artworks["split"] == "validation")
        ids = artworks.loc[held_out, "id"].to_numpy()
        places = np.linspace(0, len(ids) - 1, min(len(ids), max(1, count // len(classes))))
        shown.append(ids[places.round().astype(int)])
    return np.concatenate(shown)
