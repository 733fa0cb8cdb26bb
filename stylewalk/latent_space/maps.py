"""Flat maps of a latent space by PCA, ICA, Sammon, t-SNE and UMAP, and how far each can be trusted.

The first two principal components are a projection, on which a straight line stays straight; so are
two independent components (Hyvarinen and Oja 2000), which look where artworks are spread least like
a Gaussian. Sammon's map (1969) keeps all distances as well as a plane can, small ones first. t-SNE
and UMAP arrange artworks so that near latents lie near each other, and give up the rest: sizes of
clusters and distances between them mean little, and clusters may appear where there are none
(Wattenberg, Viegas, Johnson 2016; Kobak and Berens 2019). So each map goes with the share of
neighbours that it keeps, and with its trustworthiness (Venna and Kaski 2001).
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Int
from scipy import sparse
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from scipy.stats import kurtosis, skew
from sklearn.decomposition import PCA, FastICA
from sklearn.exceptions import ConvergenceWarning
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels
from stylewalk.latent_space.geometry import check_latents
from stylewalk.randomness import derived_seed, generator

Method = Literal["pca", "ica", "sammon", "tsne", "umap"]
METHODS: tuple[Method, ...] = get_args(Method)
NEIGHBOURS = 15  # those that UMAP looks at by default, and those that are counted as kept
_DIMENSIONS = 50  # principal components before both maps, as scikit-learn advises for t-SNE
_PERPLEXITY = 30.0  # scikit-learn's default
# ASSUME: 500 iterations at an angle of 0.8 instead of scikit-learn's 1,000 at 0.5 because on
# latents of 4,490 paintings they kept 21.0 % of neighbours instead of 21.6 % in a third of the time
# (with 300 iterations it was 9 %).
_ITERATIONS, _ANGLE = 500, 0.8
# ASSUME: 200 epochs instead of UMAP's 500 for so few points because on the same latents they kept
# 11.5 % of neighbours instead of 11.8 %.
_EPOCHS = 200
_MIN_DISTANCE = 0.1  # UMAP's default
_HALVINGS = 64  # of the interval that holds a bandwidth, as in UMAP
_ICA_ITERATIONS = 1000
_SAMMON_ITERATIONS = 200


def map_latents(
    artworks: pd.DataFrame,
    latents: Float[np.ndarray, "artworks dimensions"],
    methods: Sequence[Method],
    points: int,
    seed: int,
) -> pd.DataFrame:
    """Maps of one latent space, the same bytes for the same input on one thread.

    Args:
        artworks: ``id`` and ``class`` of each latent.
        latents: (n, d) latents.
        methods: names of ``METHODS``.
        points: at most so many artworks are shown: a sample by :func:`stratified_sample`.
        seed: seed of the sample and of the maps.

    Returns:
        Columns method, id, class, x, y; one method below the other in the order given, the
        artworks of each in the order of ``artworks``. Latents that are all equal lie at (0, 0).

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or too few or too small.
    """
    latents = check_latents(latents)
    if len(latents) != len(artworks):
        raise ValueError(f"{len(latents)} latents for {len(artworks)} artworks")
    shown = stratified_sample(artworks["class"], points, seed)
    reduced = _reduced(latents[shown], seed)
    rows = artworks[["id", "class"]].iloc[shown].reset_index(drop=True)
    maps = []
    for method in methods:
        x, y = _coordinates(reduced, method, seed).T
        maps.append(rows.assign(method=method, x=x, y=y))
    return pd.concat(maps, ignore_index=True)[["method", "id", "class", "x", "y"]]


def stratified_sample(classes: Labels, points: int, seed: int) -> Int[np.ndarray, " shown"]:
    """Rows of a sample that holds classes in the proportions in which they are there.

    Args:
        classes: (n,) class of each row.
        points: size of the sample; each class keeps one row at least, even above this size.
        seed: seed of the draw, which depends on nothing but the classes.

    Returns:
        Rows in ascending order.
    """
    labels = np.asarray(classes, dtype=object)
    if len(labels) <= points:
        return np.arange(len(labels))
    names, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    exact = counts * points / len(labels)
    sizes = np.maximum(exact.astype(int), 1)
    # What rounding left over goes to the classes that it cost most, and the other way round.
    while sizes.sum() < points:
        sizes[np.argmax(exact - sizes)] += 1
    while sizes.sum() > max(points, len(names)):
        sizes[np.argmax(np.where(sizes > 1, sizes - exact, -np.inf))] -= 1
    rng = {name: generator(seed, "maps", "sample", name) for name in names}
    drawn = [
        rng[name].choice(np.flatnonzero(codes == place), size, replace=False)
        for place, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    return np.sort(np.concatenate(drawn))


def preservation(
    maps: pd.DataFrame, artworks: pd.DataFrame, latents: Float[np.ndarray, "artworks dimensions"]
) -> pd.DataFrame:
    """How far the maps of one latent space keep neighbours.

    Args:
        maps: as :func:`map_latents` gives it.
        artworks: ``id`` of each latent.
        latents: (n, d) latents.

    Returns:
        One row per method: method, points (artworks on the map), artworks (all), neighbours,
        kept and chance as :func:`neighbours_kept` gives them, and trustworthiness as scikit-learn
        gives it, among the artworks on the map. It is NaN for latents that are all equal, or where
        there are no more than twice as many artworks as neighbours.
    """
    place = pd.Series(np.arange(len(artworks)), index=artworks["id"].to_numpy())
    rows = []
    for method, part in maps.groupby("method", sort=False):
        near = latents[place.loc[part["id"]].to_numpy()]
        places = part[["x", "y"]].to_numpy()
        kept, chance = neighbours_kept(near, places)
        neighbours = min(NEIGHBOURS, len(part) - 1)
        trusted = np.nan
        if np.isfinite(kept) and 2 * neighbours < len(part):
            trusted = trustworthiness(_scaled(near), _scaled(places), n_neighbors=neighbours)
        rows.append((method, len(part), len(artworks), neighbours, kept, chance, trusted))
    columns = ["method", "points", "artworks", "neighbours", "kept", "chance", "trustworthiness"]
    return pd.DataFrame(rows, columns=columns)


def neighbours_kept(
    latents: Float[np.ndarray, "artworks dimensions"],
    coordinates: Float[np.ndarray, "artworks 2"],
    neighbours: int = NEIGHBOURS,
) -> tuple[float, float]:
    """Mean share of a point's nearest neighbours that are its nearest on a map, too.

    Both sides count as many neighbours, so it is the mean precision and the mean recall of Venna
    et al. (2010) in one.

    Args:
        latents: (n, d) latents, as they are: what was lost to principal components counts.
        coordinates: (n, 2) places on the map.
        neighbours: nearest neighbours by Euclidean distance; n - 1 where there are fewer.

    Returns:
        The share, 0 to 1, NaN for latents that are all equal; and the share that is expected of
        points in a random order, neighbours / (n - 1).
    """
    n = len(latents)
    count = min(neighbours, n - 1)
    if not np.ptp(latents, axis=0).any():
        return np.nan, count / (n - 1)
    there, here = (_nearest(_scaled(x), count) for x in (latents, coordinates))
    # Each row holds a point at most once, so that a number that occurs twice is in both.
    both = np.sort(np.hstack([there, here]), axis=1)
    return float((both[:, 1:] == both[:, :-1]).sum() / (n * count)), count / (n - 1)


def _scaled(points: np.ndarray) -> np.ndarray:
    """Centred points whose largest coordinate is 1: no square overflows, no difference cancels."""
    points = points.astype(np.float64)
    points -= points.mean(axis=0)
    return points / (np.abs(points).max() or 1.0)


def _nearest(
    points: Float[np.ndarray, "points dimensions"], count: int
) -> Int[np.ndarray, "points {count}"]:
    """(n, count) rows of the nearest other points, exactly."""
    search = NearestNeighbors(n_neighbors=count).fit(points)
    rows: np.ndarray = search.kneighbors(return_distance=False)
    return rows


def _reduced(latents: np.ndarray, seed: int) -> np.ndarray:
    """At most 50 principal components; zeros for latents that are all equal."""
    n, d = latents.shape
    if n < 3 or d < 2:
        raise StylewalkError(
            f"A map needs at least 3 artworks and 2 latent dimensions, but there are {n} and {d}. "
            "Use more pictures or a larger training.latent_size."
        )
    if not np.ptp(latents, axis=0).any():
        return np.zeros((n, 2))
    start = derived_seed(seed, "maps", "pca") % 2**32
    pca = PCA(min(_DIMENSIONS, n, d), random_state=start)
    return _scaled(pca.fit_transform(_scaled(latents)))


def _coordinates(
    points: Float[np.ndarray, "points dimensions"], method: Method, seed: int
) -> Float64[np.ndarray, "points 2"]:
    """(n, 2) places of scaled (n, d) points on a map."""
    if method not in METHODS:
        raise ValueError(f"unknown map {method!r}, expected one of {METHODS}")
    if not points.any():
        return np.zeros((len(points), 2))
    start = derived_seed(seed, "maps", method) % 2**32
    if method == "pca":
        return points[:, :2]  # the points are principal components already
    ways: dict[Method, Callable[[np.ndarray, int], np.ndarray]]
    ways = {"ica": _ica, "sammon": _sammon, "tsne": _tsne, "umap": _umap}
    return ways[method](points, start).astype(np.float64)


def _ica(points: np.ndarray, start: int) -> np.ndarray:
    """The two independent components (FastICA) that are least like a Gaussian.

    That is by the size of their excess kurtosis. Their order and signs, which ICA leaves open,
    follow from it and from their skewness.
    """
    # A direction in which nothing is spread has no unit variance. Among few points some rotation of
    # many components always finds outliers (overlearning, Hyvarinen et al. 1999).
    spread = points.std(axis=0)
    used = points[:, spread > 1e-9 * spread.max()][:, : max(2, int((len(points) / 5) ** 0.5))]
    if used.shape[1] < 2:
        return points[:, :2]
    ica = FastICA(whiten="unit-variance", max_iter=_ICA_ITERATIONS, tol=1e-3, random_state=start)
    with warnings.catch_warnings():
        # Of Gaussian latents there is no best rotation to be found; any is as good.
        warnings.simplefilter("ignore", ConvergenceWarning)
        sources = ica.fit_transform(used)
    places: np.ndarray = sources[:, np.argsort(-np.abs(kurtosis(sources)), kind="stable")[:2]]
    return places * np.where(skew(places) < 0, -1, 1)


def _sammon(points: np.ndarray, start: int) -> np.ndarray:
    """Sammon's map (1969), from the first two components on; ``start`` changes nothing."""
    distances = cdist(points, points)
    places = points[:, :2].ravel()
    options = {"maxiter": _SAMMON_ITERATIONS}
    solution = minimize(sammon_stress, places, (distances,), "L-BFGS-B", jac=True, options=options)
    best: np.ndarray = solution.x.reshape(-1, 2)
    return best


def sammon_stress(
    places: Float64[np.ndarray, " coordinates"], distances: Float[np.ndarray, "points points"]
) -> tuple[float, Float64[np.ndarray, " coordinates"]]:
    """Sammon's stress: sum of (D - d)^2 / D over pairs, by the sum of D; and its gradient.

    Args:
        places: (2 n,) x and y of each point.
        distances: (n, n) D; pairs at distance 0 do not count.

    Returns:
        The stress, and (2 n,) its gradient.
    """
    at = places.reshape(-1, 2)
    here = cdist(at, at)
    weights = np.divide(1, distances, out=np.zeros_like(distances), where=distances > 0)
    missing = distances - here
    missing[weights == 0] = 0
    total = distances.sum()
    stress = float((np.square(missing) * weights).sum() / total)
    # Two points in one place pull in no direction.
    pull = np.divide(missing * weights, here, out=np.zeros_like(here), where=here > 0)
    gradient = -4 / total * (pull.sum(axis=1)[:, None] * at - pull @ at)
    return stress, gradient.ravel()


def _tsne(points: np.ndarray, start: int) -> np.ndarray:
    """t-SNE (van der Maaten and Hinton 2008) with the first two components as its start."""
    # ASSUME: in a small study the perplexity is a third of the other artworks because t-SNE looks
    # at three times as many neighbours.
    perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
    tsne = TSNE(
        perplexity=perplexity, init="pca", max_iter=_ITERATIONS, angle=_ANGLE, random_state=start
    )
    places: np.ndarray = tsne.fit_transform(points)
    return places


def _umap(points: np.ndarray, start: int) -> np.ndarray:
    """UMAP (McInnes, Healy, Melville 2018) with the first two components as its start."""
    # Here, because the first import after an installation compiles for 16 s.
    from umap.umap_ import find_ab_params, simplicial_set_embedding

    a, b = find_ab_params(1.0, _MIN_DISTANCE)
    places: np.ndarray
    places, _ = simplicial_set_embedding(
        *(points, fuzzy_graph(points, min(NEIGHBOURS, len(points)))),
        n_components=2,
        **{"initial_alpha": 1.0, "a": a, "b": b, "gamma": 1.0, "negative_sample_rate": 5},
        **{"n_epochs": _EPOCHS, "init": "pca", "random_state": check_random_state(start)},
        **{"metric": "euclidean", "metric_kwds": {}},
        **{"densmap": False, "densmap_kwds": {}, "output_dens": False},
    )
    return places


def fuzzy_graph(
    points: Float[np.ndarray, "points dimensions"], neighbours: int
) -> sparse.coo_matrix:
    """UMAP's graph of neighbours (McInnes, Healy, Melville 2018, algorithms 2 and 3).

    umap-learn makes the same graph, but compiles for 9 to 20 s in each process to do so, and finds
    the neighbours of more than 4,096 points only nearly. Here they are exact.

    Args:
        points: (n, d) points.
        neighbours: neighbours of each, itself included.

    Returns:
        (n, n) symmetric weights, 0 to 1, float32.
    """
    n, others = len(points), neighbours - 1
    rows = _nearest(points, others)
    # scikit-learn gives doubles a distance that is only nearly 0.
    distances = np.linalg.norm(points[rows] - points[:, None], axis=2)
    # The nearest neighbour that is no double has weight 1, the others less.
    nearest = np.where(distances > 0, distances, np.inf).min(axis=1)
    excess = np.maximum(distances - np.where(np.isinf(nearest), 0, nearest)[:, None], 0)
    mean = np.where(np.isinf(nearest), distances.mean(), distances.mean(axis=1))
    floor = 1e-3 * others / neighbours * mean  # as in umap-learn, which counts the point itself
    sigma = np.maximum(_bandwidths(excess, np.log2(neighbours)), floor)
    weights = np.exp(-excess / np.where(sigma > 0, sigma, 1)[:, None]).astype(np.float32)
    places = np.repeat(np.arange(n), others), rows.ravel()
    directed = sparse.coo_matrix((weights.ravel(), places), shape=(n, n)).tocsr()
    return (directed + directed.T - directed.multiply(directed.T)).tocoo()


def _bandwidths(
    excess: Float[np.ndarray, "points neighbours"], target: float
) -> Float[np.ndarray, " points"]:
    """(n,) sigma for which the sum of exp(-excess / sigma) over (n, k) neighbours is the target."""
    low, high, sigma = np.zeros(len(excess)), np.full(len(excess), np.inf), np.ones(len(excess))
    for _ in range(_HALVINGS):
        above = np.exp(-excess / np.maximum(sigma, 1e-300)[:, None]).sum(axis=1) > target
        high, low = np.where(above, sigma, high), np.where(above, low, sigma)
        sigma = np.where(np.isinf(high), 2 * sigma, (low + high) / 2)
    return sigma
