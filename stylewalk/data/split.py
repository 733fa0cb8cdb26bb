"""The split of the artworks into training and validation, class by class."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Int, Shaped
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stylewalk.data.classes import check_classes, held_out
from stylewalk.labels import Labels, Numbers
from stylewalk.randomness import generator

Split = Literal["training", "validation"]
SplitBy = Literal["artwork", "artist", "content"]


def split(
    classes: Labels,
    validation_fraction: float,
    seed: int,
    first: Numbers | None = None,
) -> Shaped[np.ndarray, " artworks"]:
    """Split every class at random into training and validation.

    Args:
        classes: class of each artwork, length N.
        validation_fraction: share of each class for validation; at least one artwork of a class
            goes to either side.
        seed: seed of the draw. A class's draw does not depend on the other classes.
        first: (N,) for each artwork the first of those that are the same, see
            :func:`stylewalk.data.duplicates.find`; they go to one side, all of them, but where a
            class would then have nothing on the other. None takes every artwork for another one.

    Returns:
        Array (N,) of ``training`` and ``validation``.

    Raises:
        StylewalkError: a class has one artwork.
    """
    labels = np.asarray(classes, dtype=object)
    names = np.unique(labels).tolist()
    check_classes(pd.Series(labels).value_counts().to_dict(), names, "the pictures")
    result = np.full(len(labels), "training", dtype=object)
    orders, counts = {}, {}
    for name in names:
        rows = np.flatnonzero(labels == name)
        counts[name] = held_out(len(rows), validation_fraction)
        orders[name] = generator(seed, "split", name).permutation(rows)
        result[orders[name][: counts[name]]] = "validation"
    if first is not None and (np.asarray(first) != np.arange(len(labels))).any():
        _keep_together(result, labels, np.asarray(first), orders, counts)
    return result


def together(first: Numbers, names: Labels) -> Int[np.ndarray, " artworks"]:
    """Join groups of artworks that go to one side of the split by what they have in common.

    Args:
        first: (N,) see :func:`split`.
        names: (N,) their artist or content; blank where unknown, which joins none.

    Returns:
        (N,) the first of each joined group.
    """
    count, labels = len(first), np.asarray(names, dtype=object)
    known = np.flatnonzero(labels != "")
    _, places, codes = np.unique(labels[known].astype(str), return_index=True, return_inverse=True)
    rows = np.concatenate([np.arange(count), known])
    columns = np.concatenate([np.asarray(first), known[places[codes]]])
    edges = coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    _, groups = connected_components(edges, directed=False)
    _, starts, codes = np.unique(groups, return_index=True, return_inverse=True)
    joined: np.ndarray = starts[codes]
    return joined


def _keep_together(
    sides: np.ndarray,
    classes: np.ndarray,
    first: np.ndarray,
    orders: Mapping[str, np.ndarray],
    counts: Mapping[str, int],
) -> None:
    """Bring those that are the same to one side, in place.

    Args:
        sides: the split as it was drawn.
        classes, first: see :func:`split`.
        orders: rows of each class in the order of its draw.
        counts: how many of each class validation is to have.
    """
    drawn = sides.copy()
    groups = pd.Series(np.arange(len(first))).groupby(first).indices
    for root, rows in groups.items():
        # What is larger than the validation of its class would leave little to train on.
        fits = all(n <= counts[name] for name, n in Counter(classes[rows]).items())
        sides[rows] = drawn[root] if fits or len(rows) == 1 else "training"
    single = np.array([len(groups[root]) == 1 for root in first])
    for name, order in orders.items():
        alone = order[single[order]]  # those that are drawn first come first
        surplus = (sides[order] == "validation").sum() - counts[name]
        if surplus > 0:
            sides[alone[sides[alone] == "validation"][::-1][:surplus]] = "training"
        else:
            sides[alone[sides[alone] == "training"][:-surplus]] = "validation"
    for name, order in orders.items():
        parts = [groups[root] for root in dict.fromkeys(first[order])]
        _give_both_sides(sides, classes, name, parts)
        if len(set(sides[order])) == 1:
            sides[order] = drawn[order]


def _give_both_sides(
    sides: np.ndarray, classes: np.ndarray, name: str, groups: Sequence[np.ndarray]
) -> None:
    """Where all of a class lie on one side, move its smallest group that no class needs there.

    Args:
        sides, classes: see :func:`_keep_together`.
        name: the class.
        groups: rows of the groups that it has a part in.
    """
    present = set(sides[classes == name])
    if len(present) > 1:
        return
    here, there = (
        ("training", "validation") if "training" in present else ("validation", "training")
    )
    for rows in sorted(groups, key=len):
        stay = (sides == here) & ~np.isin(np.arange(len(sides)), rows)
        if set(classes[rows]) <= set(classes[stay]):
            sides[rows] = there
            return
