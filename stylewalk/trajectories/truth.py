"""Interpolation with truth: decoded walks against what really lies between their ends."""

import warnings
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Float64, Int, Real

from stylewalk.catalogue.truth import (
    BLEND,
    INTERPOLATION_TRUTH,
    LINE,
    RECONSTRUCTION,
    TRUE_WALKS,
    TRUTH,
    TRUTH_DIFFERENCES,
)
from stylewalk.data.rendered import CIRCLE, KnownFactors, TrueWalks
from stylewalk.latent_space import encoding
from stylewalk.randomness import generator
from stylewalk.trajectories.dissolve import paired_test
from stylewalk.trajectories.path_comparison import FEWEST_PAIRS
from stylewalk.trajectories.paths import follow
from stylewalk.trajectories.paths.space import PIXELS, Space
from stylewalk.trajectories.verdicts import holm

# Of a geodesic of a style metric, which takes the network in every pass, so many walks alone.
OF_NETWORK = 6
_RESAMPLES = 1000
_BATCH = 64
Pictures = Real[np.ndarray, "walks points side side 3"]


def walk_all(
    walks: TrueWalks, paths: Mapping[str, Mapping[str, object]], space: Space
) -> dict[str, Float32[np.ndarray, "walks points side side 3"]]:
    """What a model decodes on every path between the encoded ends of true walks.

    Args:
        walks: the true walks.
        paths: by name, ``kind`` and settings of latent paths.
        space: the trained model and the artworks.

    Returns:
        By path, (W, T, S, S, 3) float32 on a 0..255 scale, of geodesics of a style metric the first
        :data:`OF_NETWORK` walks alone; the dissolve of the decoded ends; and the true pictures as
        the model reconstructs them.
    """
    count, points = walks.images.shape[:2]
    flat = walks.images.reshape(-1, *walks.images.shape[2:])
    latents = np.concatenate(list(encoding.encode(space.model, flat, space.device)))
    # Cut to what can be shown only once it is dissolved: else a linear model's line would not be
    # the dissolve of its ends.
    free = encoding.decode(space.model, latents, space.device, clip=False)
    free = free.reshape(walks.images.shape)
    latents = latents.reshape(count, points, -1)
    ends = latents[:, 0], latents[:, -1]
    decoded = {}
    for name, settings in paths.items():
        walked = slice(count if settings.get("metric", PIXELS) == PIXELS else OF_NETWORK)
        a, b = (end[walked] for end in ends)
        decoded[name] = follow(settings, a, b, points - 1, space)[0]
    shown = {BLEND: blends(free), RECONSTRUCTION: free}
    return {**decoded, **{path: np.clip(images, 0, 255) for path, images in shown.items()}}


def blends(images: Pictures) -> Float64[np.ndarray, "walks points side side 3"]:
    """The ends of walks dissolved into each other, which a walk shall not merely be."""
    t = np.linspace(0, 1, images.shape[1])[None, :, None, None, None]
    first, last = images[:, :1].astype(np.float64), images[:, -1:]
    blended: np.ndarray = (1 - t) * first + t * last
    return blended


def measure(images: Pictures, walks: TrueWalks) -> dict[str, Float64[np.ndarray, " walks"]]:
    """How far decoded walks are from the true ones, walk by walk.

    Args:
        images: (W, T, S, S, 3) on a 0..255 scale, of the first W true walks.
        walks: the true walks.

    Returns:
        ``image_error``: mean squared error of the pictures between the ends, pixels in 0..1. It is
        kind to what is faint: a dissolve at half its contrast has less of it. And of walks whose
        factors are known:

        ``mean_distance`` and ``smoothness`` (Berthelot et al. 2018): the mean cosine
        distance of every picture, ends included, to the nearest one of all true pictures; and the
        largest step between the factors of these over their whole change, less that of even steps.
        0 is best of both. Pictures are compared by what they show beside the background; several
        factors, each over its range, are one vector.

        ``<factor>_error``: of the pictures between the ends, how far the factor of the nearest true
        picture is from that of the true picture there, mean over them in degrees.
    """
    between = images[:, 1:-1].astype(np.float64) - walks.images[: len(images), 1:-1]
    measures = {"image_error": np.square(between / 255).mean(axis=(1, 2, 3, 4))}
    if (known := walks.known) is None:
        return measures
    nearest, distance = _nearest(images, known)
    at = known.of_bank[nearest]
    measures["mean_distance"] = distance.mean(axis=1)
    measures["smoothness"] = smoothness(_shares(np.diff(at, axis=1), known))
    errors = np.abs(_turned(at - known.on_walks[: len(images)], known))[:, 1:-1].mean(axis=1)
    for place, factor in enumerate(known.factors):
        measures[f"{factor.name}_error"] = errors[:, place]
    return measures


def smoothness(changes: Float[np.ndarray, "walks steps factors"]) -> Float64[np.ndarray, " walks"]:
    """Largest step over the whole change, less 1 / steps (Berthelot et al. 2018).

    Args:
        changes: (W, S, F) of each step, whose sum is the whole change; where that is 0, and the
            definition has no value, the sum of the steps' lengths stands for it. (The authors' code
            counts such a walk as 0, the best there is.)
    """
    lengths = np.linalg.norm(changes, axis=2)
    whole = np.linalg.norm(changes.sum(axis=1), axis=1)
    whole = np.where(whole > 0, whole, lengths.sum(axis=1))
    largest = np.divide(lengths.max(axis=1), whole, out=np.ones(len(whole)), where=whole > 0)
    return np.asarray(largest - 1 / changes.shape[1])


def _turned(
    differences: Float64[np.ndarray, "walks points factors"], known: KnownFactors
) -> Float64[np.ndarray, "walks points factors"]:
    """Differences of factors, those of a circle brought to -180..180."""
    circular = np.array([factor.is_circular for factor in known.factors])
    around = (differences + CIRCLE / 2) % CIRCLE - CIRCLE / 2
    turned: np.ndarray = np.where(circular, around, differences)
    return turned


def _shares(
    differences: Float64[np.ndarray, "walks points factors"], known: KnownFactors
) -> Float64[np.ndarray, "walks points factors"]:
    """The same over the range of each factor."""
    ranges = np.array([factor.high - factor.low for factor in known.factors])
    shares: np.ndarray = _turned(differences, known) / ranges
    return shares


def _nearest(
    images: Pictures, known: KnownFactors
) -> tuple[Int[np.ndarray, "walks points"], Float64[np.ndarray, "walks points"]]:
    """Of every picture, the nearest true one by cosine distance, and that distance."""
    ground = known.background.astype(np.float32).mean(axis=2).ravel()

    def directions(pictures: Real[np.ndarray, "*shape"]) -> Float32[np.ndarray, "pictures pixels"]:
        grey = pictures.mean(axis=-1, dtype=np.float32).reshape(-1, len(ground)) - ground
        norms = np.linalg.norm(grey, axis=1, keepdims=True)
        unit: np.ndarray = np.divide(grey, norms, out=np.zeros_like(grey), where=norms > 0)
        return unit

    bank = directions(known.bank)
    flat = images.reshape(-1, *images.shape[2:])
    places, cosines = [], []
    for start in range(0, len(flat), _BATCH):
        similarities = directions(flat[start : start + _BATCH]) @ bank.T
        places.append(similarities.argmax(axis=1))
        cosines.append(similarities.max(axis=1))
    shape = images.shape[:2]
    return (
        np.concatenate(places).reshape(shape),
        1.0 - np.concatenate(cosines).reshape(shape).astype(np.float64),
    )


def rows(
    images: Pictures, walks: TrueWalks, model: str, seed: int, path: str
) -> Iterator[dict[str, object]]:
    """The rows of table TRUE_WALKS of one model, seed and path."""
    for name, values in measure(images, walks).items():
        for walk, value in enumerate(values):
            about = {"model": model, "seed": seed, "path": path, "walk": walk}
            yield about | {"measure": name, "value": value}


def table_of(records: list[dict[str, object]]) -> pd.DataFrame:
    """Table TRUE_WALKS."""
    return pd.DataFrame(records, columns=list(TRUE_WALKS))


def summarise(walks: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Table INTERPOLATION_TRUTH: means over walks, ranked within a measure.

    Args:
        walks: table TRUE_WALKS. Walks are the same in all models and seeds; one counts once, with
            its mean over seeds, and is resampled for all models and paths together.
        seed: of the bootstrap.
    """
    records = []
    for measured, wide in _by_measure(walks):
        drawn = generator(seed, "truth", measured).integers(len(wide), size=(_RESAMPLES, len(wide)))
        values = wide.to_numpy(np.float64)
        with warnings.catch_warnings():
            # A sample may hold none of the few walks of a path.
            warnings.simplefilter("ignore", RuntimeWarning)
            sampled = np.nanmean(values[drawn], axis=1)
        low, high = np.nanquantile(sampled, [0.025, 0.975], axis=0)
        means, counts = np.nanmean(values, axis=0), np.isfinite(values).sum(axis=0)
        ranks = _ranks(means, counts, list(wide.columns))
        for place, (model, path) in enumerate(wide.columns):
            interval = {"low": low[place], "high": high[place], "rank": ranks[place]}
            about = {"model": model, "path": path, "measure": measured, "n": counts[place]}
            records.append(about | {"mean": means[place]} | interval)
    return pd.DataFrame(records, columns=list(INTERPOLATION_TRUTH))


def _ranks(
    means: Float64[np.ndarray, " entries"],
    counts: Int[np.ndarray, " entries"],
    columns: list[tuple[str, str]],
) -> Float64[np.ndarray, " entries"]:
    """1 for the smallest mean of a model's walks; NaN for what is none, or of fewer walks."""
    walks = np.array([path not in (BLEND, RECONSTRUCTION, TRUTH) for _, path in columns])
    walks &= counts == counts.max()
    ranks = np.full(len(means), np.nan)
    ranks[walks] = pd.Series(means[walks]).rank(method="min")
    return ranks


def compare(walks: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """Table TRUTH_DIFFERENCES, walk by walk.

    Every path of a model against its line, its line against the dissolve of its own decoded ends
    (against that of the true ends, what it cannot reconstruct would count, too), and the line of
    every further model against that of the first.

    Args:
        walks: table TRUE_WALKS.
        models: in the order of the config.
    """
    records = []
    for measured, wide in _by_measure(walks):
        known = set(wide.columns)
        sides = [((m, LINE), (m, BLEND)) for m in models]
        others = [c for c in wide.columns if c[1] not in (LINE, BLEND, RECONSTRUCTION, TRUTH)]
        sides += [((m, path), (m, LINE)) for m, path in others]
        sides += [((m, LINE), (models[0], LINE)) for m in models[1:]]
        for own, other in sides:
            if own in known and other in known:
                about = {"model": own[0], "path": own[1]}
                about |= {"against_model": other[0], "against_path": other[1], "measure": measured}
                records.append(about | _difference(wide[own], wide[other], measured))
    table = pd.DataFrame(records, columns=list(TRUTH_DIFFERENCES))
    for _, family in table.groupby("measure", sort=False):
        table.loc[family.index, "p"] = holm(family["p"].to_numpy(np.float64))
    return table


def _difference(own: pd.Series, other: pd.Series, measured: str) -> dict[str, float]:
    both = own.notna() & other.notna()
    a, b = own[both].to_numpy(np.float64), other[both].to_numpy(np.float64)
    drawn = generator(0, "differences", measured).integers(len(a), size=(_RESAMPLES, len(a)))
    low, high = np.quantile((a - b)[drawn].mean(axis=1), [0.025, 0.975])
    p = paired_test(a, b).p if len(a) >= FEWEST_PAIRS else np.nan
    return {"difference": float((a - b).mean()), "low": low, "high": high, "p": p, "n": len(a)}


def _by_measure(walks: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Of each measure, a row for every walk and a column for every model and path."""
    for name, part in walks.groupby("measure", sort=False):
        where = {"index": "walk", "columns": ["model", "path"], "values": "value"}
        yield str(name), part.pivot_table(**where, aggfunc="mean", sort=False)
