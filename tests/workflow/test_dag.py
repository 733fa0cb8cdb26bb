"""Which jobs there are, and which of them a change brings back."""

import copy
import json
import os
import re
import shutil

import pytest
import yaml

from checkouts import TINY, Checkout

pytestmark = pytest.mark.xdist_group("finished")


@pytest.mark.slow
def test_demo_is_used_where_no_study_is_given(checkout):
    answer = checkout.snakemake("--dry-run")
    assert answer.code == 0, answer.text
    demo = yaml.safe_load((checkout.folder / "config/config.yaml").read_text())
    assert answer.jobs["train_model"] == len(demo["models"]) * len(demo["seeds"]) == 6
    assert answer.jobs["score_trajectories"] == answer.jobs["choose_pairs"] == 6
    assert "results/demo/" in answer.text


@pytest.mark.slow
def test_a_study_replaces_the_models_and_experiments_of_the_demo(checkout):
    answer = checkout.snakemake("--dry-run", "--configfile", checkout.study())
    assert answer.code == 0, answer.text
    assert answer.jobs["train_model"] == len(TINY["models"])
    assert answer.jobs["score_trajectories"] == len(TINY["models"])
    assert "beta-VAE" not in answer.text
    assert "results/demo/" not in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small.yaml", "paper.yaml", "large.yaml"])
def test_the_studies_at_hand_are_valid(checkout, name):
    """Their pictures are not here, and that is the only thing wrong with them."""
    study = yaml.safe_load((checkout.folder / "config" / name).read_text())
    answer = checkout.snakemake("--dry-run", "--configfile", f"config/{name}")
    assert answer.code == 1
    assert f"dataset.images: there is no folder {study['dataset']['images']}" in answer.text


@pytest.mark.slow
def test_the_study_of_paths_walks_on_each_and_needs_no_pictures(checkout):
    answer = checkout.snakemake("--dry-run", "--configfile", "config/paths.yaml")
    assert answer.code == 0, answer.text
    study = yaml.safe_load((checkout.folder / "config/paths.yaml").read_text())
    assert answer.jobs["score_trajectories"] == len(study["models"])
    assert answer.jobs["compare_paths"] == 1
    used = {about.get("path", "line") for about in study["experiments"].values()}
    assert used == set(study["paths"])


@pytest.mark.slow
def test_the_study_of_exported_models_asks_for_their_files_and_trains_nothing(checkout):
    wanted = "config/pretrained.yaml"
    answer = checkout.snakemake("--dry-run", "--configfile", wanted)
    assert answer.code == 1
    missing = "models.AE.encoder: there is no file results/demo/models/AE/seed-0/encoder.onnx"
    assert missing in answer.text
    models = yaml.safe_load((checkout.folder / wanted).read_text())["models"]
    paths = [
        checkout.folder / about[key]
        for about in models.values()
        for key in ("encoder", "decoder")
        if key in about
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a plan does not read it")
    try:
        answer = checkout.snakemake("--dry-run", "--configfile", wanted)
    finally:
        shutil.rmtree(checkout.folder / "results/demo")
    assert answer.code == 0, answer.text
    assert answer.jobs["train_model"] == len(models)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lines", "shadow"])
def test_studies_whose_interpolation_is_known_need_no_pictures(checkout, name):
    answer = checkout.snakemake("--dry-run", "--configfile", f"config/{name}.yaml")
    assert answer.code == 0, answer.text
    assert answer.jobs["render_pictures"] == answer.jobs["score_truth"] == 1
    assert answer.jobs["paint_pictures"] == 0


@pytest.mark.slow
def test_a_second_call_has_nothing_to_do(finished):
    answer = finished.snakemake("--configfile", "study.yaml")
    assert answer.code == 0
    assert "Nothing to be done" in answer.text


@pytest.mark.slow
def test_touched_files_rerun_nothing(finished):
    for name in ("results/tiny/images.npy", "scripts/train_model.py", "style.safetensors"):
        os.utime(finished.folder / name)
    answer = finished.snakemake("--dry-run", "--configfile", "study.yaml")
    assert "Nothing to be done" in answer.text, answer.text


@pytest.mark.slow
def test_changing_beta_retrains_that_model_only(finished):
    models = copy.deepcopy(TINY["models"])
    models["VAE"]["beta"] = 0.5
    study = finished.study("beta.yaml", models=models)
    answer = finished.snakemake("--dry-run", "--configfile", study)
    assert answer.jobs["train_model"] == answer.jobs["encode_artworks"] == 1
    assert answer.jobs["score_trajectories"] == 1
    assert answer.jobs["paint_pictures"] == answer.jobs["pack_images"] == 0
    of_models = [said for said in answer.messages if "seed 0" in said]
    # Train, encode, components, classes, clusters, neighbours, pairs and scores.
    assert len(of_models) == 8
    assert all(" VAE" in said for said in of_models)


@pytest.mark.slow
def test_a_new_experiment_trains_nothing(finished):
    experiment = {"classes": "within", "pairs": "farthest", "count": 1, "steps": 4}
    experiments = {**TINY["experiments"], "within_farthest": experiment}
    study = finished.study("experiment.yaml", experiments=experiments)
    answer = finished.snakemake("--dry-run", "--configfile", study)
    assert answer.jobs["train_model"] == answer.jobs["encode_artworks"] == 0
    assert answer.jobs["score_trajectories"] == len(TINY["models"])


ON_A_CIRCLE = (
    'explorer={"pairs": [[1, 14], [2, 3]], "paths": ["line", "slerp"]}',
    'paths={"line": {"kind": "line"}, "slerp": {"kind": "slerp"}}',
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("added", "more"),
    [
        (('explorer={"pairs": [[1, 14], [2, 3]]}',), ()),
        # A path that the study had not is held against known truths, as all of its paths are.
        (ON_A_CIRCLE, ("score_truth", "plot_truth", "weigh_claims", "write_study_page")),
    ],
    ids=["line", "great circle"],
)
def test_pairs_that_are_chosen_by_hand_are_walked_and_nothing_else(finished, added, more):
    """The command that the explorer offers; inside a map, --config gives every value as text."""
    answer = finished.snakemake("--dry-run", "--configfile", "study.yaml", "--config", *added)
    assert answer.code == 0, answer.text
    jobs = {name: n for name, n in answer.jobs.items() if n}
    assert jobs == {
        **dict.fromkeys(("take_pairs", "score_chosen"), len(TINY["models"])),
        **dict.fromkeys(("name_pairs", "write_explorer", "record_provenance", "all", *more), 1),
        "total": 2 * len(TINY["models"]) + 4 + len(more),
    }


@pytest.mark.studies
def test_pairs_that_are_chosen_by_hand_are_walked_on_each_path(finished, tmp_path):
    """The explorer then has both walks, the great circle's with its pictures."""
    shutil.copytree(finished.folder, tmp_path / "copy", symlinks=True)
    own = object.__new__(Checkout)
    own.folder = tmp_path / "copy"
    given = ("--configfile", "study.yaml", "--config", *ON_A_CIRCLE)
    answer = own.snakemake(*given)
    assert answer.code == 0, answer.text
    page = (own.folder / "results/tiny/explorer.html").read_text(encoding="utf-8")
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    data = json.loads(text[1])
    about = {one["name"]: one for one in data["experiments"]}
    assert (about["chosen"]["path"], about["chosen.slerp"]["path"]) == ("line", "slerp")
    assert about["chosen.slerp"]["kept"] == about["chosen.slerp"]["total"] == 2
    walks = [walk for walk in data["walks"] if walk["experiment"] == "chosen.slerp"]
    assert all(walk["sheet"] for walk in walks)
    assert all(len(walk["rows"]) == len(TINY["models"]) for walk in walks)
    # Each class has its vector in every model, and the rounding was measured.
    for one in data["decoders"]:
        if one["steps"]:
            assert one["towards"]["names"][0][0] == "class"
            assert 0 <= one["rounding"]["mean"] <= one["rounding"]["largest"]
    assert "Nothing to be done" in own.snakemake(*given).text


def test_the_explorer_offers_the_command_that_made_it(finished):
    """Its command is what is run above."""
    page = (finished.folder / "results/tiny/explorer.html").read_text(encoding="utf-8")
    assert '"command":"snakemake --cores 2 --configfile study.yaml --config"' in page


@pytest.mark.studies
def test_thumbnails_lie_beside_an_explorer_that_may_hold_few(finished, tmp_path):
    """Of more pictures than it may hold; only its page is written again."""
    shutil.copytree(finished.folder, tmp_path / "copy", symlinks=True)
    own = object.__new__(Checkout)
    own.folder = tmp_path / "copy"
    study = own.study("few.yaml", explorer={"pictures_inside": 10})
    answer = own.snakemake("--configfile", study)
    assert answer.code == 0, answer.text
    jobs = {name for name, n in answer.jobs.items() if n}
    assert jobs == {"write_explorer", "record_provenance", "all", "total"}
    run = own.folder / "results/tiny"
    (sheet,) = (run / "explorer_pictures").glob("*.webp")
    page = (run / "explorer.html").read_text(encoding="utf-8")
    assert f'"sheets":[{{"file":"explorer_pictures/{sheet.name}"}}]' in page
    assert (run / ".explorer_pictures.sha256").exists()
    assert "Nothing to be done" in own.snakemake("--configfile", study).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pairs", "words"), [("[[1, 1]]", "1 twice"), ("[[1, 2, 3]]", "at most 2"), ("[[a, 2]]", "'a'")]
)
def test_pairs_that_are_none_are_refused(finished, pairs, words):
    added = ("--config", f'explorer={{"pairs": {pairs}}}')
    answer = finished.snakemake("--dry-run", "--configfile", "study.yaml", *added)
    assert answer.code == 1
    assert "explorer.pairs[0]" in answer.text
    assert words in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.slow
def test_changing_the_clustering_clusters_again_and_no_more(finished):
    study = finished.study("clusters.yaml", clustering={"k": [2], "repeats": 1})
    jobs = finished.snakemake("--dry-run", "--configfile", study).jobs
    assert jobs["cluster_latents"] == len(TINY["models"])
    assert jobs["train_model"] == jobs["score_trajectories"] == jobs["analyse_components"] == 0


@pytest.mark.slow
def test_a_gpu_limit_gives_a_training_all_cores(checkout):
    study = checkout.study()
    limited = checkout.snakemake(
        "--dry-run", "--configfile", study, "--resources", "gpu=1", cores=4
    )
    free = checkout.snakemake("--dry-run", "--configfile", study, cores=4)
    assert "Train AE with seed 0, CPU threads: 4" in limited.text
    assert "Train AE with seed 0, CPU threads: 1" in free.text
