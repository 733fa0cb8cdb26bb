"""Metadata: every layout that people have, and a word for every one that cannot be read."""

import gzip
import os

import pandas as pd
import pytest

from stylewalk.data.classes import check_classes, class_counts
from stylewalk.data.metadata import read_folder, read_metadata
from stylewalk.errors import StylewalkError

COLUMNS = ["style", "new_filename", "artist", "title", "date", "content", "content_group"]
ROWS = pd.DataFrame(
    {
        "artist": ["NA", "", "Édouard Manet"],
        "date": ["c. 1880", "", "1896-1901"],
        "content": ["boat", "", "boat"],
        "content_group": ["at sea", "", "at sea"],
        "genre": ["x", "y", ""],
        "style": ["Realism", " Realism ", ""],
        "title": ["Sea, with boats", 'The "lines\nof the title', "None"],
        "new_filename": ["1.jpg", "2.jpg ", "b/3.jpg"],
    }
)


@pytest.mark.parametrize("name", ["m.csv", "m.csv.gz", "m.CSV", "m.parquet"])
def test_every_format_reads_to_the_same_texts(tmp_path, name):
    path = tmp_path / name
    ROWS.to_parquet(path) if name.endswith("parquet") else ROWS.to_csv(path, index=False)
    frame = read_metadata(path, "style")
    assert list(frame.columns) == COLUMNS
    assert frame.index.tolist() == [0, 1, 2]
    assert frame["style"].tolist() == ["Realism", "Realism", ""]
    assert frame["new_filename"].tolist() == ["1.jpg", "2.jpg ", "b/3.jpg"]
    assert frame["artist"].tolist() == ["NA", "", "Édouard Manet"]
    assert frame["title"].tolist() == ["Sea, with boats", 'The "lines\nof the title', "None"]


def test_numbers_and_gaps_of_a_parquet_become_texts(tmp_path):
    frame = ROWS.assign(date=[1887.0, None, 1901.0], artist=[None, "a", "b"], title=[1, 2, 3])
    frame.set_index(pd.Index([7, 8, 9])).to_parquet(tmp_path / "m.parquet")
    read = read_metadata(tmp_path / "m.parquet", "style")
    assert read["date"].tolist() == ["1887.0", "", "1901.0"]
    assert read["artist"].tolist() == ["", "a", "b"]
    assert read["title"].tolist() == ["1", "2", "3"]
    assert read.index.tolist() == [0, 1, 2]


def test_two_columns_are_enough_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "m.csv").write_text("style,new_filename\nA,1.jpg\nA\n", encoding="utf-8-sig")
    frame = read_metadata(tmp_path / "m.csv", "style")
    assert frame.to_dict("list") == {
        "style": ["A", "A"],
        "new_filename": ["1.jpg", ""],
        "artist": ["", ""],
        "title": ["", ""],
        "date": ["", ""],
        "content": ["", ""],
        "content_group": ["", ""],
    }


def test_an_optional_column_can_be_the_class(tmp_path):
    ROWS.to_csv(tmp_path / "m.csv", index=False)
    frame = read_metadata(tmp_path / "m.csv", "artist")
    assert list(frame.columns) == [
        "artist",
        "new_filename",
        "title",
        "date",
        "content",
        "content_group",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.csv", b"", "is empty"),
        ("m.csv", b"style,new_filename\n", "no rows"),
        ("m.csv", b"Style,new_filename\nA,1.jpg\n", "no column 'style' (did you mean 'Style'?)"),
        ("m.csv", b"style,file\nA,1.jpg\n", "no column 'new_filename'"),
        ("m.csv", b"style;new_filename\nA;1.jpg\n", "commas"),
        ("m.csv", "style,new_filename\né,1.jpg\n".encode("latin-1"), "UTF-8"),
        ("m.csv", b'style,new_filename\n"A,1.jpg\n', "cannot be read"),
        ("m.csv", b"style,new_filename\nA,1.jpg,c,d\n", "cannot be read"),
        ("m.csv", b"style,new_filename\nA,1.jpg\nA,1.jpg,c,d\n", "cannot be read"),
        ("m.csv.gz", b"style,new_filename\nA,1.jpg\n", "cannot be read"),
        (
            "m.csv.gz",
            gzip.compress(b"style,new_filename\nA,1.jpg\n", mtime=0)[:-12],
            "cannot be read",
        ),
        ("m.parquet", b"PAR1", "cannot be read"),
        ("m.xlsx", b"PK", ".csv, .csv.gz or .parquet"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StylewalkError) as error:
        read_metadata(tmp_path / name, "style")
    assert str(tmp_path / name) in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize("name", ["m.csv", "m.csv.gz"])
@pytest.mark.parametrize(
    ("coding", "words"),
    [
        *((f"utf-{bits}", f"in UTF-{bits}.*iconv -f UTF-{bits} ") for bits in (16, 32)),
        *((f"utf-{bits}-le", f"in UTF-{bits}LE.*iconv -f UTF-{bits}LE ") for bits in (16, 32)),
        *((f"utf-{bits}-be", f"in UTF-{bits}BE.*iconv -f UTF-{bits}BE ") for bits in (16, 32)),
        ("latin-1", "in Latin-1 or Windows-1252.*iconv -f WINDOWS-1252 "),
        ("cp1252", "in Latin-1 or Windows-1252.*iconv -f WINDOWS-1252 "),
    ],
)
def test_another_coding_is_named_with_the_command_that_converts_it(tmp_path, name, coding, words):
    blob = "style,new_filename,artist\nA,1.jpg,É\nA,2.jpg,é\n".encode(coding)
    blob = gzip.compress(blob, mtime=0) if name.endswith("gz") else blob
    (tmp_path / name).write_bytes(blob)
    with pytest.raises(StylewalkError, match=f"{words}.*{name}"):
        read_metadata(tmp_path / name, "style")


def test_a_missing_metadata_file_or_folder_is_named(tmp_path):
    with pytest.raises(StylewalkError, match=r"none\.csv does not exist"):
        read_metadata(tmp_path / "none.csv", "style")
    with pytest.raises(StylewalkError, match="none does not exist"):
        read_folder(tmp_path / "none")


def make_files(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_a_folder_of_classes(tmp_path):
    images = ["B/1.jpg", "A b/x.PNG", "B/10.webp", "A b/é.tiff"]
    others = ["B/notes.txt", "B/.hidden.jpg", ".git/1.jpg", "loose.jpg", "C/deeper/1.jpg"]
    make_files(tmp_path, images + others)
    frame = read_folder(tmp_path)
    assert list(frame.columns) == [
        "class",
        "new_filename",
        "artist",
        "title",
        "date",
        "content",
        "content_group",
    ]
    assert frame["new_filename"].tolist() == ["A b/x.PNG", "A b/é.tiff", "B/1.jpg", "B/10.webp"]
    assert frame["class"].tolist() == ["A b", "A b", "B", "B"]
    assert (frame[["artist", "title", "date"]] == "").all(axis=None)


def test_a_folder_without_classes_says_what_was_expected(tmp_path):
    make_files(tmp_path, ["1.jpg", "A/notes.txt"])
    with pytest.raises(StylewalkError, match="one sub-folder per class"):
        read_folder(tmp_path)


def test_a_file_name_that_is_not_utf8_is_read(tmp_path):
    make_files(tmp_path, ["A/1.jpg"])
    try:
        (tmp_path / "A" / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert len(read_folder(tmp_path)) == 2


def test_counts_leave_out_rows_without_a_class():
    frame = pd.DataFrame({"style": ["b", "a", "", "c", "c", "a", "c"]})
    counts = class_counts(frame["style"])
    assert list(counts.items()) == [("c", 3), ("a", 2), ("b", 1)]
    assert all(type(count) is int for count in counts.values())


def test_classes_that_are_there_pass():
    assert check_classes({"Realism": 2, "Cubism": 1}, ["Realism"], "m.csv") is None


def test_every_absent_or_single_class_is_named():
    counts = {"Impressionism": 4000, "Realism": 12, "Cubism": 1}
    with pytest.raises(StylewalkError) as error:
        check_classes(
            counts, ["realism", "Impresionism", "Cubism", "Dada"], "column style of m.csv"
        )
    message = str(error.value)
    assert message.startswith("In column style of m.csv")
    assert "'realism' (did you mean 'Realism'?)" in message
    assert "'Impresionism' (did you mean 'Impressionism'?)" in message
    assert "'Cubism' has one picture and cannot be split" in message
    assert "no class 'Dada'. Classes there: Impressionism" in message
    assert "Impressionism (4,000), Realism (12), Cubism (1)" in message


def test_what_is_shown_may_stand_in_a_column_of_any_name(tmp_path):
    ROWS.assign(codepoint=["1f600", "1f601", "1f600"]).to_csv(tmp_path / "m.csv", index=False)
    read = read_metadata(tmp_path / "m.csv", "style", content_column="codepoint")
    assert read["content"].tolist() == ["1f600", "1f601", "1f600"]
    absent = read_metadata(tmp_path / "m.csv", "style", content_column="no such column")
    assert absent["content"].tolist() == ["boat", "", "boat"]


def test_the_column_of_the_class_is_never_replaced_by_what_is_shown(tmp_path):
    columns = {"content": ["animals", "food"], "codepoint": ["1f431", "1f34e"]}
    pd.DataFrame({**columns, "new_filename": ["a", "b"]}).to_csv(tmp_path / "m.csv", index=False)
    with pytest.raises(StylewalkError, match=r"'content' of .* holds the class, and 'codepoint'"):
        read_metadata(tmp_path / "m.csv", "content", content_column="codepoint")
    read = read_metadata(tmp_path / "m.csv", "content")
    assert read["content"].tolist() == ["animals", "food"]
