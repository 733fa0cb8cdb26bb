"""What ``stylewalk plan`` says before and after a run, and what it asks for."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.trajectories import PROFILE_SHAPES, TRAJECTORY_STYLE_LOSS
from stylewalk.trajectories.planning import like_paintings
from stylewalk_workflow import benchmarks, cli, plan, scaling
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.differences import FORMAT

ROOT = Path(__file__).parents[3]
SCHEMA = load_schema(ROOT / "workflow" / "schemas" / "config.schema.yaml")
SECONDS = {"train_model/AE-0": 100.0, "train_model/VAE-0": 200.0, "train_model/PCA-0": 1.0}
SECONDS |= {"score_trajectories/AE-0": 50.0, "score_trajectories/VAE-0": 70.0}
SECONDS |= {"score_trajectories/PCA-0": 30.0, "write_study_page": 9.0, "try_verdicts": 20.0}


def settings(**changes):
    """A completed config of two small models and PCA."""
    given = load_config(ROOT / "config" / "config.yaml")
    given["run"] = "pilot"
    given["models"] = {name: given["models"][name] for name in ("AE", "VAE", "PCA")}
    return complete(given | changes, SCHEMA)


def experiments(random, closest=1):
    steps = {"steps": 10, "classes": "within"}
    return {
        "within_random": steps | {"pairs": "random", "count": random},
        "within_closest": steps | {"pairs": "closest", "count": closest},
    }


def filled(schema, **columns):
    """A table of these columns, the others of no content."""
    empty = {"str": "", "int": 0, "float": 0.0, "bool": False}
    rows = {name: empty[kind] for name, (kind, _) in schema.columns.items()}
    return pd.DataFrame(rows | columns)[list(schema)]


def write(folder, schema, frame):
    path = folder / schema.file
    path.parent.mkdir(parents=True, exist_ok=True)
    tables.write_table(frame, path, schema)


@pytest.fixture
def pilot(tmp_path):
    """A folder of results as a finished run leaves it, as far as ``plan`` reads it."""
    config = settings(experiments=experiments(30))
    folder = tmp_path / "results" / "pilot"
    rng = np.random.default_rng(0)
    for name, about in config["experiments"].items():
        for model in config["models"]:
            losses = like_paintings(4 * about["count"], 10, rng)
            pairs, steps = losses.shape
            rows = dict.fromkeys(TRAJECTORY_STYLE_LOSS, "")
            rows |= {"model": model, "seed": 0, "experiment": name, "metric": "gram"}
            frame = pd.DataFrame(
                rows
                | {
                    "class_a": np.repeat(np.tile(list("abcd"), about["count"]), steps),
                    "class_b": np.repeat(np.tile(list("abcd"), about["count"]), steps),
                    "pair": np.repeat(np.arange(pairs) // 4, steps),
                    "step": np.tile(np.arange(1, steps + 1), pairs),
                    "layer": "total",
                    "value": losses.ravel(),
                }
            )[list(TRAJECTORY_STYLE_LOSS)]
            path = folder / f"trajectories/{name}/{model}/seed-0/style_loss.parquet"
            path.parent.mkdir(parents=True)
            tables.write_table(frame, path, TRAJECTORY_STYLE_LOSS)
    shapes = filled(PROFILE_SHAPES, model=list(config["models"]), verdict="undetermined")
    shapes = shapes.assign(metric="gram", class_a="all", experiment="within_random")
    write(folder, PROFILE_SHAPES, shapes)
    write(folder, ARTWORKS, filled(ARTWORKS, id=range(960)))
    for name, seconds in SECONDS.items():
        path = folder / "benchmarks" / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"s\tmax_rss\n{seconds}\t{4 * seconds}\n")
    parts = {part: {} for part in ("versions", "machine", "sources", "jobs", "data")}
    record = {"format": FORMAT, "config": config, "config_sha256": "0" * 64, **parts}
    (folder / "provenance.json").write_text(json.dumps(record))
    return folder


def test_the_same_study_takes_as_long_again(pilot):
    read = plan.read_pilot(pilot)
    found = plan.cost(read.config, read)
    assert found.seconds == pytest.approx(sum(SECONDS.values()))
    assert found.longest == pytest.approx(270)
    assert found.memory_mb == 800
    assert found.wall(1) == pytest.approx(480)
    assert found.wall(8) == pytest.approx(270)
    on_disk = sum(path.stat().st_size for path in pilot.rglob("*") if path.is_file())
    assert found.disk_mb == pytest.approx(on_disk / 1e6)


def test_time_grows_with_what_each_step_works_on(pilot):
    read = plan.read_pilot(pilot)

    def seconds(**changes):
        return plan.cost(settings(**({"experiments": experiments(30)} | changes)), read).seconds

    # PCA's second is the start of a job that trains.
    whole, training, scoring, nulls = sum(SECONDS.values()), 99 + 199, 150, 20
    config = settings()
    twice = config["training"] | {"epochs": 2 * config["training"]["epochs"]}
    assert seconds(training=twice) == pytest.approx(whole + training)
    # Random pairs have a blend beside them: 61 times 40 steps with 30 of them, 121 with 60. Nulls
    # take as long as there are pairs.
    assert seconds(experiments=experiments(60)) == pytest.approx(
        whole + scoring * (121 / 61 - 1) + nulls * (61 / 31 - 1), rel=1e-6
    )
    assert seconds(seeds=[0, 1, 2]) == pytest.approx(3 * (whole - 29) + 9 + 20 * 3)
    dataset = config["dataset"] | {"per_class": 480}
    assert seconds(dataset=dataset) == pytest.approx(whole + training)
    # At twice the side each layer of the models has four times the places; so have the networks'.
    larger = config["dataset"] | {"image_size": 128}
    assert seconds(dataset=larger) > whole + 2.9 * (training + scoring)
    layers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
    deeper = {"gram": config["metrics"]["gram"] | {"layers": layers}}
    only = {"gram": config["metrics"]["gram"]}
    added = seconds(metrics=deeper) - seconds(metrics=only)
    assert 0.5 * scoring < added < 3 * scoring


def test_a_model_that_the_pilot_lacks_is_taken_for_a_typical_one(pilot):
    config = settings(experiments=experiments(30))
    config["models"]["other"] = dict(config["models"]["AE"])
    read = plan.read_pilot(pilot)
    added = plan.cost(config, read).seconds - plan.cost(read.config, read).seconds
    # A typical job of each, a third more null studies, and a page of four models instead of three.
    assert added == pytest.approx(301 / 3 + 150 / 3 + 20 / 3 + 9 / 3)


def test_chances_are_of_the_pilots_own_trajectories_or_of_those_most_alike(pilot):
    read = plan.read_pilot(pilot)
    found = list(plan.outlooks(read.config, read, 0.54, 10))
    # One closest pair a class says nothing of how they vary: those of random pairs stand in.
    assert [(model, name) for model, name, *_ in found] == [
        (model, name) for name in experiments(1) for model in ("AE", "VAE", "PCA")
    ]
    assert found[0][2].tests == 2 * 3
    assert (found[0][2].pairs, found[0][2].groups) == (30, 4)
    renamed = {"of_chance": experiments(5)["within_random"]}
    other = settings(experiments=renamed)
    (_, name, design, outlook), *_ = plan.outlooks(other, read, 0.54, 10)
    assert (name, design.pairs) == ("of_chance", 5)
    assert outlook.half_width > found[0][3].half_width


def test_the_cost_of_the_network_is_that_of_its_convolutions():
    import torch

    from stylewalk.style.layout import ARCHITECTURES

    config = settings()
    for name, layer in (("vgg16", "conv3_1"), ("vgg19", "conv5_1")):
        config["style_network"] = {"name": name}
        config["metrics"] = {"gram": {"kind": "gram", "layers": ["conv1_1", layer]}}
        total, before, side = 0, 3, 64
        for block, count in enumerate(ARCHITECTURES[name], 1):
            for number in range(1, count + 1):
                convolution = torch.nn.Conv2d(before, min(64 * 2 ** (block - 1), 512), 3, padding=1)
                total += side**2 * convolution.weight.numel()
                before = convolution.out_channels
                if f"conv{block}_{number}" == layer:
                    break
            if f"conv{block}" == layer[:5]:
                break
            side //= 2
        assert scaling.of_network(config) == total


def test_pictures_are_counted_where_they_are(pilot, tmp_path):
    read, config = plan.read_pilot(pilot), settings(experiments=experiments(30))
    for name in config["dataset"]["classes"]:
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(300):
            (tmp_path / "photos" / name / f"{number}.jpg").touch()
    config["dataset"] |= {"source": "folder", "images": str(tmp_path / "photos"), "per_class": None}
    twice = plan.cost(config, read).seconds
    assert scaling.known_pictures(config) == (1200, "")
    assert twice == pytest.approx(sum(SECONDS.values()) + 298 * (1200 / 960 - 1))
    text = plan.report(config, read, 0.5, 1, 10, "snakemake")
    assert "Reckoned with 1,200 pictures." in text
    assert "source folder, of the pilot painter" in text
    config["dataset"]["images"] = str(tmp_path / "nowhere")
    text = plan.report(config, read, 0.5, 1, 10, "snakemake")
    assert "960 pictures, which are the pilot's, since the study's are not known:" in text


def test_what_differs_and_is_not_scaled_is_named(pilot):
    read, config = plan.read_pilot(pilot), settings(experiments=experiments(30))
    assert scaling.unscaled(config, read.config) == []
    config["models"]["new"] = {"family": "acai"}
    config["metrics"]["deep"] = {"kind": "sliced_wasserstein"}
    config["training"]["optimiser"] = "adam"
    config["paths"]["geodesic"] = {"kind": "geodesic", "metric": "pixels", "passes": 100}
    config["experiments"]["within_random"]["path"] = "geodesic"
    named = "\n".join(scaling.unscaled(config, read.config))
    for words in ("family acai", "kind sliced_wasserstein", "training.optimiser", "kind geodesic"):
        assert words in named
    # 100 passes there and back through the decoder are more than one through the network.
    assert scaling.scored(config) > 3 * scaling.scored(read.config)


def test_processors_are_seen_up_to_the_last_look():
    assert benchmarks._worked(10.0, 8.0) == 8.0
    assert benchmarks._worked(29.0, 15.0) == 29.0  # one look at 15 s, when it had worked all along
    assert benchmarks._worked(80.0, 60.0) == 64.0  # the last at 75 s
    assert benchmarks._worked(0.5, 0.0) == 0.5  # none


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*argv):
        code = cli.main(["plan", "--draws", "10", *map(str, argv)])
        return code, *capsys.readouterr()

    return run


def test_a_finished_run_is_its_own_pilot_and_says_what_would_settle_it(run, pilot, tmp_path):
    config = load_config(ROOT / "config" / "config.yaml") | {"run": "pilot"}
    config["models"] = {name: config["models"][name] for name in ("AE", "VAE", "PCA")}
    config["experiments"] = experiments(30)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    code, out, err = run("--config", "study.yaml", "--hump", "0.3", "--cores", 2)
    assert (code, err) == (0, "")
    assert "foretold from the trajectories of results/pilot" in out
    # 480 s of jobs, those of one model after the other 270 s.
    assert "Time on 2 cores: about 4 min 30 s (8 min 0 s of jobs, of which" in out
    assert "more pairs a group would tell a hump of 0.3 with power .8" in out
    assert "would call a level profile flat with power .8" in out
    assert "Reckoned with 960 pictures." in out
    assert "Not reckoned with" not in out
    assert "snakemake --cores 2 --configfile study.yaml" in out
    code, larger, _ = run("--config", "study.yaml", "--hump", "3", "--cores", 2)
    assert "would tell a hump" not in larger


def test_without_a_pilot_paintings_stand_in_and_time_is_not_known(run):
    code, out, _ = run()
    assert code == 0
    assert "foretold from paintings" in out
    assert "not known before a run" in out
    assert "within_random" in out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--pilot", "nowhere"], "nowhere is no folder"),
        (["--config", "none.yaml"], "There is no config none.yaml"),
        (["--hump", "0"], "--hump: found 0"),
        (["--hump", "nan"], "--hump: found nan"),
        (["--cores", "0"], "--cores: found 0"),
        (["--draws", "5"], "--draws: found 5"),
    ],
)
def test_mistakes_are_told_in_one_line(run, argv, words):
    code, _, err = run(*argv)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_a_run_without_trajectories_or_benchmarks_is_no_pilot(run, pilot):
    code, _, err = run("--pilot", pilot)
    assert code == 0
    for path in pilot.rglob("*.tsv"):
        path.unlink()
    code, _, err = run("--pilot", pilot)
    assert code == 2
    assert "benchmarks has no records" in err
    for path in pilot.rglob("style_loss.parquet"):
        path.unlink()
    code, _, err = run("--pilot", pilot)
    assert code == 2
    assert "has no trajectories" in err
