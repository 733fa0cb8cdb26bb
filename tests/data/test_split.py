"""Splits: the share of every class, and what is kept together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk.data.split import split, together
from stylewalk.errors import StylewalkError


@settings(max_examples=40)
@given(
    st.lists(st.integers(2, 60), min_size=1, max_size=5), st.floats(0.01, 0.5), st.integers(0, 99)
)
def test_every_class_is_split_by_the_fraction(counts, fraction, seed):
    classes = np.repeat([f"class {number}" for number in range(len(counts))], counts)
    classes = np.random.default_rng(seed).permutation(classes)
    sides = split(classes, fraction, seed)
    assert set(sides) == {"training", "validation"}
    for number, count in enumerate(counts):
        held_out = (sides[classes == f"class {number}"] == "validation").sum()
        assert 1 <= held_out <= count - 1
        assert abs(held_out - fraction * count) <= max(0.5, 1 - fraction * count)
    np.testing.assert_array_equal(sides, split(classes, fraction, seed))


def test_a_split_depends_on_the_seed_and_on_its_own_class_only():
    sides = split(["A"] * 50 + ["B"] * 50, 0.2, 0)
    assert (sides != split(["A"] * 50 + ["B"] * 50, 0.2, 1)).any()
    np.testing.assert_array_equal(sides[:50], split(["A"] * 50, 0.2, 0))
    assert (sides[:50] != sides[50:]).any()


def test_one_picture_cannot_be_split():
    with pytest.raises(StylewalkError, match="'B' has one picture"):
        split(["A", "A", "B"], 0.2, 0)


def joined_slowly(first, names):
    """The same by merging until nothing changes."""
    groups = list(range(len(first)))
    while True:
        before = list(groups)
        for a in range(len(first)):
            for b in range(len(first)):
                if first[a] == first[b] or (names[a] == names[b] != ""):
                    groups[a] = groups[b] = min(groups[a], groups[b])
        if groups == before:
            return groups


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["", "x", "y", "z"])), max_size=10))
def test_groups_are_joined_by_what_they_have_in_common(pairs):
    codes, names = ([p[k] for p in pairs] for k in (0, 1))
    first = [codes.index(code) for code in codes]
    assert together(np.array(first, int), np.array(names, object)).tolist() == joined_slowly(
        first, names
    )


def crossed(contents, classes=("a", "b", "c")):
    names = np.repeat([f"c{n}" for n in range(contents)], len(classes)).astype(object)
    return np.array(list(classes) * contents, object), names


@pytest.mark.parametrize("seed", range(5))
def test_no_content_is_on_both_sides_and_classes_keep_their_shares(seed):
    classes, contents = crossed(50)
    sides = split(classes, 0.2, seed, together(np.arange(len(classes)), contents))
    held_out = sides == "validation"
    assert not set(contents[held_out]) & set(contents[~held_out])
    for name in "abc":
        assert (held_out & (classes == name)).sum() == 10
    other = split(classes, 0.2, seed + 1, together(np.arange(len(classes)), contents))
    assert (other != sides).any()


def test_without_it_contents_are_on_both_sides():
    classes, contents = crossed(50)
    held_out = split(classes, 0.2, 0) == "validation"
    assert set(contents[held_out]) & set(contents[~held_out])


def test_unknown_ones_are_single_and_an_artist_of_most_works_is_trained_on():
    rng = np.random.default_rng(0)
    classes = np.array(["a"] * 60 + ["b"] * 60, object)
    artists = np.array(["much"] * 40 + [""] * 20 + list(rng.choice(list("uvwxyz"), 60)), object)
    sides = split(classes, 0.2, 0, together(np.arange(120), artists))
    assert set(sides[:40]) == {"training"}
    assert (sides[40:60] == "validation").sum() == 12  # the single ones make up for it
    for name in "uvwxyz":
        assert len(set(sides[artists == name])) == 1
    assert set(sides[60:]) == {"training", "validation"}
