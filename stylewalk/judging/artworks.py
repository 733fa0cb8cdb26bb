"""Artworks that a model takes to belong together, and one that does not."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt8

from stylewalk import tables
from stylewalk.catalogue.clusters import ARTWORK_CLUSTERS
from stylewalk.catalogue.judging import CONTROL
from stylewalk.judging.controls import nearly_same
from stylewalk.judging.questions import SHOWN_ARTWORKS
from stylewalk.latent_space.table import read_latents

_BELONG = SHOWN_ARTWORKS - 1
# Among so many artworks the least alike to a picture is looked for.
_CANDIDATES = 50
_Ids = Int[np.ndarray, " artworks"]
# A generator of random numbers in; four artworks that belong together and one that does not out.
_Draw = Callable[[np.random.Generator], _Ids]


@dataclass(frozen=True, eq=False)
class Space:
    """The latent space of one model.

    Args:
        latents: (N, d) latents.
        clusters: (N,) cluster of each artwork.
    """

    latents: Float[np.ndarray, "artworks dimensions"]
    clusters: Int[np.ndarray, " artworks"]


def read_space(latents: str | os.PathLike[str], clusters: str | os.PathLike[str]) -> Space:
    """The latent space of a model with its best clustering by k-means.

    Args:
        latents: file of its latent table.
        clusters: file of table ARTWORK_CLUSTERS.

    Raises:
        StylewalkError: a file cannot be read.
    """
    table = tables.read_table(clusters, ARTWORK_CLUSTERS)
    # ASSUME: k-means, because it is what the report's clusters are by.
    table = table[table["method"] == "kmeans"].sort_values("id")
    return Space(read_latents(latents)[1], table["cluster"].to_numpy(np.int64))


def groups(
    spaces: Mapping[str, Space], classes: Shaped[np.ndarray, " artworks"]
) -> dict[tuple[str, str], _Draw]:
    """What draws four artworks that belong together and an intruder, by model and kind.

    Kinds without enough artworks are left out: with fewer than four in each group, or one group.

    Args:
        spaces: latent space by model.
        classes: (N,) class of each artwork, a control.
    """
    draws: dict[tuple[str, str], _Draw] = {}
    for model, space in spaces.items():
        if _enough(space.clusters):
            draws[model, "clusters"] = _of_groups(space.clusters)
        if len(space.latents) >= 2 * SHOWN_ARTWORKS:
            draws[model, "neighbours"] = _of_neighbours(space.latents)
    if _enough(classes):
        draws[CONTROL, "classes"] = _of_groups(classes)
    return draws


def _enough(labels: Shaped[np.ndarray, " artworks"]) -> bool:
    counts = np.unique(labels, return_counts=True)[1]
    return bool(len(counts) > 1 and counts.max() >= _BELONG)


def _of_groups(labels: Shaped[np.ndarray, " artworks"]) -> _Draw:
    names, counts = np.unique(labels, return_counts=True)
    large = names[counts >= _BELONG]

    def draw(rng: np.random.Generator) -> _Ids:
        inside = labels == rng.choice(large)
        belong = rng.choice(np.flatnonzero(inside), _BELONG, replace=False)
        return np.append(belong, rng.choice(np.flatnonzero(~inside)))

    return draw


def _of_neighbours(latents: Float[np.ndarray, "artworks dimensions"]) -> _Draw:
    """An artwork with its three nearest, and one of the farther half of all."""

    def draw(rng: np.random.Generator) -> _Ids:
        centre = rng.integers(len(latents))
        order = np.argsort(np.linalg.norm(latents - latents[centre], axis=1), kind="stable")
        order = np.concatenate([[centre], order[order != centre]])
        return np.append(order[:_BELONG], rng.choice(order[len(order) // 2 :]))

    return draw


def obvious(
    images: UInt8[np.ndarray, "artworks side side 3"], rng: np.random.Generator
) -> Iterator[UInt8[np.ndarray, "shown side side 3"]]:
    """Pictures that are nearly the same, and last one that is clearly another, again and again."""
    while True:
        some = np.asarray(images[np.sort(rng.permutation(len(images))[:_CANDIDATES])], float)
        base = rng.integers(len(some))
        other = np.square(some - some[base]).mean(axis=(1, 2, 3)).argmax()
        same = nearly_same(some[base].astype(np.uint8), _BELONG, rng)
        yield np.concatenate([same, some[other][None].astype(np.uint8)])
