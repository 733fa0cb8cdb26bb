"""Attribute vectors, along which the page moves a point by itself.

What they are, and how they are judged, :mod:`stylewalk.trajectories.attributes` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Int

from stylewalk.arrays import rows_of_splits
from stylewalk.explorer.packing import packed, significant
from stylewalk.latent_space.samples import auc_with_interval
from stylewalk.randomness import generator
from stylewalk.trajectories import attributes
from stylewalk.trajectories.attributes import FEWEST, Attribute
from stylewalk.trajectories.latent_tasks import groups_of, known_columns


@dataclass(frozen=True)
class Known:
    """What is known of the artworks of a study: the same for all its models.

    Attributes:
        attributes: those of the page, in its order.
        names: of each its column, its value, and the other value where there are but two, or "".
        splits: rows of training and validation.
        groups: (N,) the same number for artworks that show the same.
        seed: of the bootstrap.
    """

    attributes: Sequence[Attribute]
    names: Sequence[tuple[str, str, str]]
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]
    groups: Int[np.ndarray, " artworks"]
    seed: int


def of_artworks(
    artworks: pd.DataFrame, more: pd.DataFrame, classes: Sequence[str], seed: int
) -> Known:
    """Every class, and the other attributes that the study's chapter on them has.

    Args:
        artworks: table ARTWORKS.
        more: further columns of the metadata, a row for each artwork.
        classes: in the order of the config.
        seed: of the study's draws.
    """
    splits = rows_of_splits(artworks["split"].to_numpy())
    rows = splits["training"], splits["validation"]
    columns = known_columns(artworks, more)
    shown = [*_classes(columns["class"], classes, rows[0])]
    shown += attributes.attributes(columns.drop(columns="class"), rows)
    names = [(one.column, one.value, _other(columns[one.column], one.value)) for one in shown]
    return Known(shown, names, rows, groups_of(artworks), seed)


def _classes(
    labels: pd.Series, classes: Sequence[str], training: Int[np.ndarray, " training"]
) -> Iterator[Attribute]:
    """Each class against the rest, however few its artworks; of two classes one, as everywhere."""
    trained = set(labels.iloc[training])
    here = [name for name in classes if name in trained]
    known = np.ones(len(labels), bool)
    for name in sorted(here)[:1] if len(here) == 2 else here if len(here) > 2 else []:
        yield Attribute("class", name, (labels == name).to_numpy(), known)


def _other(texts: pd.Series, value: str) -> str:
    others = sorted(set(texts) - {value, ""})
    return str(others[0]) if len(others) == 1 else ""


def of_latents(latents: Float[np.ndarray, "artworks dimensions"], known: Known) -> dict[str, Any]:
    """Where a point goes along the attribute vectors of one model.

    Args:
        latents: (N, d) of all artworks.
        known: what is known of these.

    Returns:
        ``names``, as in :class:`Known`; ``axes`` (K, d), the vectors at length 1; ``deviations``,
        standard deviations of all artworks along them, 0 where a vector is none; ``apart``, how
        many of these the means of training artworks with and without it lie apart; and ``auc``,
        the area under the curve by which the vector tells held-out artworks apart, with its 95 %
        bootstrap interval, as in the table ATTRIBUTES, or None where they are too few.
    """
    axes = np.zeros((len(known.attributes), latents.shape[1]))
    deviations, apart, areas = [], [], []
    for axis, attribute in zip(axes, known.attributes, strict=True):
        direction = attributes.vector(latents, attribute, known.splits[0])
        length = float(np.linalg.norm(direction))
        axis += direction / (length or 1)
        deviation = float((latents @ axis).std())
        deviations.append(significant(deviation, 6))
        apart.append(significant(length / deviation, 3) if deviation else 0.0)
        areas.append(_auc(latents, attribute, direction, known))
    return {
        "names": [list(names) for names in known.names],
        "axes": packed(axes, "h"),
        "deviations": deviations,
        "apart": apart,
        "auc": areas,
    }


def _auc(
    latents: Float[np.ndarray, "artworks dimensions"],
    attribute: Attribute,
    direction: Float64[np.ndarray, " dimensions"],
    known: Known,
) -> list[float | None] | None:
    """Area under the curve and its interval: the numbers that the table ATTRIBUTES has."""
    sizes = [min(len(attribute.rows(rows, has)) for has in (True, False)) for rows in known.splits]
    if any(size < fewest for size, fewest in zip(sizes, FEWEST.values(), strict=True)):
        return None
    judged = attribute.rows(known.splits[1])
    rng = generator(known.seed, "attributes", attribute.column, attribute.value)
    scores = latents[judged].astype(np.float64) @ direction
    estimate = auc_with_interval(scores, attribute.has[judged], known.groups[judged], rng)
    return [significant(value, 3) for value in estimate]
