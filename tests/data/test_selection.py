"""Which artworks a study takes, of hand-made metadata."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hand_made import many, metadata, select, write_pictures

from stylewalk import tables
from stylewalk.catalogue.data import REJECTED
from stylewalk.data.metadata import read_folder, read_metadata
from stylewalk.data.selection import select_artworks
from stylewalk.errors import StylewalkError

SHARED = Path(__file__).parents[3] / "shared" / "data"
STYLES = ["Expressionism", "Impressionism", "Realism", "Romanticism"]


def test_only_the_classes_are_kept_in_the_order_of_the_metadata():
    rows = [
        ("B", "1.jpg"),
        ("C", "2.jpg"),
        ("A", "3.jpg"),
        ("B", "4.jpg"),
        ("", "5"),
        ("A", "6.jpg"),
    ]
    selected, rejected = select(rows, ["A", "B"])
    assert selected["row"].tolist() == [0, 2, 3, 5]
    assert selected["filename"].tolist() == ["1.jpg", "3.jpg", "4.jpg", "6.jpg"]
    assert selected["class"].tolist() == ["B", "A", "B", "A"]
    assert rejected.empty


def test_dates_become_years_and_centuries_with_gaps():
    frame = metadata(many("A", 3)).assign(date=["c. 1880", "", "15th century"])
    selected, _ = select_artworks(frame, ["A"], "style", None, 0)
    assert selected["year"].tolist() == [1880, pd.NA, pd.NA]
    assert selected["century"].tolist() == [19, pd.NA, 15]


def test_a_file_listed_twice_is_kept_once_and_one_of_two_classes_never():
    twice = [("A", "same.png"), ("B", "both.png"), ("A", "same.png"), ("A", "both.png")]
    selected, rejected = select(many("A", 2) + many("B", 2) + twice, ["A", "B"])
    assert selected["filename"].tolist().count("same.png") == 1
    assert selected["row"].tolist() == [0, 1, 2, 3, 4]
    assert rejected["row"].tolist() == [5, 6, 7]
    assert set(rejected["kind"]) == {"duplicate"}
    assert rejected["reason"].tolist()[1] == "listed before, in row 4"
    assert all("A" in reason and "B" in reason for reason in rejected["reason"].iloc[[0, 2]])


def test_a_file_shared_with_a_class_that_is_not_kept_stays():
    selected, rejected = select([*many("A", 2), ("C", "A0.png")], ["A"])
    assert len(selected) == 2
    assert rejected.empty


@pytest.mark.parametrize(
    "name",
    [
        "../x.jpg",
        "a/../../x.jpg",
        "a\\..\\x.jpg",
        "/x.jpg",
        "C:\\x.jpg",
        "",
        " ",
        "a\0",
        "caf\udce9",
    ],
)
def test_names_that_cannot_be_used_are_rejected_as_paths(name):
    selected, rejected = select([("A", name), *many("A", 2), ("A", name)], ["A"])
    assert selected["row"].tolist() == [1, 2]
    assert rejected["row"].tolist() == [0, 3]
    assert set(rejected["kind"]) == {"path"}


def test_an_absent_class_and_a_class_with_one_usable_row_are_refused():
    with pytest.raises(StylewalkError, match=r"no class 'Realsm' \(did you mean 'Realism'\?\)"):
        select(many("Realism", 3), ["Realsm"])
    with pytest.raises(StylewalkError, match="'B' has one picture"):
        select([*many("A", 2), ("B", "1.png"), ("B", "1.png"), ("B", "../2.png")], ["A", "B"])


def test_a_sample_is_drawn_per_class_and_by_the_seed():
    rows = [row for pair in zip(many("A", 40), many("B", 40), strict=True) for row in pair]
    drawn = {seed: select(rows, ["A", "B"], 10, seed)[0] for seed in (0, 1)}
    for selected in drawn.values():
        assert selected["class"].value_counts().to_dict() == {"A": 10, "B": 10}
        assert selected["row"].is_monotonic_increasing
        assert selected["row"].is_unique
    pd.testing.assert_frame_equal(drawn[0], select(rows, ["A", "B"], 10, 0)[0])
    assert drawn[0]["row"].tolist() != drawn[1]["row"].tolist()
    # One class's draw does not depend on the other classes.
    alone = select(many("A", 40), ["A"], 10, 0)[0]
    of_both = drawn[0][drawn[0]["class"] == "A"]
    assert alone["filename"].tolist() == of_both["filename"].tolist()


def test_a_sample_larger_than_a_class_takes_all_of_it():
    selected, _ = select(many("A", 3) + many("B", 9), ["A", "B"], 5)
    assert selected["class"].value_counts().to_dict() == {"B": 5, "A": 3}


def test_all_rows_left_out_are_told_with_their_reasons():
    rows = [("A", f"/{number}.png") for number in range(9)] + [("A", ""), ("A", "ok.png")]
    with pytest.raises(StylewalkError) as error:
        select(rows, ["A"])
    message = str(error.value)
    assert "'A' has one picture" in message
    assert "9 path" in message
    assert "/2.png: an absolute path" in message
    assert "and 6 more" in message
    assert "row 9: there is no picture" in message


def test_a_file_name_that_is_not_utf8_is_rejected_and_not_fatal(tmp_path):
    write_pictures(tmp_path, ["A/1.png", "A/2.png"])
    try:
        (tmp_path / "A" / os.fsdecode(b"caf\xe9.png")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    selected, rejected = select_artworks(read_folder(tmp_path), ["A"], "class", None, 0)
    tables.write_table(rejected, tmp_path / "rejected.parquet", REJECTED)
    assert len(selected) == 2
    assert rejected["reason"].tolist() == ["the file name is not valid text (UTF-8)"]


# --- real metadata and paintings, where they lie beside the checkout


@pytest.mark.slow
def test_the_four_styles_of_painter_by_numbers():
    path = SHARED / "painter_by_numbers" / "all_data_info.csv.gz"
    if not path.exists():
        pytest.skip("the metadata of Painter by Numbers is not in ../shared/data")
    selected, rejected = select_artworks(read_metadata(path, "style"), STYLES, "style", None, 0)
    assert selected["class"].value_counts().to_dict() == {
        "Expressionism": 7_013,
        "Impressionism": 10_643,
        "Realism": 10_523,
        "Romanticism": 9_285,
    }
    assert len(selected) == 37_464
    assert rejected.empty
