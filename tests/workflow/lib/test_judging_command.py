"""The command ``stylewalk judge``: its tables, and every mistake in one line."""

import json

import numpy as np
import pytest

from judging_study import follow, trials_and_key, write_answers
from stylewalk import tables
from stylewalk.catalogue.judging import JUDGING_KEY
from stylewalk_workflow import cli


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A key, and a file of answers to it."""
    folder, key = tmp_path_factory.mktemp("judging"), trials_and_key(40)[1]
    tables.write_table(key, folder / "key.parquet", JUDGING_KEY)
    rows = follow(key, "'=Ann", np.random.default_rng(0))
    return folder / "key.parquet", write_answers(folder / "a.csv", key, rows)


def judge(capsys, key, *answers):
    code = cli.main(["judge", "--key", str(key), "--answers", *map(str, answers)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_tables_are_printed_as_text_and_as_json(files, capsys):
    code, text, _ = judge(capsys, *files)
    assert code == 0
    for title in ("judges", "judge agreement", "judgements", "judged metrics"):
        assert f"{title}\n" in text
    assert "=Ann" in text
    assert "yes" in text
    code, text, _ = judge(capsys, *files, "--json")
    assert code == 0
    found = json.loads(text)
    assert found["judges"][0]["judge"] == "=Ann"
    assert found["judge_agreement"][0]["alpha"] is None


def test_a_mistake_is_told_in_one_line(files, tmp_path, capsys):
    key, answers = files
    other = tmp_path / "other.csv"
    other.write_text(answers.read_text().replace(",tiny,", ",huge,"))
    for given, words in (
        ((tmp_path / "no.parquet", answers), "There is no key"),
        ((answers, answers), "is no key to the trials"),
        ((key, key), "is no text in UTF-8"),
        ((key, tmp_path / "no.csv"), "no.csv cannot be read: No such file"),
        ((key, other), "row 2, column study: the answers are to the study 'huge'"),
        ((key, answers, "--seed", "-1"), "--seed: found -1"),
    ):
        code, out, said = judge(capsys, *given)
        assert (code, out) == (2, "")
        assert words in said
        assert said.startswith("Error: ")
        assert said.count("\n") == 1
