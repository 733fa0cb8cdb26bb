"""Pictures in a zip file: the same array as from the folder, and faults in words."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from stylewalk.data import picture_files
from stylewalk.data.metadata import read_folder
from stylewalk.data.packing import pack_images
from stylewalk.data.picture_files import Undecodable, open_pictures
from stylewalk.data.selection import select_artworks
from stylewalk.errors import StylewalkError


def png(seed):
    """A small picture of noise, as the bytes of a PNG file."""
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


NAMES = [f"{name}/{number}.png" for name in ("Realism", "Pop Art") for number in range(4)]


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(NAMES):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(number))
    return tmp_path / "pictures"


def zipped(folder, path, root="", compression=zipfile.ZIP_DEFLATED):
    """The folder as a zip file, with the litter that systems add."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in NAMES:
            archive.writestr(f"{root}{name}", (folder / name).read_bytes())
        archive.writestr(f"__MACOSX/{root}Realism/._0.png", b"litter")
        archive.writestr(f"{root}Realism/.DS_Store", b"litter")
    return path


def packed(images):
    selected, rejected = select_artworks(read_folder(images), ["Realism", "Pop Art"], "class", 4, 0)
    assert rejected.empty
    return pack_images(selected, images, 16, "stretch", 0.25, 0, 0.0)


@pytest.mark.parametrize("root", ["", "pictures/"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_file_packs_to_what_its_folder_packs_to(folder, tmp_path, root, compression):
    images, artworks, rejected = packed(folder)
    archive = zipped(folder, tmp_path / "pictures.ZIP", root, compression)
    again = packed(archive)
    np.testing.assert_array_equal(again[0], images)
    assert again[1].equals(artworks)
    assert again[2].equals(rejected)


def test_several_threads_read_one_zip_file(folder, tmp_path):
    archive = zipped(folder, tmp_path / "pictures.zip")
    selected, _ = select_artworks(read_folder(archive), ["Realism", "Pop Art"], "class", None, 0)
    alone, together = (
        pack_images(selected, archive, 16, "crop", 0.25, 0, 0.0, threads=threads)[0]
        for threads in (1, 8)
    )
    np.testing.assert_array_equal(together, alone)


def test_nothing_outside_a_zip_file_is_opened_and_nothing_is_unpacked(folder, tmp_path):
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../outside.png", png(0))
        file.writestr("/tmp/absolute.png", png(1))
    before = sorted(tmp_path.rglob("*"))
    with open_pictures(archive) as pictures:
        assert pictures.names() == []
        with pytest.raises(Undecodable, match="no such file in the zip file"):
            pictures.find("outside.png")
    assert sorted(tmp_path.rglob("*")) == before


def spoilt(archive, name, change):
    """Change bytes of a stored file's content, so that its checksum is wrong."""
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as file:
        start = file.getinfo(name).header_offset + 30 + len(name)
    content[start + 40 : start + 44] = change
    archive.write_bytes(content)


def test_a_damaged_file_in_a_zip_file_is_named_with_its_fault(folder, tmp_path):
    archive = zipped(folder, tmp_path / "pictures.zip", compression=zipfile.ZIP_STORED)
    spoilt(archive, NAMES[0], b"\0\0\0\0")
    selected, _ = select_artworks(read_folder(archive), ["Realism", "Pop Art"], "class", None, 0)
    images, _, rejected = pack_images(selected, archive, 16, "stretch", 0.25, 0, 0.5)
    assert len(images) == len(NAMES) - 1
    assert list(rejected["filename"]) == [NAMES[0]]
    assert "damaged in the zip file: Bad CRC-32" in rejected["reason"].item()


def test_what_is_encrypted_a_folder_or_absent_is_refused(folder, tmp_path, monkeypatch):
    archive = zipped(folder, tmp_path / "pictures.zip")
    with zipfile.ZipFile(archive, "a") as file:
        file.mkdir("Realism/folder")
    with open_pictures(archive) as pictures:
        with pytest.raises(Undecodable, match="no such file"):
            pictures.find("Realism/9.png")
        with pytest.raises(Undecodable, match="no such file"):
            pictures.find("Realism/folder/")
        pictures._archive.getinfo(NAMES[0]).flag_bits |= 1
        with pytest.raises(Undecodable, match="encrypted"):
            pictures.find(NAMES[0])
        monkeypatch.setattr(picture_files, "_LARGEST_FILE", 100)
        with pytest.raises(Undecodable, match=r"unpacks to [\d,]+ bytes") as caught:
            pictures.find(NAMES[1])
        assert caught.value.kind == "too_large"


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\3\4 cut off"])
def test_what_is_no_zip_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "pictures.zip"
    path.write_bytes(content)
    with pytest.raises(StylewalkError, match=r"pictures\.zip cannot be read.*unpack it"):
        read_folder(path)


def test_without_a_zip_file_the_path_is_named(tmp_path):
    for path in (tmp_path / "none.zip", tmp_path / "none"):
        with pytest.raises(StylewalkError, match=f"{path} does not exist or is no folder"):
            read_folder(path)
