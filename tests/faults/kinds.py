"""The faults: each happens to a finished study of which a part is to be made again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import psutil
import yaml
from mounts import read_only, small_disk
from own_pictures import corrupt_image
from place import Job, Missed, NotSurvived, Place, demand, demand_words, outputs_of
from weights_server import no_network

from stylewalk.errors import StylewalkError
from stylewalk_workflow import checksums

YEAR_S = 365.25 * 24 * 3600
ASTRAY = 1e30  # a learning rate


def strike(place: Place, random: Random, kill: Callable[[subprocess.Popen], None]) -> list[Job]:
    """Start a run and kill something at a random moment, before, in or between jobs.

    Returns:
        The jobs that were to be done.

    Raises:
        Missed: the run was over before.
    """
    jobs = place.take_away(random)
    process = place.start(*outputs_of(jobs))
    if random.random() < 0.8:
        wait_for_job(process)
    time.sleep(random.uniform(0, 1.5 * place.start_s))
    if process.poll() is None:
        kill(process)
    answer = place.end(process)
    if answer.code == 0:
        place.must_be_whole(answer)
        raise Missed
    place.must_keep_the_rest(jobs)
    return jobs


def children(process: subprocess.Popen) -> list[psutil.Process]:
    """The processes of the jobs that run."""
    try:
        found = psutil.Process(process.pid).children(recursive=True)
        return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.NoSuchProcess:
        return []


def wait_for_job(process: subprocess.Popen) -> None:
    while process.poll() is None and not children(process):
        time.sleep(0.02)


def _signal_a_job(random: Random, number: int) -> Callable[[subprocess.Popen], None]:
    """Signal one process of a job: the script, or the shell around it."""

    def kill(process: subprocess.Popen) -> None:
        wait_for_job(process)
        with contextlib.suppress(psutil.NoSuchProcess, IndexError):
            random.choice(children(process)).send_signal(number)

    return kill


def kill_job(place: Place, random: Random) -> None:
    """kill -9 of a job's process"""
    place.recover(strike(place, random, _signal_a_job(random, signal.SIGKILL)))


def terminate_job(place: Place, random: Random) -> None:
    """SIGTERM to a job's process"""
    place.recover(strike(place, random, _signal_a_job(random, signal.SIGTERM)))


def kill_snakemake(place: Place, random: Random) -> None:
    """kill -9 of Snakemake, while its jobs go on"""
    # The jobs are orphans now, and may still write while the rerun does.
    place.recover(strike(place, random, subprocess.Popen.kill))


def terminate_snakemake(place: Place, random: Random) -> None:
    """SIGTERM to Snakemake"""
    place.recover(strike(place, random, subprocess.Popen.terminate))


def kill_group(place: Place, random: Random) -> None:
    """kill -9 of the whole process group"""

    def kill(process: subprocess.Popen) -> None:
        os.killpg(process.pid, signal.SIGKILL)

    place.recover(strike(place, random, kill))


def kill_whole_study(place: Place, random: Random) -> None:
    """kill -9 of the process group in a study from its beginning"""
    place.remove("results")
    process = place.start()
    wait_for_job(process)
    time.sleep(random.uniform(0, 20 * place.start_s))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    place.end(process)
    answer = place.run("--unlock")
    demand(answer.code == 0, "--unlock failed", answer)
    answer = place.run()
    demand(answer.code == 0, "the plain rerun failed", answer)
    place.must_be_whole(answer)


def flip(path: Path, random: Random) -> None:
    """Turn one bit of a file."""
    data = bytearray(path.read_bytes())
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(data)


def cut(path: Path, random: Random) -> None:
    """Shorten a file."""
    os.truncate(path, random.randrange(path.stat().st_size))


def damage(place: Place, random: Random, how: Callable[[Path, Random], None]) -> None:
    """Damage a file of the study and run a job that reads it, or else all."""
    made = [name for job in place.jobs for name in job.outputs]
    name = random.choice([n for n in place.expected if not Path(n).name.startswith(".")])
    path = place.folder / name
    owner = next(n for n in made if name == n or name.startswith(f"{n}/"))
    before = path.stat()
    how(path, random)
    if random.random() < 0.5:  # a disk that fails does not say when
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    maker = next(job for job in place.jobs if owner in job.outputs)
    readers = [job for job in place.jobs if owner in job.inputs]
    reader = random.sample(readers, min(1, len(readers)))
    place.remove(*outputs_of(reader))
    answer = place.run(*outputs_of(reader))
    if reader and answer.code == 0:  # the maker had a reason of its own to run before the reader
        place.must_be_whole(answer)
        return
    if reader:
        demand_words(answer, f"{name} is not as the workflow wrote it", f"Delete {owner} and run")
    else:  # A final result: nothing is made from it. What looks at it notices.
        demand(answer.code == 0, "an error without a reader", answer)
        demand_noticed(path, place.folder / owner)
    place.must_keep_the_rest(readers, name)
    refused = [job for job in readers if not all(map(place.has, job.outputs))]
    place.remove(owner)
    answer = place.run(*maker.outputs)
    demand(answer.code == 0, "not made again", answer)
    place.run_again(refused)


def demand_noticed(path: Path, owner: Path) -> None:
    """The checksum tells of the damage."""
    try:
        checksums.verify([owner])
    except StylewalkError as error:
        demand(str(path) in str(error), f"{path} is not named: {error}")
    else:
        raise NotSurvived(f"{path} is wrong in silence")


def flipped_bit(place: Place, random: Random) -> None:
    """a flipped bit in a file of the study"""
    damage(place, random, flip)


def cut_file(place: Place, random: Random) -> None:
    """a truncated file of the study"""
    damage(place, random, cut)


def diverged(place: Place, random: Random) -> None:
    """a NaN in training"""
    job = random.choice([job for job in place.jobs if job.rule == "train_model"])
    config = yaml.safe_load((place.folder / place.study).read_text())
    config["training"]["learning_rate"] = ASTRAY
    (place.folder / "diverged.yaml").write_text(yaml.safe_dump(config))
    answer = place.run(*job.outputs, study="diverged.yaml")
    demand_words(answer, "diverged", "Lower training.learning_rate")
    place.must_keep_the_rest([job])
    place.run_again([job])


def file_times(place: Place, random: Random) -> None:
    """file times in the past and the future"""
    touched = [place.folder / name for name in place.expected]
    for part in ("scripts", "workflow", "resources", "config"):
        touched += [path for path in (place.folder / part).rglob("*") if path.is_file()]
    touched += [place.folder / name for name in ("style.safetensors", place.study, "Snakefile")]
    touched = random.sample(sorted(set(touched)), random.randint(1, len(set(touched)) // 2))
    times = {path: path.stat() for path in touched}
    for path in touched:
        then = time.time() + random.choice([-30, -1, -0.001, 0.001, 1, 10]) * YEAR_S
        os.utime(path, (then, then))
    jobs = place.take_away(random) if random.random() < 0.7 else []
    answer = place.run(*outputs_of(jobs))
    while answer.code != 0:  # a file of the user's own, and a job that is to read it
        demand_words(answer, "is dated in the future", "Date it again (touch")
        place.must_keep_the_rest(jobs)
        name = answer.text.rpartition("(touch '")[2].partition("'")[0]
        demand(place.folder / name in touched, f"{name} is no culprit", answer)
        demand((place.folder / name).stat().st_mtime > time.time(), "is not from then", answer)
        os.utime(place.folder / name)
        answer = place.run(*outputs_of(jobs))
    place.run_again([])
    for path, status in times.items():
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def two_at_once(place: Place, random: Random) -> None:
    """two Snakemakes on one folder"""
    jobs = place.take_away(random)
    targets = outputs_of(jobs)
    runs = {"said": place.start(*targets)}
    locks = place.folder / ".snakemake" / "locks"
    if random.random() < 0.7:
        while runs["said"].poll() is None and not (locks.is_dir() and any(locks.iterdir())):
            time.sleep(0.01)
    runs["said too"] = place.start(*targets, said="said too")
    answers = {said: place.end(process, said) for said, process in runs.items()}
    refused = [answer for answer in answers.values() if answer.code != 0]
    if not refused:
        place.must_be_whole()
        raise Missed  # one after the other
    demand(len(refused) == 1, "both failed", refused[0])
    if ".snakemake/locks" in refused[0].text and "No such file or directory" in refused[0].text:
        place.must_be_whole()
        raise Missed  # one took its locks away while the other wrote its own
    demand_words(refused[0], "cannot be locked")
    place.must_be_whole()


KINDS = {
    kill_job: 5,
    kill_snakemake: 5,
    kill_group: 5,
    terminate_snakemake: 3,
    terminate_job: 2,
    kill_whole_study: 0.3,
    flipped_bit: 6,
    cut_file: 4,
    file_times: 3,
    two_at_once: 3,
    small_disk: 3,
    read_only: 2,
    diverged: 2,
    corrupt_image: 2,
    no_network: 2,
}  # and how often each happens
