"""A short round of faults, and that the harness itself notices what it is there for."""

import shutil
from random import Random

import kinds
import pytest
from harness import run_round, table
from place import Job, Missed, NotPossible, NotSurvived, Place, demand_words

from checkouts import Answer

# Of every fault costs seconds, these are the few; `make soak` lets all of them happen.
SHORT = (
    kinds.kill_group,
    kinds.flipped_bit,
    kinds.small_disk,
)
finished_study = pytest.mark.xdist_group("finished")


@pytest.fixture(scope="module")
def place(finished, tmp_path_factory) -> Place:
    """A copy of the finished study."""
    folder = tmp_path_factory.mktemp("faults").resolve() / "copy"
    shutil.copytree(finished.folder, folder)
    return Place(folder)


@pytest.mark.studies
@finished_study
@pytest.mark.parametrize("kind", SHORT, ids=lambda kind: kind.__name__)
def test_a_fault_costs_nothing(place, kind):
    told = []
    run_round(place, seed=0, faults=1, kinds=[kind], tell=told.append)
    if "not possible" in told[-1]:
        pytest.skip(told[-1])
    assert "survived" in told[-1]


@pytest.mark.studies
@finished_study
def test_wrong_results_are_noticed(place):
    """Of a harness that notices nothing, every fault is survived."""
    name = next(name for name in place.expected if name.endswith(".csv"))
    data = (place.folder / name).read_bytes()

    def wrong(place: Place, random: Random) -> None:
        """a wrong result"""
        (place.folder / name).write_bytes(data + b"\n")
        place.must_be_whole()

    def lost(place: Place, random: Random) -> None:
        """a lost result"""
        place.remove(name)
        place.must_keep_the_rest([job for job in place.jobs if name not in job.outputs])

    for kind in (wrong, lost):
        with pytest.raises(NotSurvived, match=rf"Fault 7 of seed 3 .*{name}"):
            run_round(place, seed=3, faults=1, first=7, kinds=[kind])
        (place.folder / name).write_bytes(data)
    place.must_be_whole()


def test_a_job_owns_its_outputs_and_what_killed_writing_leaves():
    job = Job("r", ("results/a/x.npy", "results/a/painted/images"), frozenset())
    owned = "x.npy", ".x.npy.sha256", ".x-abcdefgh.npy", "painted/images/1.jpg"
    other = "y.npy", ".y.npy.sha256", "b/.x-abcdefgh.npy", "painted/images2/1.jpg", ".xy-a.npy"
    assert all(job.owns(f"results/a/{name}") for name in owned)
    assert not any(job.owns(f"results/a/{name}") for name in other)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, "the culprit is named"),
        Answer(1, "another is named"),
        Answer(1, "the culprit is named\nTraceback (most recent call last):"),
    ],
    ids=["no error", "other words", "traceback"],
)
def test_a_badly_told_error_is_not_survived(answer):
    with pytest.raises(NotSurvived):
        demand_words(answer, "culprit")


def test_faults_are_counted_until_so_many_happened():
    answers = iter(["missed", "survived", "missed", "not possible", "survived"])

    def kind(place: Place, random: Random) -> None:
        """some fault"""
        answer = next(answers)
        if answer == "missed":
            raise Missed
        if answer == "not possible":
            raise NotPossible("not here")

    counts = run_round(None, seed=0, faults=3, kinds=[kind] * 3)
    assert counts == {"some fault": {"survived": 2, "missed": 2, "not possible": 1}}
    assert table(counts).splitlines()[1].split() == ["some", "fault", "2", "2", "1"]
