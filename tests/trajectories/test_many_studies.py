"""Many studies at once are judged as each is by itself."""

import numpy as np
import pytest

from profile_noise import simulate
from stylewalk.trajectories.many_studies import contrast_tests, weights_of
from stylewalk.trajectories.profiles import contrasts, pooled_verdict, shapes_of
from stylewalk.trajectories.verdicts import TESTED, VERDICTS, holm, verdicts

TEN = contrasts(10)


def study(rng, pairs, seeds, shape):
    """Profiles of three pairs of classes, of which the second has fewer pairs."""
    counts = (pairs, max(pairs - 3, 1), pairs)
    made = {}
    for name, n in zip("abc", counts, strict=True):
        of_pairs = simulate(n, 10, rng, shape)
        made[name, name] = of_pairs * rng.lognormal(0, 0.3, (seeds, n, 10))
    return made


@pytest.mark.parametrize(("pairs", "seeds"), [(1, 1), (2, 1), (12, 1), (12, 2), (9, 4), (60, 1)])
def test_contrasts_intervals_and_p_values_are_those_of_single_studies(pairs, seeds):
    """Drawn from equal generators they are the same numbers, since resamples are drawn alike."""
    rng = np.random.default_rng(0)
    for number in range(3):
        made = study(rng, pairs, seeds, 1 - 0.4 * TEN["quadratic"])
        single = shapes_of({("AE", "x"): made}, 50, 0.25, np.random.default_rng(number), ["x"])
        counts = [values.shape[1] for values in made.values()]
        weights = weights_of(counts, 1, 50, np.random.default_rng(number))
        found = contrast_tests([values[None] for values in made.values()], weights)
        adjusted = holm(found[-1].p)
        for place, name in enumerate(TESTED):
            rows = [test.value[0, place] for test in found]
            np.testing.assert_allclose(rows, single[name], rtol=1e-9, atol=1e-12)
            low = [test.value[0, place] - test.half[0, place] for test in found]
            np.testing.assert_allclose(low, single[f"{name}_low"], rtol=1e-7, atol=1e-12)
            np.testing.assert_allclose(
                adjusted[0, place], single[f"{name}_p"].iloc[-1], rtol=1e-7, atol=1e-300
            )
        (place,) = verdicts(found[-1].value, found[-1].reach, adjusted, 0.25)
        assert VERDICTS[place] == single["verdict"].iloc[-1]


@pytest.mark.parametrize("flat_within", [0.1, 0.25, 0.6])
def test_every_verdict_comes_about_as_in_single_studies(flat_within):
    rng = np.random.default_rng(2)
    seen = set()
    for number in range(120):
        name, size = ("quadratic", "quartic")[number % 2], rng.uniform(-1, 1)
        made = study(rng, int(rng.integers(2, 120)), 1, 1 + size * TEN[name])
        single = pooled_verdict(made, 4, 30, flat_within, np.random.default_rng(number))
        counts = [values.shape[1] for values in made.values()]
        weights = weights_of(counts, 1, 30, np.random.default_rng(number))
        test = contrast_tests([values[None] for values in made.values()], weights)[-1]
        found = VERDICTS[verdicts(test.value, test.reach, 4 * test.p, flat_within)[0]]
        assert found == single
        seen.add(found)
    assert len(seen) >= 4
