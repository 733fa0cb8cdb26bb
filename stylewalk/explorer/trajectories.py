"""Trajectories for the page: decoded images as sprite sheets, profiles and measures."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stylewalk.explorer.packing import encoded, significant
from stylewalk.explorer.reading import Trajectories
from stylewalk.explorer.sprites import shrink, strip_sheet, tile_size
from stylewalk.trajectories.transformation import PARTS

MOST_IMAGES = 21  # of a strip; a longer trajectory shows so many at even distances
_KEYS = ["class_a", "class_b", "pair"]
_Key = tuple[str, str, str, int]  # experiment, class_a, class_b, pair
_Tiles = UInt8[np.ndarray, "shown tile tile 3"]
_Part = tuple[dict[str, Any], _Tiles]  # the numbers and the images of one model


def shown_images(steps: int, most: int = MOST_IMAGES) -> list[int]:
    """Which images of a trajectory are shown: all, or so many at even distances with both ends."""
    count = min(steps + 1, most)
    return [int(place) for place in np.linspace(0, steps, count).round()]


def kept(pairs: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    """The first ``limit`` pairs of each class or pair of classes; None keeps all."""
    return pairs if limit is None else pairs[pairs["pair"] < limit]


def ends(
    runs: Mapping[tuple[str, str], Trajectories], limits: Mapping[str, int | None]
) -> set[int]:
    """The ids of all artworks at the ends of trajectories that are kept."""
    ids: set[int] = set()
    for (experiment, _), (pairs, *_) in runs.items():
        shown = kept(pairs, limits[experiment])
        ids |= {*shown["id_a"].tolist(), *shown["id_b"].tolist()}
    return ids


def gather(
    runs: Mapping[tuple[str, str], Trajectories],
    limits: Mapping[str, int | None],
    models: Sequence[str],
    place_of: Mapping[int, int],
    decoded: Mapping[str, Collection[int]] | None = None,
) -> list[dict[str, Any]]:
    """The trajectories that are kept, each with all models.

    Args:
        runs: the trajectories of each (experiment, model).
        limits: pairs of each class or pair of classes that are kept, by experiment.
        models: models in the order of the config.
        place_of: place of each artwork in the page's list, by its id.
        decoded: by experiment, places of the models with which the page decodes it by itself.

    Returns:
        One map per trajectory, in the order of experiments and pairs: ``experiment``, ``a`` and
        ``b`` (classes), ``pair``, ``steps``, ``shown`` (which images), ``sheet`` (WebP, one row of
        images per entry of ``rows``; null where the page decodes them all) and ``rows``, one per
        model that has it: ``model`` (its place), ``a`` and ``b`` (places of the artworks), ``l2``,
        ``rho``, ``parts`` (fade, blur and structure), ``quadratic``, ``quartic``, ``gram`` and
        ``loss``, that of every step.
    """
    strips: dict[_Key, list[_Part]] = {}
    for (experiment, model), run in runs.items():
        for key, row, images in _rows(run, limits[experiment], models.index(model), place_of):
            strips.setdefault((experiment, *key), []).append((row, images))
    decoded = decoded or {}
    return [_trajectory(key, parts, decoded.get(key[0], ())) for key, parts in strips.items()]


def totals(runs: Mapping[tuple[str, str], Trajectories]) -> dict[str, int]:
    """How many trajectories each experiment has, kept or not."""
    keys_of: dict[str, set[tuple[Any, ...]]] = {}
    for (experiment, _), (pairs, *_) in runs.items():
        keys = pairs[_KEYS].itertuples(index=False, name=None)
        keys_of.setdefault(experiment, set()).update(keys)
    return {experiment: len(keys) for experiment, keys in keys_of.items()}


def _rows(
    run: Trajectories, limit: int | None, model: int, place_of: Mapping[int, int]
) -> Iterator[tuple[tuple[str, str, int], dict[str, Any], _Tiles]]:
    """Each trajectory of one model: its key, its numbers, its images as tiles."""
    pairs, losses, measures, images = run
    total = losses[losses["layer"] == "total"].sort_values("step")
    profiles = {key: rows["value"].to_numpy() for key, rows in total.groupby(_KEYS)}
    measured = measures.set_index(_KEYS)
    shown = shown_images(images.shape[1] - 1)
    for place, end in zip(pairs.index, pairs.itertuples(), strict=True):
        key = (end.class_a, end.class_b, end.pair)
        if limit is not None and end.pair >= limit:
            continue
        scores = measured.loc[key]
        row = {
            "model": model,
            "a": place_of[end.id_a],
            "b": place_of[end.id_b],
            "l2": significant(end.l2),
            "rho": significant(scores["rho"], 3),
            "quadratic": significant(scores["quadratic"], 3),
            "quartic": significant(scores["quartic"], 3),
            "parts": [significant(scores[part], 3) for part in PARTS],
            "gram": significant(scores["gram_path_ratio"], 3),
            "loss": [significant(value) for value in profiles[key]],
        }
        picked = images[place, shown]
        yield key, row, shrink(picked, tile_size(picked.shape[-2]))


def _trajectory(key: _Key, parts: Sequence[_Part], decoded: Collection[int]) -> dict[str, Any]:
    experiment, class_a, class_b, pair = key
    parts = sorted(parts, key=lambda part: part[0]["model"])
    steps = len(parts[0][0]["loss"])
    by_page = all(row["model"] in decoded for row, _ in parts)
    sheet = None if by_page else encoded(strip_sheet(np.stack([images for _, images in parts])))
    return {
        "experiment": experiment,
        "a": class_a,
        "b": class_b,
        "pair": int(pair),
        "steps": steps,
        "shown": shown_images(steps),
        "sheet": sheet,
        "rows": [row for row, _ in parts],
    }
