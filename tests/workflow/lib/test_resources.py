"""What jobs ask a cluster for: known answers."""

import pytest

from stylewalk_workflow import benchmarks, resources
from stylewalk_workflow.benchmarks import Measured

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def write(path, seconds, memory):
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{seconds}\t0:00:01\t{memory}" + "\t0" * 7
    path.write_text(HEADER + line + "\n")


def test_memory_and_time_are_constants_that_each_retry_doubles():
    assert [resources.memory_mb(1500, None, attempt) for attempt in (1, 2, 3)] == [1500, 3000, 6000]
    assert [resources.runtime_min(30, None, attempt) for attempt in (1, 2)] == [30, 60]
    assert resources.runtime_min(900, None, 2) == 24 * 60


def test_what_was_measured_goes_before_the_constant_with_room_above_it():
    measured = Measured(seconds=3600, memory_mb=4000)
    assert resources.memory_mb(1500, measured) == 6000
    assert resources.runtime_min(30, measured) == 15 + 90
    assert resources.runtime_min(30, measured, 2) == 2 * (15 + 90)
    # The next run may have more pictures: a measurement lowers nothing.
    assert resources.memory_mb(4000, Measured(1, 10)) == 4000
    assert resources.runtime_min(480, Measured(1, 10)) == 480
    # Of a very short job Snakemake sees no memory.
    assert resources.memory_mb(4000, Measured(0.1, 0)) == 4000


def test_the_largest_job_of_a_rule_counts(tmp_path):
    write(tmp_path / "train_model/AE-0.tsv", 10, 700)
    write(tmp_path / "train_model/VAE-0.tsv", 40.5, 650)
    write(tmp_path / "pack_images.tsv", 3, 200)
    assert benchmarks.largest(str(tmp_path), "train_model") == Measured(40.5, 700)
    assert benchmarks.largest(str(tmp_path), "pack_images") == Measured(3, 200)
    assert benchmarks.largest(str(tmp_path), "nothing") is None


@pytest.mark.parametrize(
    "row", ["", "x\ty\tz", "5.1\t0:0", "nan\t0\tnan", "1\t0\tinf", "-1\t0\t5", "1\t0\t1e300"]
)
def test_a_damaged_file_says_nothing(tmp_path, row):
    path = tmp_path / "rule.tsv"
    path.write_text(f"{HEADER}{row}\n" if row else "a\tb\n1\t2\n")
    assert benchmarks.read(path) is None
    assert benchmarks.read(tmp_path / "absent.tsv") is None


@pytest.mark.parametrize("none", ["NA", "-"])
def test_memory_that_was_not_seen_is_none(tmp_path, none):
    write(tmp_path / "rule.tsv", 0.2, none)
    assert benchmarks.read(tmp_path / "rule.tsv") == Measured(0.2, 0, 0.2)
