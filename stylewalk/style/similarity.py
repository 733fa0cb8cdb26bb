"""Artworks that look alike across classes, and unlike within one, by a style metric.

The images are those that the models see, as packed, not decoded: what is found is a property of
the data alone and holds for all models.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from jaxtyping import Float, Int, UInt8

from stylewalk.catalogue.data import ARTWORK_STYLE_LOSS, CLASS_STYLE_LOSS
from stylewalk.errors import StylewalkError
from stylewalk.randomness import generator
from stylewalk.style.metrics import StyleMetric

RANKS = 3  # pairs of each kind and pair of classes


def sample_artworks(
    artworks: pd.DataFrame, classes: Sequence[str], per_class: int, seed: int
) -> pd.DataFrame:
    """A sample of each class, without replacement; the whole class where it is smaller.

    Args:
        artworks: table ARTWORKS.
        classes: classes in the order wanted.
        per_class: artworks of each class.
        seed: seed of the draw; a class's sample does not depend on the other classes.

    Returns:
        Rows of ``artworks``, class after class, by id within a class, with a new index.

    Raises:
        StylewalkError: a class has no artwork.
    """
    parts = []
    for name in classes:
        part = artworks[artworks["class"] == name].sort_values("id")
        if part.empty:
            raise StylewalkError(f"There is no artwork of class {name}: none can be compared.")
        rng = generator(seed, "likeness", name)
        chosen = rng.choice(len(part), min(per_class, len(part)), replace=False)
        parts.append(part.iloc[np.sort(chosen)])
    return pd.concat(parts, ignore_index=True)


def compare(
    metric: StyleMetric, images: UInt8[np.ndarray, "pictures side side 3"], sample: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The distances in style of all pairs of a sample: the most and least alike, and their spread.

    All pairs are compared at once, to rounding; those that are named are measured once more, so
    that their distance is exact.

    Args:
        metric: the style metric.
        images: (N, S, S, 3) uint8, row ``id`` of which is an artwork; may be memory-mapped.
        sample: rows of table ARTWORKS, class after class; classes come in this order.

    Returns:
        Table ARTWORK_STYLE_LOSS, at most three pairs of each two classes (alike) and of each class
        (unlike; none of a class with one artwork); and table CLASS_STYLE_LOSS.

    Raises:
        StylewalkError: the metric does not suit the images.
    """
    pairs, spread = pick_pairs(metric.pairwise(images[sample["id"].to_numpy()])["total"], sample)
    if len(pairs):
        ends = images[pairs[["id_a", "id_b"]].to_numpy()]
        pairs["value"] = metric.between(ends)["total"][:, 0]
    return pairs, spread


def pick_pairs(
    losses: Float[np.ndarray, "artworks artworks"], sample: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The closest pairs of each two classes, the farthest of each class, and the spread of all.

    Of equal losses the pair of the earlier rows comes first.

    Args:
        losses: (B, B) style loss of every pair of the sample, symmetric.
        sample: (B,) rows with the columns id and class; classes come in the order of appearance.

    Returns:
        Tables ARTWORK_STYLE_LOSS and CLASS_STYLE_LOSS.
    """
    ids, classes = sample["id"].to_numpy(), sample["class"].to_numpy()
    rows, spread = [], []
    for class_a, class_b in combinations_with_replacement(pd.unique(classes), 2):
        same = class_a == class_b
        first, second = np.nonzero((classes == class_a)[:, None] & (classes == class_b))
        if same:  # every pair once, and no artwork with itself
            first, second = first[first < second], second[first < second]
        values = losses[first, second]
        if not len(values):
            continue
        names = {"class_a": class_a, "class_b": class_b}
        low, median, high = np.percentile(values, [5, 50, 95])
        spread.append(names | {"n": len(values), "median": median, "low": low, "high": high})
        order = np.argsort(-values if same else values, kind="stable")
        for rank, place in enumerate(_disjoint(first[order], second[order]), start=1):
            about = {"kind": "unlike" if same else "alike", **names, "rank": rank}
            a, b = first[order[place]], second[order[place]]
            rows.append(about | {"id_a": ids[a], "id_b": ids[b], "value": losses[a, b]})
    # The pairs across classes first, as in the figure.
    pairs = pd.DataFrame(rows, columns=list(ARTWORK_STYLE_LOSS))
    pairs = pairs.sort_values("kind", kind="stable", ignore_index=True)
    return pairs, pd.DataFrame(spread, columns=list(CLASS_STYLE_LOSS))


def _disjoint(first: Int[np.ndarray, " pairs"], second: Int[np.ndarray, " pairs"]) -> list[int]:
    """Places of the first RANKS pairs that share no artwork with one another."""
    # ASSUME: an artwork is named once for each two classes, because one plain picture is closest
    # to many, and it would fill all ranks.
    seen: set[int] = set()
    places = []
    for place, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        if seen.isdisjoint(pair):
            seen.update(pair)
            places.append(place)
        if len(places) == RANKS:
            break
    return places
