"""Shapes are recognised, noise is not, and intervals cover what they should."""

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from profile_noise import simulate
from stylewalk.catalogue.trajectories import PROFILE_SHAPES, STYLE_PROFILES
from stylewalk.errors import StylewalkError
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.tables import conform
from stylewalk.trajectories.null_verdicts import SHAPES
from stylewalk.trajectories.profiles import (
    contrasts,
    pooled_verdict,
    shapes_of,
    summarise,
)

# The integers and signs that methods.md prints for ten points.
TEN = {
    "linear": np.array([-9, -7, -5, -3, -1, 1, 3, 5, 7, 9]) / np.sqrt(330),
    "quadratic": np.array([6, 2, -1, -3, -4, -4, -3, -1, 2, 6]) / np.sqrt(132),
    "cubic": np.array([-42, 14, 35, 31, 12, -12, -31, -35, -14, 42]) / np.sqrt(8580),
    "quartic": np.array([18, -22, -17, 3, 18, 18, 3, -17, -22, 18]) / np.sqrt(2860),
}


def _frame(values, model="AE", seed=0, experiment="walk", a="Realism", b=None):
    """The table of style losses of (n, T) profiles."""
    n, steps = values.shape
    names = {"model": model, "seed": seed, "experiment": experiment}
    names |= {"class_a": a, "class_b": b or a, "layer": "total"}
    pair, step = np.repeat(np.arange(n), steps), np.tile(np.arange(1, steps + 1), n)
    return pd.DataFrame(names | {"pair": pair, "step": step, "value": values.ravel()})


def _noisy(shape, n=60, noise=0.2, seed=0):
    """Profiles of one shape: each of its own size, each step with noise of its own."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.5, (n, 1))
    return 1e4 * size * shape * rng.lognormal(0, noise, (n, len(shape)))


def _summarise(*frames, bootstrap=400, flat_within=0.15, seed=0, confirmatory=()):
    return summarise(pd.concat(frames), bootstrap, flat_within, seed, confirmatory)


def _pooled(tables, flat_within, rng):
    """The confirmatory verdict of one simulated model."""
    walks = {("AE", "walk"): {(name, name): values for name, values in tables.items()}}
    return shapes_of(walks, 150, flat_within, rng, ["walk"])["verdict"].iloc[-1]


def _verdict(values, **settings):
    _, shapes = _summarise(_frame(values), **settings)
    return shapes["verdict"].iloc[0]


def test_contrasts_of_ten_steps_are_the_printed_ones():
    found = contrasts(10)
    assert list(found) == list(TEN)
    for name, expected in TEN.items():
        np.testing.assert_allclose(found[name], expected, atol=1e-14)


@given(n=st.integers(5, 400))
def test_contrasts_are_orthogonal_and_polynomials_of_their_degree(n):
    rows = np.stack(list(contrasts(n).values()))
    np.testing.assert_allclose(rows @ rows.T, np.eye(4) * 10 / n, atol=1e-12)
    np.testing.assert_allclose(rows.sum(axis=1), 0, atol=1e-12)
    x = np.linspace(-1, 1, n)
    for degree, row in enumerate(rows, start=1):
        fit = np.polynomial.Polynomial.fit(x, row, degree)
        np.testing.assert_allclose(fit(x), row, atol=1e-10)
        assert row[-1] > 0


def test_contrasts_of_few_steps_are_null_where_undetermined():
    for n in range(1, 5):
        defined = [np.isfinite(row).all() for row in contrasts(n).values()]
        assert defined == [degree < n for degree in range(1, 5)]
    np.testing.assert_allclose(contrasts(3)["quadratic"] * np.sqrt(0.3) * np.sqrt(6), [1, -2, 1])


def test_ten_and_a_hundred_steps_compare():
    def hump(n):
        t = (np.arange(n) + 0.5) / n
        return 1 + np.sin(np.pi * t)

    ten, hundred = ((hump(n) / hump(n).mean()) @ contrasts(n)["quadratic"] for n in (10, 100))
    assert ten == pytest.approx(hundred, rel=0.03)
    assert ten < -0.5


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        (1 - 0.4 * TEN["quadratic"], "horseshoe"),
        (1 + 0.4 * TEN["quadratic"], "valley"),
        (1 - 0.6 * TEN["quartic"], "wave"),
        (1 - 0.6 * TEN["quartic"] - 0.3 * TEN["quadratic"], "wave"),
        (1 - 0.3 * TEN["quartic"] - 0.6 * TEN["quadratic"], "horseshoe"),
        (1 + 0.6 * TEN["quartic"], "undetermined"),
        (np.ones(10), "flat"),
        (1 + 0.5 * TEN["linear"], "flat"),
    ],
)
def test_synthetic_shapes_are_recognised_and_measured(shape, verdict):
    values = _noisy(shape)
    _, shapes = _summarise(_frame(values))
    row = shapes.iloc[0]
    assert row["verdict"] == verdict
    mean = values.mean(axis=0)
    for name, contrast in TEN.items():
        assert row[name] == pytest.approx(contrast @ mean / mean.mean(), rel=1e-9)
        assert row[name] == pytest.approx(contrast @ shape, abs=0.15)
    for name in ("quadratic", "quartic"):
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]


def test_a_dissolve_is_a_valley_and_an_uneven_one_a_horseshoe():
    t = np.linspace(-1, 1, 11)
    uneven = np.diff(1 / (1 + np.exp(-4 * t))) ** 2
    assert _verdict(_noisy(1 + 2 * ((t[1:] + t[:-1]) / 2) ** 2)) == "valley"
    assert _verdict(_noisy(uneven)) == "horseshoe"


def test_units_of_the_style_loss_do_not_matter():
    values = _noisy(1 - 0.4 * TEN["quadratic"])
    _, one = _summarise(_frame(values))
    _, two = _summarise(_frame(values * 1e9))
    columns = [name for name in one if name not in ("model", "verdict")]
    pd.testing.assert_frame_equal(one[columns], two[columns])


@pytest.mark.parametrize("n", [3, 6, 40])
@pytest.mark.parametrize("noise", [0.5, 1.5])
def test_noise_without_a_shape_is_seldom_taken_for_one(n, noise):
    # Without any shape a whole table errs 1 time in 20; so one error is bad luck, two are not.
    frames = [
        _frame(_noisy(np.ones(10), n, noise, seed=s), model=f"m{s}", a="A") for s in range(60)
    ]
    _, shapes = _summarise(*frames, bootstrap=300, flat_within=1e-9)
    single = shapes[shapes["class_a"] == "A"]
    assert single["verdict"].isin(SHAPES).sum() <= 1
    covered = (single["quadratic_low"] <= 0) & (single["quadratic_high"] >= 0)
    assert covered.mean() > 0.8


def test_intervals_of_the_mean_cover_the_mean_at_their_rate():
    rng = np.random.default_rng(0)
    frames = [_frame(rng.gamma(9, 1, (20, 10)), model=f"m{m}") for m in range(60)]
    profiles, _ = _summarise(*frames, bootstrap=300)
    rows = profiles[profiles["class_a"] == "Realism"]
    assert 0.91 < ((rows["low"] <= 9) & (rows["high"] >= 9)).mean() < 0.98


@pytest.mark.parametrize("n", [3, 20])
def test_the_interval_of_a_mean_agrees_with_that_of_student(n):
    values = np.random.default_rng(0).normal(100, 1, (n, 10))
    profiles, _ = _summarise(_frame(values), bootstrap=20_000)
    half = stats.t.ppf(0.975, n - 1) * stats.sem(values, axis=0)
    rows = profiles[profiles["class_a"] == "Realism"]
    np.testing.assert_allclose(rows["high"] - rows["mean"], half, rtol=0.02)
    np.testing.assert_allclose(rows["mean"] - rows["low"], half, rtol=0.02)


def test_no_interval_of_a_style_loss_is_negative():
    profiles, _ = _summarise(_frame(np.array([[1.0] * 10, [9.0] * 10])))
    assert (profiles["low"] == 0).all()


def test_tables_conform_and_hold_means_of_each_class_and_of_all():
    a, b = _noisy(TEN["linear"] + 1, n=5), _noisy(np.ones(10), n=15, seed=1)
    frames = [
        _frame(x, model, seed, e, c)
        for model in ("VAE", "AE")
        for e in ("walk", "far")
        for seed in (3, 1)
        for c, x in (("Realism", a), ("Cubism", b))
    ]
    profiles, shapes = _summarise(*frames)
    named = {"metric": "gram", "path": "line", "split": "any"}
    conform(profiles.assign(**named), STYLE_PROFILES)
    conform(shapes.assign(rho=0.0, gram_path_ratio=1.0, **named), PROFILE_SHAPES)
    assert shapes[["model", "experiment"]].drop_duplicates().to_numpy().tolist() == [
        ["VAE", "walk"],
        ["VAE", "far"],
        ["AE", "walk"],
        ["AE", "far"],
    ]
    assert shapes["class_a"].tolist() == ["Realism", "Cubism", "all"] * 4
    one = profiles[(profiles["model"] == "AE") & (profiles["experiment"] == "walk")]
    one = one[one["seed"] == 1]
    for name, values in (("Realism", a), ("Cubism", b), ("all", np.concatenate([a, b]))):
        rows = one[one["class_a"] == name]
        assert (rows["class_b"] == name).all()
        assert rows["step"].tolist() == list(range(1, 11))
        assert (rows["n"] == len(values)).all()
        np.testing.assert_allclose(rows["mean"], values.mean(axis=0))
        np.testing.assert_allclose(rows["sd"], values.std(axis=0, ddof=1))
        assert (rows["low"].between(0, rows["mean"]) & (rows["high"] > rows["mean"])).all()


def test_one_trajectory_is_too_few_with_its_contrasts_shown():
    profiles, shapes = _summarise(
        _frame((1 - 0.4 * TEN["quadratic"])[None]), _frame(np.ones((1, 10)), a="Cubism")
    )
    assert (shapes["verdict"] == "too few pairs").all()
    assert shapes["quadratic"].iloc[0] == pytest.approx(-0.4)
    intervals = [name for name in shapes if name.endswith(("_low", "_high", "_p"))]
    assert shapes[intervals].isna().all(axis=None)
    assert profiles[["low", "high"]].isna().all(axis=None)
    assert profiles.loc[profiles["class_a"] != "all", "sd"].isna().all()
    assert profiles["mean"].notna().all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [1, 8])
def test_a_style_loss_of_zero_is_undetermined_and_a_constant_one_flat(n):
    profiles, shapes = _summarise(_frame(np.zeros((n, 10))))
    assert (shapes["verdict"] == "undetermined").all()
    assert shapes["quadratic"].isna().all()
    assert (profiles["mean"] == 0).all()
    assert _verdict(np.full((8, 10), 3.0)) == "flat"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 100])
def test_any_number_of_steps_is_described(steps):
    values = np.random.default_rng(0).gamma(4, 1, (30, steps))
    _, shapes = _summarise(_frame(values))
    assert shapes["quadratic"].notna().all() == (steps >= 3)
    assert shapes["quartic"].notna().all() == (steps >= 5)
    valley = _noisy(1 + 2 * np.linspace(-1, 1, steps) ** 2)
    assert _verdict(valley) == ("valley" if steps >= 3 else "undetermined")


def test_the_same_pairs_in_more_seeds_make_nothing_surer():
    values = _noisy(1 - 0.1 * TEN["quadratic"], noise=0.5)
    _, one = _summarise(_frame(values))
    _, three = _summarise(*(_frame(values, seed=s) for s in range(3)))
    columns = ["quadratic", "quadratic_low", "quadratic_high"]
    pd.testing.assert_frame_equal(one[columns], three[columns])


def test_seeds_that_disagree_are_held_fixed_when_few_and_count_when_enough():
    def widths(seeds):
        strength = np.linspace(-0.5, 0.5, seeds)
        _, shapes = _summarise(
            *(_frame(_noisy(1 + q * TEN["quadratic"]), seed=s) for s, q in enumerate(strength))
        )
        return (shapes["quadratic_high"] - shapes["quadratic_low"]).iloc[0], shapes["verdict"][0]

    few, _ = widths(FEWEST_SEEDS - 1)
    three, verdict = widths(FEWEST_SEEDS)
    five, _ = widths(5)
    assert few < 0.2
    # The seeds' own spread alone: t of 2 and 4, sd .5 and .40.
    assert three == pytest.approx(2 * 4.30 * 0.5 / np.sqrt(3), rel=0.1)
    assert five == pytest.approx(2 * 2.78 * 0.395 / np.sqrt(5), rel=0.1)
    assert verdict == "too few pairs"


def _study(seeds, pairs, rng, shape=None, training=0.0):
    """(S, n, T) profiles: what a pair is like in every seed, in this seed, and what training adds.

    Args:
        training: standard deviation over seeds of the quadratic contrast.
    """
    of_pairs = simulate(pairs, 10, rng)
    own = rng.lognormal(0, 0.3, (seeds, pairs, 10))
    tilts = rng.normal(0, training, (seeds, 1, 1)) * TEN["quadratic"]
    return of_pairs * own * ((np.ones(10) if shape is None else shape) + tilts)


@pytest.mark.parametrize(("seeds", "training"), [(1, 0.0), (3, 0.0), (3, 0.2), (10, 0.2)])
def test_intervals_cover_at_their_rate_with_any_number_of_seeds(seeds, training):
    """Given one seed, what it adds is no error: its interval is of this training run."""
    rng = np.random.default_rng(seeds)
    shape = 1 - 0.5 * TEN["quadratic"]
    walks = {
        (f"study {number}", "walk"): {("A", "A"): _study(seeds, 60, rng, shape, training)}
        for number in range(160)
    }
    shapes = shapes_of(walks, 150, 0.15, rng)
    rows = shapes[shapes["class_a"] == "A"]
    # The noise has the same mean at every step: the contrast of the mean is the shape's.
    covered = (rows["quadratic_low"] <= -0.5) & (rows["quadratic_high"] >= -0.5)
    assert 0.90 <= covered.mean() <= 0.99


@cache
def _found(seeds, pairs, studies=60):
    """Share of simulated studies in which a hump of -.54 is found over four classes together."""
    rng = np.random.default_rng(7)
    shape = 1 - 0.54 * TEN["quadratic"]
    found = []
    for _ in range(studies):
        groups = {(n, n): _study(seeds, pairs, rng, shape, training=0.05) for n in "abcd"}
        # Of one model's two tests, as where it alone is confirmatory.
        found.append(pooled_verdict(groups, 2, 150, 0.15, rng))
    return found.count("horseshoe") / studies


def test_a_hump_is_found_with_four_five_and_ten_seeds_alike():
    assert [_found(seeds, 100, studies=20) for seeds in (4, 5, 10)] == [1, 1, 1]


@pytest.mark.slow
def test_more_pairs_and_more_seeds_never_lose_power():
    by_pairs = [_found(3, pairs) for pairs in (4, 8, 16, 32)]
    by_seeds = [_found(seeds, 8) for seeds in (3, 4, 5, 10)]
    for power in (by_pairs, by_seeds):
        # Monte Carlo error of a share of 60: .065 at most.
        assert all(b > a - 0.13 for a, b in itertools.pairwise(power)), power
    assert by_pairs[-1] > by_pairs[0] + 0.3


@pytest.mark.slow
def test_flat_is_reached_with_400_pairs_and_with_few_it_is_said_that_they_are():
    rng = np.random.default_rng(3)

    def on_nothing(pairs):
        values = {name: simulate(pairs, 10, rng)[None] for name in "abcd"}
        return _pooled(values, 0.25, rng)

    # It is in about three studies of four.
    assert [on_nothing(100) for _ in range(40)].count("flat") >= 24
    assert [on_nothing(4) for _ in range(40)].count("too few pairs") >= 36


def test_confirmatory_shapes_are_adjusted_among_themselves_alone():
    frames = [
        _frame(_noisy(1 - 0.1 * TEN["quadratic"], seed=s), model=f"m{s}", experiment=name)
        for s in range(3)
        for name in ("random", "closest")
    ]
    _, shapes = _summarise(*frames, confirmatory=["random"])
    decides = (shapes["class_a"] == "all") & (shapes["experiment"] == "random")
    assert (shapes["family"] == "confirmatory").equals(decides)
    _, alone = _summarise(*frames[::2], confirmatory=["random"])
    own = alone[alone["family"] == "confirmatory"]
    tests = ["quadratic_p", "quartic_p"]
    np.testing.assert_allclose(shapes.loc[decides, tests], own[tests])


def test_a_seed_may_lack_a_pair_but_not_a_step_or_a_class():
    values = _noisy(np.ones(10), n=6)
    whole = _frame(values)
    profiles, _ = _summarise(whole, _frame(values[:4], seed=1))
    counts = profiles[profiles["class_a"] == "all"].groupby("seed")["n"].first()
    assert counts.to_dict() == {0: 6, 1: 4}
    means = profiles[(profiles["seed"] == 1) & (profiles["class_a"] == "all")]["mean"]
    np.testing.assert_allclose(means, values[:4].mean(axis=0))
    constant = np.full((6, 10), 3.0)
    profiles, _ = _summarise(_frame(constant), _frame(constant[:4], seed=1))
    np.testing.assert_allclose(profiles[["low", "mean", "high"]], 3)
    with pytest.raises(StylewalkError, match="lacks a step"):
        _summarise(whole.iloc[:-1])
    with pytest.raises(StylewalkError, match="lacks a step or is not finite"):
        _summarise(whole.assign(value=np.inf))
    with pytest.raises(StylewalkError, match="Cubism to Cubism, lacks a seed"):
        _summarise(whole, _frame(values, seed=1), _frame(values, a="Cubism"))
    with pytest.raises(StylewalkError, match="total"):
        _summarise(whole.assign(layer="conv1_1"))


def test_order_of_rows_and_other_layers_change_nothing():
    values = _noisy(1 - 0.2 * TEN["quadratic"], n=10)
    frame = _frame(values)
    shuffled = pd.concat([frame, frame.assign(layer="conv1_1", value=np.nan)]).sample(
        frac=1, random_state=0
    )
    for one, two in zip(_summarise(frame), _summarise(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, two)
    other = _summarise(frame, seed=1)[1]
    assert not other.equals(_summarise(frame)[1])


def test_a_between_profile_keeps_its_two_classes():
    values = _noisy(1 + 0.4 * TEN["linear"], n=20)
    _, shapes = _summarise(_frame(values, a="Realism", b="Cubism"))
    assert shapes[["class_a", "class_b"]].to_numpy().tolist() == [
        ["Realism", "Cubism"],
        ["all", "all"],
    ]
    assert shapes["linear"].iloc[0] == pytest.approx(0.4, abs=0.1)
