"""Packed pictures of hand-made collections, and what is said of those that do not decode."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import many, pack, select, write_pictures
from PIL import Image

from stylewalk.data.metadata import read_folder, read_metadata
from stylewalk.data.selection import select_artworks
from stylewalk.errors import StylewalkError

SHARED = Path(__file__).parents[3] / "shared" / "data"
STYLES = ["Expressionism", "Impressionism", "Realism", "Romanticism"]


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
