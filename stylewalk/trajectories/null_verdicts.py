"""How often a profile without any shape is said to have one, found by simulation.

The null is the study itself without its shapes: each trajectory is divided, step by step, by the
mean profile of its classes. Every mean profile is then flat, while levels, the correlation of
steps, the spread of trajectories, what models and seeds have in common, which pairs share artworks
and how much these are alike are the study's.
"""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy import stats

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY, FALSE_VERDICTS
from stylewalk.randomness import generator
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.profiles import (
    POOLED,
    Groups,
    Shared,
    contrasts,
    shapes_of,
    shared_of,
    tables_of,
)
from stylewalk.trajectories.sharing import Sharing

SHAPES = ("horseshoe", "valley", "wave")
ANY = "any shape"
_ALL = (POOLED, POOLED)

# ASSUME: 100 resamples in place of a study's thousands because an interval of Student's t needs
# only the bootstrap error, which they give within 7 %.
_BOOTSTRAP = 100

Walks = Mapping[tuple[str, str], Groups]


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
        style_loss: table TRAJECTORY_STYLE_LOSS of one metric, path and split; see
            :func:`stylewalk.trajectories.profiles.summarise`.
        confirmatory: experiments that the study was made to decide.
        flat_within: as for :func:`stylewalk.trajectories.profiles.summarise`.
        seed: seed of the simulation.
        nulls: simulated studies.

    Returns:
        The columns of FALSE_VERDICTS but those of metric, path and split: a row for each family and
        shape, and one for any of them. Without rows where no experiment has two pairs of a class.
    """
    residuals = {
        names: relative
        for names, relative in _residuals(tables_of(style_loss)).items()
        if min(values.shape[1] for values in relative.values()) > 1
    }
    found = []
    if residuals:
        shared = _shared(style_loss, residuals)
        rng = generator(seed, "null profiles")
        found = [
            shapes_of(study, _BOOTSTRAP, flat_within, rng, confirmatory, shared)
            for study in _resampled(residuals, shared, nulls, rng)
        ]
    rows = [row for family in (CONFIRMATORY, EXPLORATORY) for row in _rates(found, family)]
    columns = [name for name in FALSE_VERDICTS if name not in ("metric", "path", "split")]
    return pd.DataFrame(rows, columns=columns)


def _residuals(walks: Walks) -> Walks:
    """Each trajectory over the mean profile of its classes, of pairs that all seeds have."""
    relative: dict[tuple[str, str], dict[tuple[str, str], np.ndarray]] = {}
    for names, tables in walks.items():
        relative[names] = {}
        for key, values in tables.items():
            whole = values[:, np.isfinite(values[..., 0]).all(axis=0)]
            mean = whole.mean(axis=(0, 1))
            # A step without any style loss has none of a shape's either.
            relative[names][key] = np.divide(whole, mean, out=np.ones_like(whole), where=mean > 0)
    return relative


def _shared(style_loss: pd.DataFrame, residuals: Walks) -> dict[tuple[str, str], Shared]:
    """Which of the pairs that all seeds have share artworks, by model and experiment."""
    keys = ["model", "experiment", "class_a", "class_b", "pair"]
    seeds = style_loss.groupby(["model", "experiment"])["seed"].transform("nunique")
    whole = style_loss[style_loss.groupby(keys)["seed"].transform("nunique") == seeds]
    return {names: found for names, found in shared_of(whole).items() if names in residuals}


def _resampled(
    residuals: Walks,
    shared: Mapping[tuple[str, str], Shared],
    nulls: int,
    rng: np.random.Generator,
) -> Iterator[Walks]:
    """Simulated studies: the residuals of pairs drawn again, the same for all models and seeds.

    Pairs are drawn out of those of all classes of an experiment, so that a few of each class give
    more than their own few combinations; from three seeds on, seeds are drawn, too. Where pairs
    share artworks, so do those in their places, and are as alike.
    """
    pools = {
        names: np.concatenate(list(tables.values()), axis=1) for names, tables in residuals.items()
    }
    alike = {
        names: _alike(residuals[names], found[_ALL])
        for names, found in shared.items()
        if _ALL in found
    }
    for _ in range(nulls):
        places: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        study = {}
        for (model, experiment), tables in residuals.items():
            pool = pools[model, experiment]
            seeds, pairs = pool.shape[:2]
            drawn = places.setdefault(experiment, _draw(seeds, pairs, rng))
            if len(drawn[0]) != seeds or len(drawn[1]) != pairs:  # a model that has fewer pairs
                drawn = _draw(seeds, pairs, rng)
            own = pool[drawn[0]][:, drawn[1]]
            if correlation := alike.get((model, experiment)):
                sharing = shared[model, experiment][_ALL]
                more = rng.integers(pairs, size=sharing.stands.shape[1])
                of_artworks = pool[drawn[0]][:, more]
                own = _pairs_first(
                    1
                    + sharing.mixed(
                        _pairs_first(of_artworks) - 1, _pairs_first(own) - 1, correlation
                    )
                )
            ends = np.cumsum([values.shape[1] for values in tables.values()])[:-1]
            parts = np.split(own, ends, axis=1)
            study[model, experiment] = dict(zip(tables, parts, strict=True))
        yield study


def _pairs_first(values: Float[np.ndarray, "a b steps"]) -> Float[np.ndarray, "b a steps"]:
    """Pairs before seeds, and back."""
    return values.transpose(1, 0, 2)


def _alike(tables: Groups, sharing: Sharing) -> float:
    """The correlation of residuals that share an artwork, mean over the contrasts of a shape."""
    pool = np.concatenate(list(tables.values()), axis=1).mean(axis=0)
    of_steps = contrasts(pool.shape[1])
    chosen = np.stack([of_steps[name] for name in ("quadratic", "quartic")], axis=1)
    return float(sharing.growth(np.nan_to_num(pool @ np.nan_to_num(chosen))).correlation.mean())


def _draw(
    seeds: int, pairs: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "{seeds}"], Int[np.ndarray, "{pairs}"]]:
    """Places of seeds, held fixed where they are few, and of pairs, with replacement."""
    fixed = np.arange(seeds)
    return (
        rng.integers(seeds, size=seeds) if seeds >= FEWEST_SEEDS else fixed,
        rng.integers(pairs, size=pairs),
    )


def _rates(studies: list[pd.DataFrame], family: str) -> Iterator[dict[str, object]]:
    """How many studies have a false verdict of this family, by shape; and its coverage."""
    of_family = [shapes[shapes["family"] == family] for shapes in studies]
    if not of_family or of_family[0].empty:
        return
    covered = [
        (shapes[f"{name}_low"] <= 0) & (shapes[f"{name}_high"] >= 0)
        for shapes in of_family
        for name in ("quadratic", "quartic")
    ]
    coverage = float(np.concatenate(covered).mean())
    nulls, p_values = len(of_family), ["quadratic_p", "quartic_p"]
    tests = max(int(shapes[p_values].notna().sum().sum()) for shapes in of_family)
    for verdict in (ANY, *SHAPES):
        wanted = SHAPES if verdict == ANY else (verdict,)
        false = sum(bool(shapes["verdict"].isin(wanted).any()) for shapes in of_family)
        interval = stats.binomtest(false, nulls).proportion_ci(method="wilson")
        yield {
            "family": family,
            "verdict": verdict,
            "tests": tests,
            "nulls": nulls,
            "false_verdicts": false,
            "rate": false / nulls,
            "low": float(interval.low),
            "high": float(interval.high),
            "coverage": coverage,
        }
