"""Agreement of a latent space with the classes: of its clusters, and of classifiers on it."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels, Numbers
from stylewalk.latent_space.best_clustering import Method, best_clusterings
from stylewalk.latent_space.geometry import check_latents
from stylewalk.randomness import derived_seed

Clusterings = Mapping[tuple[Method, int], np.ndarray]
# ASSUME: the probe sees at most the first 256 principal components of the standardised latents
# because in 4,096 dimensions a few thousand artworks are separated by a plane whatever they show.
# The penalty of the probe does not change under rotation, so up to 256 dimensions nothing changes.
_DIMENSIONS = 256
# ASSUME: the probe's penalty |w|^2 / 2 is weighed against a tenth of the summed log loss because
# with scikit-learn's default, the whole of it, the probe fits noise where classes overlap.
_PENALTY = 0.1
_ITERATIONS = 5000  # a bound far above what is needed: 13 to 94 on latents of trained models
_LEVEL = 0.95


def cluster_agreement(
    labels_by_repeat: Clusterings,
    classes: Labels,
    best: Mapping[tuple[Method, int], int],
) -> pd.DataFrame:
    """How well clusters agree with the classes, and their repeats with each other.

    Args:
        labels_by_repeat: (method, k) to the (repeats, n) number of each row's cluster.
        classes: (n,) class of each row.
        best: (method, k) to the repeat that is compared with the classes: the one that the
            composition shows.

    Returns:
        One row for each method and k, in the mapping's order: method, k; of the best repeat, the
        adjusted Rand index ``ari`` (Hubert and Arabie 1985) and the adjusted mutual information
        ``ami`` (Vinh, Epps, Bailey 2010), both 0 on average for clusters drawn at random, the
        ``v_measure`` (Rosenberg and Hirschberg 2007) and the ``purity``, both not corrected for
        chance; the ``largest_class_rate``, which is the purity of a single cluster; and the
        ``stability``, the mean adjusted Rand index over all pairs of repeats, NaN for one repeat.

    Raises:
        ValueError: clusters and classes are not of the same rows.
    """
    codes = pd.factorize(np.asarray(classes, dtype=object))[0]
    rows = []
    for (method, k), repeats in labels_by_repeat.items():
        repeats = np.asarray(repeats)
        if repeats.ndim != 2 or repeats.shape[1] != len(codes):
            raise ValueError(
                f"clusters of {method}, k = {k}, are {repeats.shape}, "
                f"expected (repeats, {len(codes)})"
            )
        measures = _measures(codes, repeats[best[method, k]])
        rows.append({"method": method, "k": k, **measures, "stability": _stability(repeats)})
    return pd.DataFrame(rows)


def agreement_by_split(
    labels_by_repeat: Clusterings,
    classes: Labels,
    splits: Labels,
    best: Mapping[tuple[Method, int], int],
) -> pd.DataFrame:
    """How well clusters of all rows agree with the classes in each split of the rows.

    A model that is trained on classes finds those of its training rows again whatever they look
    like: only the other rows say whether its latent space holds the classes.

    Args:
        labels_by_repeat: (method, k) to the (repeats, n) number of each row's cluster.
        classes: (n,) class of each row.
        splits: (n,) ``training`` or ``validation``.
        best: as in :func:`cluster_agreement`.

    Returns:
        One row for each method, k and split that has rows: method, k, split, its number of rows
        ``n``, and the measures of :func:`cluster_agreement` but for the stability.
    """
    codes = pd.factorize(np.asarray(classes, dtype=object))[0]
    split_of = np.asarray(splits, dtype=object)
    rows = []
    for (method, k), repeats in labels_by_repeat.items():
        clusters = np.asarray(repeats)[best[method, k]]
        for split in ("training", "validation"):
            own = split_of == split
            if own.any():
                about = {"method": method, "k": k, "split": split, "n": int(own.sum())}
                rows.append(about | _measures(codes[own], clusters[own]))
    return pd.DataFrame(rows)


def _measures(
    codes: Int[np.ndarray, " artworks"], clusters: Int[np.ndarray, " artworks"]
) -> dict[str, float]:
    """Agreement of one clustering with the classes of the same rows."""
    return {
        "ari": adjusted_rand_score(codes, clusters),
        "ami": adjusted_mutual_info_score(codes, clusters),
        "v_measure": v_measure_score(codes, clusters),
        "purity": purity(codes, clusters),
        "largest_class_rate": _largest_rate(np.unique(codes, return_inverse=True)[1]),
    }


def best_repeats(silhouette: pd.DataFrame) -> dict[tuple[Method, int], int]:
    """(method, k) to the repeat of the best silhouette, the first of equals.

    Args:
        silhouette: columns method, k, repeat and score of one model and seed.
    """
    best = silhouette.loc[silhouette.groupby(["method", "k"], sort=False)["score"].idxmax()]
    return dict(zip(zip(best["method"], best["k"], strict=True), best["repeat"], strict=True))


def artwork_clusters(
    ids: Numbers,
    silhouette: pd.DataFrame,
    labels_by_repeat: Clusterings,
) -> pd.DataFrame:
    """The cluster of each artwork in the best clustering of each method.

    Args:
        ids: (n,) id of each row.
        silhouette: columns method, k, repeat and score of one model and seed. They choose the
            number of clusters, by the mean over repeats, and then the repeat.
        labels_by_repeat: (method, k) to the (repeats, n) number of each row's cluster.

    Returns:
        Columns method, k, id and cluster, one method below the other.
    """
    repeats = best_repeats(silhouette)
    chosen = best_clusterings(silhouette.assign(model=""))
    frames = [
        pd.DataFrame(
            {
                "method": method,
                "k": k,
                "id": np.asarray(ids),
                "cluster": np.asarray(labels_by_repeat[method, k])[repeats[method, k]],
            }
        )
        for method, k in zip(chosen["method"], chosen["k"], strict=True)
    ]
    return pd.concat(frames, ignore_index=True)


def purity(classes: Labels | Numbers, clusters: Numbers) -> float:
    """The share of rows that are of the most frequent class of their cluster.

    It is at least the rate of the largest class and rises with the number of clusters, to 1 for a
    cluster per row (Manning, Raghavan, Schuetze 2008, section 16.3).

    Args:
        classes: (n,) class of each row.
        clusters: (n,) cluster of each row.
    """
    counts = pd.crosstab(np.asarray(clusters), np.asarray(classes)).to_numpy()
    return float(counts.max(axis=1).sum() / counts.sum())


def _largest_rate(classes: np.ndarray) -> float:
    """The share of the most frequent class."""
    return float(np.unique(classes, return_counts=True)[1].max() / len(classes))


def _stability(repeats: np.ndarray) -> float:
    """Mean adjusted Rand index over pairs of clusterings (repeats, n); NaN without a pair."""
    pairs = [adjusted_rand_score(a, b) for a, b in combinations(repeats, 2)]
    return float(np.mean(pairs)) if pairs else np.nan


def classifier_accuracy(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    splits: Labels,
    seed: int,
    neighbours: int = 5,
) -> pd.DataFrame:
    """How often the class of an artwork is recognised in its latent.

    The classifiers are fitted on the training split, their standardisation and principal
    components included, and scored on the validation split.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        splits: (n,) ``training`` or ``validation``.
        seed: start of the principal components.
        neighbours: neighbours that vote; all training artworks where there are fewer.

    Returns:
        A row each for ``linear_probe``, a multinomial logistic regression on standardised latents
        (Alain and Bengio 2016), and ``nearest_neighbours``, the majority among the nearest by
        Euclidean distance of the latents as they are: classifier, accuracy (0 to 1),
        largest_class_rate (share of the validation split's largest class: the best that a guess
        without latents can do), and low and high, the ends of Wilson's 95 % interval (Wilson
        1927) of the accuracy. It is of the artworks alone: other seeds of training would differ.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or a split is empty.
    """
    latents = check_latents(latents)
    labels, split_of = np.asarray(classes, dtype=object), np.asarray(splits, dtype=object)
    if not len(latents) == len(labels) == len(split_of):
        raise ValueError(f"{len(latents)} latents, {len(labels)} classes, {len(split_of)} splits")
    training, validation = split_of == "training", split_of == "validation"
    for name, rows in (("training", training), ("validation", validation)):
        if not rows.any():
            raise StylewalkError(
                f"No artwork is in the {name} split, so that no classifier can be tried. Change "
                "dataset.validation_fraction or use more pictures."
            )
    truth = labels[validation]
    predictions = _predictions(
        latents[training], labels[training], latents[validation], seed, neighbours
    )
    frame = pd.DataFrame([{"classifier": name} | _score(truth, p) for name, p in predictions])
    return frame[["classifier", "accuracy", "largest_class_rate", "low", "high"]]


def _predictions(
    latents: np.ndarray, labels: np.ndarray, unseen: np.ndarray, seed: int, neighbours: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Each classifier's name and the classes that it gives to unseen latents."""
    names, codes = np.unique(labels, return_inverse=True)
    nearest = KNeighborsClassifier(min(neighbours, len(latents)), weights=_votes, algorithm="brute")
    models = {"linear_probe": linear_probe(latents.shape, seed), "nearest_neighbours": nearest}
    for name, model in models.items():
        if len(names) == 1:  # which a logistic regression refuses
            yield name, np.full(len(unseen), names[0], dtype=object)
        else:
            yield name, names[model.fit(latents, codes).predict(unseen)]


def linear_probe(shape: tuple[int, int], seed: int) -> Pipeline:
    """The probe, not yet fitted, for latents (n, d)."""
    n, d = shape
    steps = [StandardScaler()]
    if d > _DIMENSIONS:
        start = derived_seed(seed, "agreement", "pca") % 2**32
        solver = "full" if n <= _DIMENSIONS else "randomized"
        steps.append(PCA(min(_DIMENSIONS, n), svd_solver=solver, random_state=start))
    return make_pipeline(*steps, LogisticRegression(C=_PENALTY, max_iter=_ITERATIONS))


def _votes(distances: np.ndarray) -> np.ndarray:
    """Votes of neighbours, nearest first: one each, and less than one in all to break ties.

    A tie goes to the class of the nearest, never to the first in the alphabet, so that the names
    of classes do not matter.
    """
    rank = np.arange(distances.shape[1])
    return np.tile(1 + 0.5 ** (rank + 2), (len(distances), 1))


def _score(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Accuracy with its interval, and what a constant guess could reach."""
    correct = int((truth == predicted).sum())
    # ASSUME: artworks are judged independently of each other because who made them is not always
    # known; where one artist made many, the true interval is wider.
    interval = stats.binomtest(correct, len(truth)).proportion_ci(_LEVEL, method="wilson")
    return {
        "accuracy": correct / len(truth),
        "largest_class_rate": _largest_rate(truth),
        "low": float(interval.low),
        "high": float(interval.high),
    }
