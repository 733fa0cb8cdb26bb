"""What a script does at its door."""

import subprocess
import sys
import textwrap

import pytest


def run(tmp_path, body: str) -> tuple[subprocess.CompletedProcess, str]:
    """Run a script of the given body behind the doorway; give its end and its log."""
    script = tmp_path / "script.py"
    script.write_text(
        "import types\n"
        "from stylewalk.doorway import doorway\n"
        "from stylewalk.errors import StylewalkError\n"
        f"snakemake = types.SimpleNamespace(log=[{str(tmp_path / 'logs/script.log')!r}])\n"
        "with doorway(snakemake) as terminal:\n" + textwrap.indent(body, "    ")
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    return done, (tmp_path / "logs/script.log").read_text()


def test_prints_go_to_the_log_and_the_terminal_stays_free(tmp_path):
    body = "import os\nprint('seen')\nos.write(2, b'deep')\nprint('x', file=terminal)"
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
