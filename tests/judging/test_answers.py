"""Files of answers are read, and what is none of the study's is refused in words."""

import os

import numpy as np
import pytest

from judging_study import follow, trials_and_key, write_answers
from stylewalk.errors import StylewalkError
from stylewalk.judging.answers import COLUMNS, read_answers


@pytest.fixture(scope="module")
def key():
    return trials_and_key(20)[1]


def rows(key, judge="Ann", seed=0):
    return follow(key, judge, np.random.default_rng(seed))


def test_answers_of_several_files_are_gathered_and_count_once(tmp_path, key):
    first = write_answers(tmp_path / "a.csv", key, rows(key)[:7])
    again = write_answers(tmp_path / "b.csv", key, rows(key) + rows(key, "Bea", 1))
    found = read_answers([first, again], key)
    assert list(found) == list(COLUMNS[:4])
    assert found["judge"].value_counts().to_dict() == {"Ann": 20, "Bea": 20}
    assert not found.duplicated(["judge", "trial"]).any()


@pytest.mark.parametrize("how", ["bom", "semicolons", "returns", "a formula", "quotes"])
def test_what_spreadsheets_do_to_a_file_is_undone(tmp_path, key, how):
    name = {"a formula": "'=1+1", "quotes": 'A "B", C'}.get(how, "Ann")
    path = write_answers(tmp_path / "a.csv", key, rows(key, name))
    text = path.read_text()
    text = {
        "bom": "\ufeff" + text,
        "semicolons": text.replace(",", ";"),
        "returns": text.replace("\n", "\r\n"),
    }.get(how, text)
    path.write_text(text, encoding="utf-8", newline="")
    (judge,) = set(read_answers([path], key)["judge"])
    assert judge == name.removeprefix("'")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"trial": "t0"}, "row 2, column trial: there is no trial 't0'"),
        ({"answer": "maybe"}, "row 2, column answer: found 'maybe', expected "),
        ({"milliseconds": "-3"}, "row 2, column milliseconds: found '-3', expected a whole number"),
        ({"milliseconds": "99999999999"}, "column milliseconds: found"),
        ({"judge": " "}, "row 2, column judge: found ' ', expected a name"),
        ({"judge": "a\x07"}, "column judge: found 'a\\x07', expected a name that can be printed"),
        ({"study": "other"}, "to the study 'other', expected 'tiny'. Weigh them with the key of"),
        ({"key": "k0"}, "the answers are to other trials ('k0', expected 'k"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_column(tmp_path, key, changed, words):
    path = write_answers(tmp_path / "a.csv", key, rows(key), **changed)
    with pytest.raises(StylewalkError) as refused:
        read_answers([path], key)
    assert str(path) in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "row 1: the columns judge, trial, answer, milliseconds, study, key are missing"),
        (b"judge,trial\nAnn,t1\n", "row 1: the columns answer, milliseconds, study, key are"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (b"judge,trial,answer,milliseconds,study,key\nAnn,t1\n", "row 2 has not as many cells"),
        (b"judge,trial,answer,milliseconds,study,key\na,b,c,d,e,f,g\n", "row 2 has not as many"),
        (b"judge,trial,answer,milliseconds,study,key\n", "The files hold no answers"),
        (b'judge,trial,answer,milliseconds,study,key\n"' + b"x" * 200_000, "field larger than"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(tmp_path, key, content, words):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(StylewalkError) as refused:
        read_answers([path], key)
    assert words in str(refused.value)


def test_an_absent_file_is_refused(tmp_path, key):
    with pytest.raises(StylewalkError, match=r"no\.csv cannot be read: No such file"):
        read_answers([tmp_path / "no.csv"], key)


def test_two_people_of_one_name_are_told(tmp_path, key):
    paths = [
        write_answers(
            tmp_path / f"{n}.csv", key, follow(key, "Ann", np.random.default_rng(n), right=0)
        )
        for n in range(2)
    ]
    with pytest.raises(StylewalkError, match=r"'Ann' answers trial .* Give two people two names"):
        read_answers(paths, key)


def test_two_ways_of_writing_a_name_are_one_judge(tmp_path, key):
    names = ("J\u00fcrgen  K", "Ju\u0308rgen K")
    paths = [
        write_answers(tmp_path / f"{n}.csv", key, rows(key, name)) for n, name in enumerate(names)
    ]
    assert set(read_answers(paths, key)["judge"]) == {"J\u00fcrgen K"}


def test_what_never_ends_or_is_huge_is_refused(tmp_path, key):
    os.mkfifo(tmp_path / "pipe")
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(60_000_000)
    for path in (tmp_path / "pipe", huge, tmp_path):
        with pytest.raises(StylewalkError, match="is no file of answers"):
            read_answers([path], key)
