"""Rows and pictures that are left out or stand twice, through Snakemake."""

import json

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from checkouts import TINY
from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, DUPLICATES, REJECTED

TABLE = {"source": "table", "metadata": "m.csv", "images": "images", "image_size": 32}
FOLDER = {"source": "folder", "images": "mine", "classes": ["A", "B"], "image_size": 64}


def motif(number):
    """A picture, another one for each number."""
    rng = np.random.default_rng(number)
    small = Image.fromarray(rng.integers(0, 256, (7, 7, 3), dtype=np.uint8))
    return small.resize((100, 80), Image.Resampling.BICUBIC)


def read(checkout, name, schema, run="tiny"):
    return tables.read_table(checkout.folder / f"results/{run}/{name}.parquet", schema)


@pytest.mark.studies
@pytest.mark.parametrize("per_class", [None, 10])
def test_rows_left_out_by_the_metadata_count(checkout, per_class):
    """360 of 400 rows, each with another fault of its name."""
    (checkout.folder / "images").mkdir()
    for number in range(40):
        motif(number).save(checkout.folder / f"images/{number}.png")
    names = [f"{number}.png" for number in range(40)]
    names += [f"/data/{number}.png" for number in range(100)]
    names += [f"../{number}.png" for number in range(60)] + [""] * 60
    names += [f'"{number}\x07.png"' for number in range(60)] + [f"{n % 40}.png" for n in range(80)]
    rows = "".join(f"{'AB'[i % 2]},{name}\n" for i, name in enumerate(names))
    (checkout.folder / "m.csv").write_text("style,new_filename\n" + rows)
    dataset = TABLE | {"classes": ["A", "B"], "per_class": per_class, "max_rejected_share": 0}
    study = checkout.study(dataset=dataset)
    answer = checkout.snakemake("results/tiny/artworks.parquet", "--configfile", study)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    for words in (
        "360 of 400 pictures (90.0%) in m.csv cannot be used",
        "max_rejected_share allows 0.0%",
        "100 path",
        "/data/0.png: an absolute path",
        "60 path",
        "there is no picture: the file name is blank",
        "control character",
        "80 duplicate",
        "raise dataset.max_rejected_share",
    ):
        assert words in answer.text, answer.text
    assert not (checkout.folder / "results/tiny/artworks.parquet").exists()


@pytest.mark.studies
def test_the_same_pictures_are_kept_together_dropped_or_refused(checkout):
    mine = checkout.folder / "mine"
    for name, numbers in {"A": range(20), "B": range(20, 40)}.items():
        (mine / name).mkdir(parents=True)
        for number in numbers:
            motif(number).save(mine / name / f"{number:02d}.png")
    for number in range(8):  # as many as are certain to cross the split by chance
        motif(number).save(mine / f"A/again-{number}.jpg", quality=70)
        motif(number).resize((210, 170)).save(mine / f"A/large-{number}.webp", quality=80)
    ImageEnhance.Brightness(motif(15)).enhance(0.93).save(mine / "B/other.png")
    dataset = FOLDER | {"validation_fraction": 0.4}

    answer = checkout.snakemake(
        "results/tiny/duplicates.parquet", "--configfile", checkout.study(dataset=dataset)
    )
    assert answer.code == 0, answer.text
    artworks = read(checkout, "artworks", ARTWORKS)
    found = read(checkout, "duplicates", DUPLICATES)
    assert len(artworks) == 57
    assert found.groupby("group").size().tolist() == [3] * 8 + [2]
    assert (found.groupby("group")["split"].nunique() == 1).all()
    assert set(found["split"]) == {"training", "validation"}
    assert found["filename"][found["group"] == 9].tolist() == ["A/15.png", "B/other.png"]
    kept = artworks.set_index("id").loc[found["id"]]
    assert kept["filename"].tolist() == found["filename"].tolist()
    assert kept["split"].tolist() == found["split"].tolist()

    # Also under the strictest share: who asks to drop them does not call them faults.
    dataset |= {"duplicates": "drop", "max_rejected_share": 0}
    study = checkout.study(dataset=dataset, run="dropped")
    answer = checkout.snakemake("results/dropped/artworks.parquet", "--configfile", study)
    assert answer.code == 0, answer.text
    artworks = read(checkout, "artworks", ARTWORKS, "dropped")
    rejected = read(checkout, "rejected", REJECTED, "dropped")
    assert len(artworks) == 39
    assert set(rejected["kind"]) == {"duplicate"}
    assert len(rejected) == 18
    assert "much like A/00.png, which is kept" in rejected["reason"].tolist()
    assert "much like B/other.png, and in the classes A and B" in rejected["reason"].tolist()
    images = np.load(checkout.folder / "results/dropped/images.npy")
    assert len(images) == 39

    study = checkout.study(dataset=dataset | {"duplicates": "refuse"}, run="refused")
    answer = checkout.snakemake("results/refused/artworks.parquet", "--configfile", study)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    for words in ("9 pictures are in the data more than once", "A/00.png (A), A/again-0.jpg (A)"):
        assert words in answer.text
    assert "dataset.duplicates: drop" in answer.text


def test_a_study_without_duplicates_says_nothing_of_them(finished):
    found = tables.read_table(finished.folder / "results/tiny/duplicates.parquet", DUPLICATES)
    assert found.empty
    assert "more than once" not in (finished.folder / "results/tiny/study.html").read_text()
    rows = json.loads((finished.folder / "results/tiny/metadata_rows.json").read_text())
    assert rows == {"rows": 2 * TINY["dataset"]["per_class"]}
