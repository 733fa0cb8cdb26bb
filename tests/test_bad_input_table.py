"""Every bad input of the table ends in words, and leaves neither traceback nor half an output."""

import itertools
import signal
from pathlib import Path

import pandas as pd
import pytest

from bad_input import CASES
from bad_input.case import MARK, Case, unsafe_pickle
from stylewalk import tables
from stylewalk.catalogue.data import REJECTED
from stylewalk.errors import StylewalkError

ALL = list(itertools.chain.from_iterable(CASES.values()))
OLDER = "what an earlier run left"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A folder for the input, and one for the output, with something in it, to work in."""
    made, out = tmp_path / "made", tmp_path / "out"
    made.mkdir()
    out.mkdir()
    (out / "older.txt").write_text(OLDER)
    monkeypatch.chdir(out)
    return made, out


@pytest.fixture(autouse=True)
def _no_waiting():
    """What waits for ever, as a pipe lets a reader do, fails."""

    def stop(*_):
        raise TimeoutError("the package waits")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def left(out: Path) -> set[str]:
    """The files that a case has left beside the older one."""
    assert (out / "older.txt").read_text() == OLDER
    files = {str(p.relative_to(out)) for p in out.rglob("*") if not p.is_dir()}
    return files - {"older.txt"}


@pytest.mark.parametrize("case", [c for c in ALL if not c.is_rejected], ids=lambda case: case.name)
@pytest.mark.filterwarnings("ignore")
def test_an_error_names_the_culprit_and_the_remedy(case: Case, folders):
    made, out = folders
    with pytest.raises(StylewalkError) as caught:
        case.run(made, out)
    for words in case.expected:
        assert words in str(caught.value)
    assert left(out) == set()


@pytest.mark.parametrize("case", [c for c in ALL if c.is_rejected], ids=lambda case: case.name)
def test_a_row_says_what_was_left_out_and_why(case: Case, folders):
    made, out = folders
    rejected = case.run(made, out)
    filename, kind, reason = case.expected
    assert rejected[["filename", "kind"]].to_numpy().tolist() == [[filename, kind]]
    assert reason in rejected["reason"].item()
    written = tables.read_table(out / "rejected.parquet", REJECTED)
    pd.testing.assert_frame_equal(written, rejected.reset_index(drop=True), check_dtype=False)
    assert left(out) <= {"rejected.parquet", "selected.parquet"}


def test_the_table_is_an_overview():
    names = [case.name for case in ALL]
    assert len(set(names)) == len(names) >= 150
    assert all(len(cases) >= 20 for cases in CASES.values())
    assert all(case.what for case in ALL)
    # An error names at least the culprit and the remedy.
    assert [case.name for case in ALL if len(case.expected) < 2] == []


def test_the_pickle_of_the_cases_would_leave_its_mark(folders):
    """Else the cases could not tell that it was never read."""
    import pickle

    _, out = folders
    pickle.loads(unsafe_pickle()).close()
    assert left(out) == {MARK}
