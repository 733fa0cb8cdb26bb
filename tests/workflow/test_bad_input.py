"""Mistakes of a user, through Snakemake: refused in words before any job starts."""

import copy

import pytest
from PIL import Image

from checkouts import TINY
from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, REJECTED


def assert_refused(checkout, study: str, *words: str) -> None:
    """Snakemake stops, says all the words, shows no traceback, and makes nothing."""
    answer = checkout.snakemake("--configfile", study)
    assert answer.code != 0
    for word in words:
        assert word in answer.text, answer.text
    assert "Traceback" not in answer.text
    assert not (checkout.folder / "results").exists()


def test_misspelt_key(checkout):
    training = copy.deepcopy(TINY["training"])
    training["epoch"] = training.pop("epochs")
    study = checkout.study(training=training)
    assert_refused(checkout, study, "training.epoch", "did you mean 'epochs'?")


def test_wrong_type(checkout):
    assert_refused(
        checkout, checkout.study(seeds="zero"), "seeds", "found the text 'zero'", "a list"
    )


def test_farthest_between_classes(checkout):
    experiment = {"classes": "between", "pairs": "farthest", "count": 1, "steps": 4}
    study = checkout.study(experiments={"far": experiment})
    assert_refused(checkout, study, "experiments.far", "farthest")


@pytest.fixture
def folder_of_pictures(checkout):
    """A folder of two classes, of which one has a single picture."""
    for name, count in {"Expressionism": 4, "Realism": 1}.items():
        (checkout.folder / "mine" / name).mkdir(parents=True)
        for i in range(count):
            Image.new("RGB", (40, 40), (50 * i, 90, 120)).save(
                checkout.folder / "mine" / name / f"{i}.png"
            )
    return checkout


@pytest.mark.slow
def test_class_without_rows_and_class_with_one(folder_of_pictures):
    dataset = {"source": "folder", "images": "mine", "image_size": 32}
    one = folder_of_pictures.study(dataset={**dataset, "classes": ["Expressionism", "Realism"]})
    assert_refused(folder_of_pictures, one, "Realism")
    none = folder_of_pictures.study(
        dataset={**dataset, "classes": ["Expressionism", "Expresionism"]}
    )
    assert_refused(folder_of_pictures, none, "Expresionism", "Expressionism")


@pytest.mark.slow
def test_metadata_that_is_not_there(checkout):
    (checkout.folder / "images").mkdir()
    dataset = {"source": "table", "metadata": "nowhere.csv", "images": "images"}
    study = checkout.study(dataset={**dataset, "classes": ["Realism", "Rococo"]})
    assert_refused(checkout, study, "nowhere.csv")


def test_key_given_twice(checkout):
    """Snakemake itself takes the last one without a word."""
    path = checkout.folder / checkout.study()
    path.write_text(path.read_text() + "seeds: [1]\n")
    assert_refused(checkout, path.name, "study.yaml", "'seeds' is given twice", "keep one of them")


def test_weights_that_are_not_there(checkout):
    study = checkout.study(style_network={"weights": "nowhere.safetensors"})
    assert_refused(
        checkout, study, "style_network.weights", "nowhere.safetensors", "Write the path"
    )


@pytest.mark.slow
def test_pictures_that_cannot_be_used_are_listed_and_the_rest_is_packed(checkout):
    """A broken picture, a link out of the folder, and a path out of it, among good ones."""
    images = checkout.folder / "images"
    images.mkdir()
    Image.new("RGB", (40, 40)).save(checkout.folder / "secret.png")
    names = [f"{number}.png" for number in range(12)]
    for name in names:
        Image.new("RGB", (40, 40), (200, 90, 120)).save(images / name)
    (images / "broken.png").write_bytes((images / "0.png").read_bytes()[:60])
    (images / "link.png").symlink_to("../secret.png")
    names += ["broken.png", "link.png", "../secret.png"]
    rows = "".join(f"{'AB'[i % 2]},{name}\n" for i, name in enumerate(names))
    (checkout.folder / "m.csv").write_text("style,new_filename\n" + rows)
    dataset = {"source": "table", "metadata": "m.csv", "images": "images", "image_size": 32}
    study = checkout.study(dataset={**dataset, "classes": ["A", "B"], "max_rejected_share": 0.2})
    answer = checkout.snakemake("results/tiny/rejected.parquet", "--configfile", study)
    assert answer.code == 0, answer.text
    found = tables.read_table(checkout.folder / "results/tiny/rejected.parquet", REJECTED)
    assert dict(zip(found["filename"], found["kind"], strict=True)) == {
        "broken.png": "unreadable",
        "link.png": "path",
        "../secret.png": "path",
    }
    artworks = tables.read_table(checkout.folder / "results/tiny/artworks.parquet", ARTWORKS)
    assert len(artworks) == 12
