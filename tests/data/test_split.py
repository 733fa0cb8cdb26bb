"""Splits that keep artists or contents together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk.data.selection import split, together


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
