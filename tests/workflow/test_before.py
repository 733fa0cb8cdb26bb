"""What a command names is looked at before Snakemake reads it, and refused without a traceback."""

import os
import subprocess
import sys

import pytest

from bad_input.config import laughs
from checkouts import TINY


def ask(checkout, *arguments: str, cwd=None, env=None) -> str:
    """What Snakemake says where it refuses a command at once."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=cwd or checkout.folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 1, text
    assert "Traceback" not in text
    assert not (checkout.folder / "results").exists()
    return text


def test_a_config_in_another_encoding_among_several(checkout):
    (checkout.folder / "more.yaml").write_bytes("training: {epochs: 3}\n".encode("utf-16"))
    text = ask(checkout, "--configfile", checkout.study(), "more.yaml")
    assert "Error: The config more.yaml cannot be read: it is written in UTF-16" in text
    assert "Save it as UTF-8" in text


def test_aliases_that_never_end_in_a_dry_run_from_another_folder(checkout, tmp_path_factory):
    (checkout.folder / "study.yaml").write_text(laughs())
    snakefile, study = (str(checkout.folder / name) for name in ("Snakefile", "study.yaml"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    text = ask(checkout, "-n", "-s", snakefile, f"--configfiles={study}", cwd=elsewhere)
    assert "study.yaml cannot be read: line " in text
    assert "write the values out, without aliases" in text


@pytest.mark.slow
def test_code_in_a_config_is_not_run(checkout):
    """Snakemake alone would run it, in a config as in the default one."""
    code = '__use_yte__: true\n__definitions__: [\'open("run", "w")\']\n'
    study = checkout.folder / checkout.study()
    study.write_text(code + study.read_text())
    assert "Snakemake would run the Python code in it" in ask(checkout, "--configfile", study.name)
    default = checkout.folder / "config/config.yaml"
    default.write_text(code + default.read_text())
    assert "The config config/config.yaml has the key __use_yte__" in ask(checkout, "-n")
    assert not (checkout.folder / "run").exists()


def test_a_fault_in_the_default_config(checkout):
    with (checkout.folder / "config/config.yaml").open("a") as file:
        file.write("style_similarity:\n\tper_class: 3\n")
    text = ask(checkout, "-n")
    assert "config/config.yaml cannot be read: line 63, column 1" in text
    assert "put blanks in their place" in text


def test_keys_that_are_typed(checkout):
    text = ask(checkout, "-nC", "run=mine", "training.epochs=3")
    assert "'training.epochs' is no key of the first level" in text
    assert "write `training: {epochs: 3}` into a file" in text


def test_a_config_that_a_profile_names(checkout):
    (checkout.folder / "mine").mkdir()
    (checkout.folder / "mine/config.yaml").write_text("configfile: nowhere.yaml\n")
    text = ask(checkout, "--profile", "mine", "results/tiny/selected.parquet")
    assert "There is no config nowhere.yaml" in text


def test_a_target_behind_the_configs(checkout):
    text = ask(checkout, "--configfile", checkout.study(), "results/tiny/selected.parquet")
    assert "a target stands first, as in `snakemake results/tiny/selected" in text


def test_a_snakemake_without_the_package(checkout, tmp_path_factory):
    """An environment that has Snakemake alone: the package is hidden by one of its name."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "stylewalk.py").write_text("raise ModuleNotFoundError(name='stylewalk')")
    text = ask(checkout, "-n", env={"PYTHONPATH": str(hidden)})
    assert "where the package stylewalk is not installed" in text
    assert "pip install --editable ." in text


@pytest.mark.slow
def test_jobs_end_well_where_streams_are_closed(checkout):
    study = checkout.study()
    command = f"{sys.executable} -m snakemake results/tiny/selected.parquet --cores 1 >&- 2>&- <&-"
    done = subprocess.run(
        f"{command} --configfile {study}",
        shell=True,
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (checkout.folder / "results/tiny/selected.parquet").exists()
    assert (checkout.folder / "results/tiny/logs/select_artworks.log").exists()


@pytest.mark.slow
def test_classes_with_braces_and_dollars_are_texts_to_snakemake(checkout):
    """Snakemake reads braces in parameters as wildcards, unless they come out of a function."""
    classes = ["A{seed}", r"$\x{y}$", "{{b}} %s {params}"]
    (checkout.folder / "images").mkdir()
    rows = "".join(f'"{name}",{i}.png\n' for i, name in enumerate(classes * 8))
    (checkout.folder / "m.csv").write_text("sty{le},new_filename\n" + rows)
    dataset = {"source": "table", "metadata": "m.csv", "images": "images", "image_size": 32}
    dataset |= {"class_column": "sty{le}", "classes": classes}
    study = checkout.study(dataset=dataset, explorer={"pairs": [[0, 1]]})
    answer = checkout.snakemake("-n", "--configfile", study)
    assert answer.code == 0, answer.text
    assert answer.jobs["train_model"] == len(TINY["models"])
    answer = checkout.snakemake("results/tiny/selected.parquet", "--configfile", study)
    assert answer.code == 0, answer.text
