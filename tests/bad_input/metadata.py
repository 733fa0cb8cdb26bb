"""Tables and folders of artworks that are refused, and rows that are left out."""

import gzip
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bad_input.case import Case, cut, unsafe_pickle
from stylewalk import tables
from stylewalk.catalogue.data import REJECTED, SELECTED
from stylewalk.data.classes import check_classes, class_counts
from stylewalk.data.metadata import read_folder, read_metadata
from stylewalk.data.selection import select_artworks

HEADER = "style,new_filename,artist,title,date\n"
ROWS = "".join(f"{c},{c}{i}.png,Somebody,Sea,1880\n" for c in "AB" for i in range(3))
GOOD = (HEADER + ROWS).encode()
FRAME = pd.DataFrame({"style": list("AABB"), "new_filename": list("1234")})


def select(metadata: pd.DataFrame, column: str, out: Path) -> pd.DataFrame:
    """What the script does with metadata."""
    selected, rejected = select_artworks(metadata, ["A", "B"], column, None, 0)
    tables.write_table(rejected, out / "rejected.parquet", REJECTED)
    tables.write_table(selected, out / "selected.parquet", SELECTED)
    return rejected


def file(name: str, what: str, file_name: str, content: object, *expected: str) -> Case:
    """A metadata file of this content."""

    def run(folder: Path, out: Path) -> None:
        path = folder / file_name
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)
        metadata = read_metadata(path, "style")
        check_classes(class_counts(metadata["style"]), ["A", "B"], str(path))
        select(metadata, "style", out)

    return Case(name, what, run, (file_name, *expected))


def row(name: str, what: str, added: str, *expected: str) -> Case:
    """Good metadata and one more row, which is left out."""

    def run(folder: Path, out: Path) -> pd.DataFrame:
        (folder / "m.csv").write_text(HEADER + ROWS + added + "\n", encoding="utf-8")
        return select(read_metadata(folder / "m.csv", "style"), "style", out)

    return Case(name, what, run, expected, is_rejected=True)


def listing(name: str, what: str, make: object, *expected: str) -> Case:
    """A folder of classes."""

    def run(folder: Path, out: Path) -> None:
        select(read_folder(make(folder)), "class", out)

    return Case(name, what, run, expected)


def other_accents(folder: Path) -> Path:
    """The folder of the class is written otherwise than the class: as macOS does."""
    for name in ("A", "B"):
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(b"")
    return folder


def parquet_bytes(share: float) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(FRAME), sink)
    return cut(sink.getvalue().to_pybytes(), share)


def without(column: str) -> bytes:
    return GOOD.replace(column.encode(), b"other")


TWICE = pa.table([list("AABB"), list("1234"), list("BBAA")], ["style", "new_filename", "style"])
NO_TEXT = pa.table({"style": list("AABB"), "new_filename": [b"1", b"\xff", b"3", b"4"]})
FILES = [
    ("empty", "nothing in it", "m.csv", b"", "is empty", "expected a header"),
    ("no_rows", "a header alone", "m.csv", HEADER.encode(), "no rows", "write one"),
    ("no_class_column", "lacks a column", "m.csv", without("style"), "'style'", "rename the col"),
    ("no_file_column", "lacks a column", "m.csv", without("new_filename"), "'new_filename'", "Add"),
    ("column_twice", "pandas takes one", "m.csv", GOOD.replace(b"artist", b"style"), "2 times"),
    ("parquet_twice", "the same", "m.parquet", TWICE, "style", "Save it again"),
    ("latin", "Latin-1", "m.csv", GOOD.replace(b"Sea", b"caf\xe9"), "UTF-8", "Save it again"),
    ("utf16", "Excel's Unicode", "m.csv", GOOD.decode().encode("utf-16"), "Save it again"),
    ("surrogate", "half a letter", "m.csv", GOOD.replace(b"Sea", b"\xed\xa0\x80"), "Save it again"),
    ("open_quote", "a quote left open", "m.csv", GOOD.replace(b"A0", b'"A0'), "quotes in pairs"),
    ("long_row", "a comma unquoted", "m.csv", GOOD.replace(b"Sea", b"Sea, blue"), "no row longer"),
    ("short_gzip", "cut short", "m.csv.gz", cut(gzip.compress(GOOD, mtime=0), 1), "Copy or save"),
    ("no_gzip", "no gzip", "m.csv.gz", GOOD, "cannot be read", "Copy or save"),
    ("short_parquet", "cut short", "m.parquet", parquet_bytes(0.5), "magic bytes", "Save it"),
    ("bytes_parquet", "bytes, no texts", "m.parquet", NO_TEXT, "no UTF-8", "Save its columns"),
    ("spreadsheet", "another format", "m.xlsx", b"PK", "must end in .csv, .csv.gz or .parquet"),
    ("pickled", "a pickle", "m.parquet", unsafe_pickle(), "cannot be read", "Save it again"),
    ("pipe", "a pipe, which waits for ever", "m.csv", os.mkfifo, "is no file", "give the path"),
    ("folder", "a folder", "m.csv", Path.mkdir, "is no file", "give the path"),
    ("loop", "a link to itself", "m.csv", lambda p: p.symlink_to(p), "is no file", "give the path"),
    ("one_class", "no row of a class", "m.csv", GOOD.replace(b"B,", b"b,"), "mean 'b'", "Classes"),
]
LONG = "n" * 5000
CASES = [
    *(file("metadata_" + name, *line) for name, *line in FILES),
    Case("long_path", "a name too long", lambda f, o: read_metadata(LONG, "style"), (LONG, "give")),
    listing("no_folder", "no folder", lambda folder: folder / "none", "none", "does not exist"),
    listing("no_images", "an empty folder", lambda folder: folder, "no images", "Realism/1.jpg"),
    listing("single", "one picture of a class", other_accents, "class 'A'", "at least 2"),
    row("absolute", "an absolute path", "A,/etc/passwd,,,", "/etc/passwd", "path", "absolute"),
    row("drive", "a drive of Windows", "A,C:\\x.png,,,", "C:\\x.png", "path", "absolute"),
    row("climbing", "a path that climbs", "A,../x.png,,,", "../x.png", "path", "leads out"),
    row("inner_climb", "the same inside", "A,a/../../x,,,", "a/../../x", "path", "leads out"),
    row("other_slash", "the same of Windows", "A,..\\x.png,,,", "..\\x.png", "path", "leads out"),
    row("nul", "a NUL", "A,a\0b.png,,,", "a\0b.png", "path", "not valid text"),
    row("line_break", "a line break", 'A,"a\nb.png",,,', "a\nb.png", "path", "rename the file"),
    row("blank", "no file name", "A,,x,y,1880", "", "path", "blank"),
    row("again", "a file twice", "A,A0.png,,,", "A0.png", "duplicate", "listed before, in row 0"),
    row("spelt", "the same otherwise", "A,.//A1.png,,,", ".//A1.png", "duplicate", "in row 1"),
]
