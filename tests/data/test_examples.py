"""Which artworks stand for their class."""

import pandas as pd

from stylewalk.data.examples import examples


def test_examples_are_of_every_class_and_held_out():
    artworks = pd.DataFrame(
        {
            "id": range(40),
            "class": ["a", "b"] * 20,
            "split": ["validation"] * 10 + ["training"] * 29 + ["validation"],
        }
    )
    ids = examples(artworks, ["b", "a"], count=4)
    assert list(ids) == [1, 39, 0, 8]
    assert set(artworks["split"][ids]) == {"validation"}
    assert list(examples(artworks, ["a", "b"], count=1)) == [0, 1]
