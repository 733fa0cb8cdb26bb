"""Trajectories: which artworks they join, and the straight line between two latents."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from stylewalk.errors import StylewalkError
from stylewalk.latent_space.geometry import Pairs, closest_pairs, farthest_pairs
from stylewalk.randomness import generator
from stylewalk.trajectories.experiments import ANY, artworks_of

# Rows of first ends and of last ends.
Ends = tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]


def choose_pairs(
    artworks: pd.DataFrame,
    latents: Float[np.ndarray, "artworks dimensions"],
    experiment: str,
    kind: str,
    pairs: str,
    count: int,
    classes: Sequence[str],
    seed: int,
    sample: int | None = None,
    has_beta: bool = True,
    same: Callable[[Sequence[str]], str] = lambda classes: "",
    split: str = ANY,
    groups: Mapping[int, int] | None = None,
) -> pd.DataFrame:
    """Choose the ends of an experiment's trajectories.

    Where the classes have enough artworks, each stands in one pair of the experiment at most (of
    closest and farthest pairs: of its classes), so that trajectories are independent of each other.
    Closest pairs then are the closest of all, the closest of the artworks left, and so on.

    Args:
        artworks: table with the columns id, class and split, one row for each latent.
        latents: (n, d) latents.
        experiment: name of the experiment.
        kind: ``within`` a class, or ``between`` every two classes, in the order of ``classes``.
        pairs: ``random``, ``closest`` or ``farthest`` by Euclidean distance.
        count: pairs for each class or each two classes.
        classes: classes to walk in.
        seed: seed of the draw of random pairs. They depend on it, the experiment's name and the
            artworks alone, so that every model walks between the same pictures.
        sample: artworks of each class among which closest and farthest pairs are sought, the same
            for every model and experiment; None takes all.
        has_beta: whether the model weighs a KL divergence, for the advice where latents coincide.
        same: asked then whether the pictures of some classes are the same, in words; blank if not.
        split: ``training`` or ``validation``, of which both ends are; ``any`` takes all artworks.
        groups: the number of the group, from 1, of each artwork whose picture is also another's, by
            its id. Two of a group are no closest or farthest pair: they show how near the latents
            of one picture are, not what lies between two.

    Returns:
        A table of schema PAIRS. Closest and farthest pairs come in order of distance; they are
        fewer than ``count`` where the latents of different pictures coincide.

    Raises:
        StylewalkError: fewer pairs exist than asked for, or all latents of a class coincide.
    """
    artworks = artworks.reset_index(drop=True)
    rows = _rows_of_classes(artworks, classes, split)
    if sample is not None and pairs != "random":
        rows = {name: _sample(ends, sample, name, seed) for name, ends in rows.items()}
    pictures = artworks["id"].map(groups or {}).fillna(0).to_numpy(np.int64)
    pools = _pools(rows, experiment, seed, kind, count)
    frames = []
    for class_a, class_b in _combinations(classes, kind):
        a, b = rows[class_a], rows[class_b]
        where = f"{class_a} and {class_b}" if kind == "between" else class_a
        _check_count(experiment, where, len(a), len(b), kind, count, split)
        apart = pools.get((class_a, class_b)) if pairs == "random" else None
        if apart is None:
            rng = generator(seed, "pairs", experiment, class_a, class_b)
            beside = None if kind == "within" else b
            i, j = _ends(latents, a, beside, pairs, count, rng, pictures)
        else:
            i, j = apart
        if not len(i):
            raise StylewalkError(
                f"Experiment {experiment}: all latents of {where} coincide, so that there are no "
                f"{pairs} pairs: {_cause(same([*dict.fromkeys((class_a, class_b))]), has_beta)}"
            )
        about = {"experiment": experiment, "split": split, "class_a": class_a, "class_b": class_b}
        frames.append(_pair_rows(about, artworks, latents, i, j))
    return pd.concat(frames, ignore_index=True)


def _rows_of_classes(
    artworks: pd.DataFrame, classes: Sequence[str], split: str
) -> dict[str, Int[np.ndarray, " rows"]]:
    """Rows of the artworks of each class that may be ends, in the order of their ids."""
    # ASSUME: where no split is named, ends are of training and validation artworks alike because
    # the report walks through all of its data and never says that trajectories keep to a split.
    by_id = artworks["id"].argsort(kind="stable").to_numpy()
    if split != ANY:
        by_id = by_id[artworks["split"].to_numpy(dtype=object)[by_id] == split]
    labels = artworks["class"].to_numpy(dtype=object)
    return {name: by_id[labels[by_id] == name] for name in classes}


def _cause(same: str, has_beta: bool) -> str:
    """Why latents coincide, and what helps."""
    if same:
        return f"{same}. Use pictures that differ, or an experiment of random pairs."
    if has_beta:
        return "the model has collapsed. Lower its beta or learning rate."
    return (
        "the model makes the same of pictures that differ. Train it for more epochs, or with a "
        "lower learning rate."
    )


def _sample(
    rows: Int[np.ndarray, " rows"], count: int, name: str, seed: int
) -> Int[np.ndarray, " chosen"]:
    """So many rows of a class, in their order; all where there are no more."""
    if len(rows) <= count:
        return rows
    return rows[np.sort(generator(seed, "sample of pairs", name).permutation(len(rows))[:count])]


def _pools(
    rows: Mapping[str, Int[np.ndarray, " _rows"]],
    experiment: str,
    seed: int,
    kind: str,
    count: int,
) -> dict[tuple[str, str], Ends]:
    """Random ends without an artwork in two pairs, of the classes that have enough artworks."""
    orders = {
        name: ends[generator(seed, "pairs", experiment, name).permutation(len(ends))]
        for name, ends in rows.items()
    }
    if kind == "within":
        return {
            (name, name): (order[:count], order[count : 2 * count])
            for name, order in orders.items()
            if len(order) >= 2 * count
        }
    used = dict.fromkeys(orders, 0)
    pools = {}
    for group in _combinations(list(orders), kind):
        if all(used[name] + count <= len(orders[name]) for name in group):
            a, b = (orders[name][used[name] : used[name] + count] for name in group)
            pools[group] = a, b
            for name in group:
                used[name] += count
    return pools


def _extreme(
    find: Callable[[int], Pairs],
    count: int,
    pictures: tuple[Int[np.ndarray, " first"], Int[np.ndarray, " last"]],
    within: bool,
) -> Pairs:
    """The first pairs of a ranking, of different pictures and without an artwork in two of them.

    Args:
        find: gives so many pairs of rows and their distances, the first of the ranking.
        count: how many are wanted. Where there are too few artworks for so many, an artwork may
            stand in several.
        pictures: of the n artworks at first ends and the m at last ends, the number of the group
            of pictures that are the same; 0 for one like no other.
        within: whether these are the same artworks.
    """
    n, m = map(len, pictures)
    apart = count <= (n // 2 if within else min(n, m))
    asked, most = 4 * count, n * (n - 1) // 2 if within else n * m
    while True:
        i, j, distance = find(min(asked, most))
        used_a: set[int] = set()
        used_b = used_a if within else set()
        kept = []
        for place, (first, last) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
            is_same = pictures[0][first] == pictures[1][last] != 0
            if is_same or (apart and (first in used_a or last in used_b)):
                continue
            kept.append(place)
            used_a.add(first)
            used_b.add(last)
        if len(kept) >= count or len(i) < asked:
            kept = kept[:count]
            return i[kept], j[kept], distance[kept]
        asked *= 4


def _combinations(classes: Sequence[str], kind: str) -> Iterator[tuple[str, str]]:
    """The classes of the first and the last end of each group of trajectories."""
    if kind == "within":
        return zip(classes, classes, strict=True)
    if kind == "between":
        return itertools.combinations(classes, 2)
    raise ValueError(f"kind is within or between, not {kind!r}")


def _check_count(
    experiment: str, where: str, n: int, m: int, kind: str, count: int, split: str
) -> None:
    """Refuse to look for more pairs than there are."""
    possible = n * (n - 1) // 2 if kind == "within" else n * m
    if count > possible:
        numbers = str(n) if kind == "within" else f"{n} and {m}"
        raise StylewalkError(
            f"Experiment {experiment}: {count} pairs of {where} were asked for, but its "
            f"{numbers} {artworks_of(split)} make only {possible}. Lower the experiment's count or "
            f"use more pictures{' (of its split)' * (split != ANY)}."
        )


def _ends(
    latents: Float[np.ndarray, "artworks dimensions"],
    a: Int[np.ndarray, " first"],
    b: Int[np.ndarray, " last"] | None,
    pairs: str,
    count: int,
    rng: np.random.Generator,
    pictures: Int[np.ndarray, " artworks"],
) -> Ends:
    """Rows of the two ends of each pair; b is None within a class."""
    other = a if b is None else b
    if pairs == "random":
        draw = _random_within if b is None else _random_between
        i, j = draw(len(a), len(other), count, rng)
    elif pairs == "closest":
        beside = None if b is None else latents[b]
        find = partial(closest_pairs, latents[a], beside)
        i, j, _ = _extreme(find, count, (pictures[a], pictures[other]), b is None)
    elif pairs == "farthest" and b is None:
        find = partial(farthest_pairs, latents[a])
        i, j, _ = _extreme(find, count, (pictures[a], pictures[a]), within=True)
    else:
        raise ValueError(f"pairs is random, closest or (within a class) farthest, not {pairs!r}")
    return a[i], other[j]


def _random_between(n: int, m: int, count: int, rng: np.random.Generator) -> Ends:
    """Distinct pairs of one of n and one of m."""
    return np.divmod(rng.choice(n * m, size=count, replace=False), m)


def _random_within(n: int, _: int, count: int, rng: np.random.Generator) -> Ends:
    """Distinct unordered pairs out of n, each walked in a random direction."""
    drawn = rng.choice(n * (n - 1) // 2, size=count, replace=False)
    # Number p is the pair (p - j (j - 1) / 2, j): pairs counted along the rows of a lower triangle.
    high = np.array([(1 + math.isqrt(1 + 8 * int(p))) // 2 for p in drawn], dtype=np.int64)
    low = drawn - high * (high - 1) // 2
    turned = rng.random(count) < 0.5
    return np.where(turned, high, low), np.where(turned, low, high)


def _pair_rows(
    about: Mapping[str, str],
    artworks: pd.DataFrame,
    latents: Float[np.ndarray, "artworks dimensions"],
    i: Int[np.ndarray, " pairs"],
    j: Int[np.ndarray, " pairs"],
) -> pd.DataFrame:
    """Rows of the table of pairs for one class or two."""
    ids, splits = artworks["id"].to_numpy(), artworks["split"].to_numpy(dtype=object)
    difference = latents[i].astype(np.float64) - latents[j]
    return pd.DataFrame(
        {
            **about,
            "pair": np.arange(len(i)),
            "id_a": ids[i],
            "id_b": ids[j],
            "split_a": splits[i],
            "split_b": splits[j],
            "l2": np.sqrt((difference * difference).sum(axis=1)),
        }
    )
