"""What is foretold of a design is what happens to studies of that design."""

from dataclasses import replace

import numpy as np
import pytest

from profile_noise import simulate
from stylewalk.catalogue.trajectories import TOO_FEW
from stylewalk.trajectories import planning
from stylewalk.trajectories.planning import Design, foresee, like_paintings, measure
from stylewalk.trajectories.profiles import contrasts, pooled_verdict, shapes_of

TEN = contrasts(10)
DESIGN = Design(pairs=25, groups=4, seeds=1, tests=2, flat_within=0.25)


def groups(make, count=4):
    return {(name, name): make() for name in "abcd"[:count]}


def test_variances_of_pairs_and_of_seeds_are_those_of_what_was_made():
    rng = np.random.default_rng(0)
    rise = 0.2 * rng.standard_normal(40)[:, None, None] * TEN["quadratic"]
    noise = {name: 0.1 * rng.standard_normal((1, 500, 10)) for name in "abcd"}
    pilot = {(name, name): 1 + rise + noise[name] for name in "abcd"}
    found = measure(pilot)
    # Orthonormal contrasts of independent steps have the variance of a step.
    for name in ("quadratic", "quartic"):
        assert found.of_pairs[name] == pytest.approx(0.01, rel=0.1)
    assert found.of_seeds["quadratic"] == pytest.approx(rise[:, 0].std() ** 2 * 10, rel=0.2)
    assert found.of_seeds["quartic"] < 0.001
    assert found.effective == pytest.approx(1, abs=0.01)
    one = measure({name: values[:1] for name, values in pilot.items()})
    assert np.isnan(one.of_seeds["quadratic"])


def test_the_half_width_is_that_of_the_pilot_itself_at_its_own_size():
    rng = np.random.default_rng(1)
    pilot = groups(lambda: simulate(60, 10, rng)[None])
    shape = shapes_of({("AE", "walk"): pilot}, 2000, 0.25, rng, ["walk"]).iloc[-1]
    half = (shape["quadratic_high"] - shape["quadratic_low"]) / 2
    found = foresee(pilot, replace(DESIGN, pairs=60), 0.5, rng, draws=10)
    assert found.half_width == pytest.approx(half, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [8, 25, 100])
def test_chances_are_how_often_it_happens(pairs):
    """The pilot is another sample than the studies, and has a shape of its own.

    It is a large one: style losses are so skewed that what 600 walks foretell as .65 to .93 is .88.
    """
    rng = np.random.default_rng(2)
    pilot = groups(lambda: simulate(2000, 10, rng, 1 + 0.3 * TEN["quartic"])[None])
    design = replace(DESIGN, pairs=pairs)
    found = foresee(pilot, design, 0.54, rng, draws=200)
    humped = 1 - 0.54 * TEN["quadratic"]
    verdicts = {
        shape: [
            pooled_verdict(
                groups(lambda s=values: simulate(pairs, 10, rng, s)[None]), 2, 200, 0.25, rng
            )
            for _ in range(200)
        ]
        for shape, values in (("hump", humped), ("none", np.ones(10)))
    }
    # Two shares of 200.
    assert found.shaped == pytest.approx(verdicts["hump"].count("horseshoe") / 200, abs=0.12)
    for chances in (found.humped, found.level):
        assert sum(chances.values()) == pytest.approx(1)
    assert found.flat == pytest.approx(verdicts["none"].count("flat") / 200, abs=0.12)
    assert found.level[TOO_FEW] == pytest.approx(verdicts["none"].count(TOO_FEW) / 200, abs=0.12)


def test_more_pairs_seeds_or_a_larger_hump_never_have_less_power():
    variances = measure(groups(lambda: simulate(200, 10, np.random.default_rng(3))[None]))
    trained = replace(variances, of_seeds={"quadratic": 0.05, "quartic": 0.05})

    def power(hump=0.5, **changes):
        return planning._power(variances, replace(DESIGN, **changes), hump)

    for values in (
        [power(pairs=n) for n in (2, 5, 10, 50, 200, 1000)],
        [planning._power(trained, replace(DESIGN, seeds=n), 0.5) for n in (3, 4, 5, 10)],
        [power(hump) for hump in (0.1, 0.3, 1.0)],
        [power(tests=n) for n in (100, 20, 2)],
    ):
        assert values == sorted(values)
    assert power(pairs=1) == 0


def test_pairs_needed_are_the_fewest_and_seeds_only_where_they_help():
    rng = np.random.default_rng(4)
    pilot = groups(lambda: simulate(200, 10, rng)[None])
    found = foresee(pilot, DESIGN, 0.54, rng, draws=10)
    humped = measure(planning._shaped(pilot, 1 - 0.54 * TEN["quadratic"]))
    powers = [planning._power(humped, replace(DESIGN, pairs=n), 0.54) for n in range(2, 200)]
    assert found.pairs == next(n for n, p in zip(range(2, 200), powers, strict=True) if p >= 0.8)
    assert found.seeds is None  # one seed: what training adds is not known
    trained = replace(humped, of_seeds={"quadratic": 1.0, "quartic": 1.0})
    assert planning._fewest_pairs(trained, replace(DESIGN, seeds=3), 0.3) is None
    assert planning._fewest_seeds(trained, replace(DESIGN, pairs=1000), 0.54) > 3


def test_pairs_that_make_a_level_profile_flat_do_so_four_times_in_five():
    rng = np.random.default_rng(7)
    pilot = groups(lambda: simulate(1000, 10, rng)[None])
    needed = foresee(pilot, DESIGN, 0.54, rng, draws=10).flat_pairs
    found = foresee(pilot, replace(DESIGN, pairs=needed), 0.54, rng, draws=400)
    assert found.flat == pytest.approx(0.8, abs=0.08)
    with_few = foresee(pilot, replace(DESIGN, pairs=needed // 2), 0.54, rng, draws=400)
    assert with_few.flat < 0.5


def test_without_replication_nothing_is_told():
    rng = np.random.default_rng(5)
    pilot = {("a", "b"): like_paintings(500, 10, rng)[None]}
    found = foresee(pilot, replace(DESIGN, pairs=1, groups=6), 1.0, rng, draws=10)
    assert np.isnan(found.half_width)
    assert (found.shaped, found.flat, found.level[TOO_FEW]) == (0, 0, 1)
    assert found.pairs > 1


def test_stored_trajectories_vary_as_those_of_paintings():
    rng = np.random.default_rng(6)
    logs = np.log(like_paintings(20_000, 10, rng))
    np.testing.assert_allclose(logs.mean(axis=1).var(), 0.5**2 + 0.55, atol=0.1)
    np.testing.assert_allclose(logs.var(axis=0), 0.5**2 + 1, rtol=0.05)
