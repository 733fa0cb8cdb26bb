"""Maps keep apart what is apart, UMAP's graph is umap-learn's, kept neighbours are counted."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import check_grad
from scipy.spatial.distance import cdist, pdist, squareform
from threadpoolctl import threadpool_limits

from stylewalk.catalogue.latent_space import LATENT_MAP
from stylewalk.errors import StylewalkError
from stylewalk.latent_space import maps
from stylewalk.tables import conform

SIZES = [60, 50, 40]
CLASSES = np.repeat(["Realism", "Cubism", "Fauvism"], SIZES)


@pytest.fixture(autouse=True)
def one_thread():
    """The sums of t-SNE depend on how many threads share them."""
    with threadpool_limits(1):
        yield


def _artworks(classes=CLASSES):
    return pd.DataFrame({"id": 10 + 3 * np.arange(len(classes)), "class": classes})


def _blobs(dimensions=20, distance=40.0, seed=0):
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(dimensions, 3)))[0].T * distance
    return (np.repeat(centres, SIZES, axis=0) + rng.normal(size=(150, dimensions))).astype("f4")


@pytest.fixture(scope="module")
def blob_maps():
    with threadpool_limits(1):
        return maps.map_latents(_artworks(), _blobs(), maps.METHODS, 5000, seed=3)


@pytest.mark.parametrize("method", maps.METHODS)
def test_separate_groups_stay_apart(blob_maps, method):
    part = blob_maps[blob_maps["method"] == method]
    places = part[["x", "y"]].to_numpy()
    distances = cdist(places, places)
    same = part["class"].to_numpy()[:, None] == part["class"].to_numpy()
    np.fill_diagonal(distances, np.inf)
    assert same[np.arange(150), distances.argmin(axis=1)].all()
    centres = part.groupby("class")[["x", "y"]].mean()
    spread = part.groupby("class")[["x", "y"]].std().to_numpy().max()
    assert cdist(centres, centres)[np.triu_indices(3, 1)].min() > 3 * spread


def test_rows_are_methods_in_order_then_artworks_in_order(blob_maps):
    conform(blob_maps.assign(model="m", seed=3), LATENT_MAP)
    assert list(blob_maps["method"]) == list(np.repeat(maps.METHODS, 150))
    assert list(blob_maps["id"]) == list(_artworks()["id"]) * len(maps.METHODS)
    assert list(blob_maps["class"]) == list(CLASSES) * len(maps.METHODS)
    backwards = maps.map_latents(_artworks(), _blobs(), maps.METHODS[::-1], 5000, seed=3)
    assert tuple(backwards["method"].unique()) == maps.METHODS[::-1]
    for method in maps.METHODS:
        both = [f[f["method"] == method].reset_index(drop=True) for f in (blob_maps, backwards)]
        pd.testing.assert_frame_equal(*both, check_exact=True)


@pytest.mark.slow
def test_a_seed_decides_the_bytes(blob_maps):
    again, other = (
        maps.map_latents(_artworks(), _blobs(), maps.METHODS, 5000, seed=seed) for seed in (3, 4)
    )
    pd.testing.assert_frame_equal(blob_maps, again, check_exact=True)
    umap = blob_maps["method"] == "umap"
    assert not np.array_equal(blob_maps.loc[umap, "x"], other.loc[umap, "x"])


def test_maps_do_not_depend_on_scale_or_place(blob_maps):
    # Powers of two, so that nothing is rounded otherwise.
    scaled = maps.map_latents(_artworks(), _blobs() * np.float32(2**40), ["umap"], 5000, seed=3)
    pd.testing.assert_frame_equal(
        scaled, blob_maps[blob_maps["method"] == "umap"].reset_index(drop=True), check_exact=True
    )


def test_more_neighbours_are_kept_on_a_map_than_by_chance(blob_maps):
    kept = maps.preservation(blob_maps, _artworks(), _blobs()).set_index("method")
    assert tuple(kept.index) == maps.METHODS
    assert (kept["kept"] > 3 * kept["chance"]).all()
    assert kept["trustworthiness"].between(0.75, 1).all()
    assert set(kept["points"]) == set(kept["artworks"]) == {150}
    assert set(kept["neighbours"]) == {15}
    assert kept["chance"].to_numpy() == pytest.approx(15 / 149)


def test_latents_that_lie_on_a_plane_are_kept_in_large_part():
    rng = np.random.default_rng(0)
    plane = rng.uniform(size=(150, 2)) @ np.linalg.qr(rng.normal(size=(12, 2)))[0].T
    mapped = maps.map_latents(_artworks(), plane, maps.METHODS, 5000, seed=0)
    found = maps.preservation(mapped, _artworks(), plane)
    assert (found["kept"] > 0.75).all()
    # Sammon's keeps every distance.
    places = mapped.query("method == 'sammon'")[["x", "y"]].to_numpy()
    ratio = pdist(places) / pdist(plane)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)


@pytest.mark.slow
def test_independent_components_are_the_sources_that_were_mixed():
    """Of eight, two are far from a Gaussian."""
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(2000, 8))
    sources[:, 2] = rng.laplace(size=2000)
    sources[:, 5] = np.sign(rng.normal(size=2000)) + 0.1 * rng.normal(size=2000)
    latents = sources @ rng.normal(size=(8, 8))
    mapped = maps.map_latents(_artworks(["a"] * 2000), latents, ["ica"], 5000, seed=0)
    found = np.corrcoef(mapped[["x", "y"]].T, sources[:, [2, 5]].T)[:2, 2:]
    assert np.sort(np.abs(found).ravel())[2:].min() > 0.97
    assert np.abs(found).min() < 0.1


def test_sammons_stress_is_that_of_its_paper_and_falls_along_its_gradient():
    rng = np.random.default_rng(0)
    points, places = rng.normal(size=(12, 5)), rng.normal(size=24)
    points[4] = points[7]  # doubles count for nothing
    there, here = squareform(pdist(points)), squareform(pdist(places.reshape(-1, 2)))
    pairs = [(i, j) for i in range(12) for j in range(i) if there[i, j] > 0]
    slow = sum((there[p] - here[p]) ** 2 / there[p] for p in pairs) / sum(there[p] for p in pairs)
    assert maps.sammon_stress(places, there)[0] == pytest.approx(slow)
    assert (
        check_grad(*(lambda x, k=k: maps.sammon_stress(x, there)[k] for k in (0, 1)), places) < 1e-6
    )


def test_sammons_map_has_less_stress_than_the_components_that_it_begins_with(blob_maps):
    latents = _blobs()
    stress = {}
    for method in ("pca", "sammon", "umap"):
        places = blob_maps.loc[blob_maps["method"] == method, ["x", "y"]].to_numpy()
        # At the scale that fits best.
        here, there = pdist(places), pdist(latents)
        scale = here.sum() / (here**2 / there).sum()
        stress[method] = maps.sammon_stress(scale * places.ravel(), squareform(there))[0]
    assert stress["sammon"] < 0.9 * stress["pca"] < 0.9 * stress["umap"]


def test_a_straight_line_is_straight_on_the_map_of_components():
    latents = _blobs().astype(np.float64)
    latents[40] = 0.75 * latents[3] + 0.25 * latents[90]
    mapped = maps.map_latents(_artworks(), latents, ["pca"], 5000, seed=0)
    places = mapped[["x", "y"]].to_numpy()
    np.testing.assert_allclose(places[40], 0.75 * places[3] + 0.25 * places[90], atol=1e-12)
    spread = places.var(axis=0)
    centred = latents - latents.mean(axis=0)
    expected = np.linalg.svd(centred, compute_uv=False)[:2] ** 2
    np.testing.assert_allclose(spread / spread.sum(), expected / expected.sum(), rtol=1e-9)


def test_kept_neighbours_are_counted_as_by_hand():
    rng = np.random.default_rng(1)
    latents, places = rng.normal(size=(40, 6)), rng.normal(size=(40, 2))
    shares = []
    for row in range(40):
        near = [
            {
                j
                for _, j in sorted(
                    (np.linalg.norm(x[j] - x[row]), j) for j in range(40) if j != row
                )[:7]
            }
            for x in (latents, places)
        ]
        shares.append(len(near[0] & near[1]) / 7)
    kept, chance = maps.neighbours_kept(latents, places, 7)
    assert kept == pytest.approx(np.mean(shares))
    assert chance == 7 / 39
    assert maps.neighbours_kept(places, 5 - 1e-3 * places, 7)[0] == 1
    assert maps.neighbours_kept(latents, places, 100) == (1, 1)  # all others are neighbours


def test_points_in_random_order_keep_what_chance_says():
    rng = np.random.default_rng(2)
    latents = rng.normal(size=(400, 6))
    kept, chance = zip(
        *(maps.neighbours_kept(latents, rng.normal(size=(400, 2))) for _ in range(20)), strict=True
    )
    assert np.mean(kept) == pytest.approx(chance[0], rel=0.05)


def _graph_of_umap_learn(points, neighbours):
    """umap-learn's own functions, run as plain Python: compiled, they take many seconds."""
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist

    distances = cdist(points, points)
    np.fill_diagonal(distances, -1)  # the point itself comes first, doubles or not
    order = np.argsort(distances, axis=1, kind="stable")[:, :neighbours]
    near = np.maximum(np.take_along_axis(distances, order, axis=1), 0).astype(np.float32)
    sigmas, rhos = smooth_knn_dist.py_func(near, float(neighbours))
    rows, columns, weights, _ = compute_membership_strengths.py_func(order, near, sigmas, rhos)
    directed = sparse.coo_matrix((weights, (rows, columns)), shape=(len(points),) * 2).toarray()
    return directed + directed.T - directed * directed.T


@pytest.mark.parametrize("dimensions", [4, 40])
@pytest.mark.parametrize("doubles", [0, 2, 12])
def test_the_graph_is_that_of_umap_learn(doubles, dimensions):
    points = np.random.default_rng(5).normal(size=(40, dimensions))
    points[:doubles] = points[0]
    graph = maps.fuzzy_graph(points, 8)
    expected = _graph_of_umap_learn(points, 8)
    if doubles > 8:  # which doubles are neighbours is anyone's choice
        graph, expected = graph.toarray()[doubles:, doubles:], expected[doubles:, doubles:]
    else:
        graph = graph.toarray()
    np.testing.assert_allclose(graph, expected, atol=2e-4)
    np.testing.assert_array_equal(graph, graph.T)


@pytest.mark.parametrize("artworks", [3, 4, 5, 24])
def test_tiny_studies_are_mapped(artworks):
    latents = np.random.default_rng(0).normal(size=(artworks, 8)).astype("f4")
    mapped = maps.map_latents(_artworks(["a"] * artworks), latents, maps.METHODS, 5000, seed=0)
    assert len(mapped) == len(maps.METHODS) * artworks
    assert np.isfinite(mapped[["x", "y"]].to_numpy()).all()
    found = maps.preservation(mapped, _artworks(["a"] * artworks), latents)
    assert set(found["neighbours"]) == {min(15, artworks - 1)}
    assert found["kept"].between(0, 1).all()


@pytest.mark.parametrize("kind", ["doubles", "line", "huge", "small"])
def test_odd_latents_are_mapped(kind):
    latents = np.random.default_rng(0).normal(size=(30, 8)).astype("f4")
    latents = {
        "doubles": np.repeat(latents[:2], 15, axis=0),
        "line": np.outer(np.arange(30.0), np.ones(8)),
        "huge": latents * np.float32(1e37),
        "small": latents * np.float32(1e-37),
    }[kind]
    mapped = maps.map_latents(_artworks(["a"] * 30), latents, maps.METHODS, 5000, seed=0)
    assert np.isfinite(mapped[["x", "y"]].to_numpy()).all()
    assert np.ptp(mapped["x"]) > 0


def test_latents_that_are_all_equal_lie_at_one_place():
    artworks, latents = _artworks(["a"] * 12), np.full((12, 4), 0.1, np.float32)
    mapped = maps.map_latents(artworks, latents, maps.METHODS, 5000, seed=0)
    assert (mapped[["x", "y"]] == 0).all(axis=None)
    found = maps.preservation(mapped, artworks, latents)
    assert found[["kept", "trustworthiness"]].isna().all(axis=None)


@pytest.mark.usefixtures("unchecked")
def test_faults_are_told_in_words():
    bad = _blobs()
    bad[7, 2] = np.nan
    with pytest.raises(StylewalkError, match="1 of 150 latents are infinite or not a number"):
        maps.map_latents(_artworks(), bad, ["tsne"], 5000, seed=0)
    with pytest.raises(StylewalkError, match=r"at least 3 artworks.*there are 2 and 5"):
        maps.map_latents(_artworks(["a", "b"]), np.eye(2, 5), ["tsne"], 5000, seed=0)
    with pytest.raises(StylewalkError, match="latent_size"):
        maps.map_latents(_artworks(["a"] * 9), np.ones((9, 1)), ["umap"], 5000, seed=0)
    with pytest.raises(ValueError, match="isomap"):
        maps.map_latents(_artworks(), _blobs(), ["isomap"], 5000, seed=0)


def test_a_sample_holds_classes_in_proportion_and_its_own_rows():
    shown = maps.stratified_sample(CLASSES, 15, seed=0)
    assert list(pd.Series(CLASSES[shown]).value_counts(sort=False)) == [6, 5, 4]
    assert list(shown) == sorted(set(shown))
    np.testing.assert_array_equal(shown, maps.stratified_sample(CLASSES, 15, seed=0))
    assert list(shown) != list(maps.stratified_sample(CLASSES, 15, seed=1))
    np.testing.assert_array_equal(maps.stratified_sample(CLASSES, 150, seed=0), np.arange(150))
    few = maps.stratified_sample(["a"] * 98 + ["b", "c"], 10, seed=0)
    assert len(few) == 10
    assert {98, 99} <= set(few)
    assert len(maps.stratified_sample(list("abcdef"), 3, seed=0)) == 6


def _trust(there, here, k):
    """Venna and Kaski (2001), written out."""
    n, cost = len(there), 0
    for row in range(n):
        order = [j for j in np.argsort(there[row]) if j != row]
        near = [j for j in np.argsort(here[row]) if j != row][:k]
        cost += sum(max(0, order.index(j) + 1 - k) for j in near)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * cost


def test_a_sample_is_mapped_as_if_there_were_nothing_else():
    latents, artworks = _blobs(), _artworks()
    mapped = maps.map_latents(artworks, latents, ["tsne"], 60, seed=1)
    shown = maps.stratified_sample(CLASSES, 60, seed=1)
    alone = maps.map_latents(artworks.iloc[shown], latents[shown], ["tsne"], 60, seed=1)
    pd.testing.assert_frame_equal(mapped, alone, check_exact=True)
    found = maps.preservation(mapped, artworks, latents).iloc[0]
    expected = maps.neighbours_kept(latents[shown], mapped[["x", "y"]].to_numpy())
    assert (found["kept"], found["chance"]) == expected
    there, here = (squareform(pdist(x)) for x in (latents[shown], mapped[["x", "y"]]))
    assert found["trustworthiness"] == pytest.approx(_trust(there, here, 15))
    assert (found["points"], found["artworks"]) == (60, 150)
