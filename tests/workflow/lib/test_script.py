"""What a script does at its door."""

import os
import subprocess
import sys
import textwrap
import time

import pytest

from stylewalk_workflow import checksums

WRITE = "open(snakemake.output[0], 'w').close()\n"


def run(tmp_path, body: str) -> tuple[subprocess.CompletedProcess, str]:
    """Run a script of the given body inside job(); give its end and its log."""
    script = tmp_path / "script.py"
    if not (tmp_path / "input").exists():
        (tmp_path / "input").write_text("")
    script.write_text(
        "import types\n"
        "from stylewalk_workflow.script import job\n"
        "from stylewalk.errors import StylewalkError\n"
        f"snakemake = types.SimpleNamespace(log=[{str(tmp_path / 'logs/script.log')!r}], "
        f"input=[{str(tmp_path / 'input')!r}], output=[{str(tmp_path / 'output')!r}])\n"
        "with job(snakemake) as terminal:\n" + textwrap.indent(body, "    ")
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    return done, (tmp_path / "logs/script.log").read_text()


def test_prints_go_to_the_log_and_the_terminal_stays_free(tmp_path):
    body = WRITE + "import os\nprint('seen')\nos.write(2, b'deep')\nprint('x', file=terminal)"
    done, log = run(tmp_path, body)
    assert done.returncode == 0
    assert "seen" in log
    assert "deep" in log
    assert (done.stdout, done.stderr) == ("", "x\n")


@pytest.mark.parametrize(
    ("body", "words", "traceback"),
    [
        ("raise StylewalkError('row 3 of x.csv is empty')", "Error: row 3 of x.csv", False),
        ("1 / 0", "ZeroDivisionError", True),
    ],
)
def test_faults_end_the_script(tmp_path, body, words, traceback):
    done, log = run(tmp_path, body)
    assert done.returncode == 1
    assert words in log
    assert ("Traceback" in log) == traceback
    assert "Traceback" not in done.stderr


def test_a_damaged_input_stops_the_script_before_it_reads(tmp_path):
    for name in ("input", "output"):
        (tmp_path / name).write_text("whole")
    checksums.record([tmp_path / "input", tmp_path / "output"])
    (tmp_path / "input").write_text("whale")
    done, log = run(tmp_path, "print('read')")
    assert done.returncode == 1
    assert f"Error: {tmp_path / 'input'} is not as the workflow wrote it" in log
    assert "read" not in log
    # The output is to be made again: what was known of the older one holds no longer.
    assert not checksums.checksum_file(tmp_path / "output").exists()


def test_an_output_gets_its_checksum_and_leftovers_of_a_killed_job_go(tmp_path):
    (tmp_path / ".output-abcdefgh").write_text("half")
    (tmp_path / ".output.sha256-abcdefgh").write_text("no leftover of this file")
    done, log = run(tmp_path, WRITE)
    assert done.returncode == 0, log
    checksums.verify([tmp_path / "output"])
    (tmp_path / "output").write_text("other")
    with pytest.raises(checksums.StylewalkError, match="output is not as"):
        checksums.verify([tmp_path / "output"])
    assert not (tmp_path / ".output-abcdefgh").exists()
    assert (tmp_path / ".output.sha256-abcdefgh").exists()


def test_an_input_from_the_future_is_refused_or_dated_anew(tmp_path):
    (tmp_path / "input").write_text("")
    tomorrow = time.time() + 24 * 3600
    os.utime(tmp_path / "input", (tomorrow, tomorrow))
    done, log = run(tmp_path, WRITE)
    assert done.returncode == 1
    assert f"Error: {tmp_path / 'input'} is dated in the future" in log
    assert not (tmp_path / "output").exists()
    # What a job wrote bears no one's date but ours.
    checksums.record([tmp_path / "input"])
    done, log = run(tmp_path, WRITE)
    assert done.returncode == 0, log
    assert (tmp_path / "input").stat().st_mtime <= time.time()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_script_whose_streams_are_closed_ends_well(tmp_path, closed):
    """Else files that it opens take the numbers of the streams."""
    body = WRITE + (
        "import os, sys\n"
        "print('seen')\n"
        "print('told', file=sys.stderr)\n"
        "print('shown', file=terminal)\n"
        "os.write(1, b'deep\\n')\n"
        "assert sys.stdin.read() == ''\n"
    )
    run(tmp_path, body)
    script = tmp_path / "script.py"
    command = f"{sys.executable} {script} {closed}"
    done = subprocess.run(command, shell=True, timeout=60, stdin=subprocess.DEVNULL)
    log = (tmp_path / "logs/script.log").read_text()
    assert done.returncode == 0, log
    assert sorted(log.splitlines()[:3]) == ["deep", "seen", "told"]


def test_a_log_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "logs/script.log").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        run(tmp_path, WRITE)  # which reads the log
    done = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "script.log cannot be written: Is a directory" in done.stderr
    assert "Traceback" not in done.stderr
