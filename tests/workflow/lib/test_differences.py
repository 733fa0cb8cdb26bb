"""Why two runs differ, and where: told from their records."""

import copy
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from stylewalk.errors import StylewalkError
from stylewalk_workflow import cli, differences
from stylewalk_workflow.differences import compare, read_record

JOB = {"device": "cpu", "threads": 1, "torch": "2.5.0"}
RECORD = {
    "format": 1,
    "versions": {"Python": "3.11.9", "torch": "2.5.0"},
    "machine": {"processor": "Ten Cores 3000"},
    "config": {
        "run": "a",
        "seeds": [0],
        "training": {"epochs": 2, "channels": [4, 8]},
        "models": {"AE": {"family": "autoencoder"}, "VAE": {"family": "variational", "beta": 1.0}},
    },
    "config_sha256": "0",
    "sources": {"train_model": "12", "plot_training": "34"},
    "jobs": {
        "models/AE/seed-0/trained_on.json": JOB,
        "models/VAE/seed-0/trained_on.json": JOB,
        "walks/VAE/scored_on.json": JOB,
    },
    "data": {
        "pictures": {"images.npy": "1"},
        "latent_space": {f"models/{name}/latents.parquet": "2" for name in ("AE", "VAE")},
        "tables": {"tables/losses.csv": "3", "tables/claims.csv": "4"},
    },
}


def test_what_metrics_took_from_artworks_is_a_stage_of_its_own(other):
    mine = copy.deepcopy(RECORD)
    for record, digest in ((mine, "5"), (other, "6")):
        record["data"] = {"style_metrics": {"fitted_metrics.npz": digest}, **record["data"]}
    lines = differences.report(("a", "b"), compare(mine, other)).splitlines()
    assert "  style metrics  1 of 1 files: fitted_metrics.npz" in lines
    assert "The first to differ is fitted_metrics.npz." in lines


@pytest.fixture
def other():
    """A record to change."""
    return copy.deepcopy(RECORD)


@pytest.fixture
def runs(tmp_path):
    """Write records as those of two results folders, and give the folders."""

    def runs(*records):
        folders = []
        for name, record in zip("ab", records, strict=True):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "provenance.json").write_text(json.dumps(record))
            folders.append(str(tmp_path / name))
        return folders

    return runs


def test_the_same_record_differs_in_nothing():
    found = compare(RECORD, copy.deepcopy(RECORD))
    assert (found.reasons, found.stages) == ([], [])


def test_the_name_of_the_run_is_no_difference(other):
    other["config"]["run"] = "b"
    assert compare(RECORD, other).reasons == []


@pytest.mark.parametrize(
    ("part", "change", "subject", "words"),
    [
        ("config", {"seeds": [0, 1]}, "config", "seeds: [0] | [0, 1]"),
        ("config", {"training": {"epochs": 2, "channels": [8, 4]}}, "config",
         "training.channels: [4, 8] | [8, 4]"),
        ("config", {"training": {"epochs": 2}}, "config",
         "training.channels: [4, 8] | not there"),
        ("config", {"models": dict(reversed(RECORD["config"]["models"].items()))}, "config",
         "models: in another order, which is that of the tables' rows"),
        ("sources", {"plot_training": "35"}, "source", "other source behind plot_training"),
        ("versions", {"torch": "2.6.0"}, "versions", "torch: 2.5.0 | 2.6.0"),
        ("machine", {"processor": "Two Cores"}, "machine",
         "processor: Ten Cores 3000 | Two Cores"),
        ("jobs", {name: JOB | {"threads": 2} for name in RECORD["jobs"] if "trained" in name},
         "jobs", "threads: 1 | 2 (training: 2 of 2 jobs)"),
        ("jobs", {"walks/VAE/scored_on.json": JOB | {"device": "cuda", "GPU": "H100"}}, "jobs",
         "device: cpu | cuda (scoring of walks: 1 of 1 jobs)"),
    ],
    ids=["value", "list", "missing", "order", "source", "version", "processor", "threads", "GPU"],
)  # fmt: skip
def test_each_reason_is_told(other, part, change, subject, words):
    other[part] |= change
    reasons = compare(RECORD, other).reasons
    assert reasons[0] == (subject, words)
    assert len(reasons) == (2 if "GPU" in str(change) else 1)


def test_jobs_that_differ_alike_share_a_line(other):
    for name in ("models/AE/seed-0/trained_on.json", "walks/VAE/scored_on.json"):
        other["jobs"][name] = JOB | {"threads": 2}
    other["jobs"]["walks/AE/scored_on.json"] = JOB  # of one run alone: nothing to compare
    assert compare(RECORD, other).reasons == [
        ("jobs", "threads: 1 | 2 (training, scoring of walks: 2 of 3 jobs)")
    ]


def test_stages_stand_in_the_order_of_the_pipeline_and_name_what_changed(other):
    other["data"]["tables"] |= {"tables/claims.csv": "9", "tables/more.csv": "1"}
    other["data"]["latent_space"]["models/VAE/latents.parquet"] = "9"
    del other["data"]["latent_space"]["models/AE/latents.parquet"]
    latents, tables = compare(RECORD, other).stages
    assert latents.name == "latent_space"
    assert latents.changed == ["models/VAE/latents.parquet"]
    assert (latents.alone, latents.common) == (["models/AE/latents.parquet"], 1)
    assert (tables.changed, tables.alone) == (["tables/claims.csv"], ["tables/more.csv"])
    assert tables.common == 2


def test_the_command_says_why_and_where(other, runs, capsys):
    other["config"]["training"]["epochs"] = 3
    other["data"]["latent_space"] = dict.fromkeys(other["data"]["latent_space"], "9")
    other["data"]["tables"]["tables/claims.csv"] = "9"
    a, b = runs(RECORD, other)
    assert cli.main(["diff", a, b]) == 3
    assert capsys.readouterr().out == (
        f"{a} | {b}\n\n"
        "Why they may differ:\n"
        "  config         training.epochs: 2 | 3\n\n"
        "What differs, in the order of the pipeline:\n"
        "  latent space   2 of 2 files: models/AE/latents.parquet, models/VAE/latents.parquet\n"
        "  tables         1 of 2 files: tables/claims.csv\n"
        "The first to differ is models/AE/latents.parquet.\n"
    )


def test_the_command_on_runs_with_the_same_results(other, runs, capsys):
    other["versions"]["torch"] = "2.6.0"
    assert cli.main(["diff", *runs(RECORD, other)]) == 0
    out = capsys.readouterr().out
    assert "torch: 2.5.0 | 2.6.0" in out
    assert "Nothing differs" in out


def test_a_difference_without_a_reason_is_told_as_such(other, runs, capsys):
    other["data"]["pictures"]["images.npy"] = "9"
    assert cli.main(["diff", *runs(RECORD, other)]) == 3
    out = capsys.readouterr().out
    assert "The records give no reason to differ." in out
    assert "The first to differ is images.npy.\nLook for a file that was damaged or" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read as JSON"),
        ("[1]", "is no record of a run"),
        ('{"versions": {}}', "is no record of a run"),
        (json.dumps(RECORD | {"format": 2}), "has format 2, and this Stylewalk reads format 1"),
        (json.dumps(RECORD | {"data": []}), "lacks a map of data"),
        (json.dumps(RECORD | {"jobs": {"x.json": 1}}), r"lacks a map of jobs\.x\.json"),
        (json.dumps(RECORD | {"format": True}), "has format true"),
        (json.dumps(RECORD | {"format": "9" * 999}), r"has format 9{200}\.\.\. \(999 characters\)"),
        (json.dumps({k: v for k, v in RECORD.items() if k not in ("config", "jobs")}),
         "lacks a map of config, jobs"),
        (json.dumps(RECORD | {"sources": {"train": ["12"]}}), r"no sum.*at sources\.train"),
        (json.dumps(RECORD | {"data": {"tables": {"a.csv": float("nan")}}}),
         r"no sum.*at data\.tables\.a\.csv"),
        ("[" * 100_000, "cannot be read as JSON .its maps and lists lie more than 50 deep"),
        ('{"format": 1, "config": ' + '{"a":' * 99 + "1" + "}" * 100, "more than 50 deep"),
        ('{"format": 1, "config": ' + "9" * 5000 + "}", "cannot be read as JSON .*4300 digits"),
        ('{"format": 1, "a": 1, "a": 2}', "the key a is given twice in a map"),
        ("\ufeff{}", "cannot be read as JSON"),
        ("", "cannot be read as JSON"),
    ],
    ids=[
        *("cut", "list", "foreign", "format", "part", "job", "flag", "long", "two parts"),
        *("source", "NaN", "deep", "less deep", "large", "twice", "mark", "empty"),
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_refused_in_words(tmp_path, text, words, capsys):
    (tmp_path / "provenance.json").write_text(text, encoding="utf-8")
    with pytest.raises(StylewalkError, match=words):
        read_record(tmp_path)
    assert cli.main(["diff", str(tmp_path), str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_record_that_is_no_file_of_text(tmp_path, capsys, monkeypatch):
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps(RECORD), encoding="utf-16")
    with pytest.raises(StylewalkError, match="cannot be read as JSON"):
        read_record(tmp_path)
    monkeypatch.setattr(differences, "_LARGEST", 10)
    with pytest.raises(StylewalkError, match="more than 10 bytes"):
        read_record(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(StylewalkError, match=r"has a provenance\.json that is no file"):
        read_record(tmp_path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(StylewalkError, match="that is no file"):
        read_record(tmp_path)
    path.unlink()
    path.write_text("{}")
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: os.stat("/nowhere"))
    assert cli.main(["diff", str(tmp_path), str(tmp_path)]) == 2
    assert "cannot be read as JSON" in capsys.readouterr().err


def test_no_command_reaches_the_terminal(other, runs, capsys):
    """Nor does a half of a character, which would end in a traceback."""
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\ud800\r\x00\u2028"
    other["config"]["training"][evil] = evil
    other["versions"] |= {"torch": evil, evil: "1"}
    other["machine"]["processor"] = {evil: [evil]}
    other["jobs"]["walks/VAE/scored_on.json"] = JOB | {evil: float("nan")}
    other["sources"][evil] = evil
    other["data"][evil] = {f"{evil}.csv": evil}
    other["data"]["tables"]["tables/claims.csv"] = evil
    assert cli.main(["diff", *runs(RECORD, other)]) == 3
    out = capsys.readouterr().out
    assert [char for char in out if unicodedata.category(char) in ("Cc", "Cf", "Cs")] == [
        "\n"
    ] * out.count("\n")
    assert r"\x1b]0;owned\x07" in out
    assert r"\u202e\ud800" in out
    assert cli.main(["diff", "\x1b[2Jnowhere", "b"]) == 2
    assert capsys.readouterr().err.startswith(r"Error: \x1b[2Jnowhere is no folder")


def test_what_is_long_is_cut_and_compared_whole(other, runs, capsys):
    other["versions"]["torch"] = "2" * 9000 + "1"
    first = copy.deepcopy(other)
    first["versions"]["torch"] = "2" * 9000 + "0"
    assert cli.main(["diff", *runs(first, other)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.count("2... (9,001 characters)") == 2
    assert len(out) < 1500


def test_the_same_folder_twice_differs_in_nothing(other, runs, capsys):
    other["config"]["training"] |= {"rate": float("nan"), "most": float("inf")}
    other["versions"]["torch"] = float("nan")
    folder, _ = runs(other, other)
    assert cli.main(["diff", folder, f"{folder}/."]) == 0
    out = capsys.readouterr().out
    assert "The records give no reason to differ." in out
    assert out.endswith("Both are the same folder.\n")


SHELL = "import sys; from stylewalk_workflow import cli; sys.exit(cli.main(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("where", "encoding", "code"),
    [
        ("| head -c 0; exit ${PIPESTATUS[0]}", "utf-8", 3),
        (">&-", "utf-8", 3),
        (">/dev/full", "utf-8", 2),
        ("", "ascii", 3),
    ],
    ids=["pipe", "closed", "full", "ASCII"],
)
def test_the_code_is_that_of_the_answer_wherever_it_goes(other, runs, where, encoding, code):
    other["config"]["training"] |= {f"Schönheit {n}": n for n in range(3000)}
    other["data"]["pictures"]["images.npy"] = "9"
    a, b = runs(RECORD, other)
    command = f'"$0" -c "$1" diff {a} {b} {where}'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable, SHELL],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_folder_without_a_record_is_refused_in_one_line(tmp_path, capsys):
    assert cli.main(["diff", str(tmp_path), str(tmp_path)]) == 2
    assert "has no provenance.json. Give the results folder" in capsys.readouterr().err
    assert cli.main(["diff", str(tmp_path / "x"), str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "x is no folder" in line
