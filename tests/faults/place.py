"""A finished study that faults happen to, and how it is told whether it is still right."""

import base64
import fnmatch
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from checkouts import Answer
from stylewalk_workflow.checksums import checksum_file, sha256_of

PAINTED_AND_PACKED = "painted/images", "images.npy"
PATIENCE_S = 900  # far more than a job takes, also on a machine that is busy
# The page has today's date, and records of jobs and of picture files hold times.
NOT_COMPARED = (
    *(
        "*/logs/*",
        "*/benchmarks/*",
        "*.log",
        "*/.snakemake_timestamp",
        "*/study.html",
        "*/.study.html.*",
    ),
    *("*/job_records.json", "*/picture_files.json", "*/fetched_files.json"),
    *("*/metadata_file.json", "*/weights_file.json"),
)


# What a kill leaves of the records that no job owns; the run after has them removed.
LEFT_OF_RECORDS = "*/.job_records-*.json"


class NotSurvived(Exception):
    """A fault cost something, or was told badly."""


class Missed(Exception):
    """The fault came too late to be one: all was done."""


class NotPossible(Exception):
    """This machine does not let the fault happen; the message says why."""


@dataclass(frozen=True)
class Job:
    """A finished job, as Snakemake's records tell it."""

    rule: str
    outputs: tuple[str, ...]
    inputs: frozenset[str]

    def owns(self, path: str) -> bool:
        """Whether a file is an output of the job, its checksum, or a leftover of its writing."""
        for output in map(Path, self.outputs):
            folder, beside = os.path.split(path)
            leftovers = f".{output.stem}-*", f".{checksum_file(output).stem}-*"
            if path == str(output) or path.startswith(f"{output}/"):
                return True
            if path == str(checksum_file(output)):
                return True
            if folder == str(output.parent) and any(fnmatch.fnmatch(beside, p) for p in leftovers):
                return True
        return False


@dataclass
class Place:
    """A folder with the workflow and a finished study in it.

    Attributes:
        folder: the folder. study: the study's config in it.
        expected: the content of every file of the finished study.
        start_s: seconds that Snakemake takes to find that there is nothing to do.
    """

    folder: Path
    study: str = "study.yaml"
    jobs: list[Job] = field(init=False)
    expected: dict[str, str] = field(init=False)
    start_s: float = field(init=False)

    def __post_init__(self):
        self.expected = self.contents()
        self.jobs = self._recorded_jobs()
        started = time.monotonic()
        answer = self.run()
        self.start_s = time.monotonic() - started
        demand(answer.code == 0 and "Nothing to be done" in answer.text, "not finished", answer)

    def contents(self) -> dict[str, str]:
        """SHA-256 of every file that the workflow made; of the style network by its link."""
        files = [path for path in (self.folder / "results").rglob("*") if path.is_file()]
        names = sorted(str(path.relative_to(self.folder)) for path in files)
        return {
            name: sha256_of(self.folder / name)
            for name in names
            if not any(fnmatch.fnmatch(name, pattern) for pattern in NOT_COMPARED)
        }

    def differences(self) -> list[str]:
        """Files that are not as in the finished study: other, gone, or too many."""
        found = self.contents()
        names = sorted(found.keys() | self.expected.keys())
        return [name for name in names if found.get(name) != self.expected.get(name)]

    def _recorded_jobs(self) -> list[Job]:
        outputs, inputs = defaultdict(list), {}
        records = self.folder / ".snakemake" / "metadata"
        for path in sorted(filter(Path.is_file, records.rglob("*"))):
            record = json.loads(path.read_text())
            # Long names lie in folders whose names begin with an @.
            name = "".join(part.removeprefix("@") for part in path.relative_to(records).parts)
            key = record["rule"], *record["log"]
            outputs[key].append(base64.urlsafe_b64decode(name).decode())
            inputs[key] = frozenset(record["input"])
        return [Job(key[0], tuple(outputs[key]), inputs[key]) for key in sorted(outputs)]

    def take_away(self, random: Random) -> list[Job]:
        """Remove the outputs of one or two jobs, so that there is something to do.

        Of two, either neither waits for the other, or it waits for nothing else: the jobs between
        would have to be done, too, and a fault should cost little.
        """
        self.catch_up()
        jobs = random.sample(self.jobs, random.randint(1, 2))
        if len(jobs) == 2 and any(self._between(*pair) for pair in (jobs, jobs[::-1])):
            jobs.pop()
        self.remove(*outputs_of(jobs))
        return jobs

    def catch_up(self) -> None:
        """Make again what reads the folder of pictures, where a fault had it painted again.

        A folder's new time is reason enough for that, also where its pictures are the same. The run
        that a fault strikes would else make jobs that nobody took away.
        """
        pictures, packed = (self.folder / f"results/tiny/{x}" for x in PAINTED_AND_PACKED)
        if pictures.stat().st_mtime > packed.stat().st_mtime:
            self.must_be_whole(self.run())

    def _between(self, first: Job, last: Job) -> bool:
        """Whether other jobs read what the first one made and make what the last one reads."""
        later = [job for job in self.readers(first) if job is not last]
        return any(last in self.readers(job) or self._between(job, last) for job in later)

    def readers(self, job: Job) -> list[Job]:
        """The jobs that read an output of a job."""
        return [other for other in self.jobs if other.inputs & set(job.outputs)]

    def has(self, output: str) -> bool:
        """Whether an output is there."""
        return (self.folder / output).exists()

    def remove(self, *outputs: str) -> None:
        """Delete files and folders, as a person would: what lies beside them stays."""
        for output in outputs:
            subprocess.run(["rm", "-rf", self.folder / output], check=True)

    def start(
        self, *targets: str, study: str | None = None, said: str = "said"
    ) -> subprocess.Popen:
        """Begin a run of Snakemake in a process group of its own."""
        command = [sys.executable, "-m", "snakemake", *targets, "--cores", "2"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1", "no_proxy": "*"}
        with (self.folder / said).open("w") as file:
            return subprocess.Popen(
                [*command, "--configfile", study or self.study],
                cwd=self.folder,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )

    def end(self, process: subprocess.Popen, said: str = "said") -> Answer:
        """Wait for a run and give what it said."""
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise NotSurvived("Snakemake hangs") from error
        return Answer(code, (self.folder / said).read_text(errors="replace"))

    def run(self, *targets: str, study: str | None = None) -> Answer:
        """Run Snakemake to its end."""
        return self.end(self.start(*targets, study=study))

    def processes(self) -> list[psutil.Process]:
        """What runs in this folder, also where its Snakemake is dead."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.cwd() == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:  # it has ended meanwhile, or is another user's
                continue
        return found

    def wait_for_quiet(self) -> None:
        """Wait until nothing runs here any more: jobs may outlive their Snakemake."""
        end = time.monotonic() + PATIENCE_S
        while self.processes():
            demand(time.monotonic() < end, f"still running: {self.processes()}")
            time.sleep(0.05)

    def recover(self, jobs: list[Job]) -> None:
        """Unlock, run again, and find that all is as it was."""
        answer = self.run("--unlock")
        demand(answer.code == 0, "--unlock failed", answer)
        self.run_again(jobs)

    def run_again(self, jobs: list[Job]) -> None:
        """Run the same command again, without any flag, and find that all is as it was."""
        answer = self.run(*outputs_of(jobs))
        demand(answer.code == 0, "the plain rerun failed", answer)
        self.wait_for_quiet()
        self.must_be_whole(answer)

    def must_be_whole(self, answer: Answer | None = None) -> None:
        """The final result is that of the run without a fault."""
        demand(not self.differences(), f"other results: {self.differences()[:9]}", answer)

    def must_keep_the_rest(self, jobs: list[Job], *more: str) -> None:
        """Nothing but the outputs of these jobs, and some files more, was lost."""
        lost = [
            path
            for path in self.differences()
            if path not in more
            and not fnmatch.fnmatch(path, LEFT_OF_RECORDS)
            and not any(job.owns(path) for job in jobs)
        ]
        demand(not lost, f"lost: {lost[:9]}")


def outputs_of(jobs: list[Job]) -> list[str]:
    """What to ask Snakemake for, to have these jobs done."""
    return [output for job in jobs for output in job.outputs]


def demand(holds: bool, what: str, answer: Answer | None = None) -> None:
    """Raise NotSurvived, with what Snakemake said, where something does not hold."""
    if not holds:
        said = f"\nSnakemake ended with {answer.code} and said:\n{answer.text}" if answer else ""
        raise NotSurvived(what + said)


def demand_words(answer: Answer, *words: str) -> None:
    """The run failed, said these words, and showed no traceback."""
    demand(answer.code != 0, "no error", answer)
    for word in words:
        demand(word in answer.text, f"the words '{word}' are missing", answer)
    demand("Traceback (most recent" not in answer.text, "a traceback", answer)
