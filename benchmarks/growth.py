"""How the cost of each stage grows with the artworks, and scikit-learn's own call where it can run.

Latents of 4,096 numbers. The exponent is the slope of a line through the logarithms: 1 where twice
the artworks take twice the time, 2 where they take four times as long.
"""

import contextlib
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks import rounds
from benchmarks.analysis import latents
from stylewalk.latent_space import class_geometry, clustering, geometry

SIZES = [2000, 8000, 37_464]
KS = [4, 5, 6, 7, 8]
SAMPLE = 5000
FEW = 8000  # rows that scikit-learn's and SciPy's calls can still hold


def components(values, classes):
    geometry.pca_variance(values, classes)


def components_of_peer(values, classes):
    from sklearn.decomposition import PCA

    for rows in (values, *(values[classes == name] for name in np.unique(classes))):
        PCA(10, svd_solver="full").fit(rows)


def offsets(values, classes):
    # Distances within classes are a stage of their own.
    ones = pd.DataFrame({"l1": np.ones(4), "l2": np.ones(4)})
    class_geometry.class_offsets(values, classes, within=ones)


def angles(values, classes):
    class_geometry.first_component_angles(values, classes)


def mean_distances(values, classes):
    class_geometry.mean_distances(values, classes)


def mean_distances_of_peer(values, classes):
    from sklearn.metrics import pairwise_distances

    for name in np.unique(classes):
        for metric in ("manhattan", "euclidean"):
            pairwise_distances(values[classes == name], metric=metric).mean()


def random_subsets(values, classes):
    class_geometry.null_spectra(values, classes)


def closest(values, classes):
    geometry.closest_pairs(values, None, 1)


def farthest(values, classes):
    geometry.farthest_pairs(values, 1)


def closest_of_peer(values, classes):
    from sklearn.metrics import pairwise_distances

    distances = pairwise_distances(values)
    np.fill_diagonal(distances, np.inf)
    np.unravel_index(distances.argmin(), distances.shape)


def farthest_of_peer(values, classes):
    from sklearn.metrics import pairwise_distances

    distances = pairwise_distances(values)
    np.unravel_index(distances.argmax(), distances.shape)


def pairs_sampled(values, classes):
    """The closest and the farthest pair among 5,000, as an experiment's ``sample`` asks for."""
    geometry.closest_pairs(values[:SAMPLE], None, 1)
    geometry.farthest_pairs(values[:SAMPLE], 1)


def silhouettes(values, classes):
    """Of five clusterings, on all rows."""
    clustering.Silhouette(values, 0).scores(_clusterings(len(values)))


def silhouettes_of_peer(values, classes):
    from sklearn.metrics import silhouette_score

    for clusters in _clusterings(len(values)):
        silhouette_score(values, clusters)


def silhouettes_sampled(values, classes):
    """Of the same, on 5,000 rows, as the workflow does by default."""
    clustering.Silhouette(values, 0, SAMPLE).scores(_clusterings(len(values)))


def clusters(values, classes):
    """k-means and spectral clustering for k = 4 to 8, five repeats each, with silhouettes."""
    clustering.cluster_latents(
        values, classes, clustering.METHODS, KS, 5, 0, silhouette_rows=SAMPLE
    )


STAGES: dict[str, tuple[Callable, Callable | None]] = {
    "components": (components, components_of_peer),
    "offsets": (offsets, None),
    "angles": (angles, None),
    "mean_distances": (mean_distances, mean_distances_of_peer),
    "random_subsets": (random_subsets, None),
    "closest": (closest, closest_of_peer),
    "farthest": (farthest, farthest_of_peer),
    "pairs_sampled": (pairs_sampled, None),
    "silhouettes": (silhouettes, silhouettes_of_peer),
    "silhouettes_sampled": (silhouettes_sampled, None),
    "clusters": (clusters, None),
}
_held: dict[int, tuple] = {}


def _clusterings(rows: int) -> list[np.ndarray]:
    return [np.arange(rows) % k for k in KS]


def seconds(stage: str, peer: bool, rows: int) -> float:
    """Time of one stage; the latents are made once in a process."""
    if rows not in _held:
        artworks, values = latents(rows)
        _held[rows] = values, artworks["class"].to_numpy()
    start = time.perf_counter()
    STAGES[stage][peer](*_held[rows])
    return time.perf_counter() - start


def sampling_error() -> float:
    """Largest error of the silhouettes on 5,000 of 37,464 rows, over k."""
    _, values = latents(SIZES[-1], 256)
    found = [clustering._clusters(values, "kmeans", k, 0, 0) for k in KS]
    exact = clustering.Silhouette(values, 0).scores(found)
    sampled = clustering.Silhouette(values, 0, SAMPLE).scores(found)
    return float(np.abs(np.subtract(exact, sampled)).max())


def sampling_ratios() -> tuple[float, float]:
    """Distance of the closest and of the farthest pair among 5,000 over those among 37,464."""
    _, values = latents(SIZES[-1])
    some = values[:SAMPLE]
    near = geometry.closest_pairs(some, None, 1)[2] / geometry.closest_pairs(values, None, 1)[2]
    far = geometry.farthest_pairs(some, 1)[2] / geometry.farthest_pairs(values, 1)[2]
    return float(near[0]), float(far[0])


def main() -> None:
    arguments = rounds.arguments(__doc__)
    rows = []
    for stage, (_, peer) in STAGES.items():
        times = []
        for size in SIZES:
            few = size <= FEW
            with contextlib.ExitStack() as stack:
                ours = stack.enter_context(rounds.apart(seconds, stage, False, size))
                peers = {}
                if peer and few:
                    peers = {
                        "sklearn": stack.enter_context(rounds.apart(seconds, stage, True, size))
                    }
                count = min(arguments.rounds, 3) if size == SIZES[0] else 1
                name = f"{stage}_n{size}"
                rows += rounds.measure(name, "s", ours, peers, count, warm_up=size == SIZES[0])
            times.append(rows[-1].ours)
        exponent = float(np.polyfit(np.log(SIZES), np.log(times), 1)[0])
        rows.append(rounds.alone(f"{stage}_exponent", exponent, "power of the artworks"))
    rows.append(rounds.alone("silhouettes_sampled_error", sampling_error(), "silhouette"))
    for name, ratio in zip(("closest", "farthest"), sampling_ratios(), strict=True):
        rows.append(rounds.alone(f"pairs_sampled_{name}", ratio, "x the exact distance"))
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
