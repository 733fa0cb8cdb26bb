"""Clusters that are there are found, silhouettes are scikit-learn's, compositions add up."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import connected_components
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from stylewalk.catalogue.clusters import CLUSTER_COMPOSITION, SILHOUETTE
from stylewalk.errors import StylewalkError
from stylewalk.latent_space.agreement import best_repeats, cluster_agreement
from stylewalk.latent_space.clustering import METHODS, Silhouette, _neighbour_graph, cluster_latents
from stylewalk.tables import conform

SIZES = [50, 40, 30, 20]
CLASSES = np.repeat(["Realism", "Cubism", "Fauvism", "Baroque"], SIZES)


@pytest.fixture(autouse=True)
def one_thread():
    """Threads of k-means that wait for each other on a busy machine take tens of seconds."""
    with threadpool_limits(1):
        yield


def _blobs(dimensions=8, distance=6.0, seed=0):
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(dimensions, 4)))[0].T * distance
    return (np.repeat(centres, SIZES, axis=0) + rng.normal(size=(140, dimensions))).astype("f4")


@pytest.mark.parametrize("method", METHODS)
def test_separate_groups_are_found_counted_and_preferred(method):
    silhouette, composition, _ = cluster_latents(
        _blobs(distance=12), CLASSES, [method], [2, 3, 4, 5, 6], repeats=2, seed=0
    )
    assert silhouette.groupby("k")["score"].mean().idxmax() == 4
    four = composition[composition["k"] == 4]
    matrix = four.pivot_table(index="cluster", columns="class", values="count", sort=False)
    assert list(matrix.columns) == ["Realism", "Cubism", "Fauvism", "Baroque"]
    np.testing.assert_array_equal(matrix, np.diag(SIZES))
    assert set(four["proportion"]) == {0.0, 1.0}


def test_tables_conform_and_counts_add_up():
    latents = _blobs(distance=1)
    silhouette, composition, _ = cluster_latents(
        latents, CLASSES, METHODS, [3, 5], 3, seed=1, silhouette_rows=30
    )
    assert set(silhouette["rows"]) == {30}
    assert set(silhouette["dimensions"]) == {latents.shape[1]}
    wide, _, _ = cluster_latents(_blobs(dimensions=300), CLASSES, METHODS, [3], 1, seed=1)
    assert set(wide["dimensions"]) == {len(CLASSES)}  # artworks have no more components
    model = {"model": "m", "seed": 0}
    conform(silhouette.assign(**model), SILHOUETTE)
    conform(composition.assign(**model), CLUSTER_COMPOSITION)
    assert len(silhouette) == 2 * 2 * 3
    for _, part in composition.groupby(["method", "k"]):
        counts = part.groupby("class")["count"].sum()
        assert counts.to_dict() == dict(pd.Series(CLASSES).value_counts())
        sizes = part.groupby("cluster")["count"].sum()
        assert sizes.is_monotonic_decreasing
        np.testing.assert_allclose(part.groupby("cluster")["proportion"].sum(), 1)


def test_spectral_finds_the_moons_that_kmeans_cuts():
    latents, moon = make_moons(600, noise=0.04, random_state=0)
    agreement = {}
    for method in METHODS:
        _, composition, _ = cluster_latents(latents, moon.astype(str), [method], [2], 1, seed=0)
        agreement[method] = composition.groupby("cluster")["proportion"].max().min()
    assert agreement["spectral"] == 1
    assert agreement["kmeans"] < 0.9


@pytest.mark.parametrize("offset", [0, 3000])
def test_silhouettes_are_those_of_scikit_learn(offset):
    latents = _blobs(distance=2)
    rng = np.random.default_rng(0)
    clusterings = [rng.integers(0, k, 140) for k in (2, 3, 7)]
    clusterings.append(np.r_[5, np.zeros(70, int), np.full(69, 2)])  # a lone row, empty clusters
    scores = Silhouette(latents + np.float32(offset), seed=0).scores(clusterings)
    expected = [silhouette_score(latents, c) for c in clusterings]
    # An offset of 3,000 costs latents three digits before any distance is taken.
    np.testing.assert_allclose(scores, expected, atol=2e-6 if not offset else 2e-4)


def test_a_silhouette_of_many_rows_is_measured_on_a_sample_that_all_share():
    latents = _blobs(distance=2)
    clusters = np.random.default_rng(0).integers(0, 3, 140)
    sample = Silhouette(latents, seed=4, rows=50)
    rows = sample._rows
    assert len(np.unique(rows)) == 50
    expected = silhouette_score(latents[rows], clusters[rows])
    np.testing.assert_allclose(sample.scores([clusters, clusters]), [expected] * 2, atol=2e-6)


def test_the_score_in_the_table_is_that_of_the_clusters_in_the_table():
    latents = _blobs(distance=12)
    silhouette, _, _ = cluster_latents(latents, CLASSES, METHODS, [4], 2, seed=0)
    np.testing.assert_allclose(silhouette["score"], silhouette_score(latents, CLASSES), atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_composition_is_that_of_the_best_repeat(method):
    noise = np.random.default_rng(0).normal(size=(120, 4)).astype(np.float32)
    names = np.array([f"picture {i}" for i in range(120)])  # a class each: clusters lie open
    silhouette, composition, _ = cluster_latents(noise, names, [method], [6], 6, seed=0)
    own = composition[composition["count"] == 1].set_index("class")["cluster"]
    score = silhouette_score(noise, own[names])
    assert score == pytest.approx(silhouette["score"].max(), abs=1e-5)
    assert (
        silhouette["score"].idxmax() > 0 or silhouette["score"][0] > silhouette["score"][1:].max()
    )


def test_noise_has_no_silhouette_to_speak_of():
    noise = np.random.default_rng(0).normal(size=(400, 32))
    silhouette, _, _ = cluster_latents(noise, ["a"] * 400, METHODS, [4, 8], 1, seed=0)
    assert (silhouette["score"].abs() < 0.06).all()


def test_many_dimensions_are_reduced_without_changing_distances():
    # 300 dimensions that hold an isometric copy of 8: the principal components are exact.
    latents = _blobs(distance=3)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(300, 8)))[0]
    wide = np.repeat(latents @ turn.T, 2, axis=0) + 1
    narrow = np.repeat(latents, 2, axis=0)
    classes = np.repeat(CLASSES, 2)
    one, first, _ = cluster_latents(narrow, classes, ["kmeans"], [4], 1, seed=0)
    two, second, _ = cluster_latents(wide, classes, ["kmeans"], [4], 1, seed=0)
    np.testing.assert_allclose(one["score"], two["score"], atol=1e-4)
    pd.testing.assert_frame_equal(first, second)


def test_the_clusters_of_every_repeat_are_those_of_the_tables():
    latents, rows = _blobs(distance=1), CLASSES
    silhouette, composition, clusters = cluster_latents(latents, rows, METHODS, [3, 5], 3, seed=1)
    assert {key: members.shape for key, members in clusters.items()} == {
        (method, k): (3, 140) for method in METHODS for k in (3, 5)
    }
    best = best_repeats(silhouette)
    for key, members in clusters.items():
        part = silhouette[(silhouette["method"] == key[0]) & (silhouette["k"] == key[1])]
        expected = [silhouette_score(latents, labels) for labels in members]
        np.testing.assert_allclose(part["score"], expected, atol=1e-5)
        part = composition[(composition["method"] == key[0]) & (composition["k"] == key[1])]
        table = part.pivot_table(index="cluster", columns="class", values="count")
        np.testing.assert_array_equal(table, pd.crosstab(members[best[key]], rows))
        agreement = cluster_agreement({key: members}, rows, best)
        assert agreement["purity"].item() == part.groupby("cluster")["count"].max().sum() / 140


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_clusters_and_repeats_start_anew(method):
    noise = np.random.default_rng(0).normal(size=(300, 4))
    classes = np.random.default_rng(1).choice(["a", "b"], 300)
    one = cluster_latents(noise, classes, [method], [6], 4, seed=3)
    two = cluster_latents(noise, classes, [method], [6], 4, seed=3)
    for left, right in zip(one[:2], two[:2], strict=True):
        pd.testing.assert_frame_equal(left, right)
    assert np.ptp(one[0]["score"]) > 0


def test_pieces_of_the_neighbour_graph_are_joined_where_they_are_nearest():
    line = np.concatenate([np.arange(20.0), np.arange(100, 120.0), np.arange(300, 320.0)])
    graph = _neighbour_graph(line[:, None].astype(np.float32))
    assert connected_components(graph)[0] == 1
    assert (graph != graph.T).nnz == 0
    dense = graph.toarray()
    assert dense[19, 20] == 1
    assert dense[39, 40] == 1
    assert dense[:20, 20:].sum() == 1


@pytest.mark.parametrize("method", METHODS)
def test_pictures_that_are_the_same_are_clustered_without_a_warning(method):
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copies = np.repeat(rng.normal(size=(3, 6)) * 10, 30, axis=0)
        silhouette, composition, _ = cluster_latents(
            copies, ["a"] * 90, [method], [3, 5], 1, seed=0
        )
        assert silhouette.loc[silhouette["k"] == 3, "score"].item() == pytest.approx(1, abs=1e-3)
        assert composition.groupby("k")["count"].sum().tolist() == [90, 90]
        silhouette, _, _ = cluster_latents(np.zeros((30, 6)), ["a"] * 30, [method], [2], 1, seed=0)
        assert silhouette["score"].item() == 0


def test_large_and_small_graphs_are_cut_alike():
    latents = _blobs(distance=5)
    large = np.concatenate([latents + s for s in np.random.default_rng(0).normal(size=(5, 1, 8))])
    _, small, _ = cluster_latents(large[:420], np.tile(CLASSES, 3), ["spectral"], [4], 1, seed=0)
    _, whole, _ = cluster_latents(large, np.tile(CLASSES, 5), ["spectral"], [4], 1, seed=0)
    for composition, size in ((small, 420), (whole, 700)):
        clusters = np.repeat(composition["cluster"], composition["count"])
        labels = np.repeat(composition["class"], composition["count"])
        assert len(clusters) == size
        assert adjusted_rand_score(labels, clusters) > 0.95


def test_as_many_clusters_as_artworks_are_refused_in_words():
    latents = _blobs()[:8]
    with pytest.raises(StylewalkError, match=r"8 clusters .* 8 artworks"):
        cluster_latents(latents, ["a"] * 8, METHODS, [2, 8], 1, seed=0)
    for method in METHODS:
        silhouette, _, _ = cluster_latents(latents, ["a"] * 8, [method], [2, 7], 1, seed=0)
        assert silhouette["score"].between(-1, 1).all()
    with pytest.raises(StylewalkError, match="not a number"):
        cluster_latents(latents * np.nan, ["a"] * 8, METHODS, [2], 1, seed=0)
