"""Pairs of artworks against slow loops over exact style losses."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from stylewalk.catalogue.data import ARTWORK_STYLE_LOSS, CLASS_STYLE_LOSS
from stylewalk.errors import StylewalkError
from stylewalk.style.gram import layer_style_loss
from stylewalk.style.network import load_network
from stylewalk.style.pairwise import squared_distances
from stylewalk.style.similarity import (
    RANKS,
    compare,
    pick_pairs,
    sample_artworks,
)
from stylewalk.tables import conform
from tiny_network import gram_metric, write_tiny_network

LAYERS = ["conv1_1", "conv2_1", "conv4_1"]
WEIGHTS = {"conv1_1": 0.5, "conv2_1": 0.0, "conv4_1": 2.0}


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("style") / "tiny.safetensors"
    write_tiny_network(path)
    return load_network(path, LAYERS)


@pytest.fixture(scope="module")
def images():
    """Thirty pictures of noise of different contrast, on different greys."""
    rng = np.random.default_rng(4)
    noise = rng.normal(size=(30, 32, 32, 3)) * rng.uniform(1, 60, (30, 1, 1, 1))
    return np.clip(noise + rng.uniform(50, 200, (30, 1, 1, 3)), 0, 255).astype(np.uint8)


def catalogue(*counts, names="CAB"):
    """Artworks of the classes C, A, B ..., their ids mixed among the classes."""
    ids = np.random.default_rng(1).permutation(sum(counts))
    classes = np.repeat(list(names[: len(counts)]), counts)
    return pd.DataFrame({"id": ids, "class": classes}).sort_values("id", ignore_index=True)


def exact_losses(network, images, weights):
    """(B, B) style losses, each by the loss of the module of trajectories, in float64."""
    features = {layer: f.double() for layer, f in network(images).items()}
    losses = np.zeros((len(images), len(images)))
    with torch.inference_mode():
        for i, j in combinations(range(len(images)), 2):
            loss = sum(
                weights[layer] * layer_style_loss(f[i : i + 1], f[j : j + 1]).item()
                for layer, f in features.items()
            )
            losses[i, j] = losses[j, i] = loss
    return losses


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_distances_of_style_vectors_are_style_losses(network, images, weights):
    found = gram_metric(network, weights).pairwise(images)["total"]
    expected = exact_losses(network, images, weights or dict.fromkeys(LAYERS, 1 / 3))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.float32, (5, 7), elements=st.floats(-100, 100, width=32)),
    st.sampled_from([0, 1e4]),
)
def test_distances_are_those_of_scipy_and_do_not_depend_on_the_origin(vectors, shift):
    vectors = vectors.astype(np.float64)
    found = squared_distances(vectors + shift)
    np.testing.assert_allclose(found, cdist(vectors, vectors, "sqeuclidean"), atol=1e-6)
    np.testing.assert_array_equal(found, found.T)
    assert (found >= 0).all()
    assert (np.diag(found) == 0).all()


def test_distances_are_summed_over_blocks_of_columns(monkeypatch):
    vectors = np.random.default_rng(0).normal(size=(6, 50))
    whole = squared_distances(vectors)
    monkeypatch.setattr("stylewalk.style.pairwise._COLUMNS", 7)
    np.testing.assert_allclose(squared_distances(vectors), whole, rtol=1e-12)


def test_the_named_pairs_are_those_of_a_slow_search_and_carry_their_exact_loss(network, images):
    artworks = catalogue(9, 12, 9)
    sample = sample_artworks(artworks, list("CAB"), 100, 0)
    found, spread = compare(gram_metric(network, WEIGHTS), images, sample)
    conform(found, ARTWORK_STYLE_LOSS)
    conform(spread, CLASS_STYLE_LOSS)
    losses = exact_losses(network, images, WEIGHTS)
    ids = {name: artworks.loc[artworks["class"] == name, "id"] for name in "CAB"}
    expected = []
    for kind, groups in (("alike", ["CA", "CB", "AB"]), ("unlike", ["CC", "AA", "BB"])):
        for a, b in groups:
            pairs = [(i, j) for i in ids[a] for j in ids[b] if a != b or i < j]
            pairs.sort(key=lambda pair: losses[pair] * (1 if kind == "alike" else -1))
            used, rank = set(), 0
            for pair in pairs:
                if rank < RANKS and not used & set(pair):
                    used |= set(pair)
                    rank += 1
                    expected.append((kind, a, b, rank, *pair))
    columns = ["kind", "class_a", "class_b", "rank", "id_a", "id_b"]
    assert list(found[columns].itertuples(index=False, name=None)) == expected
    exact = losses[found["id_a"], found["id_b"]]
    np.testing.assert_allclose(found["value"], exact, rtol=1e-5)


def test_the_spread_is_that_of_all_pairs_of_the_classes():
    rng = np.random.default_rng(3)
    half = rng.lognormal(size=(7, 7))
    losses = half + half.T
    sample = pd.DataFrame({"id": range(7), "class": list("CCCCAAA")})
    _, spread = pick_pairs(losses, sample)
    assert spread[["class_a", "class_b", "n"]].to_numpy().tolist() == [
        ["C", "C", 6],
        ["C", "A", 12],
        ["A", "A", 3],
    ]
    across = losses[:4, 4:].ravel()
    row = spread.iloc[1]
    np.testing.assert_allclose(
        row[["low", "median", "high"]].astype(float), np.percentile(across, [5, 50, 95])
    )
    assert spread.iloc[2]["median"] == np.median(losses[[4, 4, 5], [5, 6, 6]])


def test_one_picture_close_to_all_is_named_once_for_each_two_classes():
    losses = np.full((6, 6), 9.0)
    losses[0, 3:] = losses[3:, 0] = [1, 2, 3]
    losses[1, 4], losses[2, 5] = 5, 6
    sample = pd.DataFrame({"id": range(10, 16), "class": list("CCCAAA")})
    found, _ = pick_pairs(losses, sample)
    alike = found[found["kind"] == "alike"]
    assert alike[["id_a", "id_b", "value"]].to_numpy().tolist() == [
        [10, 13, 1],
        [11, 14, 5],
        [12, 15, 6],
    ]


def test_nearly_equal_pictures_are_told_apart_by_the_exact_loss(network, images):
    pair = images[:2].copy()
    pair[1] = pair[0]
    pair[1, 0, 0, 0] ^= 1  # one channel of one pixel, by one
    sample = pd.DataFrame({"id": [0, 1], "class": ["C", "A"]})
    found, _ = compare(gram_metric(network), pair, sample)
    expected = exact_losses(network, pair, dict.fromkeys(LAYERS, 1 / 3))[0, 1]
    assert expected > 0
    assert found["value"].item() == pytest.approx(expected, rel=1e-2)


def test_a_class_of_one_artwork_has_no_pair_within(network, images):
    sample = pd.DataFrame({"id": [0, 1, 2], "class": list("CAA")})
    found, spread = compare(gram_metric(network), images, sample)
    assert spread[["class_a", "class_b"]].to_numpy().tolist() == [["C", "A"], ["A", "A"]]
    assert found["kind"].tolist() == ["alike", "unlike"]


def test_one_artwork_gives_empty_tables(network, images):
    found, spread = compare(gram_metric(network), images, pd.DataFrame({"id": [0], "class": ["C"]}))
    assert conform(found, ARTWORK_STYLE_LOSS).num_rows == 0
    assert conform(spread, CLASS_STYLE_LOSS).num_rows == 0


def test_a_sample_holds_each_class_once_in_the_asked_order():
    artworks = catalogue(20, 5, 20)
    sample = sample_artworks(artworks, list("ACB"), 8, 3)
    assert sample["class"].tolist() == ["A"] * 5 + ["C"] * 8 + ["B"] * 8
    assert sample["id"].is_unique
    truth = artworks.set_index("id")["class"]
    assert truth[sample["id"]].tolist() == sample["class"].tolist()
    pd.testing.assert_frame_equal(sample, sample_artworks(artworks, list("ACB"), 8, 3))
    alone = sample_artworks(artworks, ["B"], 8, 3)
    assert alone["id"].tolist() == sample.loc[sample["class"] == "B", "id"].tolist()
    assert sample_artworks(artworks, ["B"], 8, 4)["id"].tolist() != alone["id"].tolist()


@pytest.mark.slow
def test_a_sample_draws_every_artwork_equally_often():
    artworks = catalogue(10)
    counts = np.zeros(10)
    for seed in range(2000):
        counts[sample_artworks(artworks, ["C"], 3, seed)["id"]] += 1
    # Binomial: 600 each, standard deviation 20.
    assert (np.abs(counts - 600) < 90).all()


def test_a_class_without_artworks_is_named():
    with pytest.raises(StylewalkError, match="no artwork of class Cubism"):
        sample_artworks(catalogue(3), ["C", "Cubism"], 2, 0)


def test_weights_that_overflow_are_named(network, images):
    sample = pd.DataFrame({"id": [0, 1], "class": ["C", "A"]})
    with pytest.raises(StylewalkError, match="not finite"):
        compare(gram_metric(network, dict.fromkeys(LAYERS, float("inf"))), images, sample)
