"""Sentences and tables of the chapter on interpolation with truth."""

import pandas as pd
import pytest

from stylewalk.catalogue.truth import INTERPOLATION_TRUTH, TRUTH_DIFFERENCES
from stylewalk.pages import truth_tables
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import truth
from stylewalk.pages.sentences.wording import Missing

MEANS = {
    ("originals", "pixel_blend"): 0.020,
    ("AE", "line"): 0.022,
    ("AE", "pixel_blend"): 0.020,
    ("AE", "reconstruction"): 0.001,
    ("ACAI", "line"): 0.004,
    ("ACAI", "slerp"): 0.0035,
}


def study(seeds=(0,)):
    return Study("x", "Data.", True, ["AE", "ACAI"], ["A"], {}, list(seeds), "VGG.")


def tables(measures=("image_error", "mean_distance", "smoothness", "angle_error"), p=0.01):
    rows = [
        (*key, measure, mean, 0.9 * mean, 1.1 * mean, 1, 40)
        for measure in measures
        for key, mean in MEANS.items()
    ]
    differences = [
        (model, "line", *other, measure, value, value - 0.001, value + 0.001, p, 40)
        for measure in measures
        for model, other, value in [
            ("AE", ("AE", "pixel_blend"), 0.002),
            ("ACAI", ("ACAI", "pixel_blend"), -0.016),
            ("ACAI", ("AE", "line"), -0.018),
        ]
    ]
    return {
        "interpolation_truth": pd.DataFrame(rows, columns=list(INTERPOLATION_TRUTH)),
        "truth_differences": pd.DataFrame(differences, columns=list(TRUTH_DIFFERENCES)),
    }


def test_lines_are_told_by_the_factor_where_it_is_known_beside_the_dissolve():
    text = truth.errors(study(), tables())
    assert "the error of the angle on straight lines is from 0.00400 degrees (0.00360 to" in text
    assert "in ACAI to 0.0220 degrees (0.0198 to 0.0242) in AE" in text
    assert "on the dissolve of the true ends it is 0.0200 degrees (0.0180 to 0.0220)" in text
    assert (
        "Nearer the truth than the dissolve of its own decoded ends is the straight line of ACAI, "
        "farther from it is that of AE." in text
    )
    assert "given the training runs at hand" in text
    assert "image error on straight lines is from 4.00 thousandths" in truth.errors(
        study((0, 1, 2)), tables(("image_error",))
    )


def test_what_may_be_chance_or_is_nothing_is_not_told_as_a_difference():
    words = "No difference beyond a hundredth is found between a straight line and the dissolve"
    assert words in truth.errors(study(), tables(p=0.2))
    small = tables()
    small["truth_differences"]["difference"] /= 1000
    assert words in truth.errors(study(), small)


def test_without_truth_there_is_neither_sentence_nor_table():
    nothing = {name: table.head(0) for name, table in tables().items()}
    for write in (truth.errors, truth.strips):
        with pytest.raises(Missing):
            write(study(), nothing)
    assert truth_tables.distances(study(), nothing) == []
    assert list(truth_tables.differences(study(), nothing)) == []


def test_the_tables_have_units():
    (shown,) = truth_tables.distances(study(), tables())
    assert shown.header[2] == "image error, thousandths"
    assert shown.rows[0][:3] == ["originals", "pixel_blend", "20.0 (18.0 to 22.0)"]
    (apart,) = truth_tables.differences(study(), tables())
    row = apart.rows[1]
    assert row[1:4] == ["ACAI, line", "ACAI, pixel_blend", "−16.0"]
