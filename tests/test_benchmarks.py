"""The arithmetic of benchmarks; what they measure is no matter of a test."""

import os
import threading

import pandas as pd
import pytest

from benchmarks import __main__ as bench
from benchmarks import overhead, report, rounds


def figures(*values):
    """A way that gives these figures, one after the other."""
    left = iter(values)
    return lambda: next(left)


def test_a_ratio_is_the_median_over_paired_rounds_and_the_warm_up_does_not_count():
    peers = {"peer": figures(0.001, 10.0, 10.0, 60.0)}
    (row,) = rounds.measure("x", "s", figures(99.0, 1.0, 2.0, 4.0), peers, 3)
    assert (row.ours, row.peer) == (2.0, 10.0)
    # 10, 5 and 15 times as fast; the ratio of the medians would be 5.
    assert (row.ratio, row.low, row.high) == (10.0, 5.0, 15.0)


def test_more_is_better_where_the_unit_is_a_rate():
    (row,) = rounds.measure("x", "images/s", figures(0, 30.0), {"peer": figures(0, 10.0)}, 1)
    assert row.ratio == 3.0


def test_without_a_peer_there_is_a_figure_and_no_ratio():
    (row,) = rounds.measure("x", "s", figures(3.0, 1.0, 2.0), {}, 3, warm_up=False)
    assert (row.ours, row.peer, row.ratio) == (2.0, None, None)


def test_no_way_is_always_the_first():
    order = []

    def way(name):
        return lambda: order.append(name) or 1.0

    rounds.measure("x", "s", way("ours"), {"peer": way("peer")}, 2, warm_up=False)
    assert order in (["ours", "peer", "peer", "ours"], ["peer", "ours", "ours", "peer"])


def process_and_thread(number):
    return float(os.getpid()) if number == 1 else float(threading.active_count())


def fail():
    raise ValueError("on purpose")


def test_a_way_apart_runs_in_one_other_process():
    with rounds.apart(process_and_thread, 1) as way:
        assert way() == way() != os.getpid()


def test_a_way_apart_that_fails_says_how():
    with rounds.apart(fail) as way, pytest.raises(RuntimeError, match="on purpose"):
        way()


def test_parts_become_one_table_and_a_figure(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    rows = rounds.measure("a", "s", figures(0, 1.0), {"peer": figures(0, 2.0)}, 1)
    rounds.write(rows, tmp_path / "packing.csv")
    rounds.write([rounds.alone("b", 5.0, "GB")], tmp_path / "hardware.csv")
    bench.gather()
    table = pd.read_csv(tmp_path / "bench.csv")
    assert list(table.columns) == rounds.COLUMNS
    assert list(table["name"]) == ["b", "a"]
    assert table["ratio"].tolist()[1] == 2.0
    text = report.table(tmp_path / "bench.csv")
    assert "| a | 1 s | peer: 2 s | 2.00 (2.00 to 2.00) |" in text
    assert "| b | 5 GB |  |  |" in text
    report.draw(tmp_path / "bench.csv", tmp_path / "bench.png")
    assert (tmp_path / "bench.png").stat().st_size > 5_000


def test_the_imports_of_a_script_are_found_inside_its_doorway(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import os\nwith open('x'):\n    from json import loads\n    loads('1')\n")
    assert overhead.imports(script).splitlines() == ["import os", "from json import loads"]
