"""Agreement of known partitions, relabelled ones and chance; accuracy on known classes."""

import itertools
import math
import warnings
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from stylewalk.errors import StylewalkError
from stylewalk.latent_space import agreement
from stylewalk.latent_space.agreement import (
    agreement_by_split,
    best_repeats,
    classifier_accuracy,
    cluster_agreement,
    purity,
)

MEASURES = ["ari", "ami", "v_measure", "purity", "largest_class_rate", "stability"]


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other on a busy machine take long."""
    with threadpool_limits(1):
        yield


def _row(repeats, classes, best=0):
    frame = cluster_agreement({("kmeans", 4): np.array(repeats)}, classes, {("kmeans", 4): best})
    assert list(frame) == ["method", "k", *MEASURES]
    return frame.iloc[0]


def _pair_counted_ari(a, b):
    """The adjusted Rand index by looking at every pair of rows."""
    pairs = list(itertools.combinations(range(len(a)), 2))
    in_a = np.array([a[i] == a[j] for i, j in pairs])
    in_b = np.array([b[i] == b[j] for i, j in pairs])
    expected = in_a.sum() * in_b.sum() / len(pairs)
    return ((in_a & in_b).sum() - expected) / ((in_a.sum() + in_b.sum()) / 2 - expected)


def _mutual_information(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return sum(
        p * math.log(p / ((a == x).mean() * (b == y).mean()))
        for x in set(a)
        for y in set(b)
        if (p := ((a == x) & (b == y)).mean()) > 0
    )


def test_clusters_that_are_the_classes_agree_wholly():
    row = _row([[1] * 5 + [0] * 3 + [2] * 2], ["Realism"] * 5 + ["Cubism"] * 3 + ["Baroque"] * 2)
    np.testing.assert_allclose(row[MEASURES[:4]].to_list(), 1)
    assert row["largest_class_rate"] == 0.5


def test_one_cluster_has_the_purity_of_the_largest_class_and_agrees_by_no_other_measure():
    row = _row([[0] * 10], ["Realism"] * 6 + ["Cubism"] * 4)
    np.testing.assert_allclose(row[MEASURES[:3]].to_list(), 0, atol=1e-12)
    assert row["purity"] == row["largest_class_rate"] == 0.6


def test_a_partition_by_hand():
    # Manning, Raghavan, Schuetze 2008, figure 16.4: 17 points, purity 12 / 17, Rand index .68.
    classes = list("xxxxxo" + "xooood" + "xxddd")
    clusters = [0] * 6 + [1] * 6 + [2] * 5
    row = _row([clusters], classes)
    assert row["purity"] == pytest.approx(12 / 17)
    assert row["largest_class_rate"] == pytest.approx(8 / 17)
    # Of 136 pairs, 40 are in one cluster, 44 in one class, 20 in both: the same book, table 16.2.
    assert row["ari"] == pytest.approx((20 - 40 * 44 / 136) / (42 - 40 * 44 / 136))
    information = _mutual_information(classes, clusters)
    entropies = _mutual_information(classes, classes) + _mutual_information(clusters, clusters)
    assert row["v_measure"] == pytest.approx(2 * information / entropies)


def test_adjusted_mutual_information_subtracts_its_mean_over_all_permutations():
    classes, clusters = list("aaabbc"), [0, 0, 1, 1, 2, 2]
    every = [_mutual_information(p, clusters) for p in itertools.permutations(classes)]
    mean = np.mean(every)
    largest = (_mutual_information(classes, classes) + _mutual_information(clusters, clusters)) / 2
    expected = (_mutual_information(classes, clusters) - mean) / (largest - mean)
    assert _row([clusters], classes)["ami"] == pytest.approx(expected)


def test_random_clusters_agree_by_chance_alone_though_their_purity_is_above_the_rate():
    rng = np.random.default_rng(0)
    classes = rng.choice(["Realism", "Cubism", "Fauvism", "Baroque"], 1000)
    rows = [_row(rng.integers(0, 8, (4, 1000)), classes) for _ in range(20)]
    frame = pd.DataFrame(rows)
    for name in ("ari", "ami", "stability"):
        assert abs(frame[name].mean()) < 0.001, name
        assert frame[name].abs().max() < 0.01, name
    assert (frame["purity"] > frame["largest_class_rate"]).all()


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_names_of_classes_numbers_of_clusters_and_order_of_rows_do_not_matter(seed, n):
    rng = np.random.default_rng(seed)
    classes, repeats = rng.integers(0, 3, n), rng.integers(0, 4, (3, n))
    numbers, rows = rng.permutation(4), rng.permutation(n)
    renamed = np.array(["Realism", "Cubism", "all"])[rng.permutation(3)][classes]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # as many clusters as rows
        one = _row(repeats, classes, best=1)
        two = _row(numbers[repeats][:, rows], renamed[rows], best=1)
    np.testing.assert_allclose(
        one[MEASURES].to_list(), two[MEASURES].to_list(), rtol=1e-9, atol=1e-9
    )
    assert one["largest_class_rate"] <= one["purity"] <= 1


def test_purity_only_rises_when_a_cluster_is_split():
    rng = np.random.default_rng(1)
    classes, clusters = rng.integers(0, 5, 200), rng.integers(0, 3, 200)
    finer = clusters * 10 + rng.integers(0, 10, 200)
    assert purity(classes, clusters) < purity(classes, finer) < 1
    assert purity(classes, np.arange(200)) == 1


def test_stability_is_the_mean_over_pairs_of_repeats_whatever_the_classes():
    repeats = np.random.default_rng(2).integers(0, 3, (4, 30))
    repeats[1] = 2 - repeats[0]  # the same clusters under other numbers
    expected = [_pair_counted_ari(a, b) for a, b in itertools.combinations(repeats, 2)]
    assert max(expected) == 1
    for classes in (["Realism"] * 30, ["Realism", "Cubism"] * 15):
        assert _row(repeats, classes)["stability"] == pytest.approx(np.mean(expected))
    assert _row(repeats[:2], ["Realism"] * 30)["stability"] == 1
    assert math.isnan(_row(repeats[:1], ["Realism"] * 30)["stability"])


def test_the_best_repeat_of_each_method_and_k_is_the_one_compared():
    classes = ["Realism"] * 4 + ["Cubism"] * 4
    right, wrong = [0] * 4 + [1] * 4, [0, 1] * 4
    labels = {
        ("spectral", 3): np.array([wrong, right]),
        ("kmeans", 2): np.array([right, wrong]),
        ("kmeans", 3): np.array([wrong, wrong]),
    }
    best = {("kmeans", 3): 0, ("spectral", 3): 1, ("kmeans", 2): 0}
    frame = cluster_agreement(labels, classes, best)
    assert list(zip(frame["method"], frame["k"], strict=True)) == list(labels)
    assert frame["purity"].to_list() == [1, 1, 0.5]
    with pytest.raises(ValueError, match=r"kmeans, k = 2, are \(2, 8\), expected \(repeats, 7\)"):
        cluster_agreement({("kmeans", 2): np.array([right, wrong])}, classes[1:], best)


def test_agreement_of_a_split_is_that_of_its_rows_alone():
    # The training rows are learnt by heart, the validation rows are clustered across classes.
    classes = np.array(["Realism", "Cubism"] * 20)
    splits = np.repeat(["training", "validation"], [30, 10])
    learnt = (classes == "Cubism").astype(int)
    clusters = np.where(splits == "training", learnt, np.arange(40) // 2 % 2)
    labels, best = {("kmeans", 2): np.array([1 - learnt, clusters])}, {("kmeans", 2): 1}
    frame = agreement_by_split(labels, classes, splits, best).set_index("split")
    assert frame["n"].to_dict() == {"training": 30, "validation": 10}
    assert frame.loc["training", ["ari", "ami", "v_measure", "purity"]].to_list() == [1] * 4
    unseen = _row([clusters[30:]], classes[30:])
    for name in ("ari", "ami", "v_measure", "purity", "largest_class_rate"):
        assert frame.loc["validation", name] == unseen[name], name
    assert abs(unseen["ari"]) < 0.15
    alone = agreement_by_split(labels, classes, ["training"] * 40, best)
    assert alone["split"].to_list() == ["training"]


def test_the_best_repeat_is_that_of_the_best_silhouette_and_the_first_of_equals():
    scores = {("spectral", 4): [0.1, 0.3, 0.3], ("kmeans", 4): [-0.2], ("kmeans", 5): [0.5, 0.4]}
    rows = [(*key, r, value) for key, values in scores.items() for r, value in enumerate(values)]
    frame = pd.DataFrame(rows, columns=["method", "k", "repeat", "score"])
    expected = {key: int(np.argmax(values)) for key, values in scores.items()}
    assert best_repeats(frame) == expected
    assert best_repeats(frame.sample(frac=1, random_state=0).sort_values("repeat")) == expected


SIZES = [80, 60, 40, 20]
CLASSES = np.repeat(["Realism", "Cubism", "Fauvism", "Baroque"], SIZES)
SPLITS = np.where(np.arange(200) % 5 == 0, "validation", "training")


def _gaussians(dimensions=12, distance=10.0, seed=0):
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(dimensions, 4)))[0].T * distance
    noise = rng.normal(size=(200, dimensions))
    return (np.repeat(centres, SIZES, axis=0) + noise).astype(np.float32)


def _accuracy(*arguments, **options):
    return classifier_accuracy(*arguments, **options).set_index("classifier")


@pytest.mark.parametrize("dimensions", [12, 400])
def test_classes_that_lie_apart_are_told_without_an_error(dimensions):
    frame = classifier_accuracy(_gaussians(dimensions, 50), CLASSES, SPLITS, seed=0)
    columns = ["classifier", "accuracy", "largest_class_rate", "low", "high"]
    assert list(frame) == columns
    assert frame["classifier"].to_list() == ["linear_probe", "nearest_neighbours"]
    assert frame["accuracy"].to_list() == [1, 1]
    assert frame["largest_class_rate"].to_list() == [0.4, 0.4]
    # Wilson's interval of 40 hits in 40 is from n / (n + z^2) to 1.
    np.testing.assert_allclose(frame["low"], 40 / (40 + 1.959964**2), rtol=1e-6)
    np.testing.assert_allclose(frame["high"], 1)


def test_latents_without_classes_are_told_as_often_as_guessed():
    rng = np.random.default_rng(3)
    classes = rng.choice(["Realism", "Cubism", "Fauvism", "Baroque"], 4000)
    splits = rng.choice(["training", "validation"], 4000)
    frame = _accuracy(rng.normal(size=(4000, 6)), classes, splits, seed=0)
    assert (frame["accuracy"] - 0.25).abs().max() < 0.03
    assert frame["largest_class_rate"].between(0.25, 0.28).all()


def test_the_linear_probe_comes_near_the_best_there_is_and_not_beyond():
    # Two Gaussians of unit covariance at distance 2: the best classifier is linear and errs in
    # Phi(-1) = 15.9 % of cases. Half the dimensions are of another scale, which must not matter.
    rng = np.random.default_rng(4)
    second = rng.random(20000) < 0.5
    latents = rng.normal(size=(20000, 10))
    latents[:, :4] += second[:, None]
    latents[:, ::2] *= 1000
    splits = np.where(np.arange(20000) < 10000, "training", "validation")
    row = _accuracy(latents, second.astype(str), splits, seed=0).loc["linear_probe"]
    assert row["accuracy"] == pytest.approx(0.8413, abs=0.01)
    assert row["low"] < 0.8413 < row["high"]


def test_a_ring_around_a_disc_is_told_by_neighbours_and_not_by_a_plane():
    rng = np.random.default_rng(5)
    angle, ring = rng.uniform(0, 2 * np.pi, 600), np.arange(600) % 2
    radius = np.where(ring, 5, 1) + rng.normal(size=600) * 0.2
    latents = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    splits = np.where(np.arange(600) < 400, "training", "validation")
    frame = _accuracy(latents, ring.astype(str), splits, seed=0)["accuracy"]
    assert frame["nearest_neighbours"] == 1
    assert frame["linear_probe"] < 0.7


@pytest.mark.parametrize("neighbours", [1, 2, 5, 500])
def test_neighbours_vote_and_the_nearest_breaks_ties(neighbours):
    latents, training = _gaussians(distance=1.5), SPLITS == "training"
    expected, by_name = [], []
    for distances in cdist(latents[~training], latents[training]):
        near = CLASSES[training][np.argsort(distances)[:neighbours]].tolist()
        counts = {name: near.count(name) for name in near}  # the class of the nearest first
        expected.append(max(counts, key=counts.get))
        by_name.append(max(sorted(counts), key=counts.get))
    unseen = latents[~training]
    predicted = dict(
        agreement._predictions(latents[training], CLASSES[training], unseen, 0, neighbours)
    )
    assert predicted["nearest_neighbours"].tolist() == expected
    assert (expected != by_name) == (neighbours in (2, 5))  # ties that names would break otherwise


@pytest.mark.parametrize("seed", range(5))
def test_neither_names_nor_order_nor_position_nor_scale_change_an_accuracy(seed):
    latents = _gaussians(distance=2, seed=seed).astype(np.float64)
    one = classifier_accuracy(latents, CLASSES, SPLITS, seed=0)
    assert one["accuracy"].between(0.4, 0.97).all()
    rows = np.random.default_rng(seed).permutation(200)
    names = {"Realism": "d", "Cubism": "a", "Fauvism": "c", "Baroque": "b"}
    renamed = np.array([names[name] for name in CLASSES])
    two = classifier_accuracy((7 * latents + 100)[rows], renamed[rows], SPLITS[rows], seed=0)
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize("components", [8, 256])
def test_nothing_is_learnt_from_the_validation_split(components):
    # Outliers in it would take all principal components and stretch every standard deviation.
    latents = _gaussians(300, 5)
    outliers = np.random.default_rng(6).normal(size=(40, 300)).astype(np.float32) * 1000
    every = np.concatenate([latents, outliers])
    classes, splits = np.r_[CLASSES, ["none"] * 40], np.r_[SPLITS, ["validation"] * 40]
    with mock.patch.object(agreement, "_DIMENSIONS", components):
        one = _accuracy(latents, CLASSES, SPLITS, seed=0)["accuracy"]
        two = _accuracy(every, classes, splits, seed=0)["accuracy"]
    assert (one > 0.6).all()
    np.testing.assert_allclose(two * 80, one * 40)


def test_principal_components_that_hold_everything_change_nothing():
    # 300 dimensions that repeat 12: their principal components are exact.
    narrow = _gaussians(12, 2.5)
    wide = np.tile(narrow, 25)
    with mock.patch.object(agreement, "_DIMENSIONS", 300):
        plain = classifier_accuracy(wide, CLASSES, SPLITS, seed=0)
    reduced = classifier_accuracy(wide, CLASSES, SPLITS, seed=0)
    pd.testing.assert_frame_equal(plain, reduced)
    assert plain["accuracy"].between(0.5, 0.99).all()


@pytest.mark.parametrize(("correct", "n"), [(0, 10), (3, 7), (17, 40), (880, 900)])
def test_the_interval_is_wilsons(correct, n):
    # Its ends are the rates p at which the observed one is 1.96 standard errors away.
    score = agreement._score(np.zeros(n), np.r_[np.zeros(correct), np.ones(n - correct)])
    rate, z = correct / n, 1.959964
    quadratic = [1 + z**2 / n, -(2 * rate + z**2 / n), rate**2]
    assert score["accuracy"] == rate
    np.testing.assert_allclose(
        [score["low"], score["high"]], np.sort(np.roots(quadratic)), rtol=1e-5, atol=1e-9
    )


@pytest.mark.parametrize(
    "latents",
    [
        np.zeros((200, 6)),
        _gaussians() * np.r_[np.ones(6), np.full(6, 1e-6)].astype(np.float32),  # idle dimensions
        _gaussians() * np.float32(1e4) + np.float32(1e4),
        np.tile(_gaussians(400, 4), 3),
    ],
)
def test_the_probe_converges_without_a_warning_and_gives_the_same_twice(latents):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = classifier_accuracy(latents, CLASSES, SPLITS, seed=1)
    pd.testing.assert_frame_equal(one, classifier_accuracy(latents, CLASSES, SPLITS, seed=1))


def test_a_single_class_and_few_artworks_are_no_error():
    frame = classifier_accuracy(_gaussians(), ["Realism"] * 200, SPLITS, seed=0)
    assert frame["accuracy"].to_list() == frame["largest_class_rate"].to_list() == [1, 1]
    latents, splits = np.eye(4, 300), ["training", "training", "validation", "validation"]
    frame = classifier_accuracy(latents, ["a", "b", "a", "b"], splits, seed=0)
    assert frame["accuracy"].isin([0, 0.5, 1]).all()


@pytest.mark.parametrize("split", ["training", "validation"])
def test_an_empty_split_is_refused_in_words(split):
    other = {"training": "validation", "validation": "training"}[split]
    with pytest.raises(StylewalkError, match=f"No artwork is in the {split} split"):
        classifier_accuracy(_gaussians(), CLASSES, [other] * 200, seed=0)
    with pytest.raises(StylewalkError, match="not a number"):
        classifier_accuracy(_gaussians() * np.nan, CLASSES, SPLITS, seed=0)
    with pytest.raises(ValueError, match="200 latents, 199 classes, 200 splits"):
        classifier_accuracy(_gaussians(), CLASSES[1:], SPLITS, seed=0)


def test_each_artwork_is_in_a_cluster_of_the_best_clustering_of_each_method():
    scores = {
        **{("kmeans", 2, 0): 0.1, ("kmeans", 2, 1): 0.9, ("kmeans", 3, 0): 0.6},
        **{("kmeans", 3, 1): 0.7, ("spectral", 2, 0): 0.2, ("spectral", 2, 1): 0.1},
    }
    silhouette = pd.DataFrame(
        [(*key, score) for key, score in scores.items()],
        columns=["method", "k", "repeat", "score"],
    )
    clusters = agreement.artwork_clusters(
        [7, 8, 9],
        silhouette,
        {
            ("kmeans", 2): np.array([[0, 0, 1], [1, 0, 0]]),
            # The best mean over repeats, though not the best single repeat.
            ("kmeans", 3): np.array([[0, 1, 2], [2, 1, 0]]),
            ("spectral", 2): np.array([[0, 1, 1], [1, 1, 0]]),
        },
    )
    assert clusters.to_numpy().tolist() == [
        *(["kmeans", 3, 7, 2], ["kmeans", 3, 8, 1], ["kmeans", 3, 9, 0]),
        *(["spectral", 2, 7, 0], ["spectral", 2, 8, 1], ["spectral", 2, 9, 1]),
    ]
