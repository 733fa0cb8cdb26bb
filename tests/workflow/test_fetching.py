"""A study of a Hugging Face data set, from the folder to the packed pictures."""

import json
import zipfile

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image

from huggingface_data import encoded, paintings, write_parquet

pytestmark = pytest.mark.studies

CLASSES = ["Baroque", "Realism"]


def of_folder(per_class=12, **settings):
    """The section of a config."""
    huggingface = {"name": "wiki art", **settings}
    return {
        "source": "huggingface",
        "huggingface": huggingface,
        "classes": CLASSES,
        "per_class": per_class,
        "image_size": 32,
    }


def test_pictures_are_fetched_selected_and_packed_and_no_more_than_that(checkout):
    write_parquet(paintings(60), checkout.folder / "wiki art", shards=2)
    study = checkout.study(dataset=of_folder())
    answer = checkout.snakemake("--configfile", study, "--until", "pack_images")
    assert answer.code == 0, answer.text
    run = checkout.folder / "results/tiny"
    artworks = pd.read_parquet(run / "artworks.parquet")
    assert artworks["class"].value_counts().to_dict() == dict.fromkeys(CLASSES, 12)
    assert set(artworks["artist"]) == {"rembrandt", "juan-gris"}
    assert np.load(run / "images.npy").shape == (24, 32, 32, 3)
    assert "Fetch" in answer.text
    assert "100 %" in answer.text
    again = checkout.snakemake("--configfile", study, "--until", "pack_images", "--dry-run")
    assert again.code == 0
    assert again.jobs == {"total": 0}
    more = checkout.study(dataset=of_folder(per_class=13))
    jobs = checkout.snakemake("--configfile", more, "--until", "pack_images", "--dry-run").jobs
    assert jobs["fetch_huggingface"] == jobs["pack_images"] == 1


def test_a_file_of_the_data_set_that_is_replaced_is_noticed(checkout):
    write_parquet(paintings(60), checkout.folder / "wiki art", shards=2)
    arguments = (
        "--configfile",
        checkout.study(dataset=of_folder()),
        "--until",
        "fetch_huggingface",
    )
    assert checkout.snakemake(*arguments).code == 0
    shards = sorted((checkout.folder / "wiki art").rglob("*.parquet"))
    for path in shards:
        path.touch()
    assert checkout.snakemake(*arguments, "--dry-run").jobs == {"total": 0}
    shards[1].write_bytes(shards[0].read_bytes())
    assert checkout.snakemake(*arguments, "--dry-run").jobs["fetch_huggingface"] == 1


def test_a_row_names_no_file_outside_the_data_set(checkout):
    """Chains of protocols once led anywhere: what lay there was put among the study's pictures."""
    secret = checkout.folder / "secret.png"
    Image.new("RGB", (32, 32), "red").save(secret)
    folder = checkout.folder / "wiki art"
    card = folder / "README.md"
    pictures = [{"bytes": encoded(number), "path": None} for number in range(60)]
    paths = [f"file://{secret}::{card}", f"file://{secret}::wiki art/README.md"]
    paths += [f"simplecache::file://{secret}::{card}", f"zip://a::file://{secret}::{card}"]
    paths += [f"reference://a::{card}", f"memory://a::{card}", str(secret), "../secret.png"]
    for number, path in enumerate(paths):
        pictures[3 * number] = {"bytes": None, "path": path}
    (folder / "data").mkdir(parents=True)
    pq.write_table(paintings(60, image=pictures).data.table, folder / "data/train.parquet")
    card.write_text("# Paintings")
    study = checkout.study(dataset={**of_folder(), "max_rejected_share": 0.5})
    answer = checkout.snakemake("--configfile", study, "--until", "fetch_huggingface")
    assert answer.code == 0, answer.text
    run = checkout.folder / "results/tiny"
    with zipfile.ZipFile(run / "fetched/images.zip") as archive:
        assert secret.read_bytes() not in [archive.read(name) for name in archive.namelist()]
    record = json.loads((run / "fetched/data_set.json").read_text())
    assert record["rows without a picture"] == len(paths)
    card.write_text(f"---\nconfigs: [{{config_name: a, data_files: 'file://{secret}'}}]\n---\n")
    answer = checkout.snakemake("--configfile", study, "--until", "fetch_huggingface")
    assert answer.code != 0
    assert "is not read because of 'file://" in answer.text
    assert "Traceback" not in answer.text


def test_a_mistake_in_the_data_set_ends_in_words(checkout):
    write_parquet(paintings(60), checkout.folder / "wiki art")
    study = checkout.study(dataset=of_folder(image_column="imgae"))
    answer = checkout.snakemake("--configfile", study, "--until", "pack_images")
    assert answer.code != 0
    assert "no column 'imgae' (did you mean 'image'?)" in answer.text
    assert "Traceback" not in answer.text
    told = answer.text.partition("The study is not complete.")[2]
    assert "results/tiny/logs/fetch_huggingface.log" in told
    assert ".snakemake/log/" in told


def test_a_folder_that_is_not_there_is_told_before_any_job(checkout):
    answer = checkout.snakemake("--configfile", checkout.study(dataset=of_folder()), "--dry-run")
    assert answer.code != 0
    assert "there is no folder wiki art" in answer.text


def test_a_data_set_is_needed_and_its_keys_are_checked(checkout):
    lacking = {key: value for key, value in of_folder().items() if key != "huggingface"}
    answer = checkout.snakemake("--configfile", checkout.study(dataset=lacking), "--dry-run")
    assert "dataset.huggingface: this key is missing" in answer.text
    study = checkout.study(dataset=of_folder(revison="main"))
    answer = checkout.snakemake("--configfile", study, "--dry-run")
    assert "did you mean 'revision'?" in answer.text
