"""How light the packed pictures are."""

import numpy as np
import pandas as pd
from jaxtyping import UInt8


def brightness(images: UInt8[np.ndarray, "pictures side side 3"]) -> pd.DataFrame:
    """How light each packed picture is.

    Args:
        images: (N, S, S, 3) uint8, row i of artwork i; may be mapped from a file.

    Returns:
        Columns ``id`` and ``brightness``: the mean over pixels of the luma of Rec. 709, 0 to 1.
    """
    means = np.stack([image.mean(axis=(0, 1)) for image in images])
    luma = means @ (0.2126, 0.7152, 0.0722) / 255
    return pd.DataFrame({"id": np.arange(len(images)), "brightness": luma})
