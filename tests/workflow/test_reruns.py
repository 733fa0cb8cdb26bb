"""What a change of source brings back: content decides, not the times of files."""

import ast
import shutil
from pathlib import Path

import pytest

from checkouts import ROOT, TINY, Answer, Checkout

pytestmark = [pytest.mark.studies, pytest.mark.xdist_group("finished")]
MODELS = "results/tiny/models"


class Clone:
    """A finished study in another folder, as a clone or `cp -r` leaves it: all times are new."""

    def __init__(self, finished: Checkout, folder: Path):
        shutil.copytree(finished.folder, folder, copy_function=shutil.copyfile)
        shutil.copytree(
            ROOT / "stylewalk",
            folder / "stylewalk",
            copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        self.checkout = object.__new__(Checkout)
        self.checkout.folder = self.folder = folder

    def snakemake(self, *arguments: str) -> Answer:
        """Run Snakemake with the clone's own package."""
        return self.checkout.snakemake(
            *arguments, "--configfile", "study.yaml", package=self.folder
        )

    def rerun(self) -> Answer:
        """What would run."""
        answer = self.snakemake("--dry-run")
        assert answer.code == 0, answer.text
        return answer

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def clone(finished, tmp_path) -> Clone:
    """A clone that a test may change."""
    return Clone(finished, tmp_path / "clone")


def test_a_clone_with_other_comments_and_form_reruns_nothing(clone):
    """Every source is written again from its syntax tree."""
    sources = [*(clone.folder / "stylewalk").rglob("*.py"), *(clone.folder / "scripts").glob("*")]
    assert len(sources) > 100
    for path in sources:
        text = ast.unparse(ast.parse(path.read_bytes()))
        path.write_text(f"{text}\n# a comment\n", encoding="utf-8")
    assert "Nothing to be done" in clone.rerun().text


def test_a_plot_module_draws_its_own_figures_again(clone):
    clone.edit("stylewalk/plots/maps.py", "_LARGEST = 3.4", "_LARGEST = 3.5")
    answer = clone.rerun()
    assert set(answer.jobs) == {
        *("plot_maps", "write_study_page", "record_provenance", "all", "total")
    }
    reason = "Params have changed since last execution"
    assert [line for line in answer.text.splitlines() if reason in line and "plots/maps.py" in line]
    assert "plots/style.py" not in answer.text


def test_another_package_is_noticed_without_snakemakes_folder(clone):
    shutil.rmtree(clone.folder / ".snakemake")
    clone.edit("stylewalk/plots/maps.py", "_LARGEST = 3.4", "_LARGEST = 3.5")
    assert clone.rerun().jobs["plot_maps"] == 1
    shutil.rmtree(clone.folder / ".snakemake")
    (clone.folder / "results/tiny/job_records.json").unlink()
    answer = clone.snakemake("--dry-run")
    assert answer.code != 0
    assert "another version of the package made them" in answer.text


def test_a_family_trains_its_own_models_again(clone):
    clone.edit("stylewalk/models/triplet.py", "+ margin).relu()", "+ 2 * margin).relu()")
    answer = clone.rerun()
    once = {"train_model", "encode_artworks", "analyse_components", "measure_classes"}
    once |= {"choose_pairs", "score_trajectories"}
    assert {name for name, count in answer.jobs.items() if count == 1} >= once
    assert not set(answer.jobs) & {"pack_images", "compare_artworks", "judge_metrics"}
    of_models = [said for said in answer.messages if "seed 0" in said]
    assert len(of_models) == 8
    assert all(" TVAE" in said for said in of_models)
    assert "stylewalk/models/triplet.py" in answer.text
    assert "stylewalk/models/variational.py" not in answer.text
    before = state(clone)
    answer = clone.snakemake(
        *(f"{MODELS}/{name}/seed-0/latents.parquet" for name in TINY["models"])
    )
    assert answer.code == 0, answer.text
    after = state(clone)
    assert set(after) == set(before)
    changed = {name for name in after if before[name] != after[name]}
    names = ("weights.safetensors", "losses.parquet", "latents.parquet", "reconstructions.npz")
    assert {f"{MODELS}/TVAE/seed-0/{name}" for name in names} <= changed
    assert all(name.startswith(f"{MODELS}/TVAE/seed-0/") for name in changed)


def test_experiments_that_are_finished_are_not_scored_again(clone):
    """Where another one comes, nor where a job was killed after the first: that is kept."""
    farthest = {"classes": "within", "pairs": "farthest", "count": 1, "steps": 4}
    experiments = {**TINY["experiments"], "within_farthest": farthest}
    clone.checkout.study(experiments=experiments)

    def folder(experiment: str) -> Path:
        return clone.folder / f"results/tiny/trajectories/{experiment}/AE/seed-0"

    def kept() -> dict[str, int]:
        return {
            name: (folder(name) / ".finished/style_loss.parquet").stat().st_mtime_ns
            for name in experiments
            if (folder(name) / ".finished/record.json").exists()
        }

    (folder("between_closest") / ".finished/record.json").unlink()
    scores = folder("within_random") / "style_loss.parquet"
    before, bytes_before = kept(), scores.read_bytes()
    inode = (scores.parent / ".finished/style_loss.parquet").stat().st_ino
    assert set(before) == {"within_random"}
    target = str((folder("within_farthest") / "style_loss.parquet").relative_to(clone.folder))
    answer = clone.snakemake(target)
    assert answer.code == 0, answer.text
    assert set(kept()) == set(experiments)
    assert scores.read_bytes() == bytes_before
    # Taken over, the file is another name of what was kept; scored, it would have replaced it.
    assert scores.stat().st_ino == inode
    assert answer.jobs["train_model"] == 0


def test_other_families_in_a_study_train_nothing_anew(finished):
    study = finished.study("fewer.yaml", models={"AE": TINY["models"]["AE"]})
    answer = finished.snakemake("--dry-run", "--configfile", study)
    assert answer.code == 0, answer.text
    assert answer.jobs["tabulate_losses"] == 1
    assert not set(answer.jobs) & {"train_model", "encode_artworks", "score_trajectories"}


def state(clone: Clone) -> dict[str, tuple[int, bytes]]:
    """Times and bytes of all files of all models."""
    return {
        str(path.relative_to(clone.folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in (clone.folder / MODELS).rglob("*")
        if path.is_file()
    }
