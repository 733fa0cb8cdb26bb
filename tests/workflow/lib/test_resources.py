"""What jobs ask a cluster for: known answers, and what must hold for all sizes."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk_workflow import resources

TRAINING = {"latent_size": 128, "channels": [16, 32, 64, 128], "epochs": 40, "batch_size": 32}
DATASET = {"classes": ["a", "b", "c"], "per_class": 7}


def test_memory_is_base_and_data_doubled_by_each_retry():
    assert resources.memory_mb(0, base=1000) == 1000
    assert resources.memory_mb(2_500_000, base=1000) == 1003
    assert [resources.memory_mb(1e9, 500, attempt) for attempt in (1, 2, 3)] == [1500, 3000, 6000]


def test_time_is_doubled_by_each_retry_up_to_a_day():
    start = resources.START_MIN
    assert resources.runtime_min(0) == start
    assert resources.runtime_min(61) == start + 2
    assert [resources.runtime_min(3600, attempt) for attempt in (1, 2)] == [
        start + 60,
        2 * start + 120,
    ]
    assert resources.runtime_min(1e9) == resources.runtime_min(1e9, attempt=3) == 24 * 60


def test_pictures_are_counted_where_they_are_selected(tmp_path):
    path = tmp_path / "selected.parquet"
    assert resources.count_pictures(path, DATASET) == 3 * 7
    assert resources.count_pictures(path, {**DATASET, "per_class": None}) == 50_000
    pd.DataFrame({"id": range(19)}).to_parquet(path)
    assert resources.count_pictures(path, DATASET) == 19
    path.write_bytes(path.read_bytes()[:-20])
    assert resources.count_pictures(path, DATASET) == 3 * 7


@pytest.mark.parametrize(("kind", "expected"), [("within", 4 * 5), ("between", 6 * 5)])
def test_pairs_of_four_classes(kind, expected):
    assert resources.count_pairs({"classes": kind, "count": 5}, 4) == expected


def test_sizes_of_arrays():
    assert resources.picture_bytes(1200, 64) == 1200 * 64 * 64 * 3
    assert resources.latent_bytes(10, 8) == 6 * 10 * 8 * 8
    # Channels are halved by none of the convolutions' weights: 3*1 + 1*1 + 1*1 + 1*2 products.
    small = {"latent_size": 2, "channels": [1, 1, 1, 2], "batch_size": 1}
    weights = 3 * (2 * 1 * 1) * 2 + 2 * 16 * (3 + 1 + 1 + 2)
    maps = 3 * 256 + 64 + 16 + 4 + 2
    assert resources.network_bytes(16, small) == 4 * (6 * weights + 24 * maps)


def test_times_are_above_those_measured_and_not_absurd():
    """On one thread of two busy cores: the demo, and 4,490 paintings in 256 dimensions."""
    small = {"latent_size": 256, "channels": [32, 64, 128, 256], "epochs": 30}
    measured = {
        128: resources.training_seconds(960, 64, TRAINING),
        1075: resources.training_seconds(3592, 64, small),
        40: resources.scoring_seconds(36, 10, 64),
        273: resources.scoring_seconds(120, 10, 64),
        35: resources.clustering_seconds(4490, 256),
        18: resources.comparing_seconds(240, 64),
    }
    for found, asked in measured.items():
        assert found < asked < 10 * found, (found, asked)


@settings(deadline=None)
@given(
    pictures=st.integers(1, 10**6),
    image_size=st.integers(1, 32).map(lambda n: 16 * n),
    factor=st.integers(2, 5),
)
def test_more_data_never_ask_for_less(pictures, image_size, factor):
    more = {**TRAINING, "latent_size": TRAINING["latent_size"] * factor}
    assert resources.network_bytes(image_size, TRAINING) < resources.network_bytes(image_size, more)
    seconds = resources.training_seconds(pictures, image_size, TRAINING)
    assert seconds < resources.training_seconds(pictures, image_size, more)
    assert resources.training_seconds(factor * pictures, image_size, TRAINING) == pytest.approx(
        factor * seconds
    )
    assert resources.encoding_seconds(pictures, image_size, TRAINING) < seconds
    assert resources.scoring_bytes(2, 10, image_size) < resources.scoring_bytes(2, 11, image_size)
    assert resources.comparing_bytes(pictures) < resources.comparing_bytes(factor * pictures)
