"""Results of before: copied, without Snakemake's records, of another data set, with files gone."""

import os
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from checkouts import TINY, Checkout
from tiny_network import write_listed_network

pytestmark = [pytest.mark.studies, pytest.mark.xdist_group("earlier")]


@pytest.fixture
def copy(finished, tmp_path) -> Checkout:
    """A copy of a finished study, as `cp -r` leaves it: all times are new."""
    folder = shutil.copytree(
        finished.folder, tmp_path / "copy", copy_function=shutil.copyfile, symlinks=True
    )
    checkout = object.__new__(Checkout)
    checkout.folder = folder
    return checkout


def dry_run(checkout: Checkout, study: str = "study.yaml", *arguments: str):
    return checkout.snakemake("--dry-run", "--configfile", study, *arguments)


def test_results_without_snakemakes_folder(copy):
    shutil.rmtree(copy.folder / ".snakemake")
    answer = dry_run(copy)
    assert "job_records.json are taken" in answer.text
    assert "Nothing to be done" in answer.text
    shutil.rmtree(copy.folder / ".snakemake")
    study = copy.study("other.yaml", training={**TINY["training"], "epochs": 3})
    assert dry_run(copy, study).jobs["train_model"] == len(TINY["models"])


def test_a_copy_without_any_hidden_file(copy):
    """As a cloud or a file manager leaves it."""

    def hide():
        shutil.rmtree(copy.folder / ".snakemake", ignore_errors=True)
        for path in list((copy.folder / "results").rglob(".*")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    hide()
    study = copy.study("other.yaml", training={**TINY["training"], "epochs": 3})
    assert dry_run(copy, study).jobs["train_model"] == len(TINY["models"])
    hide()
    (copy.folder / "results/tiny/job_records.json").unlink()
    answer = dry_run(copy, study)
    assert answer.code != 0
    assert "training.epochs: 2 then, 3 now" in answer.text


def test_a_style_network_that_an_older_file_replaces(copy):
    path = copy.folder / TINY["style_network"]["weights"]
    write_listed_network(path)
    os.utime(path, (10**9, 10**9))
    assert dry_run(copy).jobs["import_style_network"] == 1


def test_results_that_nothing_tells_of(copy):
    shutil.rmtree(copy.folder / ".snakemake")
    (copy.folder / "results/tiny/job_records.json").unlink()
    study = copy.study("other.yaml", training={**TINY["training"], "epochs": 3})
    answer = dry_run(copy, study)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    for words in ("training.epochs: 2 then, 3 now", "no record", "run:", "overwrite=true"):
        assert words in answer.text
    answer = dry_run(copy, study, "--config", "overwrite=true")
    assert answer.jobs["paint_pictures"] == 1
    assert answer.jobs["train_model"] == len(TINY["models"])


def test_a_study_of_other_pictures_under_the_same_name(copy):
    dataset = {**TINY["dataset"], "classes": ["Impressionism", "Romanticism"]}
    study = copy.study("other.yaml", dataset=dataset)
    answer = copy.snakemake("--configfile", study)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    for words in ("another data set", "Realism", "Romanticism", "run: tiny-2", "overwrite=true"):
        assert words in answer.text
    answer = dry_run(copy, study, "--config", "overwrite=true")
    assert answer.jobs["train_model"] == len(TINY["models"])


def test_every_file_of_a_study_is_asked_for(copy):
    """So that each is made again where it was deleted."""
    snakefile = copy.folder / "workflow/Snakefile"
    # A dry run lists the inputs of a rule that has no message.
    message = '    message:\n        "The study is complete"\n'
    assert message in snakefile.read_text()
    snakefile.write_text(snakefile.read_text().replace(message, ""))
    text = dry_run(copy, "study.yaml", "--forcerun", "all").text
    asked = set(re.search(r"rule all:\s+input: (.*)", text)[1].split(", "))
    made = {
        str(path.with_name(path.name[1 : -len(".sha256")]).relative_to(copy.folder))
        for path in (copy.folder / "results/tiny").rglob(".*.sha256")
    }
    assert len(made) > 150
    # That is made where a job reads it: in a copy of the results alone it leads nowhere.
    assert made - asked == {"results/tiny/style_network.safetensors"}


def test_the_style_network_of_a_copy(copy):
    """The results alone are complete; a link that was deleted is made again, at no cost."""
    link = copy.folder / "results/tiny/style_network.safetensors"
    stored = copy.folder / "resources/style_networks"
    assert link.is_symlink()
    link.unlink()
    assert "Nothing to be done" in dry_run(copy).text
    assert link.resolve().parent == stored.resolve()
    shutil.rmtree(stored)
    assert "Nothing to be done" in dry_run(copy).text
    answer = dry_run(copy, "study.yaml", "--forcerun", "compare_artworks")
    assert answer.jobs["import_style_network"] == answer.jobs["compare_artworks"] == 1


def test_files_that_were_deleted_are_made_anew(copy):
    """Also where what came of them is still there."""
    models = copy.folder / "results/tiny/models"
    (models / "VAE/seed-0/weights.safetensors").unlink()
    (models / "AE/seed-0/latents.parquet").unlink()
    (models / "AAE/seed-0/encoded_on.json").unlink()
    jobs = dry_run(copy).jobs
    assert jobs["train_model"] == 1
    assert jobs["encode_artworks"] == 3


def picture(path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (40, 40, 3), np.uint8)
    Image.fromarray(noise).save(path)


def test_pictures_that_come_late_or_are_replaced(checkout):
    """In a sub-folder, whose change the folder's own time does not tell."""
    names = [f"{name}/deep/{number}.bmp" for name in "AB" for number in range(4)]
    for seed, name in enumerate(names[1:]):
        picture(checkout.folder / "mine" / name, seed)
    rows = "".join(f"{name[0]},{name}\n" for name in names)
    (checkout.folder / "m.csv").write_text("style,new_filename\n" + rows)
    dataset = {"image_size": 32, "classes": ["A", "B"], "images": "mine", "max_rejected_share": 0.2}
    table = {**dataset, "source": "table", "metadata": "m.csv"}
    target = "results/tiny/images.npy"
    study = checkout.study(dataset=table)

    def pack() -> tuple[bool, np.ndarray]:
        answer = checkout.snakemake(target, "--configfile", study)
        assert answer.code == 0, answer.text
        return "Nothing to be done" not in answer.text, np.load(checkout.folder / target)

    assert len(pack()[1]) == 7
    picture(checkout.folder / "mine" / names[0], 99)
    has_run, images = pack()
    assert has_run
    assert len(images) == 8
    assert not pack()[0]
    (checkout.folder / "mine" / names[0]).touch()
    assert not pack()[0]
    table_of_all = (checkout.folder / "m.csv").read_text()
    older = table_of_all.replace("A,A/deep/0.bmp\n", "B,A/deep/0.bmp\n")
    for text, is_noticed in ((older, True), (table_of_all, True), (table_of_all, False)):
        (checkout.folder / "m.csv").write_text(text)
        os.utime(checkout.folder / "m.csv", (10**9, 10**9))
        assert pack()[0] == is_noticed
    picture(checkout.folder / "mine" / names[0], 100)  # of the same size
    has_run, replaced = pack()
    assert has_run
    assert (replaced[0] != images[0]).any()
    np.testing.assert_array_equal(replaced[1:], images[1:])


def test_a_zip_file_that_an_older_one_replaces(checkout):
    for number in range(8):
        picture(checkout.folder / "mine" / f"{'AB'[number % 2]}/{number}.bmp", number)
    zipped = checkout.folder / "mine.zip"
    shutil.make_archive(checkout.folder / "mine", "zip", checkout.folder / "mine")
    dataset = {"source": "folder", "images": "mine.zip", "classes": ["A", "B"], "image_size": 32}
    study = checkout.study(dataset=dataset)
    arguments = ("results/tiny/images.npy", "--configfile", study)
    assert checkout.snakemake(*arguments).code == 0
    zipped.touch()
    assert "Nothing to be done" in checkout.snakemake(*arguments, "--dry-run").text
    picture(checkout.folder / "mine/A/0.bmp", 99)
    shutil.make_archive(checkout.folder / "mine", "zip", checkout.folder / "mine")
    os.utime(zipped, (10**9, 10**9))
    assert checkout.snakemake(*arguments, "--dry-run").jobs["pack_images"] == 1


def test_results_that_were_deleted_are_made_again_once(checkout):
    """The second call after that has nothing left to do."""
    model = "results/tiny/models/AE/seed-0/weights.safetensors"
    arguments = (model, "--configfile", checkout.study())
    assert checkout.snakemake(*arguments).code == 0
    shutil.rmtree(checkout.folder / "results")
    assert checkout.snakemake(*arguments).code == 0
    assert "Nothing to be done" in checkout.snakemake(*arguments, "--dry-run").text
