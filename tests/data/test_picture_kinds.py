"""Pictures of every kind are read, or listed with what to do: none vanishes without a word."""

import importlib.util
import io
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk.data import decoding, picture_kinds
from stylewalk.data.decoding import decode
from stylewalk.data.metadata import list_folder, read_folder, read_metadata
from stylewalk.data.packing import pack_images
from stylewalk.data.picture_files import Undecodable
from stylewalk.data.selection import select_artworks
from stylewalk.errors import StylewalkError
from stylewalk_workflow.doctor import _passed_over
from stylewalk_workflow.study import check_sources
from stylewalk_workflow.watched_files import names_of_classes

READ = {
    "a.jfif": "JPEG",
    "b.jpe": "JPEG",
    "c.jp2": "JPEG2000",
    "d.J2K": "JPEG2000",
    "e.ppm": "PPM",
    "f.pnm": "PPM",
    "g.avif": "AVIF",
    "h.heic": "HEIF",
    "i.HEIF": "HEIF",
    "j.mpo": "JPEG",
    "k.apng": "PNG",
    "l.dib": "BMP",
}
NO_PICTURES = ["notes.txt", "Thumbs.db", "table.csv", "a.xmp", "desktop.ini", "a.json", "x"]


@pytest.fixture
def without_plugin(monkeypatch):
    """As where the extra is not installed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    picture_kinds._why.cache_clear()
    formats = [name for name in decoding._formats() if name != "HEIF"]
    monkeypatch.setattr(decoding, "_formats", lambda: formats)
    yield
    picture_kinds._why.cache_clear()


def encoded(kind: str, mode: str = "RGB") -> bytes:
    decoding._formats()
    y, x = np.mgrid[0:40, 0:60]
    pixels = np.stack([4 * x, 6 * y, 128 + 0 * x], axis=2).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def write(folder, files, classes=("cats", "dogs")):
    for name in classes:
        for file, content in files.items():
            path = folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def test_every_kind_that_pillow_and_the_extra_read_is_a_picture(tmp_path):
    files = {file: encoded(kind) for file, kind in READ.items()}
    write(tmp_path, files | {"m.pgm": encoded("PPM", "L"), "n.pbm": encoded("PPM", "1")})
    listed = list_folder(tmp_path)
    assert len(listed.frame) == 2 * (len(READ) + 2)
    assert listed.passed.empty
    selected, _ = select_artworks(listed.frame, ["cats", "dogs"], "class", None, 0)
    images, artworks, rejected = pack_images(selected, tmp_path, 16, "stretch", 0.3, 0, 0)
    assert rejected.empty
    colours = images[[name[-3:] not in ("pgm", "pbm") for name in artworks["filename"]]]
    assert np.abs(colours.astype(int) - colours[0]).mean(axis=(1, 2, 3)).max() < 4


def test_what_is_not_read_is_listed_with_what_to_do(tmp_path):
    others = ["a.psd", "b.SVG", "c.nef", "d.CR2", "e.dng", "f.jxl", "g.eps", "h.tga", "i.exr"]
    write(tmp_path, {"1.png": encoded("PNG"), **dict.fromkeys([*others, *NO_PICTURES], b"?")})
    frame, passed = list_folder(tmp_path)
    assert frame["new_filename"].tolist() == ["cats/1.png", "dogs/1.png"]
    assert sorted(passed["filename"]) == sorted(
        f"{c}/{o}" for c in ("cats", "dogs") for o in others
    )
    assert set(passed["kind"]) == {"format"}
    assert passed["row"].tolist() == list(range(2, 2 + 2 * len(others)))
    for words, count in (("develop it", 6), ("holds no pixels", 4), ("save it as .png or .jpg", 8)):
        assert passed["reason"].str.contains(words, regex=False).sum() == count


@pytest.mark.parametrize("zipped", [False, True])
def test_a_picture_whose_name_is_none_is_told(tmp_path, zipped):
    files = {"1.png": b"", "2.png": b"", "a.txt": b"", "IMG_1": encoded("JPEG")}
    files |= {"b.jpg_large": encoded("JPEG"), "c.dat": encoded("WEBP"), "d.bin": b"8BPS\0\1"}
    folder = write(tmp_path / "all", files)
    (folder / "cats/pipe").symlink_to("/dev/zero")
    if zipped:
        (folder / "cats/pipe").unlink()
        folder = shutil.make_archive(tmp_path / "all", "zip", folder)
    passed = list_folder(folder).passed.set_index("filename")["reason"]
    assert len(passed) == 8
    assert "holds a .jpg picture: rename it" in passed["cats/IMG_1"]
    assert "holds a .jpg picture: rename it" in passed["cats/b.jpg_large"]
    assert "holds a .webp picture" in passed["dogs/c.dat"]
    assert ".psd are not read" in passed["dogs/d.bin"]


@pytest.mark.parametrize("zipped", [False, True])
def test_pictures_in_folders_below_a_class_are_listed_one_by_one(tmp_path, zipped):
    deep = {f"old/{i}.png": b"" for i in range(3)} | {"old/er/x.heic": b"", "texts/a.txt": b""}
    folder = write(tmp_path / "all", {"1.png": b"", "2.png": b"", ".cache/3.png": b"", **deep})
    if zipped:
        folder = shutil.make_archive(tmp_path / "all", "zip", tmp_path, "all")
    frame, passed = list_folder(folder)
    assert len(frame) == 4
    names = ["old/0.png", "old/1.png", "old/2.png", "old/er/x.heic"]
    assert sorted(passed["filename"]) == [f"{c}/{name}" for c in ("cats", "dogs") for name in names]
    assert passed["reason"].str.contains("below that of its class").all()
    found = {"source": "folder", "images": str(folder), "classes": ["cats"]}
    (note,) = _passed_over(found)
    assert note.found.splitlines() == [
        "cats/old: 3 pictures are left out",
        "cats/old/er: 1 picture is left out",
    ]


def test_heic_without_the_extra_says_what_to_install(tmp_path, without_plugin):
    heic = encoded("HEIF")
    write(tmp_path, {"1.png": encoded("PNG"), "2.png": encoded("PNG"), "3.heic": heic})
    write(tmp_path, {"1.heic": heic, "2.heic": heic}, ["birds"])
    frame, passed = list_folder(tmp_path)
    assert len(frame) == 4
    assert passed["reason"].str.contains("pip install '.[heif]'", regex=False).all()
    given = {"source": "folder", "images": str(tmp_path), "per_class": None}
    with pytest.raises(
        StylewalkError, match=r"no class 'birds'.*2 \.heic are passed over.*\[heif\]"
    ):
        check_sources({"dataset": {**given, "classes": ["cats", "birds"]}})
    (note,) = _passed_over({**given, "classes": ["cats", "dogs"]})
    assert note.found == "2 are left out: 2 .heic"
    assert "[heif]" in note.advice
    write(tmp_path / "other", {"1.heic": heic, "2.heic": heic}, ["birds"])
    with pytest.raises(StylewalkError, match=r"no images in sub-folders.*2 \.heic"):
        read_folder(tmp_path / "other")


def test_a_row_of_a_table_says_its_kind_and_not_that_it_is_no_image(tmp_path, without_plugin):
    files = {f"{i}.png": encoded("PNG") for i in range(3)} | {"x.psd": b"8BPS", "x.heic": b"heic"}
    # A telephone's picture under another name, and one that is a JPEG in truth.
    files |= {"y.jpg": encoded("HEIF"), "z.heic": encoded("JPEG")}
    write(tmp_path, files)
    rows = [f"{c},{c}/{name}" for c in ("cats", "dogs") for name in files]
    (tmp_path / "m.csv").write_text("style,new_filename\n" + "\n".join(rows))
    frame = read_metadata(tmp_path / "m.csv", "style")
    selected, _ = select_artworks(frame, ["cats", "dogs"], "style", None, 0)
    _, artworks, rejected = pack_images(selected, tmp_path, 16, "crop", 0.3, 0, 0.9)
    assert len(artworks) == 8
    reasons = rejected.set_index("filename")["reason"]
    assert set(rejected["kind"]) == {"format"}
    assert "not read: save it as" in reasons["cats/x.psd"]
    assert "[heif]" in reasons["cats/x.heic"]
    assert "[heif]" in reasons["cats/y.jpg"]
    given = {"source": "table", "metadata": tmp_path / "m.csv", "class_column": "style"}
    (note,) = _passed_over({**given, "classes": ["cats"]})
    assert "1 .psd" in note.found


def test_a_picture_that_comes_and_is_passed_over_is_noticed(tmp_path):
    write(tmp_path, {"1.png": b"", "2.png": b""})
    first = names_of_classes(tmp_path, ["cats"])
    write(tmp_path, {"notes.txt": b"", "x.psd": b""}, ["dogs"])
    assert names_of_classes(tmp_path, ["cats"]) == first
    write(tmp_path, {"x.psd": b""}, ["cats"])
    assert names_of_classes(tmp_path, ["cats"]) != first


def test_bombs_in_new_kinds_are_refused_from_their_headers(tmp_path, monkeypatch):
    for name, kind in (("a.heic", "HEIF"), ("a.jp2", "JPEG2000"), ("a.avif", "AVIF")):
        (tmp_path / name).write_bytes(encoded(kind))
        with pytest.raises(Undecodable, match="60 x 40 pixels, more than the 100 allowed"):
            decode(tmp_path / name, 16, "crop", max_pixels=100)
        (tmp_path / name).write_bytes(encoded(kind)[:200])
        with pytest.raises(Undecodable):
            decode(tmp_path / name, 16, "crop")


@pytest.mark.parametrize("name", ["a.eps", "a.tga", "a.pcx", "a.sgi", "a.ico"])
def test_no_other_reader_of_pillow_is_asked(tmp_path, name):
    Image.new("RGB", (16, 16)).save(tmp_path / name)
    with pytest.raises(Undecodable):
        decode(tmp_path / name, 16, "crop")


@pytest.mark.parametrize("root", ["", "all\\"])
@pytest.mark.parametrize("system", [0, 3])
def test_a_zip_file_whose_folders_are_parted_by_backslashes(tmp_path, root, system):
    path = tmp_path / "windows.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("cats", "dogs"):
            for number in range(3):
                info = zipfile.ZipInfo("x")
                info.filename, info.create_system = f"{root}{name}\\{number}.png", system
                archive.writestr(info, encoded("PNG"))
            archive.writestr(f"{root}{name}\\..\\..\\..\\out.png", encoded("PNG"))
    frame = read_folder(path)
    assert frame["new_filename"].tolist() == [
        f"{c}/{i}.png" for c in ("cats", "dogs") for i in range(3)
    ]
    selected, _ = select_artworks(frame, ["cats", "dogs"], "class", None, 0)
    assert len(pack_images(selected, path, 16, "crop", 0.3, 0, 0)[0]) == 6
    # The same where a table names them, whichever way.
    names = ["cats\\0.png", "cats/1.png", "dogs\\0.png", "dogs/1.png"]
    rows = pd.DataFrame({"class": [*"AABB"], "new_filename": names})
    rows = rows.assign(artist="", title="", date="", content="", content_group="")
    selected, _ = select_artworks(rows, ["A", "B"], "class", None, 0)
    assert len(pack_images(selected, path, 16, "crop", 0.5, 0, 0)[0]) == 4
