"""The data set: selection, split and packing against hand-made collections."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, REJECTED, SELECTED
from stylewalk.data.metadata import read_folder, read_metadata
from stylewalk.data.selection import (
    brightness,
    check_left_out,
    examples,
    pack_images,
    select_artworks,
    split,
)
from stylewalk.errors import StylewalkError

SHARED = Path(__file__).parents[3] / "shared" / "data"
STYLES = ["Expressionism", "Impressionism", "Realism", "Romanticism"]


def metadata(rows):
    """Rows of (class, file name) in the layout of read_metadata."""
    frame = pd.DataFrame(rows, columns=["style", "new_filename"], dtype=object)
    return frame.assign(artist="Somebody", title="", date="c. 1880", content="", content_group="")


def many(name, count):
    return [(name, f"{name}{number}.png") for number in range(count)]


def select(rows, classes, per_class=None, seed=0):
    selected, rejected = select_artworks(metadata(rows), classes, "style", per_class, seed)
    tables.conform(selected, SELECTED)
    tables.conform(rejected, REJECTED)
    return selected, rejected


def write_pictures(folder, names):
    """A picture of one colour for each name: its red is its place among the names."""
    for place, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16), (place, 100, 200)).save(folder / name)


def pack(selected, folder, share=0.0, **options):
    images, artworks, rejected = pack_images(
        selected, folder, 16, "stretch", 0.2, 0, share, **options
    )
    tables.conform(artworks, ARTWORKS)
    tables.conform(rejected, REJECTED)
    return images, artworks, rejected


# --- selection


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


# --- split


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


# --- packing


def test_rows_of_the_array_are_the_ids_of_the_table(tmp_path):
    names = [name for _, name in many("A", 6) + many("B", 5)]
    write_pictures(tmp_path, names)
    selected, _ = select(many("A", 6) + many("B", 5), ["A", "B"])
    done = []
    images, artworks, rejected = pack(selected, tmp_path, progress=lambda *now: done.append(now))
    assert images.shape == (11, 16, 16, 3)
    assert images.dtype == np.uint8
    assert artworks["id"].tolist() == list(range(11)) == images[:, 0, 0, 0].tolist()
    assert artworks["filename"].tolist() == names
    assert artworks.groupby("class")["split"].value_counts().loc["A", "validation"] == 1
    assert rejected.empty
    assert done == [(number, 11) for number in range(1, 12)]
    for threads in (1, 3):
        again = pack(selected, tmp_path, threads=threads)
        np.testing.assert_array_equal(again[0], images)
        pd.testing.assert_frame_equal(again[1], artworks)


def test_every_fault_is_told_apart_and_leaves_no_gap(tmp_path):
    folder = tmp_path / "images"
    write_pictures(folder, [f"A{number}.png" for number in range(12)])
    write_pictures(tmp_path, ["secret.png"])
    (folder / "A1.png").unlink()
    (folder / "A3.png").write_bytes((folder / "A3.png").read_bytes()[:60])
    (folder / "A5.png").unlink()
    (folder / "A5.png").symlink_to(tmp_path / "secret.png")
    (folder / "A7.png").write_bytes(b"")
    Image.new("RGB", (100, 100)).save(folder / "A9.png")
    selected, _ = select(many("A", 12), ["A"])
    images, artworks, rejected = pack(selected, folder, share=0.5, max_pixels=9_999)
    assert rejected["filename"].tolist() == [f"A{number}.png" for number in (1, 3, 5, 7, 9)]
    kinds = ["missing", "unreadable", "path", "unreadable", "too_large"]
    assert rejected["kind"].tolist() == kinds
    assert rejected["row"].tolist() == [1, 3, 5, 7, 9]
    assert (rejected["reason"] != "").all()
    assert images[:, 0, 0, 0].tolist() == [0, 2, 4, 6, 8, 10, 11]
    assert artworks["id"].tolist() == list(range(7))
    assert artworks["filename"].tolist() == [f"A{n}.png" for n in (0, 2, 4, 6, 8, 10, 11)]


def test_more_rejected_pictures_than_allowed_stop_the_run(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(20)])
    (tmp_path / "A4.png").write_bytes(b"")
    selected, _ = select(many("A", 21), ["A"])
    pack(selected, tmp_path, share=2 / 21)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.09)
    message = str(error.value)
    assert "2 of 21 pictures (9.5%)" in message
    assert "max_rejected_share allows 9.0%" in message
    assert "1 missing" in message
    assert "1 unreadable" in message
    assert "A4.png" in message
    assert "A20.png" in message


def test_a_class_left_with_one_picture_stops_the_run(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(50)] + ["B0.png"])
    selected, _ = select(many("A", 50) + many("B", 2), ["A", "B"])
    with pytest.raises(StylewalkError, match="Class 'B' keeps 1") as error:
        pack(selected, tmp_path, share=0.5)
    assert "max_rejected_share allows" not in str(error.value)


def left_out(count, kind="path", reason="an absolute path"):
    names = [f"/{number}.png" for number in range(count)]
    frame = pd.DataFrame({"row": range(count), "class": "A", "filename": names})
    return frame.assign(kind=kind, reason=reason)


def test_rows_left_out_by_their_metadata_count_as_pictures_do(tmp_path):
    write_pictures(tmp_path, [f"A{number}.png" for number in range(12)])
    (tmp_path / "A4.png").write_bytes(b"")
    selected, _ = select(many("A", 12), ["A"])
    pack(selected, tmp_path, share=3 / 14, left_out=left_out(2))
    pack(selected, tmp_path, share=3 / 14, left_out=left_out(2), rows=14)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.21, left_out=left_out(2))
    message = str(error.value)
    assert "3 of 14 pictures (21.4%)" in message
    assert "2 path" in message
    assert "/1.png: an absolute path" in message
    assert "1 unreadable" in message


def test_faults_of_drawn_pictures_stand_for_those_of_all_rows(tmp_path):
    """A tenth of the rows have no usable name, and half of the drawn pictures none to decode."""
    write_pictures(tmp_path, [f"A{number}.png" for number in range(5)])
    selected, _ = select(many("A", 10), ["A"])
    pack(selected, tmp_path, share=0.55, left_out=left_out(10), rows=100)
    with pytest.raises(StylewalkError) as error:
        pack(selected, tmp_path, share=0.54, left_out=left_out(10), rows=100)
    words = "10 of 100 rows, and 5 of 10 drawn pictures (55.0% in all)"
    assert words in str(error.value)
    with pytest.raises(StylewalkError, match=r"^5 of 10 drawn pictures \(50.0% in all\)"):
        pack(selected, tmp_path, share=0.4, rows=100)


@pytest.mark.parametrize("count", range(1, 40))
def test_a_share_of_just_so_many_is_allowed(count):
    check_left_out(left_out(count), 40, "m.csv", count / 40)
    with pytest.raises(StylewalkError, match=rf"^{count} of 40 pictures"):
        check_left_out(left_out(count), 40, "m.csv", (count - 0.5) / 40)


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


def test_a_missing_folder_of_images_is_named(tmp_path):
    selected, _ = select(many("A", 2), ["A"])
    with pytest.raises(StylewalkError, match="none does not exist"):
        pack(selected, tmp_path / "none")


def test_a_folder_of_classes_becomes_a_data_set(tmp_path):
    names = [f"{name}/{number}.png" for name in ("A", "B") for number in range(4)]
    write_pictures(tmp_path, names)
    selected, rejected = select_artworks(read_folder(tmp_path), ["B", "A"], "class", None, 0)
    images, artworks, _ = pack(selected, tmp_path)
    assert rejected.empty
    assert artworks["filename"].tolist() == names
    assert images[:, 0, 0, 0].tolist() == list(range(8))


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


def test_real_paintings_are_decoded():
    folder = SHARED / "paintings"
    if not folder.exists():
        pytest.skip("the real paintings are not in ../shared/data")
    frame = read_metadata(folder / "all_data_info.csv", "style")
    selected, _ = select_artworks(frame, STYLES, "style", 20, 0)
    images, artworks, rejected = pack(selected, folder / "images")
    assert rejected.empty
    assert artworks["split"].value_counts().to_dict() == {"training": 64, "validation": 16}
    assert images.std(axis=(1, 2, 3)).min() > 5


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


def test_brightness_is_the_luma_of_each_picture():
    images = np.zeros((4, 2, 2, 3), np.uint8)
    images[1] = 255
    images[2, :, :, 1] = 255
    images[3, 0] = 255
    lightness = brightness(images)
    assert lightness["id"].tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(lightness["brightness"], [0, 1, 0.7152, 0.5])
