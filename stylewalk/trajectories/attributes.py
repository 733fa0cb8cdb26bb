"""Attribute vectors, groups and analogies: what directions of a latent space stand for.

After the tasks that Liu, Jun, Li and Heer (2019) name. An attribute vector is the mean latent of
artworks that have something, less that of all others (Larsen et al. 2016). It is learnt on the
training split and judged on held-out artworks: does it tell them apart, and does an artwork that is
moved along it come to look so? Each time the same arithmetic on plain pixels stands beside it,
since class means of pixels tell classes apart, too, and adding one is but a veil of colour.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Float64, Int, UInt8

from stylewalk.latent_space.samples import auc_with_interval
from stylewalk.randomness import generator
from stylewalk.trajectories.transformation import decompose, share_above

PIXELS = "pixels"  # as a model beside the others, whose latents are the pixels themselves
STEPS = 8  # from the artwork to twice the vector
_ONCE = STEPS // 2  # where the vector was added once
_FEWEST = {"training": 10, "validation": 5}  # artworks with and without the attribute
_MOST_VALUES = 8  # of a column, the most frequent ones
_STARTS = 24  # artworks that are moved along each vector
_ANALOGIES = 12  # artworks of each two classes
_RESAMPLES = 500
_Latents = Float[np.ndarray, "artworks dimensions"]
_Pictures = Float[np.ndarray, "pictures side side 3"]
Decoder = Callable[[Float[np.ndarray, "latents dimensions"]], _Pictures]
#: Pictures to the probability of each name that the network knows.
Namer = Callable[[_Pictures], Float64[np.ndarray, "pictures names"]]


@dataclass(frozen=True)
class Space:
    """A model's latents with what is needed to look at them.

    Attributes:
        latents: (N, d) of all artworks.
        decode: latents to pictures on a 0..255 scale.
        splits: rows of training and validation.
        namers: by column, the names and the network that gives their probabilities, if any.
        known_walks: table KNOWN_WALKS, of walks on which nothing new appears.
        seed: of draws.
    """

    latents: _Latents
    decode: Decoder
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]
    namers: Mapping[str, tuple[list[str], Namer]]
    known_walks: pd.DataFrame
    seed: int


def attributes(
    columns: pd.DataFrame,
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]],
) -> Iterator[tuple[str, str, Bool[np.ndarray, " artworks"]]]:
    """Column, value, and which artworks have it, of all values that enough artworks have and lack.

    Args:
        columns: texts of every artwork, a column for each attribute; blank where unknown. Artworks
            of which nothing is known have and lack nothing.
        splits: rows of training and validation.
    """
    for column in columns:
        texts = columns[column].astype(str)
        counts = texts.iloc[splits[0]].value_counts().drop("", errors="ignore")
        for value in sorted(counts.index[:_MOST_VALUES]):
            has = (texts == value).to_numpy()
            known = (texts != "").to_numpy()
            enough = all(
                min(has[rows].sum(), (known & ~has)[rows].sum()) >= fewest
                for rows, fewest in zip(splits, _FEWEST.values(), strict=True)
            )
            if enough:
                yield str(column), str(value), has


def vector(
    latents: _Latents, has: Bool[np.ndarray, " artworks"], rows: Int[np.ndarray, " rows"]
) -> Float64[np.ndarray, " dimensions"]:
    """Mean latent of the artworks among some rows that have an attribute, less that of the rest."""
    means = [latents[rows[of[rows]]].mean(axis=0, dtype=np.float64) for of in (has, ~has)]
    difference: np.ndarray = means[0] - means[1]
    return difference


def judge(space: Space, columns: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows with column, value, measure, mean, low, high, n of each attribute.

    ``auc``: how well the vector tells held-out artworks apart. ``gain``: by how much the
    probability of the value, by the network, rises for held-out artworks that lack it, once the
    vector is added. ``structure``: the share of their walks, up to once the vector, that show more
    structure than known dissolves do.
    """
    training, validation = space.splits
    for column, value, has in attributes(columns, space.splits):
        texts = columns[column].astype(str).to_numpy()
        mine, judged = (rows[texts[rows] != ""] for rows in (training, validation))
        direction = vector(space.latents, has, mine)
        rng = generator(space.seed, "attributes", column, value)
        about = {"column": column, "value": value}
        scores = space.latents[judged].astype(np.float64) @ direction
        auc, low, high = auc_with_interval(scores, has[judged], rng)
        yield {**about, "measure": "auc", "mean": auc, "low": low, "high": high, "n": len(judged)}
        starts = rng.permutation(judged[~has[judged]])[:_STARTS]
        walks = walk(space, starts, direction)
        names, namer = space.namers.get(column, ([], None))
        if namer is not None and value in names:
            place = names.index(value)
            gains = namer(walks[:, _ONCE])[:, place] - namer(walks[:, 0])[:, place]
            yield {**about, "measure": "gain", **mean_with_interval(gains, rng)}
        parts = decompose(walks[:, : _ONCE + 1])["structure"]
        share, low, high = share_above(pd.Series(parts), space.known_walks, rng)
        if np.isfinite(share):
            n = int(np.isfinite(parts).sum())
            found = {"mean": share, "low": low, "high": high, "n": n}
            yield {**about, "measure": "structure", **found}


def walk(
    space: Space, starts: Int[np.ndarray, " starts"], direction: Float64[np.ndarray, " dimensions"]
) -> Float[np.ndarray, "starts points side side 3"]:
    """Decoded images of artworks, moved along a direction up to twice its length."""
    times = np.linspace(0, 2, STEPS + 1)[:, None]
    points = space.latents[starts][:, None].astype(np.float64) + times * direction
    decoded = space.decode(points.reshape(-1, points.shape[-1]).astype(np.float32))
    return decoded.reshape(len(starts), STEPS + 1, *decoded.shape[1:])


def analogies(space: Space, artworks: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows with measure, mean, low, high, n: is a - b + c what c would be in a?

    a and b are the mean latents of two classes (groups), c is a held-out artwork of b. ``named``:
    by how much the probability of class a, by the network, rises. Where what is shown is known and
    drawn in every class: ``found``, how often the artwork of class a that shows the same as c is
    the nearest to a - b + c among the held-out ones of class a; ``found_unmoved``, the same of c
    itself; ``found_by_chance``.

    Args:
        space: of a model.
        artworks: class and content of each.
    """
    rng = generator(space.seed, "analogies")
    pairs = [(a, b, int(row)) for a, b, rows in _twos(space, artworks, rng) for row in rows]
    if not pairs:
        return
    moved = {name: _group(space, artworks, name) for name in artworks["class"].unique()}
    starts = np.array([row for _, _, row in pairs])
    shifts = np.stack([moved[a] - moved[b] for a, b, _ in pairs])
    targets = space.latents[starts].astype(np.float64) + shifts
    names, namer = space.namers.get("class", ([], None))
    if namer is not None:
        decoded = [
            namer(space.decode(x.astype(np.float32))) for x in (space.latents[starts], targets)
        ]
        places = [names.index(a) if a in names else -1 for a, _, _ in pairs]
        gains = np.array(
            [x[place] for x, place in zip(decoded[1] - decoded[0], places, strict=True)]
        )
        known = np.array(places) >= 0
        if known.any():
            yield {"measure": "named", **mean_with_interval(gains[known], rng)}
    yield from _found(space, artworks, pairs, targets, rng)


def _twos(
    space: Space, artworks: pd.DataFrame, rng: np.random.Generator
) -> Iterator[tuple[str, str, Int[np.ndarray, " starts"]]]:
    """Each two classes in both orders, with held-out artworks of the second."""
    labels, (training, validation) = artworks["class"].to_numpy(dtype=object), space.splits
    classes = sorted(set(labels[training]))
    for a in classes:
        for b in classes:
            if a != b:
                yield a, b, rng.permutation(validation[labels[validation] == b])[:_ANALOGIES]


def _group(space: Space, artworks: pd.DataFrame, name: str) -> Float64[np.ndarray, " dimensions"]:
    """Mean latent of a class in the training split."""
    rows = space.splits[0]
    mine = rows[(artworks["class"] == name).to_numpy()[rows]]
    mean: np.ndarray = space.latents[mine].mean(axis=0, dtype=np.float64)
    return mean


def _found(
    space: Space,
    artworks: pd.DataFrame,
    pairs: list[tuple[str, str, int]],
    targets: Float64[np.ndarray, "pairs dimensions"],
    rng: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    """How often the nearest artwork of the other class shows the same."""
    contents, labels = (artworks[key].to_numpy(dtype=object) for key in ("content", "class"))
    validation = space.splits[1]
    hits: dict[str, list[float]] = {"found": [], "found_unmoved": [], "found_by_chance": []}
    for (a, _, row), target in zip(pairs, targets, strict=True):
        others = validation[labels[validation] == a]
        right = contents[others] == contents[row]
        if not contents[row] or not right.any():
            continue
        near = space.latents[others].astype(np.float64)
        for measure, point in (("found", target), ("found_unmoved", space.latents[row])):
            hits[measure].append(float(right[((near - point) ** 2).sum(axis=1).argmin()]))
        hits["found_by_chance"].append(float(right.mean()))
    for measure, values in hits.items():
        if values:
            yield {"measure": measure, **mean_with_interval(np.array(values), rng)}


def mean_with_interval(
    values: Float64[np.ndarray, " values"], rng: np.random.Generator
) -> dict[str, float]:
    """Mean of values with its 95 % bootstrap interval: mean, low, high, n."""
    drawn = rng.choice(values, (_RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high), "n": len(values)}


def of_pixels(images: UInt8[np.ndarray, "artworks side side 3"]) -> tuple[_Latents, Decoder]:
    """Pixels as latents, and what shows them: the baseline of every measure here."""
    shape = images.shape[1:]

    def shown(points: Float[np.ndarray, "points numbers"]) -> _Pictures:
        pictures: np.ndarray = np.clip(points.reshape(-1, *shape), 0, 255).astype(np.float32)
        return pictures

    return np.asarray(images).reshape(len(images), -1).astype(np.float32), shown
