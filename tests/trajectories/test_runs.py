"""Tests and intervals that hold for other training runs: known answers and false alarms."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stylewalk.trajectories.dissolve import paired_test, shape_rho_correlation
from stylewalk.trajectories.path_comparison import median_interval
from stylewalk.trajectories.runs import by_run, signed_rank_p, widened
from stylewalk.trajectories.transformation import DISSOLVES, share_gained


def test_few_runs_of_independent_pairs_are_wilcoxons():
    differences = np.random.default_rng(0).normal(0.3, 1, (2, 30))
    expected = stats.wilcoxon(differences.mean(axis=0)).pvalue
    apart = np.broadcast_to(np.arange(60).reshape(30, 2), (2, 30, 2))
    assert signed_rank_p(differences) == expected
    assert signed_rank_p(differences, apart) == expected
    assert paired_test(differences[0], np.zeros(30)).p == stats.wilcoxon(differences[0]).pvalue


def test_runs_that_agree_are_a_t_test_of_signed_ranks():
    one = np.random.default_rng(0).normal(0.3, 1, 30)
    ranks = np.sign(one) * (4 * stats.rankdata(np.abs(one)) - 1.5)  # ties of four
    expected = stats.ttest_1samp(ranks, 0).pvalue
    assert signed_rank_p(np.tile(one, (4, 1))) == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [3, 5])
def test_a_strong_effect_of_training_is_no_finding(seeds):
    """Runs differ by chance, each by far more than its pairs."""
    rng, studies = np.random.default_rng(seeds), 400
    false, before = 0, 0
    for _ in range(studies):
        differences = rng.normal(0, 1, (seeds, 1)) + rng.normal(0, 0.5, (seeds, 30))
        false += signed_rank_p(differences) < 0.05
        before += stats.wilcoxon(differences.mean(axis=0)).pvalue < 0.05
    assert before / studies > 0.5
    assert false / studies <= 0.07  # 5 % and two errors of the simulation


@pytest.mark.slow
def test_intervals_of_medians_hold_for_other_runs():
    rng, studies = np.random.default_rng(1), 300
    covered, alone = 0, 0
    for _ in range(studies):
        differences = (
            rng.normal(0, 0.8, (4, 1)) + rng.normal(0, 1, 40) + rng.normal(0, 0.5, (4, 40))
        )
        of_pairs = differences.mean(axis=0)
        value = float(np.median(of_pairs))
        plain = median_interval(of_pairs)
        of_runs, influences = np.median(differences, axis=1), np.sign(of_pairs - value)
        low, high = widened((value, *plain), of_runs, influences)
        covered += low <= 0 <= high
        alone += plain[0] <= 0 <= plain[1]
    assert alone / studies < 0.8
    assert 0.92 < covered / studies < 0.99


@pytest.mark.slow
@pytest.mark.parametrize("slope", [0.0, 0.5])
def test_correlations_hold_for_other_runs(slope):
    """In every run shape goes with rho or against it, by chance."""
    rng, studies = np.random.default_rng(1), 300
    false, missed, of_means = 0, 0, 0
    for _ in range(studies):
        rho = rng.normal(0, 1, 40) + rng.normal(0, 0.3, (4, 40))
        shape = rng.normal(0, slope, (4, 1)) * rho + rng.normal(0, 1, (4, 40))
        found = shape_rho_correlation(shape, rho, rng, 200)
        false += found.p < 0.05
        missed += not found.low <= 0 <= found.high
        of_means += stats.spearmanr(shape.mean(axis=0), rho.mean(axis=0)).pvalue < 0.05
    assert false / studies <= 0.075
    assert missed / studies <= 0.075
    assert slope == 0 or of_means / studies > 0.4


def test_the_coefficient_of_runs_is_the_mean_of_theirs():
    rng = np.random.default_rng(4)
    rho = rng.normal(size=(3, 30))
    shape = 0.3 * rho + rng.normal(size=(3, 30))
    each = [stats.spearmanr(a, b).statistic for a, b in zip(shape, rho, strict=True)]
    for runs in (2, 3):
        found = shape_rho_correlation(shape[:runs], rho[:runs], np.random.default_rng(0), 200)
        assert found.correlation == pytest.approx(np.mean(each[:runs]))
        assert found.low < found.correlation < found.high
    # A pair that one run lacks is left out of all, a run that has none counts for nothing.
    gap = np.where(np.arange(30) == 7, np.nan, shape[1])
    runs = np.stack([shape[0], gap, np.full(30, np.nan)])
    found = shape_rho_correlation(runs, rho, np.random.default_rng(0), 200)
    without = np.delete(shape[:2], 7, axis=1), np.delete(rho[:2], 7, axis=1)
    assert found == shape_rho_correlation(*without, np.random.default_rng(0), 200)
    assert found.n == 29


def test_an_interval_over_pairs_alone_is_left_as_it_is():
    assert widened((0.0, -1.0, 2.0), np.array([0.1, 0.2]), np.arange(5.0)) == (-1.0, 2.0)
    low, high = widened((0.0, -1.0, 2.0), np.full(3, 0.1), np.arange(5.0))
    np.testing.assert_allclose([low, high], [-1.0, 2.0])


def test_columns_by_run_are_in_the_order_of_their_ends():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(
        [(s, c, c, p, 10 * ord(c) + p) for s in (1, 0) for c in "BA" for p in range(3)],
        columns=["seed", "class_a", "class_b", "pair", "id_a"],
    )
    rows = rows.assign(id_b=-rows["id_a"], value=rows["id_a"] + 0.5 * rows["seed"])
    rows = rows.sample(frac=1, random_state=int(rng.integers(100))).iloc[:-1]
    values, ends = by_run(rows, ["value"])
    known = np.isfinite(values["value"])
    assert known.sum() == 11
    expected = ends[..., 0] + 0.5 * np.arange(2)[:, None]
    np.testing.assert_array_equal(values["value"][known], expected[known])


def known_dissolves(limit=1.0, pairs=200):
    rows = [
        (walk, pair, limit * pair / (0.95 * (pairs - 1)))
        for walk in DISSOLVES[:2]
        for pair in range(pairs)
    ]
    return pd.DataFrame(rows, columns=["walk", "pair", "structure"]).assign(is_new=False)


def test_the_share_of_walks_beyond_dissolves_is_that_of_both_paths_on_the_same_pairs():
    own = np.array([[2.0] * 12 + [0.1] * 8])
    other = np.array([[2.0] * 4 + [0.1] * 16])
    found = share_gained(own, other, known_dissolves(), np.random.default_rng(0))
    assert (found.share, found.other) == (0.6, 0.2)
    # Pairs beyond the limit on one path alone: 8 of 20, whose bootstrap is binomial.
    error = np.sqrt(0.4 * 0.6 / 20)
    assert found.low == pytest.approx(0.4 - 1.96 * error, abs=0.05)
    assert found.high == pytest.approx(0.4 + 1.96 * error, abs=0.05)
    assert found.p == pytest.approx(2 / 2**8)


def test_no_pair_that_differs_is_no_proof_that_none_does():
    flat, rng = np.full((1, 10), 0.1), np.random.default_rng(0)
    found = share_gained(flat, flat, known_dissolves(), rng)
    assert (found.share, found.other, found.p) == (0, 0, 1)
    none = 1 - 0.025**0.1
    assert (found.low, found.high) == (-none, none)
    assert np.isnan(share_gained(flat[:, :0], flat[:, :0], known_dissolves(), rng).share)


@pytest.mark.slow
def test_the_interval_of_a_gain_covers_it():
    """Structures on both paths are of one distribution, pairs' alike; the limit varies."""
    rng, covered, studies = np.random.default_rng(3), 0, 200
    for _ in range(studies):
        common = rng.normal(size=40)
        own, other = (np.exp(common + rng.normal(size=40))[None] for _ in range(2))
        known = known_dissolves(pairs=60).assign(structure=np.exp(rng.normal(-0.5, 1, 120)))
        found = share_gained(own, other, known, rng)
        covered += found.low <= 0 <= found.high
    assert 0.92 <= covered / studies <= 1
