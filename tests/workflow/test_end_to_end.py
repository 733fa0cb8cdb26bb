"""The whole workflow on a tiny study: what is there at the end, and whether it is true."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from checkouts import DEPLOYED, TINY
from stylewalk import catalogue, tables
from stylewalk.catalogue import TABLES
from stylewalk.catalogue.clusters import ARTWORK_CLUSTERS, CLUSTER_COMPOSITION
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.latent_space import NEIGHBOURS
from stylewalk.catalogue.trajectories import (
    PAIRS,
    PROFILE_SHAPES,
    STYLE_PROFILES,
    TRAJECTORY_STYLE_LOSS,
)
from stylewalk.claims import CLAIMS
from stylewalk.claims.weighing import VERDICTS
from stylewalk.files import sha256_of
from stylewalk_workflow import differences

pytestmark = pytest.mark.xdist_group("finished")
RUN = "results/tiny"


def test_artworks_are_split_and_packed(finished):
    artworks = tables.read_table(finished.folder / RUN / "artworks.parquet", ARTWORKS)
    images = np.load(finished.folder / RUN / "images.npy")
    assert images.shape == (24, 32, 32, 3)
    assert images.dtype == np.uint8
    assert list(artworks["id"]) == list(range(24))
    counts = artworks.groupby(["class", "split"]).size()
    assert counts.to_dict() == {
        (name, split): n
        for name in TINY["dataset"]["classes"]
        for split, n in (("training", 10), ("validation", 2))
    }


def test_a_training_tells_the_terminal_and_its_log_how_far_it_is(finished):
    epochs = TINY["training"]["epochs"]
    said = finished.answer.text
    for model in TINY["models"]:
        log = (finished.folder / RUN / f"logs/train_model/{model}-0.log").read_text("utf-8")
        reported = [int(number) for number in re.findall(r"^epoch (\d+)/", log, re.M)]
        if model == "PCA":  # computed, not trained
            assert reported == [1]
            assert "epoch 1/1, " in log
            continue
        assert reported == [1, 2]
        assert re.search(rf"^{model}, seed 0 .*100 %  epoch {epochs}/{epochs}, .*done$", said, re.M)
    assert f"Study page: {RUN}/study.html" in said
    assert "snakemake --report report.zip" in said


@pytest.mark.parametrize("model", TINY["models"])
def test_every_artwork_has_a_finite_latent(finished, model):
    table = pq.read_table(finished.folder / RUN / "models" / model / "seed-0/latents.parquet")
    assert table.schema.names == ["id", "class", "split", "latent"]
    assert str(table.schema.field("latent").type) == "fixed_size_list<element: float not null>[8]"
    latents = np.array(table["latent"].to_pylist())
    assert latents.shape == (24, 8)
    assert np.isfinite(latents).all()


# Where no metric passes; and of contents, which need more of them than a tiny study has.
OFTEN_EMPTY = {"claims_beside", "content_probes", "latent_factors", "path_comparison"}
OFTEN_EMPTY |= {"disentanglement", "samples", "attributes", "attribute_map", "analogies"}


def test_tables_have_their_schemas(finished):
    found = sorted((finished.folder / RUN / "tables").glob("*.csv"))
    assert len(found) == len(catalogue.study_tables())
    for path in found:
        frame = tables.read_table(path, TABLES[path.stem])
        assert len(frame) or path.stem in OFTEN_EMPTY, path.name
        if "model" in frame and len(frame):
            models = {name.removeprefix("pixel_blend:") for name in frame["model"]}
            models -= {"originals"}  # of walks with truth, the true ends themselves
            assert models == set(TINY["models"]), path.name


def test_the_pixel_blend_stands_beside_every_random_experiment(finished):
    folder = finished.folder / RUN / "tables"
    profiles = tables.read_table(folder / "style_profiles.csv", STYLE_PROFILES)
    control = profiles[profiles["model"].str.startswith("pixel_blend:")]
    assert set(control["experiment"]) == {"within_random"}
    assert set(control["metric"]) == set(TINY["metrics"])
    # Two classes and all, four steps.
    assert len(control) == len(TINY["metrics"]) * len(TINY["models"]) * 3 * 4
    shapes = tables.read_table(folder / "profile_shapes.csv", PROFILE_SHAPES)
    assert set(shapes["model"]) == set(TINY["models"])
    assert (shapes["gram_path_ratio"] > 0).all()


def test_every_claim_is_weighed_and_marked_as_no_evidence(finished):
    found = tables.read_table(finished.folder / RUN / "tables/claims.csv", TABLES["claims"])
    assert found["claim"].tolist() == [claim.name for claim in CLAIMS]
    assert len(found) == len(CLAIMS)
    assert set(found["verdict"]) <= set(VERDICTS)
    assert found["sentence"].str.len().min() > 20
    # A study without beta-VAE says which model it lacks.
    lacking = found.set_index("claim").loc["reconstruction-order"]
    assert lacking["verdict"] == "not tested"
    assert "beta-VAE" in lacking["sentence"]
    page = (finished.folder / RUN / "study.html").read_text(encoding="utf-8")
    assert "no evidence about paintings" in page
    assert page.count('class="claim"') == len(CLAIMS)


def test_every_artwork_has_a_cluster_and_neighbours(finished):
    for model in TINY["models"]:
        folder = finished.folder / RUN / "models" / model / "seed-0"
        clusters = tables.read_table(folder / "artwork_clusters.parquet", ARTWORK_CLUSTERS)
        composition = tables.read_table(folder / "cluster_composition.parquet", CLUSTER_COMPOSITION)
        sizes = composition.groupby(["method", "k", "cluster"])["count"].sum()
        for (method, k), rows in clusters.groupby(["method", "k"]):
            assert sorted(rows["id"]) == list(range(24))
            assert rows["cluster"].value_counts().sort_index().tolist() == sizes[method, k].tolist()
        assert set(clusters["method"]) == {"kmeans", "spectral"}
        near = tables.read_table(folder / "neighbours.parquet", NEIGHBOURS)
        assert len(near) == 24 * 8
        assert (near["id"] != near["neighbour"]).all()


def test_style_loss_is_scored_for_every_step(finished):
    walked = finished.folder / RUN / "trajectories/within_random/TVAE/seed-0"
    losses = tables.read_table(walked / "style_loss.parquet", TRAJECTORY_STYLE_LOSS)
    images = np.load(walked / "images.npy")
    assert images.shape == (4, 5, 32, 32, 3)  # two classes, two pairs each
    assert set(losses["metric"]) == set(TINY["metrics"])
    wide = losses[losses["metric"] == "gram"].pivot_table(
        index=["class_a", "class_b", "pair", "step"], columns="layer", values="value"
    )
    assert wide.shape == (4 * 4, 3)
    assert np.isfinite(wide.to_numpy()).all()
    assert (wide.to_numpy() >= 0).all()
    np.testing.assert_allclose(wide["total"], wide[["conv1_1", "conv2_1"]].mean(axis=1), rtol=1e-6)


def test_random_pairs_are_the_same_for_every_model(finished):
    walked = finished.folder / RUN / "trajectories/within_random"
    pairs = [
        pd.read_parquet(walked / model / "seed-0/pairs.parquet")[["id_a", "id_b"]]
        for model in TINY["models"]
    ]
    assert all(pairs[0].equals(other) for other in pairs[1:])


def test_an_experiment_of_one_split_keeps_to_it_and_every_table_says_so(finished):
    run = finished.folder / RUN
    split = {"within_random": "any", "between_closest": "validation"}
    held_out = tables.read_table(run / "artworks.parquet", ARTWORKS).query("split == 'validation'")
    for path in (run / "trajectories/between_closest").glob("*/*/pairs.parquet"):
        pairs = tables.read_table(path, PAIRS)
        assert {*pairs["id_a"], *pairs["id_b"]} <= set(held_out["id"])
        assert {*pairs["split_a"], *pairs["split_b"], *pairs["split"]} == {"validation"}
    for name in ("style_profiles", "profile_shapes", "trajectory_measures"):
        frame = tables.read_table(run / f"tables/{name}.csv", TABLES[name])
        assert dict(zip(frame["experiment"], frame["split"], strict=True)) == split
    found = tables.read_table(run / "tables/claims.csv", TABLES["claims"]).set_index("claim")
    said = found["sentence"].str.startswith("Walks of this kind join validation artworks alone")
    assert found.index[said].tolist() == ["closest-between", "closest-uneven"]
    page = (run / "study.html").read_text(encoding="utf-8")
    assert "The closest pair of validation artworks between each two classes" in page


def test_the_page_shows_every_figure_and_says_that_data_are_procedural(finished):
    page = (finished.folder / RUN / "study.html").read_text(encoding="utf-8")
    figures = list((finished.folder / RUN / "figures").glob("*.png"))
    # Those on paths say only that no two experiments walk between the same pairs.
    # And those on samples and attributes, that they were not asked for.
    silent = ("paths_", "samples_", "attributes_", "analogies_")
    figures = [path for path in figures if not path.stem.startswith(silent)]
    assert figures
    assert 'id="samples"' not in page
    assert 'id="paths"' not in page
    assert 'id="truth"' in page
    shown = dict(
        re.findall(r'<figure class="picture[^"]*" id="([^"]+)">.*?src="([^"]+)"', page, re.S)
    )
    assert {path.stem for path in figures} <= shown.keys()
    for name, source in shown.items():
        assert source.startswith("data:image/") or source == f"figures/{name}.png"
    assert "procedural" in page.lower()
    for table in ("Offset of each class", "Use of the latent dimensions", "Classes read from"):
        assert table in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_figures_are_those_of_the_catalogue(finished):
    experiments = TINY["experiments"]
    of_random = [name for name, about in experiments.items() if about["pairs"] == "random"]
    expected = {
        name
        for name, figure, _ in catalogue.figures(list(experiments), of_random)
        if not figure.optional
    }
    figures = finished.folder / RUN / "figures"
    for suffix in (".png", ".svg"):
        assert {path.stem for path in figures.glob(f"*{suffix}")} == expected
    tables = {path.stem for path in (finished.folder / RUN / "tables").glob("*.csv")}
    assert tables == {table.name for table in catalogue.study_tables()}


def test_every_job_was_measured(finished):
    """What the page adds up, and what the next run asks a cluster for."""
    logs, measured = (
        {path.relative_to(finished.folder / RUN / folder).with_suffix("") for path in paths}
        for folder, paths in (
            ("logs", (finished.folder / RUN / "logs").rglob("*.log")),
            ("benchmarks", (finished.folder / RUN / "benchmarks").rglob("*.tsv")),
        )
    )
    assert logs == measured
    page = (finished.folder / RUN / "study.html").read_text(encoding="utf-8")
    assert "Time and memory by step" in page
    assert re.search(r"train model</th>(<td>[^<]*</td>){3}<td>\d[\d,]* MB</td>", page)


def test_the_terminal_says_where_to_look(finished):
    assert f"{RUN}/study.html" in finished.answer.text
    for model in TINY["models"]:
        assert model in finished.answer.text


# Neither the page, which bears the date on which it was made, nor logs.
SAME = (".parquet", ".npy", ".npz", ".safetensors", ".csv", ".png", ".svg")
# When picture files were written; what all models make together.
OF_TIMES = ("picture_files.json", "weights_file.json")
OF_ALL = {"classifiers.safetensors", "fitted_metrics.npz", "images.npy", "artworks.parquet"}
OF_ALL |= {f"tables/{name}.csv" for name in ("metric_validity", "metric_response", "known_walks")}
OF_ALL |= {f"tables/{name}.csv" for name in ("artwork_style_loss", "classifier_calibration")}
OF_ALL |= {f"figures/dataset_overview.{suffix}" for suffix in ("png", "svg")}


@pytest.mark.studies
def test_a_deployed_study_gives_the_same_bytes(finished, deployed):
    """And so does a second run, which this is: of two models, whatever others stand beside them."""
    made, again = (
        {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}
        for run in (finished.folder / RUN, deployed.folder / RUN)
    )
    own = {n for n in again if set(DEPLOYED) & set(Path(n).parts) and n.endswith(SAME)}
    compared = own & made.keys() | OF_ALL
    for name in DEPLOYED:
        of_model = [path for path in compared if name in Path(path).parts]
        assert len(of_model) >= 20
        for file in ("weights.safetensors", "latents.parquet"):
            assert f"models/{name}/seed-0/{file}" in compared
    assert [name for name in sorted(compared) if made[name] != again[name]] == []
    # Nothing is left out where the workflow is used from elsewhere, but for what handlers write,
    # which newer versions of Snakemake leave out then.
    tables = {name for name in made if name.startswith("tables/") and name.endswith(".csv")}
    assert tables <= again.keys()
    assert {"study.html", "explorer.html", "provenance.json"} <= again.keys()


def test_the_record_holds_every_table_and_what_each_job_ran_on(finished):
    folder = finished.folder / RUN
    record = differences.read_record(folder)
    named = {name for files in record["data"].values() for name in files}
    tables_made = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.suffix in (".parquet", ".csv", ".safetensors")
        and not {"painted", ".finished"} & set(path.parts)
    }
    assert tables_made - named == {"metadata_rejected.parquet"}  # it is part of the rejected
    assert "images.npy" in named
    (style,) = record["data"]["style_network"]
    assert style.endswith(".safetensors")
    fitted = sha256_of(folder / "fitted_metrics.npz")
    assert record["data"]["style_metrics"] == {"fitted_metrics.npz": fitted}
    jobs = Counter(Path(name).stem for name in record["jobs"])
    assert jobs == {
        "trained_on": len(TINY["models"]),
        "encoded_on": len(TINY["models"]),
        "scored_on": len(TINY["models"]) * len(TINY["experiments"]),
        **dict.fromkeys(("compared_on", "fitted_on", "judged_on", "known_walks_on"), 1),
        **dict.fromkeys(("truth_on", "classifiers_on", "named_on", "explored_on"), 1),
    }
    assert {job["threads"] for job in record["jobs"].values()} == {1}
    assert record["config"]["training"]["epochs"] == TINY["training"]["epochs"]
    assert str(finished.folder) not in (folder / "provenance.json").read_text()
