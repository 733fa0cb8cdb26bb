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
from scipy.stats import binomtest

from stylewalk.latent_space.samples import areas, resampled
from stylewalk.randomness import generator
from stylewalk.trajectories import known_walks
from stylewalk.trajectories.transformation import DISSOLVES, decompose, share_above

PIXELS = "pixels"  # as a model beside the others, whose latents are the pixels themselves
STEPS = 8  # from the artwork to twice the vector
_ONCE = STEPS // 2  # where the vector was added once
#: Artworks with, and as many without an attribute that it takes to judge its vector.
FEWEST = {"training": 10, "validation": 5}
_MOST_VALUES = 8  # of a column, the most frequent ones
_STARTS = 16  # artworks that are moved along each vector
_FEWEST_STARTS = 5
_DISSOLVED = 4  # of these, whose ends known dissolves join, too
_ANALOGIES = 12  # artworks of each two classes
_RESAMPLES = 500
_Latents = Float[np.ndarray, "artworks dimensions"]
_Pictures = Float[np.ndarray, "pictures side side 3"]
_Walks = Float[np.ndarray, "starts points side side 3"]
_Rows = list[dict[str, Any]]
#: Numbers of single artworks by what they are of, which another model is compared with.
Raw = dict[tuple[str, ...], Float64[np.ndarray, " _"]]
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
        groups: (N,) the same number for artworks that show the same.
        namers: by column, the names and the network that gives their probabilities, if any.
        mean: the mean picture of training, on the same scale.
        seed: of draws, which are the same in every model.
    """

    latents: _Latents
    decode: Decoder
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]
    groups: Int[np.ndarray, " artworks"]
    namers: Mapping[str, tuple[list[str], Namer]]
    mean: Float[np.ndarray, "side side 3"]
    seed: int


@dataclass(frozen=True)
class Attribute:
    """What artworks have or lack.

    Attributes:
        column, value: its name.
        has: of all artworks.
        known: of which it is known whether they have it.
    """

    column: str
    value: str
    has: Bool[np.ndarray, " artworks"]
    known: Bool[np.ndarray, " artworks"]

    def rows(
        self, rows: Int[np.ndarray, " rows"], has: bool | None = None
    ) -> Int[np.ndarray, " some"]:
        """Those of which it is known; with ``has``, those that have it, or lack it."""
        mine: np.ndarray = rows[self.known[rows]]
        some: np.ndarray = mine if has is None else mine[self.has[mine] == has]
        return some


def attributes(
    columns: pd.DataFrame,
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]],
) -> Iterator[Attribute]:
    """All values that enough artworks have and lack; of two values that exclude each other, one.

    Args:
        columns: texts of every artwork, a column for each attribute; blank where unknown.
        splits: rows of training and validation.
    """
    for column in columns:
        texts = columns[column].astype(str)
        known = (texts != "").to_numpy()
        counts = texts.iloc[splits[0]].value_counts().drop("", errors="ignore")
        values = sorted(counts.index[:_MOST_VALUES])
        for value in values[:1] if texts[known].nunique() == 2 else values:
            attribute = Attribute(str(column), str(value), (texts == value).to_numpy(), known)
            if all(
                min(len(attribute.rows(rows, True)), len(attribute.rows(rows, False))) >= fewest
                for rows, fewest in zip(splits, FEWEST.values(), strict=True)
            ):
                yield attribute


def vector(
    latents: _Latents, attribute: Attribute, rows: Int[np.ndarray, " rows"]
) -> Float64[np.ndarray, " dimensions"]:
    """Mean latent of the artworks among some rows that have an attribute, less that of the rest."""
    has, lacks = sides(latents, attribute, rows)
    difference: np.ndarray = has - lacks
    return difference


def sides(
    latents: _Latents, attribute: Attribute, rows: Int[np.ndarray, " rows"]
) -> tuple[Float64[np.ndarray, " dimensions"], Float64[np.ndarray, " dimensions"]]:
    """Mean latents of the artworks among some rows that have an attribute, and that lack it."""
    has, lacks = (
        latents[attribute.rows(rows, side)].mean(axis=0, dtype=float) for side in (True, False)
    )
    return has, lacks


def judge(space: Space, columns: pd.DataFrame, pixels: Raw | None = None) -> tuple[_Rows, Raw]:
    """Rows with column, value, measure, mean, low, high, n of each attribute.

    ``auc``: how well the vector tells held-out artworks apart; ``accuracy``: the same of the vector
    with a limit, half way between the means of training artworks, balanced (the mean of the shares
    that are right of those that have it and of those that lack it); ``auc_over_pixels`` and
    ``accuracy_over_pixels``: by how much better than the same on pixels, for the same artworks.
    ``gain``: by how much the probability of the value, by the network, rises for held-out artworks
    that lack it, once the vector is added; ``gain_shuffled``: the same along a vector of shuffled
    labels, as long. ``structure``: the share of their walks, up to once the vector, with more
    structure than dissolves of the same ends have.

    Args:
        space: of a model.
        columns: as of :func:`attributes`.
        pixels: what this gave of pixels.

    Returns:
        The rows, and the projections of single artworks, above 0 on the side of those that have it.
    """
    rows: _Rows = []
    raw: Raw = {}
    parts: list[tuple[dict[str, str], Float64[np.ndarray, " starts"]]] = []
    nothing: list[pd.DataFrame] = []
    for attribute in attributes(columns, space.splits):
        about = {"column": attribute.column, "value": attribute.value}
        rng = generator(space.seed, "attributes", *about.values())
        has, lacks = sides(space.latents, attribute, space.splits[0])
        direction, half_way = has - lacks, (has + lacks) / 2
        key = attribute.column, attribute.value
        judged = attribute.rows(space.splits[1])
        raw[key] = space.latents[judged].astype(np.float64) @ direction - half_way @ direction
        rows += _told_apart(space, attribute, raw[key], pixels[key] if pixels else None, rng)
        starts = _starts(space, attribute, rng)
        walks = walk(space, starts, direction)
        rows += _gains(space, attribute, direction, starts, walks, rng)
        parts.append((about, decompose(walks[:, : _ONCE + 1])["structure"]))
        nothing.append(_dissolved(space, walks, len(nothing)))
    if parts:
        known = pd.concat(nothing, ignore_index=True)
        rows += [row for about, mine in parts for row in _structure(space, about, mine, known)]
    return rows, raw


def _told_apart(
    space: Space,
    attribute: Attribute,
    scores: Float64[np.ndarray, " judged"],
    pixels: Float64[np.ndarray, " judged"] | None,
    rng: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    """Rows of auc and accuracy, each with its interval over what artworks show.

    No interval where one side shows fewer than five different things, since resamples are then
    nearly alike. That of accuracy is the wider of the bootstrap's and Wilson's, which is no point
    where all or none are right.
    """
    judged = attribute.rows(space.splits[1])
    has, groups = attribute.has[judged], space.groups[judged]
    about = {"column": attribute.column, "value": attribute.value}
    weights = np.vstack([np.ones(len(judged)), resampled(groups, rng, _RESAMPLES)])
    sizes = [len(np.unique(groups[side])) for side in (has, ~has)]
    for measure, of in (("auc", areas), ("accuracy", balanced_accuracies)):
        own = of(scores, has, weights)
        shown = {measure: own}
        if pixels is not None:
            shown[f"{measure}_over_pixels"] = own - of(pixels, has, weights)
        for name, values in shown.items():
            # A sample without one of the sides has no value.
            low, high = np.nanquantile(values[1:], [0.025, 0.975])
            if name == "accuracy":
                wilson = _wilson(np.where(has, scores > 0, scores <= 0), has, sizes)
                low, high = min(low, wilson[0]), max(high, wilson[1])
            if min(sizes) < FEWEST["validation"]:
                low = high = np.nan
            interval = {"low": float(low), "high": float(high), "n": len(judged)}
            yield {**about, "measure": name, "mean": float(values[0]), **interval}


def _wilson(
    right: Bool[np.ndarray, " judged"], has: Bool[np.ndarray, " judged"], sizes: list[int]
) -> tuple[float, float]:
    """Wilson's interval of a balanced accuracy, as if each thing shown counted once.

    Of two independent shares the mean: half the root of the summed squares of what each interval
    adds to its share (Newcombe 1998, of a difference).
    """
    shares, reach = [], []
    for side, size in zip((has, ~has), sizes, strict=True):
        share = float(right[side].mean())
        interval = binomtest(round(share * size), size).proportion_ci(method="wilson")
        shares.append(share)
        reach.append((share - float(interval.low), float(interval.high) - share))
    mean = sum(shares) / 2
    below, above = (float(np.hypot(*distances)) / 2 for distances in zip(*reach, strict=True))
    return mean - below, mean + above


def balanced_accuracies(
    scores: Float64[np.ndarray, " judged"],
    has: Bool[np.ndarray, " judged"],
    weights: Float64[np.ndarray, "samples judged"],
) -> Float64[np.ndarray, " samples"]:
    """Mean of the shares of each side that lie on theirs of 0, for each of many weightings.

    Chance is .5, however many have the attribute. NaN where a side has no weight.
    """
    right = np.where(scores > 0, has, ~has).astype(float)
    shares = []
    for side in (has, ~has):
        whole = weights[:, side].sum(axis=1)
        part = weights[:, side] @ right[side]
        shares.append(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan))
    mean: np.ndarray = (shares[0] + shares[1]) / 2
    return mean


def _starts(
    space: Space, attribute: Attribute, rng: np.random.Generator
) -> Int[np.ndarray, " starts"]:
    """Held-out artworks that lack an attribute, of which no two show the same."""
    lacking = rng.permutation(attribute.rows(space.splits[1], False))
    _, first = np.unique(space.groups[lacking], return_index=True)
    return lacking[np.sort(first)][:_STARTS]


def walk(
    space: Space, starts: Int[np.ndarray, " starts"], direction: Float64[np.ndarray, " dimensions"]
) -> _Walks:
    """Decoded images of artworks, moved along a direction up to twice its length."""
    times = np.linspace(0, 2, STEPS + 1)[:, None]
    points = space.latents[starts][:, None].astype(np.float64) + times * direction
    decoded = space.decode(points.reshape(-1, points.shape[-1]).astype(np.float32))
    return decoded.reshape(len(starts), STEPS + 1, *decoded.shape[1:])


def _gains(
    space: Space,
    attribute: Attribute,
    direction: Float64[np.ndarray, " dimensions"],
    starts: Int[np.ndarray, " starts"],
    walks: _Walks,
    rng: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    names, namer = space.namers.get(attribute.column, ([], None))
    if namer is None or attribute.value not in names:
        return
    place = names.index(attribute.value)
    before = namer(walks[:, 0])[:, place]
    shuffled = Attribute("", "", rng.permutation(attribute.has), attribute.known)
    other = vector(space.latents, shuffled, space.splits[0])
    other *= np.linalg.norm(direction) / max(float(np.linalg.norm(other)), 1e-12)
    moved = space.decode((space.latents[starts] + other).astype(np.float32))
    about = {"column": attribute.column, "value": attribute.value}
    for measure, images in (("gain", walks[:, _ONCE]), ("gain_shuffled", moved)):
        gains = namer(images)[:, place] - before
        yield {**about, "measure": measure, **mean_with_interval(gains, starts, rng)}


def _dissolved(space: Space, walks: _Walks, number: int) -> pd.DataFrame:
    """Known dissolves between the ends of some of the walks: walk, pair, structure."""
    ends = walks[:_DISSOLVED, [0, _ONCE]]
    tables = []
    for name in DISSOLVES:
        parts = decompose(known_walks.walk(name, ends, space.mean, _ONCE))
        pairs = np.arange(len(ends)) + number * _DISSOLVED
        tables.append(pd.DataFrame({"walk": name, "pair": pairs, "structure": parts["structure"]}))
    return pd.concat(tables)


def _structure(
    space: Space,
    about: Mapping[str, str],
    structure: Float64[np.ndarray, " starts"],
    nothing: pd.DataFrame,
) -> Iterator[dict[str, Any]]:
    """The share with something new. A walk whose ends nearly coincide shows nothing new.

    The interval is the wider of a bootstrap's, which knows how uncertain the limit is, and
    Wilson's, which is no point where the share is 0 or 1.
    """
    count = len(structure)
    if count < _FEWEST_STARTS or not np.isfinite(nothing["structure"]).any():
        return
    rng = generator(space.seed, "attributes", *about.values(), "structure")
    share, low, high = share_above(pd.Series(np.nan_to_num(structure)), nothing, rng)
    wilson = binomtest(round(share * count), count).proportion_ci(method="wilson")
    ends = {"low": min(low, float(wilson.low)), "high": max(high, float(wilson.high))}
    yield {**about, "measure": "structure", "mean": share, **ends, "n": count}


def analogies(space: Space, artworks: pd.DataFrame, pixels: Raw | None = None) -> tuple[_Rows, Raw]:
    """Rows with measure, mean, low, high, n: is a - b + c what c would be in a?

    a and b are the mean latents of two classes (groups), c is a held-out artwork of b. ``named``:
    by how much the probability of class a, by the network, rises. Where what is shown is known and
    drawn in every class: ``found``, how often the artwork of class a that shows the same as c is
    the nearest to a - b + c among the held-out ones of class a; ``found_by_chance``; and
    ``found_over_unmoved``, by how much more often than to c itself. ``named_over_pixels`` and
    ``found_over_pixels``: by how much more than on pixels. All of the same c, which is
    drawn as one with what shows the same.

    Args:
        space: of a model.
        artworks: class and content of each.
        pixels: what this gave of pixels.

    Returns:
        The rows, and the numbers of single analogies.
    """
    rng = generator(space.seed, "analogies")
    twos = list(_twos(space, artworks, rng))
    if not twos:
        return [], {}
    starts = np.array([row for _, _, row in twos])
    moved = {name: _group(space, artworks, name) for name in artworks["class"].unique()}
    shifts = np.stack([moved[a] - moved[b] for a, b, _ in twos])
    targets = space.latents[starts].astype(np.float64) + shifts
    raw: Raw = {}
    names, namer = space.namers.get("class", ([], None))
    if namer is not None and {a for a, _, _ in twos} <= set(names):
        places = np.array([names.index(a) for a, _, _ in twos])
        sides = [
            namer(space.decode(x.astype(np.float32))) for x in (space.latents[starts], targets)
        ]
        raw["named",] = (sides[1] - sides[0])[np.arange(len(twos)), places]
    raw |= _hits(space, artworks, twos, targets)
    shown = {key[0]: values for key, values in raw.items() if key[0] != "found_unmoved"}
    if ("found",) in raw:
        shown["found_over_unmoved"] = raw["found",] - raw["found_unmoved",]
    for (measure,) in list(raw) if pixels else []:
        if pixels and measure in ("named", "found"):
            shown[f"{measure}_over_pixels"] = raw[measure,] - pixels[measure,]
    rows = []
    for measure, values in shown.items():
        known = np.isfinite(values)
        if known.any():
            groups = space.groups[starts][known]
            rows.append({"measure": measure, **mean_with_interval(values[known], groups, rng)})
    return rows, raw


def _twos(
    space: Space, artworks: pd.DataFrame, rng: np.random.Generator
) -> Iterator[tuple[str, str, int]]:
    """Each two classes in both orders, with held-out artworks of the second."""
    labels, (training, validation) = artworks["class"].to_numpy(dtype=object), space.splits
    classes = sorted(set(labels[training]))
    for a in classes:
        for b in classes:
            if a != b:
                mine = rng.permutation(validation[labels[validation] == b])[:_ANALOGIES]
                yield from ((a, b, int(row)) for row in mine)


def _group(space: Space, artworks: pd.DataFrame, name: str) -> Float64[np.ndarray, " dimensions"]:
    """Mean latent of a class in the training split."""
    rows = space.splits[0]
    mine = rows[(artworks["class"] == name).to_numpy()[rows]]
    mean: np.ndarray = space.latents[mine].mean(axis=0, dtype=np.float64)
    return mean


def _hits(
    space: Space,
    artworks: pd.DataFrame,
    twos: list[tuple[str, str, int]],
    targets: Float64[np.ndarray, "analogies dimensions"],
) -> Raw:
    """Whether the nearest artwork of the other class shows the same; NaN where none does."""
    contents, labels = (artworks[key].to_numpy(dtype=object) for key in ("content", "class"))
    validation = space.splits[1]
    hits = np.full((3, len(twos)), np.nan)
    for place, ((a, _, row), target) in enumerate(zip(twos, targets, strict=True)):
        others = validation[labels[validation] == a]
        right = contents[others] == contents[row]
        if not contents[row] or not right.any():
            continue
        near = space.latents[others].astype(np.float64)
        for line, point in enumerate((target, space.latents[row])):
            hits[line, place] = right[((near - point) ** 2).sum(axis=1).argmin()]
        hits[2, place] = right.mean()
    if not np.isfinite(hits).any():
        return {}
    names = ("found", "found_unmoved", "found_by_chance")
    return {(name,): values for name, values in zip(names, hits, strict=True)}


def mean_with_interval(
    values: Float64[np.ndarray, " values"],
    groups: Int[np.ndarray, " values"],
    rng: np.random.Generator,
) -> dict[str, float]:
    """Mean of values with its 95 % bootstrap interval over groups: mean, low, high, n."""
    weights = resampled(groups, rng, _RESAMPLES)
    low, high = np.quantile(weights @ values / weights.sum(axis=1), [0.025, 0.975])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high), "n": len(values)}


def of_pixels(images: UInt8[np.ndarray, "artworks side side 3"]) -> tuple[_Latents, Decoder]:
    """Pixels as latents, and what shows them: the baseline of every measure here."""
    shape = images.shape[1:]

    def shown(points: Float[np.ndarray, "points numbers"]) -> _Pictures:
        pictures: np.ndarray = np.clip(points.reshape(-1, *shape), 0, 255).astype(np.float32)
        return pictures

    return np.asarray(images).reshape(len(images), -1).astype(np.float32), shown
