"""The schemas of the tables, and the job through which tables are read."""

import csv

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stylewalk import tables
from stylewalk.catalogue import Table
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.trajectories import PAIRS
from stylewalk.errors import StylewalkError

ROWS = pd.DataFrame(
    {
        "id": [0, 1],
        "class": ["Realism", "Realism"],
        "split": ["training", "validation"],
        "artist": ["A, B", 'He said "x"'],
        "title": ["", "Ω\nnew line"],
        "content": ["", "boat"],
        "content_group": ["", "at sea"],
        "year": pd.array([1880, None], dtype="Int64"),
        "century": pd.array([19, None], dtype="Int64"),
        "filename": ["a.jpg", "b.jpg"],
    }
)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_written_tables_are_read_back(tmp_path, suffix):
    path = tmp_path / f"artworks{suffix}"
    tables.write_table(ROWS, path, ARTWORKS)
    read = tables.read_table(path, ARTWORKS)
    assert read.astype(object).where(read.notna(), None).to_dict("list") == ROWS.astype(
        object
    ).where(ROWS.notna(), None).to_dict("list")


SIGNS = "=+-@\t\r\n＝＋－＠"
PARTS = st.tuples(
    st.sampled_from(["", "'", "''"]),
    st.sampled_from(["", *SIGNS]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)


@given(st.tuples(PARTS, PARTS))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_is_a_formula_and_each_text_comes_back(tmp_path, parts):
    path, texts = tmp_path / "a.csv", ["".join(part) for part in parts]
    tables.write_table(ROWS.assign(title=texts), path, ARTWORKS)
    assert tables.read_table(path, ARTWORKS)["title"].tolist() == texts
    with path.open(encoding="utf-8", newline="") as file:
        cells = [row["title"] for row in csv.DictReader(file)]
    assert not [cell for cell in cells if cell.startswith(tuple(SIGNS))]


def test_numbers_are_no_formulas(tmp_path):
    frame = pd.DataFrame({"a": [-1.5, 1e-30], "b": [-2, 3], "c": ["-2", "1"]})
    schema = Table("x", "", {"a": ("float", ""), "b": ("int", ""), "c": ("str", "")})
    tables.write_table(frame, tmp_path / "a.csv", schema)
    assert (tmp_path / "a.csv").read_text() == "a,b,c\n-1.5,-2,'-2\n1e-30,3,1\n"
    assert tables.read_table(tmp_path / "a.csv", schema).equals(frame)


def test_columns_are_put_in_order_and_extra_ones_refused(tmp_path):
    tables.write_table(ROWS[ROWS.columns[::-1]], tmp_path / "a.csv", ARTWORKS)
    assert (tmp_path / "a.csv").read_text().startswith("id,class,split,artist")
    with pytest.raises(StylewalkError, match="left over"):
        tables.write_table(ROWS.assign(x=1), tmp_path / "b.csv", ARTWORKS)
    with pytest.raises(StylewalkError, match="missing"):
        tables.write_table(ROWS.drop(columns="id"), tmp_path / "b.csv", ARTWORKS)
    assert not (tmp_path / "b.csv").exists()


def test_wrong_types_are_refused(tmp_path):
    with pytest.raises(StylewalkError, match="wrong type"):
        tables.write_table(ROWS.assign(id=["x", "y"]), tmp_path / "a.csv", ARTWORKS)


def test_damaged_and_foreign_tables_are_refused_in_words(tmp_path):
    path = tmp_path / "artworks.parquet"
    tables.write_table(ROWS, path, ARTWORKS)
    with pytest.raises(StylewalkError, match=r"artworks\.parquet has the columns"):
        tables.read_table(path, PAIRS)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StylewalkError, match=r"artworks\.parquet cannot be read"):
        tables.read_table(path, ARTWORKS)
    with pytest.raises(StylewalkError, match=r"none\.parquet cannot be read"):
        tables.read_table(tmp_path / "none.parquet", ARTWORKS)


def test_same_rows_same_bytes(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        tables.write_table(ROWS, tmp_path / name, ARTWORKS)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_gather_keeps_the_order_of_the_paths(tmp_path):
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    for number, path in enumerate(paths):
        tables.write_table(ROWS.assign(id=[number, number]), path, ARTWORKS)
    assert list(tables.gather(paths, ARTWORKS)["id"]) == [0, 0, 1, 1]
