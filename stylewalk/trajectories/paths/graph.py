"""The shortest way from artwork to neighbouring artwork (Tenenbaum, de Silva and Langford 2000)."""

import numpy as np
from jaxtyping import Float, Float32, Int
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.neighbors import NearestNeighbors, kneighbors_graph

from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import Space

DESCRIPTION = (
    "The shortest way over the graph of nearest neighbours of the encoded artworks, followed at "
    "an even speed: it keeps to where artworks are."
)
SETTINGS: Settings = {
    "neighbours": {
        "description": "Nearest neighbours of each artwork that it is joined to.",
        "type": "integer",
        "minimum": 1,
        "default": 10,
    },
}
# Weights of 0 are no edges for SciPy: pictures whose latents coincide are joined by this.
_NEXT_TO_NOTHING = 1e-12


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space,
    *,
    neighbours: int = 10,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Points at equal distances along the ways; see :mod:`stylewalk.trajectories.paths`.

    Parts of the graph that no edge joins are joined where they are nearest to each other.
    """
    pairs = len(latents_a)
    nodes = np.concatenate([latents_a, latents_b, space.latents]).astype(np.float64)
    nodes, place = np.unique(nodes, axis=0, return_inverse=True)
    first, last = place.ravel()[:pairs], place.ravel()[pairs : 2 * pairs]
    graph = _connected(nodes, min(neighbours, len(nodes) - 1))
    sources, source_of = np.unique(first, return_inverse=True)
    _, before = csgraph.dijkstra(graph, directed=False, indices=sources, return_predecessors=True)
    result = between(latents_a, latents_b, steps)
    for pair, (start, end) in enumerate(zip(first, last, strict=True)):
        way = [int(end)]
        while way[-1] != start:
            way.append(int(before[source_of[pair], way[-1]]))
        result[pair, 1:-1] = _resampled(nodes[way[::-1]], steps)[1:-1]
    return result


def _connected(nodes: Float[np.ndarray, "nodes dimensions"], neighbours: int) -> sparse.csr_matrix:
    """The graph of nearest neighbours, of which every node reaches every other."""
    if len(nodes) < 2:
        return sparse.csr_matrix((len(nodes), len(nodes)))
    graph = kneighbors_graph(nodes, neighbours, mode="distance")
    while True:
        count, part = csgraph.connected_components(graph, directed=False)
        if count == 1:
            return graph
        graph = graph + _bridges(nodes, part)


def _bridges(
    nodes: Float[np.ndarray, "nodes dimensions"], part: Int[np.ndarray, " nodes"]
) -> sparse.csr_matrix:
    """For each part of a graph but the largest, the shortest edge that leads out of it."""
    edges = []
    largest = np.bincount(part).argmax()
    for number in np.unique(part):
        if number == largest:
            continue
        inside, outside = np.flatnonzero(part == number), np.flatnonzero(part != number)
        distance, nearest = (
            NearestNeighbors(n_neighbors=1).fit(nodes[outside]).kneighbors(nodes[inside])
        )
        best = int(distance[:, 0].argmin())
        edges.append((inside[best], outside[nearest[best, 0]], distance[best, 0]))
    rows, columns, lengths = map(np.array, zip(*edges, strict=True))
    lengths = np.maximum(lengths, _NEXT_TO_NOTHING)
    return sparse.csr_matrix((lengths, (rows, columns)), shape=(len(nodes), len(nodes)))


def _resampled(
    way: Float[np.ndarray, "nodes dimensions"], steps: int
) -> Float[np.ndarray, "points dimensions"]:
    """(steps + 1, d) points at equal distances along the (m, d) corners of a way."""
    lengths = np.linalg.norm(np.diff(way, axis=0), axis=1)
    along = np.concatenate([[0.0], lengths.cumsum()])
    wanted = np.linspace(0, along[-1], steps + 1)
    return np.stack([np.interp(wanted, along, values) for values in way.T], axis=1)
