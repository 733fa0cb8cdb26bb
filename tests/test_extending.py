"""The examples of docs/extending.md, applied to a copy of the project, in which a study runs."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from checkouts import ROOT, TINY, Checkout
from stylewalk.latent_space import encoding
from stylewalk.latent_space.table import read_latents
from stylewalk.training import loop

PAGE = (ROOT / "docs/extending.md").read_text("utf-8")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
SECTIONS = {
    part.partition("\n")[0]: FENCED.findall(part)
    for part in re.split(r"^## ", PAGE, flags=re.M)[1:]
}
# Files that an addition may touch, those included into which `make docs` writes settings.
MOST = {
    "A model family": 4,
    "A style metric": 4,
    "A latent path": 4,
    "A data source": 5,
    "A table with its figure": 6,
    "A chapter": 8,
}
WRITTEN = {"workflow/schemas/config.schema.yaml", "config/README.md"}


def patched(text: str, diff: str) -> str:
    """A text with a diff applied, wherever the lines that it replaces stand now."""
    for hunk in re.split(r"^@@.*\n", diff, flags=re.M)[1:]:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] or "\n" for line in lines if line[0] != "+")
        after = "".join(line[1:] or "\n" for line in lines if line[0] != "-")
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def applied(section: str, folder: Path) -> set[str]:
    """Write the new files of a section, change the others, and give the names of all."""
    touched = set()
    for language, text in SECTIONS[section]:
        if language == "python":
            name = text.partition("\n")[0].removeprefix("# ")
            assert ast.get_docstring(ast.parse(text)), name
            assert not (folder / name).exists(), name
            (folder / name).write_text(text, encoding="utf-8")
        elif language == "diff":
            name = re.search(r"^\+\+\+ b/(.*)$", text, re.M)[1]
            path = folder / name
            path.write_text(patched(path.read_text("utf-8"), text), encoding="utf-8")
        else:
            continue
        touched.add(name)
    return touched


def examples() -> dict:
    """All that the page puts into a config."""
    study: dict = {}
    for blocks in SECTIONS.values():
        for language, text in blocks:
            if language == "yaml":
                study |= yaml.safe_load(text)
    return study


def eased() -> Callable[..., np.ndarray]:
    """The function of the page."""
    text = next(t for _, t in SECTIONS["A latent path"] if t.startswith("# stylewalk"))
    space: dict = {}
    exec(compile(text, "eased.py", "exec"), space)
    return space["points"]


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Checkout:
    """A checkout with its own package, to which everything on the page was added."""
    folder = tmp_path_factory.mktemp("extended")
    checkout = Checkout(folder)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "stylewalk", folder / "stylewalk", ignore=ignore)
    for section, most in MOST.items():
        touched = applied(section, folder)
        of_registry = any("SETTINGS" in text for _, text in SECTIONS[section])
        assert len(touched | (WRITTEN if of_registry else set())) <= most, section
    done = subprocess.run(
        [sys.executable, "-m", "stylewalk_workflow.config_reference"],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{folder}/workflow/lib", "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return checkout


def test_every_section_has_a_limit():
    assert set(SECTIONS) == set(MOST)


@pytest.mark.studies
@pytest.mark.xdist_group("extended")
def test_a_study_with_everything_added_runs_to_its_end(extended):
    """With the baseline as its first metric, which the page shows then; claims are of gram."""
    config = examples()
    gram = config["metrics"].pop("gram") | TINY["metrics"]["gram"]
    config["metrics"] |= {"gram": gram}
    study = extended.study(training={**TINY["training"], "epochs": 1}, **config)
    answer = extended.snakemake("--configfile", study, package=extended.folder)
    assert answer.code == 0, answer.text
    run = extended.folder / "results/tiny"
    # What the family adds is what it does: without noise it is the autoencoder.
    plain, noisy = (
        pd.read_parquet(run / f"models/{name}/seed-0/losses.parquet") for name in ("AE", "DAE")
    )
    assert set(noisy["split"]) == {"training", "validation"}
    assert noisy["value"].between(0, 1, inclusive="neither").all()
    assert not noisy["value"].equals(plain["value"])
    profiles = pd.read_csv(run / "tables/style_profiles.csv")
    kinds = profiles.groupby("experiment")[["path", "metric"]].agg(lambda x: sorted(set(x)))
    assert kinds.loc["near"].tolist() == [["line"], ["gram", "mean"]]
    assert kinds.loc["near_eased"].tolist() == [["eased"], ["gram", "mean"]]
    # The same pairs on both paths, compared one by one.
    compared = pd.read_csv(run / "tables/path_comparison.csv").query("experiment == 'near_eased'")
    assert set(compared["against"]) == {"near"}
    assert (compared.query("measure == 'length_over_line'")["n"] == 10).all()
    # What was decoded are the points of the page's path.
    trained, followed = run / "models/AE/seed-0", run / "trajectories/near_eased/AE/seed-0"
    _, latents = read_latents(trained / "latents.parquet")
    pairs = pd.read_parquet(followed / "pairs.parquet")
    points = eased()(latents[pairs["id_a"]], latents[pairs["id_b"]], 10, power=2)
    images = encoding.decode(loop.load_weights(trained / "weights.safetensors"), points[0], "cpu")
    decoded = np.load(followed / "images.npy")[0]
    assert np.abs(decoded - encoding.to_bytes(images).astype(int)).max() <= 1
    norms = pd.read_csv(run / "tables/latent_norms.csv")
    assert set(norms["model"]) == {"AE", "DAE"}
    assert (norms["low"] <= norms["median"]).all()
    page = (run / "study.html").read_text("utf-8")
    assert "5 random pairs within each class, 10 steps, along the path eased" in page
    assert "Shown is another metric, mean (kind mean_colour, weight 1.0)" in page
    assert "Of the metrics mean, gram the page shows mean" in page
    measures = pd.read_csv(run / "tables/profile_shapes.csv").query("metric == 'gram'")
    horseshoe = pd.read_csv(run / "tables/claims.csv").set_index("claim").loc["density"]
    assert len(measures)
    assert "of the kind" not in horseshoe["sentence"]
    for words in ("are the longest", "are the lightest", 'id="colours"', "tables/latent_norms.csv"):
        assert words in page
    for name in ("latent_space_norms", "colours_mean"):
        assert (run / f"figures/{name}.png").exists()
        assert (run / f"figures/{name}.svg").exists()


def test_the_eased_line_stays_on_the_line_and_dwells_at_its_ends():
    """The path of the page, against what defines it."""
    a, b = np.random.default_rng(0).normal(size=(2, 6, 9)).astype(np.float32)
    points = eased()(a, b, 8).astype(np.float64)
    assert np.array_equal(points[:, [0, -1]].astype(np.float32), np.stack([a, b], axis=1))
    share = ((points - a[:, None]) @ (b - a)[0])[0] / np.square((b - a)[0]).sum()
    assert np.allclose(share, (1 - np.cos(np.pi * np.arange(9) / 8)) / 2, atol=1e-6)
    assert np.allclose(points, a[:, None] + share[None, :, None] * (b - a)[:, None], atol=1e-5)


@pytest.mark.studies
@pytest.mark.xdist_group("extended")
def test_the_new_source_brings_its_pictures(extended):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (24, 16, 16, 3), dtype=np.uint8)
    classes = np.repeat(["Cubism", "Realism"], 12)
    np.savez(extended.folder / "all.npz", pictures=pictures, classes=classes)
    dataset = {"source": "numpy", "archive": "all.npz", "classes": ["Cubism", "Realism"]}
    study = extended.study("own.yaml", run="own", dataset={**dataset, "image_size": 16})
    answer = extended.snakemake(
        "--configfile", study, "--until", "pack_images", package=extended.folder
    )
    assert answer.code == 0, answer.text
    run = extended.folder / "results/own"
    assert np.array_equal(np.load(run / "images.npy"), pictures)
    assert pd.read_parquet(run / "artworks.parquet")["class"].tolist() == classes.tolist()
    # Checked before any job, like the other sources.
    study = extended.study(
        "bad.yaml", run="bad", dataset={"source": "numpy", "classes": ["Cubism"]}
    )
    answer = extended.snakemake("--configfile", study, "--dry-run", package=extended.folder)
    assert answer.code != 0
    assert "dataset.archive: this key is missing" in answer.text
    study = extended.study("bad.yaml", run="bad", dataset={**dataset, "archive": "study.yaml"})
    answer = extended.snakemake("--configfile", study, "--dry-run", package=extended.folder)
    assert "study.yaml is no .npz file with the arrays" in answer.text
    assert "Traceback" not in answer.text
