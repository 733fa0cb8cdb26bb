"""Mistakes of a user, through Snakemake: refused in words before any job starts."""

import copy

import pytest
from conftest import TINY
from PIL import Image


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


def test_class_without_rows_and_class_with_one(folder_of_pictures):
    dataset = {"source": "folder", "images": "mine", "image_size": 32}
    one = folder_of_pictures.study(dataset={**dataset, "classes": ["Expressionism", "Realism"]})
    assert_refused(folder_of_pictures, one, "Realism")
    none = folder_of_pictures.study(
        dataset={**dataset, "classes": ["Expressionism", "Expresionism"]}
    )
    assert_refused(folder_of_pictures, none, "Expresionism", "Expressionism")


def test_metadata_that_is_not_there(checkout):
    (checkout.folder / "images").mkdir()
    dataset = {"source": "table", "metadata": "nowhere.csv", "images": "images"}
    study = checkout.study(dataset={**dataset, "classes": ["Realism", "Rococo"]})
    assert_refused(checkout, study, "nowhere.csv")
