"""Pairs that a person chose by hand, in the form of the pairs of any experiment."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from stylewalk.errors import StylewalkError
from stylewalk.trajectories.experiments import ANY


def chosen_pairs(
    artworks: pd.DataFrame,
    latents: Float[np.ndarray, "artworks dimensions"],
    pairs: Sequence[Sequence[int]],
    experiment: str,
) -> pd.DataFrame:
    """The ends of trajectories between artworks that are given by their ids.

    Args:
        artworks: columns id, class and split, one row for each latent.
        latents: (n, d) latents.
        pairs: two ids each, in the order of the walk: ``explorer.pairs`` of the config.
        experiment: name of the experiment.

    Returns:
        A table of schema PAIRS, in the order of ``pairs``.

    Raises:
        StylewalkError: there is no artwork of an id, or both ends are the same.
    """
    row_of = {number: row for row, number in enumerate(artworks["id"].tolist())}
    for place, ends in enumerate(pairs):
        _check(place, ends, row_of)
    rows = np.array([[row_of[end] for end in ends] for ends in pairs])
    difference = latents[rows[:, 0]].astype(np.float64) - latents[rows[:, 1]]
    labels, splits = (artworks[name].to_numpy(dtype=object)[rows] for name in ("class", "split"))
    frame = pd.DataFrame(
        {
            "experiment": experiment,
            "split": ANY,
            "class_a": labels[:, 0],
            "class_b": labels[:, 1],
            "id_a": [a for a, _ in pairs],
            "id_b": [b for _, b in pairs],
            "split_a": splits[:, 0],
            "split_b": splits[:, 1],
            "l2": np.sqrt((difference * difference).sum(axis=1)),
        }
    )
    numbers = frame.groupby(["class_a", "class_b"]).cumcount()
    frame.insert(4, "pair", numbers)
    return frame


def _check(place: int, ends: Sequence[int], row_of: dict[int, int]) -> None:
    """Refuse a pair that is none."""
    for end in ends:
        if end not in row_of:
            raise StylewalkError(
                f"explorer.pairs[{place}]: there is no artwork {end}; this study's ids run from "
                f"{min(row_of)} to {max(row_of)}, see the column id of artworks.parquet."
            )
    if ends[0] == ends[1]:
        raise StylewalkError(
            f"explorer.pairs[{place}]: {ends[0]} twice; a walk has two different ends."
        )
