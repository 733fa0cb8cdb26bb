"""Read the files of answers that judges exported, and refuse what is none of this study's."""

import csv
import io
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from stylewalk import csv_cells
from stylewalk.errors import UNPRINTABLE, StylewalkError
from stylewalk.judging.key import digest, one_each
from stylewalk.judging.questions import QUESTIONS

COLUMNS = ("judge", "trial", "answer", "milliseconds", "study", "key")
_AGAIN = "Export the answers again from judge.html, and take that file as it is."
# A day: more is no time of an answer.
_LONGEST = 86_400_000
_MOST_BYTES = 50_000_000


class _Given(NamedTuple):
    answer: str
    milliseconds: int
    place: str  # file and row


def read_answers(paths: Iterable[str | os.PathLike[str]], key: pd.DataFrame) -> pd.DataFrame:
    """The answers of all judges to the trials of one key.

    An answer that stands in several files, as where a judge exported twice, counts once.

    Args:
        paths: CSV files, as the page exports them; one may hold several judges.
        key: table JUDGING_KEY.

    Returns:
        Columns ``judge``, ``trial``, ``answer``, ``milliseconds``: a row for each judge and trial,
        sorted by both.

    Raises:
        StylewalkError: a file cannot be read, is none of answers, is of other trials, or holds two
            different answers of one judge to one trial.
    """
    trials = one_each(key)
    study, expected = str(key["study"].iloc[0]), digest(key)
    questions = dict(zip(trials.index, trials["question"], strict=True))
    given: dict[tuple[str, str], _Given] = {}
    for path in paths:
        for place, row in _rows(Path(path)):
            _check_study(place, row, study, expected)
            judge, trial = _judge(place, row["judge"]), row["trial"]
            if trial not in questions:
                raise StylewalkError(
                    f"{place}, column trial: there is no trial {trial!r}. {_AGAIN}"
                )
            answer = _answer(place, row["answer"], questions[trial])
            new = _Given(answer, _milliseconds(place, row["milliseconds"]), place)
            old = given.setdefault((judge, trial), new)
            if old.answer != new.answer:
                raise StylewalkError(
                    f"{place}: {judge!r} answers trial {trial} with {new.answer!r}, and in "
                    f"{old.place} with {old.answer!r}. Give two people two names, and of one "
                    "person's files the last alone."
                )
    if not given:
        raise StylewalkError("The files hold no answers: export them from judge.html.")
    rows = [(*names, one.answer, one.milliseconds) for names, one in sorted(given.items())]
    return pd.DataFrame(rows, columns=list(COLUMNS[:4]))


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each row with its place in words, texts as they were before they were guarded."""
    try:
        _check_file(path)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise StylewalkError(
            f"{path} cannot be read: {error.strerror}. Give the path of a file of answers."
        ) from error
    except UnicodeDecodeError as error:
        raise StylewalkError(f"{path} is no text in UTF-8. {_AGAIN}") from error
    first = text.partition("\n")[0]
    # Some spreadsheets write semicolons.
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise StylewalkError(
                f"{path}, row 1: the columns {', '.join(missing)} are missing, expected "
                f"{', '.join(COLUMNS)}. {_AGAIN}"
            )
        for row in reader:
            place = f"{path}, row {reader.line_num}"
            if None in row or None in row.values():
                raise StylewalkError(f"{place} has not as many cells as the first row. {_AGAIN}")
            yield place, dict(csv_cells.unescaped(pd.Series(row, dtype=object)))
    except csv.Error as error:
        raise StylewalkError(f"{path}, row {reader.line_num}: {error}. {_AGAIN}") from error


def _check_file(path: Path) -> None:
    """Refuse what would never end, or fill the memory."""
    size = path.stat().st_size
    if not path.is_file() or size > _MOST_BYTES:
        raise StylewalkError(
            f"{path} is no file of answers, of which the largest has some kilobytes: give the path "
            "of a CSV file that judge.html exported."
        )


def _check_study(place: str, row: Mapping[str, str], study: str, expected: str) -> None:
    if row["study"] != study:
        raise StylewalkError(
            f"{place}, column study: the answers are to the study {row['study']!r}, expected "
            f"{study!r}. Weigh them with the key of their own study."
        )
    if row["key"] != expected:
        raise StylewalkError(
            f"{place}, column key: the answers are to other trials ({row['key']!r}, expected "
            f"{expected!r}). Where the study was made again after its page was given to judges, "
            f"weigh them with the key of that page, judging_keys/{row['key']}.parquet beside it: "
            "stylewalk judge --key FILE."
        )


def _judge(place: str, name: str) -> str:
    if not name.strip() or UNPRINTABLE.search(name):
        raise StylewalkError(
            f"{place}, column judge: found {name!r}, expected a name that can be printed. Write "
            "the judge's name or code there."
        )
    # As the page has it: two ways of writing one name are no two judges.
    return " ".join(unicodedata.normalize("NFC", name).split())


def _answer(place: str, answer: str, question: str) -> str:
    allowed = list(QUESTIONS[question].answers)
    if answer not in allowed:
        raise StylewalkError(
            f"{place}, column answer: found {answer!r}, expected {', '.join(allowed)}. {_AGAIN}"
        )
    return answer


def _milliseconds(place: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= _LONGEST):
        raise StylewalkError(
            f"{place}, column milliseconds: found {text!r}, expected a whole number from 0 to "
            f"{_LONGEST}. {_AGAIN}"
        )
    return int(text)
