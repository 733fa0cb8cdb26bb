"""Simulated studies without shapes whose pairs share artworks, one study after the other.

As :func:`stylewalk.trajectories.null_verdicts.simulated`, and pairs that share an artwork are as
alike as those of the study. What sharing does to an interval differs from study to study, so that
these are not simulated together, which takes some forty times as long.
"""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float

from stylewalk.trajectories.many_studies import places_of
from stylewalk.trajectories.profile_tables import ALL, Groups, Shared, shared_of
from stylewalk.trajectories.profiles import contrasts, shapes_of
from stylewalk.trajectories.sharing import Sharing
from stylewalk.trajectories.verdicts import TESTED

Walks = Mapping[tuple[str, str], Groups]
SharedOf = Mapping[tuple[str, str], Shared]


def shared_pairs(style_loss: pd.DataFrame, flat: Walks) -> dict[tuple[str, str], Shared]:
    """Which of the pairs that all seeds have share artworks, where any do, by model and experiment.

    Args:
        style_loss: table TRAJECTORY_STYLE_LOSS of one metric, path and split; see
            :func:`stylewalk.trajectories.profiles.summarise`.
        flat: the trajectories without shapes; those of other models and experiments are left out.
    """
    keys = ["model", "experiment", "class_a", "class_b", "pair"]
    seeds = style_loss.groupby(["model", "experiment"])["seed"].transform("nunique")
    whole = style_loss[style_loss.groupby(keys)["seed"].transform("nunique") == seeds]
    return {
        names: by_classes
        for names, by_classes in shared_of(whole).items()
        if by_classes and names in flat
    }


def shapes_of_simulated(
    flat: Walks,
    shared: SharedOf,
    studies: int,
    confirmatory: Collection[str],
    flat_within: float,
    bootstrap: int,
    rng: np.random.Generator,
) -> list[pd.DataFrame]:
    """Of each simulated study the table of shapes; see :func:`.profiles.shapes_of`.

    Args:
        flat: the trajectories without shapes.
        shared: see :func:`shared_pairs`.
        studies: how many.
        confirmatory, flat_within: as of :func:`stylewalk.trajectories.profiles.summarise`.
        bootstrap: resamples of each.
        rng: generator of all draws.
    """
    return [
        shapes_of(study, bootstrap, flat_within, rng, confirmatory, shared)
        for study in _resampled(flat, shared, studies, rng)
    ]


def _resampled(
    flat: Walks, shared: SharedOf, studies: int, rng: np.random.Generator
) -> Iterator[Walks]:
    """Simulated studies: trajectories of pairs drawn again, the same for all models and seeds.

    Pairs are drawn out of those of all classes of an experiment, so that a few of each class give
    more than their own few combinations, and brought to the level of their place's classes; from
    three seeds on, seeds are drawn, too. Where pairs share artworks, so do those in their places,
    and are as alike.
    """
    levels = {
        names: [values.mean() or 1.0 for values in tables.values()]
        for names, tables in flat.items()
    }
    pools = {
        names: np.concatenate(
            [v / level for v, level in zip(tables.values(), levels[names], strict=True)], axis=1
        )
        for names, tables in flat.items()
    }
    alike = {
        names: _alike(pools[names], by_classes[ALL])
        for names, by_classes in shared.items()
        if ALL in by_classes
    }
    for _ in range(studies):
        places: dict[tuple[str, int, int], tuple[np.ndarray, np.ndarray]] = {}
        study = {}
        for (model, experiment), tables in flat.items():
            pool = pools[model, experiment]
            seeds, pairs = pool.shape[:2]
            key = experiment, seeds, pairs  # a model that has fewer pairs has draws of its own
            if key not in places:
                places[key] = places_of(1, seeds, pairs, rng)
            (of_seeds,), (of_pairs,) = places[key]
            own = pool[of_seeds][:, of_pairs]
            if correlation := alike.get((model, experiment)):
                sharing = shared[model, experiment][ALL]
                of_artworks = pool[of_seeds][:, rng.integers(pairs, size=sharing.stands.shape[1])]
                own = _made_alike(own, of_artworks, sharing, correlation)
            ends = np.cumsum([values.shape[1] for values in tables.values()])[:-1]
            parts = zip(np.split(own, ends, axis=1), levels[model, experiment], strict=True)
            made = [part * level for part, level in parts]
            study[model, experiment] = dict(zip(tables, made, strict=True))
        yield study


def _made_alike(
    own: Float[np.ndarray, "seeds pairs steps"],
    of_artworks: Float[np.ndarray, "seeds artworks steps"],
    sharing: Sharing,
    correlation: float,
) -> Float[np.ndarray, "seeds pairs steps"]:
    """Trajectories about 1 of which those that share an artwork have this correlation."""
    mixed = sharing.mixed(_pairs_first(of_artworks) - 1, _pairs_first(own) - 1, correlation)
    return _pairs_first(1 + mixed)


def _pairs_first(values: Float[np.ndarray, "a b steps"]) -> Float[np.ndarray, "b a steps"]:
    """Pairs before seeds, and back."""
    return values.transpose(1, 0, 2)


def _alike(pool: Float[np.ndarray, "seeds pairs steps"], sharing: Sharing) -> float:
    """The correlation of trajectories that share an artwork, mean over the contrasts of a shape."""
    of_steps = contrasts(pool.shape[2])
    chosen = np.stack([of_steps[name] for name in TESTED], axis=1)
    contrast = pool.mean(axis=0) @ np.nan_to_num(chosen)
    return float(sharing.growth(np.nan_to_num(contrast)).correlation.mean())
