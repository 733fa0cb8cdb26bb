"""The sentences on the artworks: classes, years, artists, and whether styles are apart."""

import numpy as np
import pandas as pd

from pages.sentence_tables import frame, study
from stylewalk.pages.sentences import dataset


def test_data_are_told_with_even_and_uneven_classes_and_known_years():
    def artworks(x, y, years=None, artists=None):
        table = pd.DataFrame({"class": ["x"] * x + ["y"] * y, "split": "training"})
        table.loc[0, "split"] = "validation"
        table["year"] = years if years is not None else np.nan
        return {"artworks": table.assign(artist=artists if artists is not None else "")}

    text = dataset.overview(study(), artworks(2, 2))
    assert "4 artworks in 2 classes, 25 % of them held out. Each class has 2." in text
    assert "No year is known" in text
    text = dataset.overview(study(), artworks(3, 1, [1850, 1900, np.nan, 1870]))
    assert "from 1 in y to 3 in x" in text
    assert "known of 3 of the 4 artworks, run from 1850 to 1900" in text
    assert "no artist is named" in dataset.examples(study(), artworks(2, 2))
    text = dataset.examples(study(), artworks(2, 2, artists=["P", "P", "P", "Q"]))
    assert "by 2 artists; P alone made 75 %" in text
    assert "all by one hand (P)" in dataset.examples(study(), artworks(2, 2, artists=["P"] * 4))


def test_style_similarity_tells_whether_classes_are_apart():
    def medians(xx, xy, yy):
        rows = [("x", "x", xx), ("x", "y", xy), ("y", "y", yy)]
        return {"class_style_loss": frame("class_a class_b median", *rows)}

    text = dataset.style_similarity(study(), medians(100.0, 1000.0, 200.0))
    assert "from 100 within x to 1,000 between x and y, 10 times as much" in text
    assert "For every pair of classes" in text
    text = dataset.style_similarity(study(), medians(100.0, 150.0, 200.0))
    assert "different classes are no less alike than two of one of the classes" in text
