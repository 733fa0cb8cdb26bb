"""How far a long step has come."""

import io

from hypothesis import given
from hypothesis import strategies as st

from stylewalk.progress import progress_bar


@given(st.integers(1, 300))
def test_each_tenth_is_told_once(total):
    stream = io.StringIO()
    progress = progress_bar("AE, seed 0", stream)
    for done in range(1, total + 1):
        progress(done, total)
    lines = stream.getvalue().splitlines()
    assert len(lines) == min(total, 10)
    assert lines[-1].endswith("██████████ 100 %  done")
    assert all(line.startswith("AE, seed 0 ") for line in lines)
    assert all("left" in line for line in lines[:-1])


def test_steps_of_an_earlier_process_took_none_of_the_time(monkeypatch):
    stream = io.StringIO()
    clock = iter([0.0, 10.0])
    monkeypatch.setattr("stylewalk.progress.time.monotonic", lambda: next(clock))
    progress_bar("AE, seed 0", stream)(91, 100)
    assert stream.getvalue().endswith(" 91 %  0:01:30 left\n")
