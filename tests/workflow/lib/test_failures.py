"""What is said when a run has failed."""

import os

from stylewalk_workflow.failures import advice, failed_logs


def test_only_logs_of_this_run_that_tell_of_an_error(tmp_path):
    texts = {
        "a/old.log": "Error: the folder is gone",
        "a/fine.log": "epoch 1/2\nno Error: in this line",
        "a/train/words.log": "epoch 1/2\nError: diverged",
        "b/fault.log": "Traceback (most recent call last):\nKeyError: 'x'",
        "a/other.txt": "Error: no log",
    }
    for number, (name, text) in enumerate(texts.items()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (1000 * number, 1000 * number))
    found = failed_logs([tmp_path / "a", tmp_path / "b", tmp_path / "absent"], since=500)
    assert found == [tmp_path / "a/train/words.log", tmp_path / "b/fault.log"]
    said = advice(found, "snakemake.log")
    assert all(str(path) in said for path in found)
    assert "snakemake.log (Snakemake's own log)" in said
    assert "run the same command again" in said


def test_without_a_log_snakemakes_own_is_named():
    said = advice([], "snakemake.log")
    assert "No log of a rule names an error: look into\n  snakemake.log\n" in said


def test_of_many_logs_some_are_named():
    said = advice([f"{n}.log" for n in range(9)], "snakemake.log")
    assert "9 jobs failed. Why stands in, among others," in said
    assert "4.log" in said
    assert "5.log" not in said
