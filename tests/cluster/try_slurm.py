"""A study on a real Slurm of one node, with two jobs cancelled on the way: ``make test-cluster``.

Not part of ``make test``: it wants root and the packages of Slurm, and says so where it is skipped.
"""

import importlib.util
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from checkouts import TINY, Answer, Checkout  # noqa: E402

MODEL = "TVAE"
PROFILE = (
    *("--profile", "profiles/slurm", "--slurm-status-command", "squeue"),
    *("--seconds-between-status-checks", "3", "--slurm-init-seconds-before-status-checks", "3"),
    *("--latency-wait", "20", "--slurm-keep-successful-logs"),
)
COLUMNS = "JobID:10,State:12,NumCPUs:6,MinMemory:12,TimeLimit:14,tres-per-job:20,Comment:200"
TO_CANCEL = ("rule_train_model", "rule_score_trajectories")


@dataclass
class Job:
    """A job as Slurm remembers it."""

    id: str
    state: str
    cpus: int
    memory: str
    limit: str
    gpus: str
    name: str


def jobs_of_slurm() -> list[Job]:
    """Every job since the start, in order."""
    told = subprocess.run(
        ["squeue", "--states=all", "--noheader", "--sort=i", "-O", COLUMNS],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    return [Job(i, state, int(cpus), *rest) for i, state, cpus, *rest in rows]


class Canceller(threading.Thread):
    """Cancels the first running job of each of two rules, as a person or a full node would."""

    def __init__(self):
        super().__init__(daemon=True)
        self.cancelled: dict[str, str] = {}
        self.over = threading.Event()

    def run(self):
        while len(self.cancelled) < len(TO_CANCEL) and not self.over.is_set():
            for job in jobs_of_slurm():
                rule = next((rule for rule in TO_CANCEL if job.name.startswith(rule)), None)
                if job.state == "RUNNING" and rule and rule not in self.cancelled:
                    subprocess.run(["scancel", job.id], check=True)
                    self.cancelled[rule] = job.id
            time.sleep(0.5)


@dataclass
class Run:
    """A study's folder after Slurm, what Snakemake said, and which jobs there were."""

    checkout: Checkout
    answer: Answer
    jobs: list[Job]
    cancelled: dict[str, str]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A running Slurm, stopped at the end."""
    if importlib.util.find_spec("snakemake_executor_plugin_slurm") is None:
        pytest.skip("snakemake-executor-plugin-slurm is not installed: pip install '.[slurm]'")
    folder = tmp_path_factory.mktemp("slurm")
    started = subprocess.run([HERE / "start_slurm.sh", folder], capture_output=True, text=True)
    try:
        if started.returncode:  # 77 where it cannot be had; a sandbox may forbid what else it needs
            reason = (started.stderr.strip().splitlines() or ["it does not say why"])[-1]
            pytest.skip(f"Slurm cannot be started here: {reason}")
        yield
    finally:
        subprocess.run([HERE / "stop_slurm.sh", folder], check=True)


def study(checkout: Checkout) -> str:
    """One model: a node's cores would give its training more threads than Slurm grants."""
    return checkout.study(models={MODEL: TINY["models"][MODEL]})


@pytest.fixture(scope="module")
def on_slurm(slurm, tmp_path_factory) -> Run:
    """The study on Slurm, from an empty results folder."""
    checkout = Checkout(tmp_path_factory.mktemp("on_slurm"))
    canceller = Canceller()
    canceller.start()
    answer = checkout.snakemake(*PROFILE, "--configfile", study(checkout), cores=1)
    canceller.over.set()
    canceller.join()
    return Run(checkout, answer, jobs_of_slurm(), canceller.cancelled)


@pytest.fixture(scope="module")
def local(slurm, tmp_path_factory) -> Checkout:
    """The same study on one thread of this machine."""
    checkout = Checkout(tmp_path_factory.mktemp("local"))
    answer = checkout.snakemake("--configfile", study(checkout), cores=1)
    assert answer.code == 0, answer.text
    return checkout


def test_the_study_ends_although_two_jobs_are_cancelled(on_slurm):
    assert on_slurm.answer.code == 0, on_slurm.answer.text
    assert set(on_slurm.cancelled) == set(TO_CANCEL)
    states = Counter(job.state for job in on_slurm.jobs)
    assert states == {"CANCELLED": 2, "COMPLETED": len(on_slurm.jobs) - 2}
    assert (on_slurm.checkout.folder / "results/tiny/study.html").stat().st_size > 10_000


def test_tables_and_parquet_are_those_of_a_local_run(on_slurm, local):
    found, expected = (
        {
            path.relative_to(folder): path.read_bytes()
            for folder in [checkout.folder / "results"]
            for pattern in ("*.csv", "*.parquet")
            for path in folder.rglob(pattern)
        }
        for checkout in (on_slurm.checkout, local)
    )
    assert len(expected) > 40
    assert set(found) == set(expected)
    assert [str(path) for path in expected if found[path] != expected[path]] == []


def test_jobs_ask_for_what_their_rules_say(on_slurm):
    by_rule: dict[str, list[Job]] = {}
    for job in on_slurm.jobs:
        by_rule.setdefault(job.name.partition("_wildcards_")[0], []).append(job)
    first, again = by_rule["rule_train_model"]
    assert (first.state, again.state) == ("CANCELLED", "COMPLETED")
    assert int(again.memory[:-1]) == pytest.approx(2 * int(first.memory[:-1]), abs=2)
    assert first.memory[-1] == again.memory[-1] == "M"
    # The rules that train, encode, decode or score, as docs/cluster.md names them.
    guide = (HERE.parents[1] / "docs/cluster.md").read_text()
    of_gpu = set(re.findall(r"(\w+):gpu=0", guide))
    assert {"train_model", "score_trajectories"} < of_gpu
    for rule, jobs in by_rule.items():
        for job in jobs:
            assert ("gpu" in job.gpus) is (rule.removeprefix("rule_") in of_gpu), job
            assert job.cpus == 1, job  # also where small jobs are grouped
    # Small jobs share submissions.
    measured = (on_slurm.checkout.folder / "results/tiny/benchmarks").rglob("*.tsv")
    assert len(on_slurm.jobs) < len([*measured]) / 2


def test_a_failure_names_both_logs_and_they_are_there(on_slurm):
    text, folder = on_slurm.answer.text, on_slurm.checkout.folder
    job = on_slurm.cancelled["rule_train_model"]
    logs = folder / ".snakemake/slurm_logs/rule_train_model" / f"{MODEL}_0"
    assert f"SLURM-job '{job}' failed, SLURM status is: 'CANCELLED'" in text
    assert f"log: results/tiny/logs/train_model/{MODEL}-0.log, {logs / job}.log" in text
    assert (logs / f"{job}.log").exists()
    last = max(logs.glob("*.log"), key=lambda path: int(path.stem)).read_text()
    # Neither the job nor the step inside it counts the node's cores.
    assert f"Train {MODEL} with seed 0, CPU threads: 1\n" in last
    assert "CPU threads: 2" not in last


def test_a_local_call_has_nothing_to_do_afterwards(on_slurm):
    answer = on_slurm.checkout.snakemake("--configfile", "study.yaml", cores=2)
    assert answer.code == 0
    assert "Nothing to be done" in answer.text, answer.text
