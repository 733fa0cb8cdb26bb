"""Pictures out of data sets in the formats of the Hugging Face hub."""

import csv
import importlib.metadata
import json
import socket
import zipfile
from types import SimpleNamespace

import datasets
import pyarrow.parquet as pq
import pytest
from huggingface_hub import errors

from huggingface_data import CLASSES, SETTINGS, encoded, paintings, write_parquet
from stylewalk.data.huggingface import fetching, inside
from stylewalk.data.huggingface import rows as rows_module
from stylewalk.data.huggingface.fetching import fetch
from stylewalk.data.huggingface.names import check_name
from stylewalk.data.metadata import read_metadata
from stylewalk.data.packing import pack_images
from stylewalk.data.selection import select_artworks
from stylewalk.errors import StylewalkError


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """A data set on disk asks for nothing from elsewhere."""

    def refuse(*_):
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def fetched(tmp_path, name, classes=CLASSES, per_class=2, column="style", seed=0, **settings):
    """The written files, and the table."""
    out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
    files = [out / "images.zip", out / "metadata.csv", out / "data_set.json"]
    steps = []
    fetch(
        {"name": str(name), **SETTINGS, **settings},
        column,
        classes,
        per_class,
        seed,
        *files,
        progress=lambda *numbers: steps.append(numbers),
    )
    return (
        files,
        read_metadata(files[1], "class", is_escaped=True),
        json.loads(files[2].read_text()),
        steps,
    )


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("layout", ["parquet", "saved", "saved splits"])
def test_the_first_of_each_class_with_their_bytes_as_they_are(tmp_path, layout, labelled):
    data, folder = paintings(12, labelled), tmp_path / "set"
    if layout == "parquet":
        write_parquet(data, folder)
    elif layout == "saved":
        data.save_to_disk(folder)
    else:
        datasets.DatasetDict({"test": data.select([0]), "train": data}).save_to_disk(folder)
    (archive, _, _), table, record, steps = fetched(tmp_path, folder, ["Baroque", "Realism"])
    assert list(table["class"]) == ["Baroque", "Realism", "Baroque", "Realism"]
    assert list(table["artist"]) == ["rembrandt", "rembrandt", "juan-gris", "juan-gris"]
    with zipfile.ZipFile(archive) as pictures:
        rows = [int(name.removesuffix(".png")) for name in pictures.namelist()]
        assert rows == [0, 2, 3, 5]
        assert list(table["new_filename"]) == pictures.namelist()
        for row, name in zip(rows, pictures.namelist(), strict=True):
            assert pictures.read(name) == encoded(row)
    assert record["pictures"] == {"Baroque": 2, "Realism": 2}
    assert record["rows read"] == 6
    assert steps == [(done, 4) for done in (1, 2, 3, 4)]


def test_texts_are_no_formulas_in_a_spreadsheet_and_come_back(tmp_path):
    titles = ["=1+1", "'=1", "@a", "a\rb", "'plain'", "-2", '+x, "y"', "plain"]
    data = paintings(8, title=titles)
    write_parquet(data, tmp_path / "set")
    files, table, _, _ = fetched(tmp_path, tmp_path / "set", per_class=3, title_column="title")
    assert list(table["title"]) == titles
    with files[1].open(encoding="utf-8", newline="") as file:
        cells = [row["title"] for row in csv.DictReader(file)]
    assert cells[:3] == ["'=1+1", "''=1", "'@a"]
    assert not [cell for cell in cells if cell[0] in "=+-@"]


def test_a_folder_of_images_by_class(tmp_path):
    for number, name in enumerate(["Cubism", "Baroque"] * 3):
        path = tmp_path / f"set/{name}/{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(number, kind="JPEG"))
    (archive, _, _), table, _, _ = fetched(
        tmp_path, tmp_path / "set", ["Baroque"], None, column="label"
    )
    assert list(table["class"]) == ["Baroque"] * 3
    with zipfile.ZipFile(archive) as pictures:
        assert {pictures.read(name) for name in pictures.namelist()} == {
            encoded(number, kind="JPEG") for number in (1, 3, 5)
        }


def test_reading_stops_where_every_class_is_full(tmp_path):
    """A later file of the data set that is damaged is never opened, unless it is needed."""
    paths = write_parquet(paintings(18), tmp_path / "set", shards=3)
    paths[1].write_bytes(b"no Parquet")
    paths[2].write_bytes(b"no Parquet")
    _, table, record, _ = fetched(tmp_path, tmp_path / "set", per_class=2)
    assert len(table) == record["rows read"] == 6
    with pytest.raises(StylewalkError, match=r"cannot be used: .*replace the files"):
        fetched(tmp_path, tmp_path / "set", per_class=3)


@pytest.mark.slow
def test_the_same_bytes_for_the_same_seed_and_a_draw_of_its_own_for_another(tmp_path):
    write_parquet(paintings(60), tmp_path / "set", shards=2)
    first, again, other = (
        fetched(tmp_path, tmp_path / "set", seed=seed, shuffle_buffer=20)[0] for seed in (1, 1, 2)
    )
    plain, plain_again = (fetched(tmp_path, tmp_path / "set", seed=seed)[0] for seed in (1, 2))
    for one, same in zip([*first, *plain], [*again, *plain_again], strict=True):
        assert one.read_bytes() == same.read_bytes()
    assert first[0].read_bytes() != other[0].read_bytes()
    assert first[0].read_bytes() != plain[0].read_bytes()


def test_the_log_says_how_much_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fetching, "ROWS_BETWEEN_WORDS", 5)
    write_parquet(paintings(12), tmp_path / "set")
    fetched(tmp_path, tmp_path / "set", ["Cubism", "Realism"], per_class=4)
    said = capsys.readouterr().out
    assert "5 rows read, pictures taken: 2 of Cubism, 1 of Realism" in said
    assert "10 rows read, pictures taken: 3 of Cubism, 3 of Realism" in said


def test_rows_without_picture_or_class_are_told_and_cost_no_class_its_share(tmp_path, capsys):
    pictures = [{"bytes": encoded(number), "path": None} for number in range(12)]
    pictures[0] = None
    pictures[4] = {"bytes": b"", "path": None}
    labels = [number % 3 for number in range(12)]
    labels[3] = None
    labels[6] = -1
    write_parquet(paintings(12, image=pictures, style=labels), tmp_path / "set")
    _, table, record, _ = fetched(tmp_path, tmp_path / "set", ["Cubism", "Realism"])
    assert record["pictures"] == {"Cubism": 2, "Realism": 2}
    assert record["rows without a picture"] == 1
    assert record["rows without a class"] == 2
    assert "Row 4 (Cubism) has no picture: its cell is empty." in capsys.readouterr().out
    selected, rejected = select_artworks(table, ["Cubism", "Realism"], "class", 2, 0)
    assert list(selected["class"].value_counts()) == [2, 2]
    assert list(rejected["kind"]) == ["path"]
    assert "there is no picture" in rejected["reason"][0]


def test_bytes_that_are_no_picture_are_rejected_where_pictures_are_decoded(tmp_path):
    pictures = [{"bytes": encoded(number), "path": None} for number in range(9)]
    pictures[1] = {"bytes": b"no picture at all", "path": "../../evil.png"}
    write_parquet(paintings(9, image=pictures), tmp_path / "set")
    (archive, *_), table, _, _ = fetched(tmp_path, tmp_path / "set", per_class=None)
    selected, _ = select_artworks(table, CLASSES, "class", None, 0)
    images, artworks, rejected = pack_images(selected, archive, 16, "stretch", 0.3, 0, 0.5)
    assert images.shape == (8, 16, 16, 3)
    assert set(artworks["filename"]) == {f"{n:08d}.png" for n in range(9) if n != 1}
    assert list(rejected["filename"]) == ["00000001.bin"]
    assert list(rejected["kind"]) == ["unreadable"]


def test_a_path_in_a_row_reads_no_file_outside_the_data_set(tmp_path, capsys):
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(99))
    (tmp_path / "set").mkdir()
    (tmp_path / "set/link.png").symlink_to(secret)
    (tmp_path / "set/own.png").write_bytes(encoded(7))
    paths = [secret, tmp_path / "set/../secret.png", tmp_path / "set/link.png"]
    paths += [f"file://{secret}", f"zip://a.png::{secret}", "https://example.org/a.png"]
    paths += [tmp_path / "set/gone.png", tmp_path / "set/own.png", tmp_path / "set/own.png"]
    column = [{"bytes": None, "path": str(path)} for path in paths]
    data = paintings(len(paths), image=column, style=[0] * len(paths))
    (tmp_path / "set/data").mkdir()
    # The library's own writer would put the files' bytes into the table.
    pq.write_table(data.data.table, tmp_path / "set/data/train.parquet")
    (archive, *_), _, record, _ = fetched(tmp_path, tmp_path / "set", ["Baroque"], None)
    with zipfile.ZipFile(archive) as pictures:
        assert pictures.namelist() == ["00000007.png", "00000008.png"]
        assert {pictures.read(name) for name in pictures.namelist()} == {encoded(7)}
    assert record["rows without a picture"] == 7
    said = capsys.readouterr().out
    assert said.count("leads out of the data set") == 4
    assert said.count("the path names a protocol, which is not followed") == 2
    assert said.count("at the path there is no such file") == 1


def test_a_picture_too_large_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(inside, "LARGEST_PICTURE", 100)
    nowhere = inside.Pictures(inside.Folder(str(tmp_path)))
    _, fault = rows_module.encoded({"bytes": encoded(0), "path": None}, nowhere)
    assert fault == "it has more than 100 bytes"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column": "stile"}, ["dataset.class_column", "'stile'", "did you mean 'style'?"]),
        ({"image_column": "img"}, ["image_column", "Its columns: image, style, artist"]),
        ({"date_column": "year"}, ["date_column", "no column 'year'"]),
        (
            {"classes": ["Barok", "Realism"]},
            ["'Barok'", "did you mean 'Baroque'?", "Classes there"],
        ),
        ({"split": "tran"}, ["tran", "train"]),
        ({"configuration": "big"}, ["big", "default"]),
        ({"column": "image"}, ["'image'", "no single text or label"]),
        ({"image_column": "artist"}, ["'artist'", "no pictures", "Columns that do: image"]),
    ],
)
def test_what_is_not_there_is_told_in_words(tmp_path, changes, words):
    write_parquet(paintings(6), tmp_path / "set")
    with pytest.raises(StylewalkError) as error:
        fetched(tmp_path, tmp_path / "set", **changes)
    for word in words:
        assert word in str(error.value)


def test_a_class_of_texts_that_is_not_there_is_told_when_all_is_read(tmp_path):
    write_parquet(paintings(6, labelled=False), tmp_path / "set")
    with pytest.raises(StylewalkError, match=r"no class 'Kubism' \(did you mean 'Cubism'\?\)"):
        fetched(tmp_path, tmp_path / "set", ["Kubism", "Realism"])
    assert not list(tmp_path.rglob("images.zip"))


@pytest.mark.parametrize("name", ["./gone", "/data/gone", "a/b/c", "owner/..", "-owner/name"])
def test_neither_a_folder_nor_a_name_of_the_hub(name):
    with pytest.raises(StylewalkError, match="there is no folder"):
        check_name(name)


def test_names_of_the_hub_and_folders_pass(tmp_path):
    check_name("huggan/wikiart")
    check_name("mnist")
    with pytest.raises(StylewalkError, match="is empty"):
        check_name(str(tmp_path))


def test_without_the_library_it_says_what_to_install(monkeypatch):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    with pytest.raises(StylewalkError, match=r"pip install '\.\[huggingface\]'"):
        check_name("huggan/wikiart")


class TransportError(Exception):
    """The name of what the clients of the hub raise, whichever of them is installed."""


class ConnectTimeout(TransportError):
    """One of them."""


def failure(kind, status=None):
    """An error of the libraries that stand between a data set and us."""
    if status is None:
        return kind("no route to host")
    response = SimpleNamespace(headers={}, request=None, status_code=status)
    return kind("refused", response=response)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (failure(ConnectionError), "See to the connection to the internet and run again"),
        (failure(ConnectTimeout), "See to the connection to the internet and run again"),
        (failure(errors.HfHubHTTPError, 503), "See to the connection to the internet"),
        (failure(errors.GatedRepoError, 403), "log in with `hf auth login`"),
        (failure(errors.RepositoryNotFoundError, 404), "there is no data set owner/name on the"),
        (failure(errors.RevisionNotFoundError, 404), "no such dataset.huggingface.revision"),
        (RuntimeError("401 Client Error: no token"), "log in with `hf auth login`"),
        (RuntimeError("http://localhost:40137/api: odd bytes"), "40137/api: odd bytes. Correct"),
        (RuntimeError("odd bytes"), "cannot be used: odd bytes"),
    ],
)
def test_what_the_hub_refuses_is_told_in_words(tmp_path, monkeypatch, error, words):
    waited = []

    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("huggingface_hub.HfApi.dataset_info", refuse)
    monkeypatch.setattr("time.sleep", waited.append)
    with pytest.raises(StylewalkError) as raised:
        fetched(tmp_path, "owner/name")
    assert words in str(raised.value)
    # Only what may pass by itself is tried again.
    assert len(waited) == (3 if "See to the connection" in words else 0)


def test_a_data_set_of_the_hub_is_read_at_the_commit_of_the_moment(tmp_path, monkeypatch):
    asked = {}

    class Found:
        id, sha = "owner/renamed", "c0ffee"

    class Builder:
        __module__ = "datasets.packaged_modules.parquet.parquet"
        config = SimpleNamespace(data_files={"train": []})

        def as_streaming_dataset(self, split):
            asked.update(split=split)
            return paintings(6).to_iterable_dataset()

    def load(name, configuration, **options):
        asked.update(options, name=name, configuration=configuration)
        return Builder()

    monkeypatch.setattr("huggingface_hub.HfApi.dataset_info", lambda *_, **__: Found)
    monkeypatch.setattr(datasets, "load_dataset_builder", load)
    monkeypatch.setattr(inside.Hub, "own", lambda *_: None)
    _, table, record, _ = fetched(tmp_path, "owner/name", revision="main", configuration="c")
    assert len(table) == 6
    assert asked == {
        "name": "owner/renamed",
        "configuration": "c",
        "revision": "c0ffee",
        "split": "train",
    }
    assert record["data set"] == "owner/renamed at c0ffee, split train"
