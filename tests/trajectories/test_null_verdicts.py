"""False verdicts are rare on profiles without shape, and true shapes are found."""

import numpy as np
import pytest

from stylewalk import tables
from stylewalk.catalogue.trajectories import FALSE_VERDICTS
from stylewalk.trajectories import null_verdicts
from stylewalk.trajectories.profiles import contrasts, verdicts

TEN = contrasts(10)
NULLS = 1000


def design(count, classes="within"):
    return {"walk": {"classes": classes, "pairs": "random", "count": count, "steps": 10}}


@pytest.mark.parametrize("count", [8, 25, 100])
def test_at_most_one_study_in_twenty_without_shape_gets_a_verdict(count):
    found = null_verdicts.false_verdicts(design(count), 4, 0.15, seed=1, nulls=NULLS)
    tables.conform(found, FALSE_VERDICTS)
    assert found["family"].tolist() == ["confirmatory", "exploratory"]
    for _, row in found.iterrows():
        assert row["nulls"] == NULLS
        assert row["rate"] == row["false_verdicts"] / NULLS
        assert row["low"] <= row["rate"] <= row["high"]
        assert row["low"] <= 0.05  # 5 % and Monte Carlo error
        assert row["rate"] < 0.07


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        (1 - 0.6 * TEN["quadratic"], "horseshoe"),
        (1 + 0.6 * TEN["quadratic"], "valley"),
        (1 - 0.6 * TEN["quartic"], "wave"),
    ],
)
def test_true_shapes_are_found_in_the_same_noise(shape, verdict):
    rng = np.random.default_rng(0)
    found = [
        verdicts(
            {name: null_verdicts.simulate(100, 10, rng, shape)[None] for name in "ab"},
            200,
            0.15,
            rng,
        )[-1]
        for _ in range(40)
    ]
    assert found.count(verdict) >= 36


def test_noise_has_the_moments_that_it_names():
    logs = np.log(null_verdicts.simulate(40_000, 10, np.random.default_rng(0)))
    expected = null_verdicts.LEVEL_SD**2
    expected = expected + null_verdicts.STEP_SD**2 * null_verdicts.correlation(10)
    np.testing.assert_allclose(np.cov(logs.T), expected, atol=0.03)
    assert null_verdicts.correlation(10)[0, 5] == pytest.approx(np.exp(-2))


def test_designs_of_one_trajectory_are_left_out_and_equal_ones_simulated_once():
    experiments = {
        "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 10},
        "one": design(5)["walk"],
        "two": design(5)["walk"],
        "between": design(5, "between")["walk"],
    }
    found = null_verdicts.false_verdicts(experiments, 3, 0.15, 0, nulls=20)
    assert found["experiment"].tolist() == [n for n in ("one", "two", "between") for _ in range(2)]
    assert found["false_verdicts"][:2].tolist() == found["false_verdicts"][2:4].tolist()
    again = null_verdicts.false_verdicts(experiments, 3, 0.15, 0, nulls=20)
    assert found.equals(again)
