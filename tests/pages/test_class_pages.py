"""Sentences and tables of the chapter on learnt profiles."""

import pandas as pd
import pytest

from stylewalk.catalogue.classifiers import CLASS_PROFILES, CLASSIFIER_CALIBRATION
from stylewalk.pages import class_tables
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import class_profiles
from stylewalk.pages.sentences.wording import Missing

BETWEEN = {"classes": "between", "pairs": "random", "count": 5, "steps": 4, "path": "line"}


def study():
    return Study("x", "Data.", True, ["AE", "VAE"], ["A", "B"], {"far": BETWEEN}, [0], "VGG.")


def tables(other=0.3, blend=0.1, low=0.8):
    calibration = ("class", 2, 0.85, low, 0.9, 0.5, 0.04, 0.02, 0.07, 1.2, 100)

    def found(role, p, walk, more):
        if walk == "difference":
            return more - blend if role == "other" else 0.0
        return (more if walk == "decoded" else blend) if role == "other" else p

    rows = [
        (model, "far", "class", walk, role, step, p, p - 0.05, p + 0.05, 30)
        for model, more in (("AE", other), ("VAE", blend))
        for walk in ("decoded", "blend", "difference")
        for role, of_ends in (("start", 0.4), ("end", 0.3), ("other", 0.0))
        for step in range(5)
        for p in [found(role, of_ends, walk, more)]
    ]
    return {
        "classifier_calibration": pd.DataFrame([calibration], columns=list(CLASSIFIER_CALIBRATION)),
        "class_profiles": pd.DataFrame(rows, columns=list(CLASS_PROFILES)),
    }


def test_what_is_neither_end_is_told_beside_the_dissolve():
    text = class_profiles.along(study(), tables())
    assert "names the class of 85 % of held-out artworks (80 % to 90 %" in text
    assert (
        "names neither end's class more often than in the dissolve of the same ends in AE" in text
    )
    assert "VAE" not in text
    assert "faint and unusual pictures, too" in text
    assert "given the training runs at hand" in text
    assert "less often than" in class_profiles.along(study(), tables(other=0.05, blend=0.4))


def test_no_difference_is_told_as_none_found_and_a_poor_network_says_nothing():
    assert "no difference is found" in class_profiles.along(study(), tables(other=0.12))
    poor = class_profiles.along(study(), tables(low=0.45))
    assert "no better than chance, so that it says nothing of walks" in poor


def test_without_a_network_there_is_neither_sentence_nor_table():
    nothing = {name: table.head(0) for name, table in tables().items()}
    with pytest.raises(Missing):
        class_profiles.along(study(), nothing)
    assert class_tables.calibration(study(), nothing) == []
    assert class_tables.middles(study(), nothing) == []


def test_the_tables_show_the_middle_of_walks_beside_the_dissolve():
    (known,) = class_tables.calibration(study(), tables())
    assert known.rows[0][:3] == ["class", "2", "85.0 % (80.0 % to 90.0 %)"]
    (middle,) = class_tables.middles(study(), tables())
    assert len(middle.rows) == 2
    assert middle.rows[0][:3] == ["far", "class", "AE"]
    assert middle.rows[0][-2:] == ["30.0 % (25.0 % to 35.0 %)", "10.0 % (5.0 % to 15.0 %)"]
