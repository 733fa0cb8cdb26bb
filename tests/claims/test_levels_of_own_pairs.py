"""Levels of models that have chosen their own pairs, of which some share artworks."""

import numpy as np
import pytest

from stylewalk.claims.resampling import Walks, average, mean_of_models
from stylewalk.statistics import satterthwaite, t_quantile

MODELS, GROUPS, PAIRS = ["AE", "VAE", "TVAE", "AAE"], [("A", "A"), ("B", "B")], 12


def walks(rng, alike):
    """Losses of pairs of which a third is the same in all models, and has an effect in common."""
    common = {group: rng.normal(size=PAIRS // 3) for group in GROUPS}
    values, ends = {}, {}
    for place, model in enumerate(MODELS):
        values[model], ends[model] = {}, {}
        for start, group in enumerate(GROUPS):
            own = rng.normal(size=PAIRS)
            own[: PAIRS // 3] *= np.sqrt(1 - alike)
            own[: PAIRS // 3] += np.sqrt(alike) * common[group]
            values[model][group] = np.exp(0.3 * own)[None, :, None]
            first = 1000 * start + 100 * (place + 1) + 2 * np.arange(PAIRS)
            first[: PAIRS // 3] = 1000 * start + 2 * np.arange(PAIRS // 3)
            ends[model][group] = np.stack([first, first + 1], axis=1)[None]
    return Walks("far", values.get, 1, False, {}, ends.get)


def level(found):
    return mean_of_models([average([found.level(m, [g]) for g in GROUPS]) for m in MODELS])


def test_degrees_of_freedom_are_at_most_those_of_one_model():
    found = level(walks(np.random.default_rng(0), 0.5))
    ((_, free),) = found.parts()
    assert found.growth() is not None
    assert 5 < free <= found.free


@pytest.mark.slow
@pytest.mark.parametrize("alike", [0.0, 0.9])
def test_intervals_of_own_pairs_cover_the_truth(alike):
    truth, studies, covered = 0.3**2 / 2, 300, 0  # of the mean of exp(0.3 z)
    for seed in range(studies):
        found = level(walks(np.random.default_rng(seed), alike))
        variance, free = satterthwaite(found.parts())
        half = np.sqrt(variance) * t_quantile(0.975, free)
        covered += abs(found.of_seeds.mean() - truth) <= half
    assert covered / studies >= 0.92
