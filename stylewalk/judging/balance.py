"""Orders in which nothing comes more often than anything else."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

Source = tuple[str, str]  # model and path, or control and which
T = TypeVar("T")


def balanced(sources: Sequence[Source], rng: np.random.Generator) -> Iterator[Source]:
    """Sources for ever: every model in every round, and its paths in turn.

    Args:
        sources: model and path.
        rng: decides the order.
    """
    paths: dict[str, list[Source]] = {}
    for source in sorted(sources):
        paths.setdefault(source[0], []).append(source)
    models = [list(paths)[place] for place in rng.permutation(len(paths))]
    start = int(rng.integers(len(sources)))
    for turn in itertools.count(start):
        # In one round the models are on different paths, so that these are in balance, too.
        for place in rng.permutation(len(models)):
            own = paths[models[place]]
            yield own[(turn + place) % len(own)]


def in_turn(values: Sequence[T], count: int, rng: np.random.Generator) -> list[T]:
    """Each value as often as any other, give or take one, in any order."""
    rounds = [
        values[place] for _ in range(-(-count // len(values))) for place in order(values, rng)
    ]
    return [rounds[place] for place in rng.permutation(count)]


def order(values: Sequence[T], rng: np.random.Generator) -> list[int]:
    """Places of some values in any order."""
    return [int(place) for place in rng.permutation(len(values))]
