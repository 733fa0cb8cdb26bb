"""Pictures that are the same, or nearly so, are found and told."""

import numpy as np
import pytest

from stylewalk.data.variety import FEW, largest_difference, sameness

LABELS = ["A"] * 3 + ["B"] * 3
ONE = np.random.default_rng(0).integers(20, 200, (4, 4, 3), np.uint8)


def pictures(*shifts: int) -> np.ndarray:
    """Pictures that differ from one by so much in one value of one pixel."""
    images = np.stack([ONE] * len(shifts))
    images[:, 1, 2, 0] += np.array(shifts, np.uint8)
    return images


@pytest.mark.parametrize(
    ("shifts", "beginning"),
    [
        ([0] * 6, "all pictures are the same"),
        ([0, 0, 0, 0, 0, FEW], "all pictures are nearly the same (no value of a pixel differs by"),
        ([0, 0, 0, 50, 50, 50], "all pictures of A and B are the same, each with those of its own"),
        ([0, 0, 0, 50, 51, 50], "all pictures of A and B are nearly the same (no value of a pixel"),
        ([9, 9, 9, 50, 0, 50], "all pictures of A are the same"),
        ([0, 0, FEW + 1, 50, 0, 50], ""),
    ],
)
def test_sameness_is_said(shifts, beginning):
    sentence = sameness(pictures(*shifts), LABELS, ["A", "B"])
    assert sentence.startswith(beginning)
    assert bool(sentence) == bool(beginning)


def test_a_class_is_looked_at_alone():
    images = pictures(9, 9, 9, 50, 0, 50)
    assert sameness(images, LABELS, ["A"]) == "all pictures are the same"
    assert sameness(images, LABELS, ["A"], whole=False) == "all pictures of A are the same"
    assert sameness(images, LABELS, ["B"]) == ""
    assert largest_difference(images, np.array([], int)) == 0
    many = np.repeat(images, 200, axis=0)
    assert largest_difference(many[:600]) == 0
    assert largest_difference(many) > FEW
