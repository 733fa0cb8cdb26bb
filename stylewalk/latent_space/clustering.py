"""Clusters of a latent space: k-means and spectral clustering, silhouette, composition."""

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Int
from scipy import linalg, sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.neighbors import kneighbors_graph

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels
from stylewalk.latent_space.best_clustering import Method
from stylewalk.latent_space.geometry import check_latents
from stylewalk.randomness import derived_seed, generator

METHODS: tuple[Method, ...] = get_args(Method)

# ASSUME: clusters are sought and judged in the first 256 principal components because in 4,096
# dimensions k-means takes twelve times as long and finds nearly the same clusters (adjusted Rand
# index .98).
_DIMENSIONS = 256
_NEIGHBOURS = 10  # ASSUME: as many as scikit-learn's spectral clustering takes by default.
_STARTS = 10  # starts of one k-means, of which the tightest counts


def cluster_latents(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    methods: Sequence[Method],
    ks: Sequence[int],
    repeats: int,
    seed: int,
    order: Sequence[str] | None = None,
    silhouette_rows: int | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[tuple[Method, int], np.ndarray]]:
    """Cluster latents by every method and number of clusters, several times each.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        methods: of ``kmeans`` and ``spectral`` (normalised cut of the graph of 10 nearest
            neighbours: Shi and Malik 2000, as in scikit-learn).
        ks: numbers of clusters.
        repeats: repeats of each clustering, each with a start of its own.
        seed: seed of starts and of the rows on which silhouettes are measured.
        order: classes in the order of the table's rows; by default, that of first appearance.
        silhouette_rows: rows on which silhouettes are measured at most, the same for every
            clustering; None takes all, of which it needs every distance.

    Returns:
        The silhouettes (method, k, repeat, score, and of how many rows in how many dimensions)
        and, for the repeat with the best silhouette, the composition (method, k, cluster, class,
        count, proportion of the cluster), largest cluster first, classes that a cluster lacks
        included with a count of 0. Silhouettes are of Euclidean distances of latents in their
        first 256 principal components, for both methods. Last, (method, k) to the (repeats, n)
        number of each row's cluster.

    Raises:
        StylewalkError: fewer artworks than clusters, or latents that are not finite.
    """
    latents = check_latents(latents)
    _check_sizes(len(latents), ks)
    labels = np.asarray(classes, dtype=object)
    order = list(pd.unique(labels) if order is None else order)
    vectors = _reduce(latents, seed)
    spaces = {name: _space(name, vectors, max(ks), seed) for name in methods}
    silhouette = Silhouette(vectors, seed, silhouette_rows)
    scores, compositions, clusters = [], [], {}
    for method in methods:
        for k in ks:
            clusterings = [_clusters(spaces[method], method, k, r, seed) for r in range(repeats)]
            clusters[method, k] = np.stack(clusterings)
            values = silhouette.scores(clusterings)
            scores += [(method, k, repeat, value) for repeat, value in enumerate(values)]
            compositions.append(
                _composition(method, k, clusterings[np.argmax(values)], labels, order)
            )
    frame = pd.DataFrame(scores, columns=["method", "k", "repeat", "score"])
    frame = frame.assign(rows=silhouette.rows, dimensions=vectors.shape[1])
    return frame, pd.concat(compositions, ignore_index=True), clusters


def _check_sizes(n: int, ks: Sequence[int]) -> None:
    """Refuse as many clusters as artworks."""
    if max(ks) >= n:
        raise StylewalkError(
            f"{max(ks)} clusters were asked for, but there are only {n} artworks. Lower the "
            "numbers of clusters (clustering.k) or use more pictures."
        )


def _reduce(
    latents: Float[np.ndarray, "artworks dimensions"], seed: int
) -> Float32[np.ndarray, "artworks components"]:
    """The latents, float32, in their leading principal components where they have many."""
    latents = np.asarray(latents, np.float32)
    count = min(_DIMENSIONS, *latents.shape)
    if latents.shape[1] <= count or not np.ptp(latents, axis=0).any():
        return latents
    start = derived_seed(seed, "clusters", "pca") % 2**32
    solver = "full" if len(latents) <= _DIMENSIONS else "randomized"
    pca = PCA(count, svd_solver=solver, random_state=start)
    reduced: np.ndarray = pca.fit_transform(latents)
    return reduced


def _space(method: Method, vectors: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The space in which a method runs k-means; a spectral one has k columns."""
    if method == "kmeans":
        return vectors
    if method == "spectral":
        return _spectral_embedding(_neighbour_graph(vectors), k, seed)
    raise ValueError(f"a method is one of {', '.join(METHODS)}, not {method!r}")


def _neighbour_graph(vectors: np.ndarray) -> sparse.csr_array:
    """A connected symmetric graph: two rows are joined where one is a neighbour of the other."""
    count = min(_NEIGHBOURS, len(vectors) - 1)
    graph = sparse.csr_array(kneighbors_graph(vectors, count, include_self=False))
    graph = graph.maximum(graph.T)
    # A graph in pieces has as many trivial eigenvectors as pieces, which would be the "clusters".
    # Each small piece is joined to its nearest outside row until one piece is left.
    while True:
        pieces, piece = connected_components(graph, directed=False)
        if pieces == 1:
            return graph.tocsr()
        largest = np.bincount(piece).argmax()
        graph = graph.tolil()
        for number in np.delete(np.arange(pieces), largest):
            inside, outside = np.flatnonzero(piece == number), np.flatnonzero(piece != number)
            nearest, distance = pairwise_distances_argmin_min(vectors[inside], vectors[outside])
            end = distance.argmin()
            a, b = inside[end], outside[nearest[end]]
            graph[a, b] = graph[b, a] = 1.0
        graph = graph.tocsr()


def _spectral_embedding(
    graph: sparse.csr_array, k: int, seed: int
) -> Float[np.ndarray, "artworks {k}"]:
    """The k smoothest eigenvectors of the normalised Laplacian, in rows of the graph's nodes."""
    root = 1 / np.sqrt(graph.sum(axis=1))
    affinity = sparse.dia_array((root[None], 0), shape=graph.shape) @ graph
    affinity = (affinity * root[None, :]).tocsr()
    n = len(root)
    start = generator(seed, "clusters", "spectral").uniform(-1, 1, n)
    if n <= 500:
        _, vectors = linalg.eigh(affinity.toarray(), subset_by_index=(n - k, n - 1))
    else:
        # Not by shift and invert, scikit-learn's way: its factors fill the memory of a large graph.
        _, vectors = eigsh(affinity, k, which="LA", v0=start, ncv=min(n - 1, 8 * k + 20), tol=1e-6)
    smooth: np.ndarray = vectors[:, ::-1] * root[:, None]  # smoothest first
    smooth /= np.linalg.norm(smooth, axis=0)
    return smooth


def _clusters(
    space: Float[np.ndarray, "artworks dimensions"], method: Method, k: int, repeat: int, seed: int
) -> Int[np.ndarray, " artworks"]:
    """(n,) cluster of each row, from 0, the largest first."""
    if method == "spectral":
        space = space[:, :k]
    start = derived_seed(seed, "clusters", method, k, repeat) % 2**32
    # Fewer distinct rows than clusters give fewer clusters, of which scikit-learn warns.
    k = min(k, len(np.unique(space, axis=0)))
    members = KMeans(k, n_init=_STARTS, random_state=start).fit_predict(space)
    counts = np.bincount(members, minlength=k)
    by_size = np.argsort(-counts, kind="stable")
    rank = np.empty(k, np.int64)
    rank[by_size] = np.arange(k)
    ranked: np.ndarray = rank[members]
    return ranked


class Silhouette:
    """Mean silhouettes of many clusterings of the same rows, on one set of distances.

    The silhouette of a row is (b - a) / max(a, b): a is its mean distance to the other rows of
    its cluster, b the smallest mean distance to the rows of another (Rousseeuw 1987). It is 0 for
    a row that is alone in its cluster, and where there is only one cluster.

    Args:
        vectors: (n, d) rows.
        seed: seed of the draw of rows.
        rows: rows on which to measure; all where there are no more, or with None.
    """

    def __init__(
        self, vectors: Float[np.ndarray, "artworks dimensions"], seed: int, rows: int | None = None
    ):
        self._rows = np.arange(len(vectors))
        if rows is not None and len(vectors) > rows:
            drawn = generator(seed, "silhouette").choice(len(vectors), rows, replace=False)
            self._rows = np.sort(drawn)
        # Centred, so that float32 does not cancel in an offset that all rows share.
        chosen = vectors[self._rows].astype(np.float64)
        self._vectors = (chosen - chosen.mean(axis=0)).astype(np.float32)

    @property
    def rows(self) -> int:
        """Rows on which silhouettes are measured."""
        return len(self._rows)

    def scores(self, clusterings: Sequence[Int[np.ndarray, " artworks"]]) -> list[float]:
        """The mean silhouette of each clustering, an (n,) array of numbers of clusters."""
        chosen = [clusters[self._rows] for clusters in clusterings]
        sizes = [clusters.max() + 1 for clusters in chosen]
        members = np.concatenate(
            [np.eye(k, dtype=np.float32)[c] for c, k in zip(chosen, sizes, strict=True)], axis=1
        )
        sums = self._distance_sums(members)
        parts = np.split(sums, np.cumsum(sizes)[:-1], axis=1)
        return [_mean_silhouette(s, c) for s, c in zip(parts, chosen, strict=True)]

    def _distance_sums(self, members: np.ndarray) -> np.ndarray:
        """(rows, columns) sums of distances from each row to the members of each column."""
        vectors = self._vectors
        norms = (vectors * vectors).sum(axis=1)
        sums = np.empty(members.shape, np.float64)
        for start in range(0, len(vectors), 1000):
            part = slice(start, start + 1000)
            squared = norms[part, None] + norms[None] - 2 * (vectors[part] @ vectors.T)
            rows = np.arange(len(squared))
            squared[rows, rows + start] = 0
            sums[part] = np.sqrt(np.maximum(squared, 0)) @ members
        return sums


def _mean_silhouette(
    sums: Float[np.ndarray, "rows clusters"], clusters: Int[np.ndarray, " rows"]
) -> float:
    """Mean silhouette from the (rows, k) sums of distances to each cluster."""
    counts = np.bincount(clusters, minlength=sums.shape[1])
    if np.count_nonzero(counts) < 2:
        return 0.0
    rows = np.arange(len(clusters))
    own = sums[rows, clusters] / np.maximum(counts[clusters] - 1, 1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.inf), where=counts > 0)
    means[rows, clusters] = np.inf
    other = means.min(axis=1)
    larger = np.maximum(own, other)
    values = np.divide(other - own, larger, out=np.zeros(len(own)), where=larger > 0)
    values[counts[clusters] == 1] = 0
    return float(values.mean())


def _composition(
    method: Method, k: int, clusters: np.ndarray, labels: np.ndarray, order: list[str]
) -> pd.DataFrame:
    """Rows of the composition of each cluster by class."""
    counts = np.stack([np.bincount(clusters[labels == c], minlength=k) for c in order])
    counts = counts[:, counts.any(axis=0)]
    cluster = np.repeat(np.arange(counts.shape[1]), len(order))
    shares = counts / counts.sum(axis=0)
    return pd.DataFrame(
        {
            "method": method,
            "k": k,
            "cluster": cluster,
            "class": order * counts.shape[1],
            "count": counts.T.ravel(),
            "proportion": shares.T.ravel(),
        }
    )
