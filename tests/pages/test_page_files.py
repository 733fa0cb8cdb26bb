"""What the page offers for download, what it says of samples, and of the time that jobs took."""

import base64
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import study_tables
from study_tables import facts
from stylewalk.errors import StylewalkError
from stylewalk.pages import attachments, claims, figures, model_card, sampling, study
from stylewalk.pages.durations import Step, duration, in_words
from stylewalk_workflow import benchmarks

ROOT = Path(__file__).parents[2]
RANDOM = {"near": {"classes": "within", "pairs": "random", "count": 3, "steps": 4}}


def test_paths_behind_a_figure_name_its_models_its_experiment_and_the_first_seed():
    head = facts(models=["A", "B"], experiments=RANDOM, seeds=[3, 4])
    assert figures.files_behind("latent_space_maps", head) == [
        "models/A/seed-3/latent_map.parquet",
        "models/B/seed-3/latent_map.parquet",
        "tables/map_preservation.csv",
        "tables/classifier_accuracy.csv",
    ]
    assert figures.files_behind("trajectories_near_strips", head)[:2] == [
        f"trajectories/near/{model}/seed-3/style_loss.parquet" for model in "AB"
    ]
    assert figures.files_behind("of_nobody", head) == []


def test_an_attachment_gives_back_the_bytes_of_its_file(tmp_path):
    data = b"a,b\n" + bytes(range(256))
    (tmp_path / "x.csv").write_bytes(data)
    paths = ["tables/x.csv", "tables/absent.csv", "tables/x.csv"]
    made = attachments.attach(paths, {"tables/x.csv": tmp_path / "x.csv"}, True)
    assert list(made) == ["tables/x.csv", "tables/absent.csv"]
    assert gzip.decompress(base64.b64decode(made["tables/x.csv"].packed)) == data
    assert made["tables/x.csv"].note == ""
    absent = made["tables/absent.csv"]
    assert (absent.packed, absent.note) == ("", "beside this page")


def test_unless_asked_a_page_carries_no_file_and_says_how_large_they_are(tmp_path):
    files = {"tables/x.csv": tmp_path / "x.csv", "tables/y.csv": tmp_path / "y.csv"}
    files["tables/x.csv"].write_bytes(b"1,2\n" * 30_000)
    files["tables/y.csv"].write_bytes(b"1,2\n")
    made = attachments.attach([*files, "figures/z.svg"], files, False)
    assert {path: (one.packed, one.note) for path, one in made.items()} == {
        "tables/x.csv": ("", "0.1 MB"),
        "tables/y.csv": ("", ""),
        "figures/z.svg": ("", ""),
    }


@pytest.mark.parametrize("carried", [False, True])
def test_a_file_that_is_gone_is_named(tmp_path, carried):
    with pytest.raises(StylewalkError, match=r"gone\.csv"):
        attachments.attach(["tables/x.csv"], {"tables/x.csv": tmp_path / "gone.csv"}, carried)


def test_only_files_of_the_run_are_carried():
    paths = ["results/a/tables/x.csv", "results/ab/y.csv", "resources/z.safetensors"]
    assert attachments.inside("results/a", paths) == {"tables/x.csv": Path(paths[0])}


def test_files_too_large_or_too_many_lie_beside_the_page(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    files = {}
    for name, size in (("a", 900), ("b", 2000), ("c", 900), ("d", 10)):
        files[name] = tmp_path / name
        files[name].write_bytes(random.bytes(size))  # does not compress
    monkeypatch.setattr(attachments, "LARGEST_FILE", 1500)
    monkeypatch.setattr(attachments, "LARGEST_SUM", 1500)
    made = attachments.attach(files, files, True)
    assert [name for name in files if made[name].packed] == ["a", "d"]
    large = attachments.Attachment("figures/x.svg", 7_140_000, left_out=True)
    assert large.note == "7.1 MB, beside this page"


def artworks(**counts):
    names = [name for name, count in counts.items() for _ in range(count)]
    return {"artworks": pd.DataFrame({"class": names, "split": "training"})}


@pytest.mark.parametrize(("rows", "said"), [(12, False), (11, True)])
def test_silhouettes_of_a_sample_are_named_only_where_it_is_one(rows, said):
    measured = {"silhouette": pd.DataFrame({"rows": [rows, rows]})}
    note = sampling.silhouettes(artworks(x=8, y=4) | measured)
    assert ("11 of 12 artworks" in note) == said
    assert bool(note) == said


@pytest.mark.parametrize(("some", "said"), [(300, False), (256, True)])
def test_leading_components_are_named_only_where_they_are_not_all(some, said):
    used = {"dimensions": [300, 300]}
    samples = {
        "silhouette": pd.DataFrame({"dimensions": [some, some]}),
        "posterior_use": pd.DataFrame(used),
    }
    note = sampling.components(samples)
    assert ("first 256 principal components of 300 latent dimensions" in note) == said
    assert bool(note) == said


@pytest.mark.parametrize(
    ("pairs", "sample", "words"),
    [
        ("closest", None, ""),
        ("random", 3, ""),
        ("farthest", 8, ""),
        ("farthest", 5, "The farthest pairs were sought among 5 artworks of x, drawn at random"),
        ("closest", 3, "The closest pairs were sought among 3 artworks of each class"),
    ],
)
def test_pairs_of_a_sample_are_named_only_where_it_is_one(pairs, sample, words):
    settings = {"classes": "within", "pairs": pairs, "count": 1, "steps": 4, "sample": sample}
    head = facts(experiments={"near": settings}, classes=["x", "y"])
    note = sampling.pairs(head, artworks(x=8, y=4), "near")
    assert note.startswith(words)
    assert bool(note) == bool(words)


@pytest.mark.slow
def test_the_page_names_samples_only_where_they_were_taken():
    tables = study_tables.tables()
    whole = study.render(facts(), tables, [])
    assert "Silhouettes were measured on" not in whole
    assert "were sought among" not in whole
    near = {"classes": "within", "pairs": "closest", "count": 1, "steps": 10, "sample": 4}
    experiments = study_tables.EXPERIMENTS | {"near": near}
    tables["silhouette"] = tables["silhouette"].assign(rows=8)
    sampled = study.render(facts(experiments=experiments), tables, [])
    assert "Silhouettes were measured on 8 of 9 artworks" in sampled
    assert "sought among 4 artworks of &lt;b&gt;Sur&lt;/b&gt;realism" in sampled


@pytest.mark.slow
def test_measurements_of_this_study_alone_add_up(tmp_path):
    def measured(name, *seconds, memory=100):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        rows = [f"{one}\t{memory}\n" for one in seconds]
        path.write_text("s\tmax_rss\n" + "".join(rows))

    measured("pack_images.tsv", 2.0, memory="NA")
    measured("train_model/A-0.tsv", 60.0, 100.5, memory=700)  # the last counts
    measured("train_model/A-1.tsv", 80.0, memory=900)
    measured("train_model/gone-0.tsv", 1000.0)  # a model that the study had once
    measured("choose_pairs/A-0.tsv", 0.5)
    measured("choose_pairs/gone-0.tsv", 9.0)
    measured("score_trajectories/A-0.tsv")  # killed on the way
    measured("train_sweep/16-A-0.tsv", 70.0)
    measured("plot_sweep.tsv", 3.0)
    head = facts(models=["A"], seeds=[0, 1], experiments=RANDOM)
    steps = benchmarks.steps(tmp_path, head)
    assert steps == [
        Step("train_model", 2, 180.5, 100.5, 900),
        Step("pack_images", 1, 2.0, 2.0, 0),
        Step("choose_pairs", 1, 0.5, 0.5, 100),
    ]
    text = in_words(steps, named=1)
    assert text.startswith("3 min 3 s in 4 jobs")
    assert text.endswith("longest: train model 3 min 0 s")
    page = study.render(facts(), study_tables.tables(), [], steps=steps)
    assert "3 min 3 s in 4 jobs" in page
    assert page.count("<td>1 min 40 s</td>") == 1  # the longest training
    assert page.count("<td>900 MB</td>") == 1
    assert benchmarks.steps(tmp_path / "absent", head) == []
    assert "Computed" not in study.render(facts(), study_tables.tables(), [])
    assert in_words([]) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599.7, "1 h 0 min"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations_read_as_a_person_says_them(seconds, text):
    assert duration(seconds) == text


def test_every_claim_stands_in_one_group_and_published_and_measured_on_one_scale():
    assert claims.ungrouped() == set()
    scale = claims.scale(1.0, 0.5, 0.0, 0.75)
    assert scale.low < scale.measured < scale.high < scale.published
    assert scale.measured == (scale.low + scale.published) / 2
    nothing = float("nan")
    assert claims.scale(nothing, 0.5, nothing, nothing) is None
    assert claims.scale(nothing, nothing, nothing, nothing) is None
    assert claims.scale(0.5, 0.5, nothing, nothing) is None
    assert claims.scale(1.0, nothing, nothing, nothing) is None


def test_every_file_of_the_templates_is_part_of_the_page():
    folder = ROOT / "stylewalk/pages/templates"
    named = {*study.TEMPLATES, *study.STYLES, *study.SCRIPTS, model_card.TEMPLATE}
    assert {path.name for path in folder.iterdir()} == named
