"""Where a study writes: tried before the first job, and refused in words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import Checkout

# Reads everything, since a checkout and its Python may lie in root's home; writes as nobody does.
READS = "-all,+dac_read_search"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
NOBODY += [f"--inh-caps={READS}", f"--ambient-caps={READS}"]
SNAKEMAKE = [sys.executable, "-m", "snakemake", "--cores", "1"]
TARGET = "results/tiny/selected.parquet"


@pytest.fixture
def another(checkout):
    """Runs Snakemake as a user who is not root, in a checkout that is that user's."""
    prefix = []
    if os.geteuid() == 0:
        prefix = NOBODY
        if not shutil.which("setpriv") or subprocess.run([*prefix, "true"]).returncode:
            pytest.skip("root may write everywhere, and no other user can be had (setpriv)")
        for path in [checkout.folder, *checkout.folder.rglob("*")]:
            os.chown(path, 65534, 65534)
    home = checkout.folder / "home"
    home.mkdir()
    home.chmod(0o777)
    study = checkout.study()

    def run(*arguments: str, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            [*prefix, *SNAKEMAKE, *arguments, "--configfile", study],
            cwd=checkout.folder,
            env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": "", **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    run.folder, run.home = checkout.folder, home
    return run


def belong(path: Path, user: int) -> None:
    """Make a file or folder somebody's, where that can be had."""
    if os.geteuid() == 0:
        os.chown(path, user, user)


def close(path: Path) -> None:
    """Make a folder another's, in which only its owner may write, and those around it ours."""
    path.mkdir(parents=True, exist_ok=True)
    for around in path.parents:
        if not any(part in around.parts for part in ("results", ".snakemake")):
            break
        belong(around, 65534)
    belong(path, 0)
    path.chmod(0o555)


def assert_refused(answer: tuple[int, str], *words: str) -> None:
    code, text = answer
    assert code == 1, text
    assert "Traceback" not in text
    for word in words:
        assert word in text, text
    assert "Finished jobid" not in text


@pytest.mark.slow
def test_another_users_home(another):
    close(another.home)
    answer = another("-n", TARGET)
    assert_refused(answer, "Snakemake's cache", "no permission", "export XDG_CACHE_HOME=")
    code, text = another("-n", TARGET, XDG_CACHE_HOME=str(another.folder / "cache"))
    assert code == 0, text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "named"),
    [
        (".", "."),
        (".snakemake/log", ".snakemake/log"),
        ("results", "results/tiny"),
        ("results/tiny/logs", "results/tiny/logs"),
        ("resources", "resources/style_networks"),
    ],
)
def test_another_users_folder(another, place, named):
    close(another.folder / place)
    targets = [] if place == "resources" else [TARGET]
    assert_refused(another(*targets), f"{named} ", "you have no permission", "that is yours")


@pytest.mark.slow
def test_another_users_log(another):
    log = another.folder / "results/tiny/logs/paint_pictures.log"
    log.parent.mkdir(parents=True)
    log.write_text("older")
    log.chmod(0o444)
    for path in [*log.parents][:3]:
        belong(path, 65534)
    assert_refused(another(TARGET), "paint_pictures.log cannot be written to", "no permission")


@pytest.mark.slow
def test_results_that_are_a_file_or_lead_nowhere(checkout):
    study = checkout.study()
    results = checkout.folder / "results"
    results.touch()
    answer = checkout.snakemake("-n", "--configfile", study)
    results.unlink()
    results.symlink_to("nowhere")
    other = checkout.snakemake(TARGET, "--configfile", study)
    for text in (answer.text, other.text):
        assert "results (the results) has to be a folder" in text
        assert "Traceback" not in text


def test_a_checkout_with_braces(tmp_path):
    (tmp_path / "a{b}").mkdir()
    checkout = Checkout(tmp_path / "a{b}")
    answer = checkout.snakemake("-n", "--configfile", checkout.study())
    assert answer.code == 1
    assert "a{b}: Snakemake takes braces in a path for names of its own. Rename" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.slow
def test_a_call_from_another_folder(checkout, tmp_path_factory):
    """The demo and its list of style networks are the checkout's, the results are made there."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for more in (["-s", checkout.folder / "Snakefile"], ["-d", elsewhere]):
        where = elsewhere if more[0] == "-s" else checkout.folder
        done = subprocess.run([*SNAKEMAKE, "-n", *more], cwd=where, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "results/demo/study.html" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_limit_on_the_size_of_files(checkout):
    command = f"ulimit -f 60; {sys.executable} -m snakemake results/tiny/images.npy --cores 1"
    done = subprocess.run(
        ["bash", "-c", f"{command} --configfile {checkout.study()}"],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 1
    assert "images.npy could not be written: File too large. Raise the limit" in text
    assert "Traceback" not in text
