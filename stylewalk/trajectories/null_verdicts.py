"""How often a profile without any shape is said to have one, found by simulation.

Studies are simulated in which the style loss of every step is the same on average, so that each
horseshoe, valley or wave is a false one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY, FALSE_VERDICTS
from stylewalk.randomness import generator
from stylewalk.trajectories.profiles import verdicts

SHAPES = ("horseshoe", "valley", "wave")

# ASSUME: the noise is that of decoded paintings (five models, 220 random pairs each): the logarithm
# of the loss varies by 0.5 from trajectory to trajectory and by 1 along one, in smooth curves whose
# correlation falls like a Gaussian of a quarter of the trajectory.
LEVEL_SD = 0.5
STEP_SD = 1.0
LENGTH = 0.25
# ASSUME: 100 resamples in place of a study's thousands because an interval of Student's t needs
# only the bootstrap error, which they give within 7 %.
_BOOTSTRAP = 100


def simulate(
    trajectories: int, steps: int, rng: np.random.Generator, shape: np.ndarray | None = None
) -> np.ndarray:
    """Profiles of trajectories that differ in level and, with correlated noise, from step to step.

    Args:
        trajectories: n.
        steps: T.
        rng: generator of the noise.
        shape: (T,) mean profile; None is the same for every step.

    Returns:
        (n, T) style losses; log-normal, and on average the shape times one constant.
    """
    level = rng.normal(scale=LEVEL_SD, size=(trajectories, 1))
    curve = rng.multivariate_normal(
        np.zeros(steps), STEP_SD**2 * correlation(steps), trajectories, method="eigh"
    )
    mean = np.ones(steps) if shape is None else np.asarray(shape)
    return mean * np.exp(level + curve)


def correlation(steps: int) -> np.ndarray:
    """(T, T) correlation of the noise of two steps."""
    place = np.arange(steps) / steps
    return np.exp(-(((place[:, None] - place) / LENGTH) ** 2) / 2)


def false_verdicts(
    experiments: Mapping[str, Mapping[str, Any]],
    classes: int,
    flat_within: float,
    seed: int,
    nulls: int = 1000,
) -> pd.DataFrame:
    """The rate of false verdicts in studies without shape, of the design of each experiment.

    A simulated study has one model. Its verdicts, on every class or pair of classes and on all
    together, come about as those of a real study do, adjusted in their families; a family counts as
    false once one of its verdicts is a shape. A study of more models is adjusted over more tests.
    Random pairs are those that a study is made to decide.

    Args:
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
            Those of one trajectory are left out: they have no verdict.
        classes: number of classes.
        flat_within: as for :func:`stylewalk.trajectories.profiles.summarise`.
        seed: seed of the simulation.
        nulls: simulated studies per design.

    Returns:
        Table FALSE_VERDICTS.
    """
    rows: list[dict[str, Any]] = []
    counted: dict[tuple[int, int, int, bool], dict[str, int]] = {}
    for name, groups, settings in _designs(experiments, classes):
        design = groups, settings["count"], settings["steps"], settings["pairs"] == "random"
        if design not in counted:
            counted[design] = _false(*design, flat_within, seed, nulls)
        for family, false in counted[design].items():
            interval = stats.binomtest(false, nulls).proportion_ci(method="wilson")
            row: dict[str, Any] = {"experiment": name, "family": family}
            row |= {"n": settings["count"], "steps": settings["steps"]}
            row |= {"nulls": nulls, "false_verdicts": false, "rate": false / nulls}
            rows.append(row | {"low": float(interval.low), "high": float(interval.high)})
    return pd.DataFrame(rows, columns=list(FALSE_VERDICTS))


def _false(
    groups: int,
    count: int,
    steps: int,
    decides: bool,
    flat_within: float,
    seed: int,
    nulls: int,
) -> dict[str, int]:
    """In how many simulated studies of a design each family has a false verdict."""
    false = dict.fromkeys((CONFIRMATORY, EXPLORATORY) if decides else (EXPLORATORY,), 0)
    for *of_classes, pooled in _simulated(groups, count, steps, decides, flat_within, seed, nulls):
        false[next(iter(false))] += pooled in SHAPES
        false[EXPLORATORY] += any(verdict in SHAPES for verdict in of_classes)
    return false


def _designs(
    experiments: Mapping[str, Mapping[str, Any]], classes: int
) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Name, number of classes or pairs of classes, and settings."""
    pairs = classes * (classes - 1) // 2
    for name, settings in experiments.items():
        if settings["count"] > 1:
            yield name, classes if settings["classes"] == "within" else pairs, settings


def _simulated(
    groups: int,
    count: int,
    steps: int,
    decides: bool,
    flat_within: float,
    seed: int,
    nulls: int,
) -> Iterator[list[str]]:
    """The verdicts of one simulated study after the other."""
    rng = generator(seed, "null profiles", groups, count, steps)
    for _ in range(nulls):
        values = simulate(groups * count, steps, rng).reshape(groups, 1, count, steps)
        tables = {str(place): profiles for place, profiles in enumerate(values)}
        yield verdicts(tables, _BOOTSTRAP, flat_within, rng, decides)
