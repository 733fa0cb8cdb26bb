"""How often a profile without any shape is said to have one, found by simulation.

The null is the study itself without its shapes: each trajectory is divided, step by step, by the
mean profile of its classes. Every mean profile is then flat, while levels, the correlation of
steps, the spread of trajectories, what models and seeds have in common, which pairs share artworks
and how much these are alike are the study's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from scipy import stats

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY, FALSE_VERDICTS
from stylewalk.randomness import generator
from stylewalk.trajectories.many_studies import (
    Tests,
    Values,
    Weights,
    contrast_tests,
    places_of,
    weights_of,
)
from stylewalk.trajectories.profile_tables import Groups, tables_of
from stylewalk.trajectories.shared_nulls import shapes_of_simulated, shared_pairs
from stylewalk.trajectories.verdicts import (
    HORSESHOE,
    TESTED,
    VALLEY,
    VERDICTS,
    WAVE,
    false_discovery,
    holm,
    verdicts,
)

SHAPES = (HORSESHOE, VALLEY, WAVE)
ANY = "any shape"

# ASSUME: 100 resamples in place of a study's thousands because an interval of Student's t needs
# only the bootstrap error, which they give within 7 %.
_BOOTSTRAP = 100
_AT_ONCE = 50  # studies, whose arrays of a demo take some 10 MB an experiment

Walks = Mapping[tuple[str, str], Groups]
# Many studies: by model and experiment, of each pair of classes; and their tests, those of all
# classes together last.
Studies = Mapping[tuple[str, str], Sequence[Values]]
StudyTests = Mapping[tuple[str, str], Sequence[Tests]]
Drawn = Mapping[tuple[str, str], Sequence[Weights]]


def false_verdicts(
    style_loss: pd.DataFrame,
    confirmatory: Collection[str],
    flat_within: float,
    seed: int,
    nulls: int,
) -> pd.DataFrame:
    """The rate of false verdicts, and the coverage of intervals, in studies without shape.

    Simulated studies have the models, experiments, classes, seeds and pairs of this one, and their
    verdicts come about as its own do. A family counts as false once one of its verdicts is.

    Args:
        style_loss: table TRAJECTORY_STYLE_LOSS of one metric, path and split.
        confirmatory: experiments that the study was made to decide.
        flat_within: as for :func:`stylewalk.trajectories.profiles.summarise`.
        seed: seed of the simulation.
        nulls: simulated studies.

    Returns:
        The columns of FALSE_VERDICTS but those of metric, path and split: a row for each family and
        shape, and one for any of them. Without rows where no experiment has two pairs of a class.
    """
    flat = without_shape(tables_of(style_loss))
    columns = [name for name in FALSE_VERDICTS if name not in ("metric", "path", "split")]
    if not flat:
        return pd.DataFrame(columns=columns)
    rng = generator(seed, "null profiles")
    families: list[_Family]
    if shared := shared_pairs(style_loss, flat):
        about = (confirmatory, flat_within, _BOOTSTRAP)
        shapes = shapes_of_simulated(flat, shared, nulls, *about, rng)
        families = [_family_of_tables(shapes, family) for family in (CONFIRMATORY, EXPLORATORY)]
    else:
        simulated_tests = [tests_of(study, drawn) for study, drawn in simulated(flat, nulls, rng)]
        families = [
            _family_of_tests(
                [of_family(tests, family, confirmatory) for tests in simulated_tests],
                family,
                flat_within,
            )
            for family in (CONFIRMATORY, EXPLORATORY)
        ]
    return pd.DataFrame([row for family in families for row in _rates(family)], columns=columns)


def without_shape(walks: Walks) -> Walks:
    """The trajectories with their classes' mean profiles made flat, at the level that these have.

    Args:
        walks: by model and experiment, by pair of classes: (S, n, T) style losses; see
            :func:`stylewalk.trajectories.profiles.tables_of`.

    Returns:
        The same, of pairs that all seeds have, without experiments that have one pair of a class.
    """
    flat: dict[tuple[str, str], dict[tuple[str, str], np.ndarray]] = {}
    for names, tables in walks.items():
        flat[names] = {}
        for key, values in tables.items():
            whole = values[:, np.isfinite(values[..., 0]).all(axis=0)]
            mean = whole.mean(axis=(0, 1))
            # A step without any style loss has none of a shape's either.
            relative = np.divide(whole, mean, out=np.ones_like(whole), where=mean > 0)
            flat[names][key] = relative * mean.mean()
    return {
        names: tables
        for names, tables in flat.items()
        if min(values.shape[1] for values in tables.values()) > 1
    }


def simulated(
    flat: Walks, studies: int, rng: np.random.Generator
) -> Iterator[tuple[Studies, Drawn]]:
    """Simulated studies: the trajectories of pairs drawn again, the same for all models and seeds.

    Pairs are drawn out of those of all classes of an experiment, so that a few of each class give
    more than their own few combinations, and brought to the level of their place's classes; from
    three seeds on, seeds are drawn, too.

    Args:
        flat: see :func:`without_shape`.
        studies: how many; they come in parts.
        rng: generator of the draws.

    Returns:
        Some of the studies, and how often their bootstrap draws each pair, the same for all models.
    """
    for start in range(0, studies, _AT_ONCE):
        part = min(_AT_ONCE, studies - start)
        places: dict[tuple[str, int, int], tuple[np.ndarray, np.ndarray]] = {}
        resamples: dict[tuple[str, tuple[int, ...]], Sequence[Weights]] = {}
        trajectories: dict[tuple[str, str], Sequence[Values]] = {}
        drawn: dict[tuple[str, str], Sequence[Weights]] = {}
        for (model, experiment), tables in flat.items():
            counts = tuple(values.shape[1] for values in tables.values())
            seeds, pairs = next(iter(tables.values())).shape[0], sum(counts)
            own = (experiment, seeds, pairs)  # a model that has fewer pairs has draws of its own
            if own not in places:
                places[own] = places_of(part, seeds, pairs, rng)
            if (experiment, counts) not in resamples:
                resamples[experiment, counts] = weights_of(counts, part, _BOOTSTRAP, rng)
            trajectories[model, experiment] = _taken(tables, counts, places[own])
            drawn[model, experiment] = resamples[experiment, counts]
        yield trajectories, drawn


def _taken(
    tables: Groups, counts: Sequence[int], places: tuple[np.ndarray, np.ndarray]
) -> list[Values]:
    """Trajectories at drawn places of all classes together, at the levels of their own places."""
    levels = [values.mean() or 1.0 for values in tables.values()]
    parts = zip(tables.values(), levels, strict=True)
    pool = np.concatenate([values / level for values, level in parts], axis=1)
    of_seeds, of_pairs = places
    own = pool[of_seeds[:, :, None], of_pairs[:, None, :]]
    split = np.split(own, np.cumsum(counts)[:-1], axis=2)
    return [part * level for part, level in zip(split, levels, strict=True)]


def tests_of(study: Studies, drawn: Drawn) -> StudyTests:
    """The tests of all models and experiments."""
    return {names: contrast_tests(groups, drawn[names]) for names, groups in study.items()}


def of_family(tests: StudyTests, family: str, confirmatory: Collection[str]) -> list[Tests]:
    """The tests of a family: of all classes together in experiments to be decided, or the others'.

    See :func:`stylewalk.trajectories.profiles.summarise`.
    """
    return [
        test
        for (_, experiment), of_classes in tests.items()
        for place, test in enumerate(of_classes)
        if (experiment in confirmatory and place == len(of_classes) - 1) == (family == CONFIRMATORY)
    ]


def judged(
    tests: Sequence[Tests], family: str, flat_within: float
) -> Int[np.ndarray, "studies tests"]:
    """Verdicts of all tests of a family, as places in ``verdicts.VERDICTS``."""
    adjust = holm if family == CONFIRMATORY else false_discovery
    p = adjust(np.concatenate([test.p for test in tests], axis=1))
    own = np.split(p, len(tests), axis=1)
    each = [
        verdicts(test.value, test.reach, part, flat_within)
        for test, part in zip(tests, own, strict=True)
    ]
    return np.stack(each, axis=1)


def covered(test: Tests, truth: Float[np.ndarray, "2"]) -> Bool[np.ndarray, "studies 2"]:
    """Which 95 % intervals hold the true contrasts."""
    held: np.ndarray = np.abs(test.value - truth) <= test.half
    return held


@dataclass(frozen=True)
class _Family:
    """What became of one family of verdicts in studies without shape; none where it is empty.

    Attributes:
        name: of the family.
        verdicts: places in ``verdicts.VERDICTS``.
        tests: tests in a study at most.
        coverage: share of the intervals that hold 0; one that is not known holds nothing.
    """

    name: str
    verdicts: Int[np.ndarray, "studies verdicts"]
    tests: int
    coverage: float


def _family_of_tests(parts: Sequence[Sequence[Tests]], name: str, flat_within: float) -> _Family:
    """Of studies that were simulated together, some at a time."""
    if not parts[0]:
        return _Family(name, np.zeros((0, 0), int), 0, np.nan)
    places = np.concatenate([judged(tests, name, flat_within) for tests in parts])
    whole = [test for tests in parts for test in tests]
    coverage = float(np.concatenate([covered(test, np.zeros(2)) for test in whole]).mean())
    tests = max(int(sum(np.isfinite(test.p).sum(axis=1) for test in each).max()) for each in parts)
    return _Family(name, places, tests, coverage)


def _family_of_tables(shapes: Sequence[pd.DataFrame], name: str) -> _Family:
    """Of studies that were simulated one after the other: tables of shapes."""
    of_family = [table[table["family"] == name] for table in shapes]
    if of_family[0].empty:
        return _Family(name, np.zeros((0, 0), int), 0, np.nan)
    holds = [
        (table[f"{of}_low"] <= 0) & (table[f"{of}_high"] >= 0)
        for table in of_family
        for of in TESTED
    ]
    p_values = [f"{of}_p" for of in TESTED]
    return _Family(
        name,
        np.array([[VERDICTS.index(each) for each in table["verdict"]] for table in of_family]),
        max(int(table[p_values].notna().sum().sum()) for table in of_family),
        float(np.concatenate(holds).mean()),
    )


def _rates(family: _Family) -> Iterator[dict[str, object]]:
    """How many studies have a false verdict of a family, by shape; and its coverage."""
    nulls = len(family.verdicts)
    for verdict in (ANY, *SHAPES) if nulls else ():
        wanted = [VERDICTS.index(name) for name in (SHAPES if verdict == ANY else (verdict,))]
        false = int(np.isin(family.verdicts, wanted).any(axis=1).sum())
        interval = stats.binomtest(false, nulls).proportion_ci(method="wilson")
        yield {
            "family": family.name,
            "verdict": verdict,
            "tests": family.tests,
            "nulls": nulls,
            "false_verdicts": false,
            "rate": false / nulls,
            "low": float(interval.low),
            "high": float(interval.high),
            "coverage": family.coverage,
        }
