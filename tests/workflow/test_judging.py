"""The page for judges through Snakemake: where it is asked for, and what is refused."""

import json

import numpy as np
import pytest

from judging_study import follow, write_answers
from stylewalk import catalogue, tables
from stylewalk.catalogue.judging import JUDGING_KEY, TABLES
from stylewalk.judging.key import digest, read_key
from stylewalk_workflow import cli

ASKED = {"run": True, "trials": 40}


def dry_run(checkout, **judging):
    arguments = {"judging": judging} if judging else {}
    return checkout.snakemake("--dry-run", "--configfile", checkout.study(**arguments))


@pytest.mark.slow
def test_it_adds_jobs_only_where_it_is_asked_for(checkout):
    without = dry_run(checkout)
    assert without.code == 0, without.text
    asked = dry_run(checkout, **ASKED)
    assert asked.jobs - without.jobs == {"write_judge_page": 1, "total": 1}
    (checkout.folder / "a.csv").write_text("judge\n")
    answered = dry_run(checkout, **ASKED, answers=["a.csv"])
    further = {"weigh_judgements": 1, "plot_judging": 1}
    assert answered.jobs - asked.jobs == {**further, "total": 2}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("judging", "words"),
    [
        ({**ASKED, "answers": ["no.csv"]}, "judging.answers: there is no file no.csv"),
        ({"answers": ["a.csv"]}, "judging.answers: answers are weighed with the key of the page"),
        ({"run": True, "trials": 7}, "judging.trials: found 7"),
    ],
)
def test_a_mistake_is_refused_before_any_job(checkout, judging, words):
    answer = dry_run(checkout, **judging)
    assert answer.code != 0
    assert words in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.studies
def test_a_study_with_answers_has_a_chapter_on_them(checkout, capsys):
    models = {"PCA": {"family": "linear"}, "AE": {"family": "autoencoder"}}
    study = checkout.study(models=models, judging=ASKED)
    answer = checkout.snakemake("--configfile", study)
    assert answer.code == 0, answer.text
    run = checkout.folder / "results/tiny"
    page = (run / "judge.html").read_text("utf-8")
    assert not [name for name in (*models, "within_random") if f'"{name}"' in page]
    assert "What people saw" not in (run / "study.html").read_text("utf-8")
    key = read_key(run / JUDGING_KEY.file)
    assert key["trial"].nunique() == 40
    # Kept beside it, for answers that come after another page was made.
    assert read_key(run / "judging_keys" / f"{digest(key)}.parquet").equals(key)
    rng = np.random.default_rng(0)
    # A name that a spreadsheet would run, in a file whose name is a wildcard of Snakemake.
    for name, right in (("'=Ann <b>", 1), ("guesses", 0)):
        file = checkout.folder / f"{{{right}}}.csv"
        write_answers(file, key, follow(key, name, rng, right=right, surely=right))
    study = checkout.study(models=models, judging={**ASKED, "answers": ["{0}.csv", "{1}.csv"]})
    answer = checkout.snakemake("--configfile", study)
    assert answer.code == 0, answer.text
    assert "write_judge_page" not in answer.text.partition("Job stats:")[2].partition("total")[0]
    for table in TABLES:
        assert len(tables.read_table(run / table.file, catalogue.TABLES[table.name]))
    page = (run / "study.html").read_text("utf-8")
    assert "What people saw" in page
    assert "=Ann &lt;b&gt;" in page
    arguments = ["judge", "--key", str(run / JUDGING_KEY.file), "--json", "--answers"]
    assert cli.main([*arguments, *map(str, checkout.folder.glob("*.csv"))]) == 0
    found = json.loads(capsys.readouterr().out)
    kept = {row["judge"]: row["kept"] for row in found["judges"]}
    assert kept == {"=Ann <b>": True, "guesses": False}
