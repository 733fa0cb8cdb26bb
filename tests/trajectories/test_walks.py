"""Ends of trajectories and the points between them."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from stylewalk.catalogue.trajectories import PAIRS
from stylewalk.errors import StylewalkError
from stylewalk.tables import conform
from stylewalk.trajectories.pairs import choose_pairs
from stylewalk.trajectories.paths.line import points

CLASSES = ["Realism", "Impressionism", "Cubism"]


@pytest.fixture
def artworks():
    labels = np.random.default_rng(0).permutation(np.repeat(CLASSES, [6, 20, 9]))
    ids = np.arange(35) * 2 + 1  # ids need not be row numbers
    return pd.DataFrame({"id": ids, "class": labels, "split": "training"})


@pytest.fixture
def latents():
    return np.random.default_rng(1).normal(size=(35, 5)).astype(np.float32)


def _choose(artworks, latents, kind="within", pairs="random", count=10, seed=0, **changes):
    arguments = {"experiment": "walk", "classes": CLASSES} | changes
    return choose_pairs(
        artworks, latents, kind=kind, pairs=pairs, count=count, seed=seed, **arguments
    )


def _distances(frame, artworks, latents):
    row = pd.Series(np.arange(len(artworks)), index=artworks["id"])
    a, b = latents[row[frame["id_a"]]], latents[row[frame["id_b"]]]
    return np.linalg.norm(a.astype(float) - b, axis=1)


@pytest.mark.parametrize(
    ("kind", "pairs"),
    [
        ("within", "random"),
        ("within", "closest"),
        ("within", "farthest"),
        ("between", "random"),
        ("between", "closest"),
    ],
)
def test_every_experiment_joins_distinct_artworks_of_its_classes(artworks, latents, kind, pairs):
    frame = _choose(artworks, latents, kind, pairs)
    conform(frame, PAIRS)
    expected = (
        [(c, c) for c in CLASSES] if kind == "within" else list(itertools.combinations(CLASSES, 2))
    )
    groups = frame.groupby(["class_a", "class_b"], sort=False)
    assert [name for name, _ in groups] == expected
    label = artworks.set_index("id")["class"]
    for (class_a, class_b), part in groups:
        assert list(part["pair"]) == list(range(10))
        assert (label[part["id_a"]] == class_a).all()
        assert (label[part["id_b"]] == class_b).all()
        unordered = {frozenset(ends) for ends in zip(part["id_a"], part["id_b"], strict=True)}
        assert len(unordered) == 10
        assert all(len(ends) == 2 for ends in unordered)
    np.testing.assert_allclose(frame["l2"], _distances(frame, artworks, latents), rtol=1e-12)


def test_random_pairs_are_the_same_for_every_model_and_order_of_rows(artworks, latents):
    ends = ["class_a", "class_b", "pair", "id_a", "id_b"]
    one = _choose(artworks, latents)
    two = _choose(artworks, np.zeros_like(latents) + np.arange(35)[:, None])
    pd.testing.assert_frame_equal(one[ends], two[ends])
    turned = np.random.default_rng(2).permutation(35)
    three = _choose(artworks.iloc[turned], latents[turned])
    pd.testing.assert_frame_equal(one, three)


def test_random_pairs_depend_on_seed_and_experiment_but_not_on_other_classes(artworks, latents):
    one = _choose(artworks, latents)
    for other in (_choose(artworks, latents, seed=1), _choose(artworks, latents, experiment="x")):
        assert not one[["id_a", "id_b"]].equals(other[["id_a", "id_b"]])
    alone = _choose(artworks, latents, classes=["Cubism"])
    part = one[one["class_a"] == "Cubism"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, part)


def test_all_pairs_can_be_asked_for_and_one_more_is_refused(artworks, latents):
    frame = _choose(artworks, latents, count=15, classes=["Realism"])
    ids = artworks.loc[artworks["class"] == "Realism", "id"]
    expected = {frozenset(p) for p in itertools.combinations(ids, 2)}
    assert {frozenset(p) for p in zip(frame["id_a"], frame["id_b"], strict=True)} == expected
    frame = _choose(artworks, latents, "between", count=54, classes=["Realism", "Cubism"])
    assert len(frame[["id_a", "id_b"]].drop_duplicates()) == 54
    with pytest.raises(StylewalkError, match=r"walk.* 16 pairs of Realism.* 6 artworks .* only 15"):
        _choose(artworks, latents, count=16, classes=["Realism"])
    with pytest.raises(StylewalkError, match=r"Realism and Cubism.* 6 and 9 artworks .* only 54"):
        _choose(artworks, latents, "between", count=55, classes=["Realism", "Cubism"])


def test_random_pairs_are_drawn_evenly_and_walked_both_ways(latents):
    artworks = pd.DataFrame({"id": range(5), "class": "a", "split": "training"})
    drawn = [
        tuple(
            _choose(artworks, latents[:5], count=1, seed=s, classes=["a"])[["id_a", "id_b"]].loc[0]
        )
        for s in range(600)
    ]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 20  # 10 pairs, 2 directions, 30 expected of each
    assert counts.between(10, 60).all()


def _greedy(distances, within, count, sign=1):
    """Slow: the extreme pair of all, then of the artworks left, and so on."""
    left = distances.astype(float) * sign
    if within:
        left[np.tril_indices(len(left))] = np.inf
    found = []
    for _ in range(count):
        i, j = np.unravel_index(left.argmin(), left.shape)
        found.append(distances[i, j])
        for row, column in ((i, j), (j, i)) if within else ((i, j),):
            left[row, :] = np.inf
            left[:, column] = np.inf
    return found


def test_closest_and_farthest_are_those_of_every_pair_of_the_artworks_left(artworks, latents):
    rows = np.flatnonzero(artworks["class"] == "Impressionism")
    own = cdist(latents[rows], latents[rows])
    closest = _choose(artworks, latents, pairs="closest", classes=["Impressionism"])
    np.testing.assert_allclose(closest["l2"], _greedy(own, True, 10), rtol=1e-5)
    farthest = _choose(artworks, latents, pairs="farthest", classes=["Impressionism"])
    np.testing.assert_allclose(farthest["l2"], _greedy(own, True, 10, -1), rtol=1e-5)
    others = np.flatnonzero(artworks["class"] == "Cubism")
    classes = ["Impressionism", "Cubism"]
    frame = _choose(artworks, latents, "between", "closest", count=9, classes=classes)
    across = cdist(latents[rows], latents[others])
    np.testing.assert_allclose(frame["l2"], _greedy(across, False, 9), rtol=1e-5)


def test_of_few_artworks_closest_and_farthest_are_those_of_every_pair(artworks, latents):
    rows = np.flatnonzero(artworks["class"] == "Cubism")
    upper = np.sort(cdist(latents[rows], latents[rows])[np.triu_indices(9, 1)])
    for pairs, expected in (("closest", upper[:5]), ("farthest", upper[::-1][:5])):
        frame = _choose(artworks, latents, pairs=pairs, count=5, classes=["Cubism"])
        np.testing.assert_allclose(frame["l2"], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "pairs", "count"),
    [
        ("within", "random", 4),
        ("within", "closest", 4),
        ("within", "farthest", 4),
        ("between", "random", 3),
    ],
)
def test_no_artwork_stands_in_two_pairs_where_there_are_enough(
    artworks, latents, kind, pairs, count
):
    classes = ["Impressionism", "Cubism"] if kind == "within" else CLASSES
    frame = _choose(artworks, latents, kind, pairs, count, classes=classes)
    ends = [*frame["id_a"], *frame["id_b"]]
    assert len(set(ends)) == len(ends)


@pytest.mark.parametrize("count", [2, 15])
def test_copies_of_one_picture_are_no_closest_pair(artworks, latents, count):
    rows = np.flatnonzero(artworks["class"] == "Impressionism")
    ids = artworks["id"].to_numpy()[rows]
    copies = latents.copy()
    copies[rows[1]] = copies[rows[0]] + 1e-3
    groups = {int(ids[0]): 1, int(ids[1]): 1, int(ids[2]): 2}
    settings = {"pairs": "closest", "count": count, "classes": ["Impressionism"]}
    found = _choose(artworks, copies, **settings)
    assert {found["id_a"][0], found["id_b"][0]} == set(ids[:2])
    other = _choose(artworks, copies, **settings, groups=groups)
    ends = [{row.id_a, row.id_b} for row in other.itertuples()]
    assert len(ends) == count
    assert set(ids[:2]) not in ends


def test_one_outlier_keeps_farthest_pairs_from_no_other_artwork():
    """It is an end of the farthest pairs of all, of which one is taken."""
    latents = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    latents[0] = 100
    artworks = pd.DataFrame({"id": range(60), "class": "a", "split": "training"})
    frame = _choose(artworks, latents, pairs="farthest", count=20, classes=["a"])
    ends = [*frame["id_a"], *frame["id_b"]]
    assert len(set(ends)) == 40
    assert (np.diff(frame["l2"]) <= 0).all()


def test_a_class_that_is_absent_or_collapsed_is_told_in_words(artworks, latents):
    with pytest.raises(StylewalkError, match="Fauvism"):
        _choose(artworks, latents, classes=["Fauvism"])
    for more, words in (
        ({}, "the model has collapsed. Lower its beta"),
        ({"has_beta": False}, "makes the same of pictures that differ. Train it for more epochs"),
        (
            {"same": lambda names: f"pictures of {names} are the same"},
            r"are the same\. Use pictures",
        ),
    ):
        with pytest.raises(StylewalkError, match="coincide") as caught:
            _choose(artworks, np.ones_like(latents), pairs="closest", **more)
        assert re.search(words, str(caught.value))
        assert ("beta" in str(caught.value)) == (more == {})


_KINDS = [
    ("within", "random"),
    ("within", "closest"),
    ("within", "farthest"),
    ("between", "random"),
    ("between", "closest"),
]


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(_KINDS),
    split=st.sampled_from(["training", "validation", "any"]),
    sides=st.lists(st.booleans(), min_size=35, max_size=35),
    sample=st.sampled_from([None, 2, 7]),
    seed=st.integers(0, 99),
)
def test_pairs_never_leave_their_split(kind, split, sides, sample, seed):
    labels = np.random.default_rng(0).permutation(np.repeat(CLASSES, [6, 20, 9]))
    artworks = pd.DataFrame({"id": np.arange(35) * 2 + 1, "class": labels})
    artworks["split"] = np.where(sides, "validation", "training")
    latents = np.random.default_rng(seed).normal(size=(35, 3)).astype(np.float32)
    own = artworks if split == "any" else artworks[artworks["split"] == split]
    arguments = {"kind": kind[0], "pairs": kind[1], "count": 1, "seed": seed, "sample": sample}
    if own["class"].value_counts().reindex(CLASSES, fill_value=0).min() < 2:
        if kind[0] == "within":
            with pytest.raises(StylewalkError, match=f"{split} artworks"):
                _choose(artworks, latents, split=split, **arguments)
        return
    frame = _choose(artworks, latents, split=split, **arguments)
    conform(frame, PAIRS)
    assert {*frame["id_a"], *frame["id_b"]} <= set(own["id"])
    assert set(frame["split"]) == {split}
    of = artworks.set_index("id")["split"]
    for end in ("a", "b"):
        assert frame[f"split_{end}"].tolist() == of[frame[f"id_{end}"]].tolist()
    pd.testing.assert_frame_equal(_choose(artworks, latents, split=split, **arguments), frame)
    # As if there were no other artworks.
    alone = _choose(own, latents[own.index], **arguments)
    pd.testing.assert_frame_equal(alone.assign(split=split), frame)


@pytest.mark.parametrize("kind", _KINDS)
def test_without_a_split_pairs_are_those_of_all_artworks_whatever_their_split(
    artworks, latents, kind
):
    before = _choose(artworks, latents, *kind, count=2)
    artworks["split"] = np.where(np.arange(35) % 3, "training", "validation")
    for split in ({}, {"split": "any"}):
        frame = _choose(artworks, latents, *kind, count=2, **split)
        ends = ["id_a", "id_b", "l2"]
        pd.testing.assert_frame_equal(frame[ends], before[ends])


def test_too_few_artworks_of_a_split_are_told_in_words(artworks, latents):
    artworks["split"] = np.where(artworks["class"] == "Realism", "training", "validation")
    words = "10 pairs of Realism were asked for, but its 0 validation artworks make only 0"
    with pytest.raises(StylewalkError, match=words) as caught:
        _choose(artworks, latents, split="validation")
    assert "use more pictures (of its split)" in str(caught.value)


_latent = arrays(np.float32, (3, 4), elements=st.floats(-1e6, 1e6, width=32))


@settings(max_examples=80, deadline=None)
@given(a=_latent, b=_latent, steps=st.integers(1, 30))
def test_points_lie_evenly_on_a_line_whose_ends_are_exact(a, b, steps):
    line = points(a, b, steps)
    assert line.shape == (3, steps + 1, 4)
    assert line.dtype == np.float32
    np.testing.assert_array_equal(line[:, 0], a)
    np.testing.assert_array_equal(line[:, -1], b)
    size = np.abs([a, b]).max() + 1e-30
    step = (b.astype(float) - a) / steps
    np.testing.assert_allclose(
        np.diff(line.astype(float), axis=1), np.stack([step] * steps, 1), atol=2e-7 * size
    )
    np.testing.assert_allclose(points(b, a, steps)[:, ::-1], line, atol=2e-7 * size)


def test_a_line_from_a_latent_to_itself_stays_there():
    a = np.random.default_rng(0).normal(size=(4, 9)).astype(np.float32)
    assert (points(a, a, 7) == a[:, None]).all()


@pytest.mark.parametrize("pairs", ["closest", "farthest"])
def test_in_a_sample_the_extreme_pairs_are_those_of_its_artworks(artworks, latents, pairs):
    few = _choose(artworks, latents, pairs=pairs, count=1, sample=5)
    ends = {name: set() for name in CLASSES}
    for seed_of_latents in range(40):  # the sample does not depend on the latents
        other = np.random.default_rng(seed_of_latents).normal(size=latents.shape)
        frame = _choose(artworks, other, pairs=pairs, count=1, sample=5)
        for row in frame.itertuples():
            ends[row.class_a] |= {row.id_a, row.id_b}
    assert all(len(ids) <= 5 for ids in ends.values())
    assert all({row.id_a, row.id_b} <= ends[row.class_a] for row in few.itertuples())
    exact = _choose(artworks, latents, pairs=pairs, count=1)
    sign = 1 if pairs == "closest" else -1
    assert (sign * few["l2"] >= sign * exact["l2"]).all()


def test_a_sample_that_holds_all_artworks_changes_nothing(artworks, latents):
    exact = _choose(artworks, latents, "between", "closest", count=3)
    pd.testing.assert_frame_equal(
        _choose(artworks, latents, "between", "closest", 3, sample=20), exact
    )
