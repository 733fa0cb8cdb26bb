"""Profiles of trajectories out of the table of style losses, and which of them share artworks."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float

from stylewalk.errors import StylewalkError
from stylewalk.trajectories.sharing import Ends, Sharing, ends_of

POOLED = "all"
# Profiles of one model and experiment by pair of classes, which may have different numbers of pairs
# of artworks; NaN where a seed lacks a pair.
Groups = Mapping[tuple[str, str], Float[np.ndarray, "seeds _pairs steps"]]
# Which pairs share artworks, by pair of classes and of all together, where any do.
Shared = Mapping[tuple[str, str], Sharing]

ALL = (POOLED, POOLED)


def tables_of(style_loss: pd.DataFrame) -> dict[tuple[str, str], Groups]:
    """(S, n, T) profiles by model and experiment, then by pair of classes.

    Args:
        style_loss: as of :func:`walks_of`.

    Raises:
        StylewalkError: as there.
    """
    walks = walks_of(style_loss)
    return {names: tables for names, _, tables in walks}


def shared_of(style_loss: pd.DataFrame) -> dict[tuple[str, str], Shared]:
    """Which pairs share artworks, by model and experiment; empty where ends are not known.

    Args:
        style_loss: table of schema TRAJECTORY_STYLE_LOSS, with the columns of
            :func:`stylewalk.trajectories.sharing.with_ends`.
    """
    if "id_a" not in style_loss:
        return {}
    total = style_loss[style_loss["layer"] == "total"]
    walks = total.drop_duplicates(["model", "experiment", "seed", "class_a", "class_b", "pair"])
    groups = walks.groupby(["model", "experiment"], sort=False)
    return {names: sharing_of(ends_of(rows)) for names, rows in groups}


def sharing_of(ends: Ends) -> Shared:
    """Which pairs of an experiment share artworks, within two classes and over all of them."""
    by_classes = {classes: Sharing([part]) for classes, part in ends.items()}
    by_classes[ALL] = Sharing(list(ends.values()))
    return {classes: sharing for classes, sharing in by_classes.items() if sharing.is_any}


def walks_of(
    style_loss: pd.DataFrame,
) -> Iterator[tuple[tuple[str, str], list[np.integer], Groups]]:
    """Model and experiment, their seeds, and profiles by pair of classes.

    Args:
        style_loss: table of schema TRAJECTORY_STYLE_LOSS; rows of layer ``total`` are used.

    Raises:
        StylewalkError: there are no such rows, or a trajectory or a seed lacks some of them.
    """
    total = style_loss[style_loss["layer"] == "total"]
    if total.empty:
        raise StylewalkError("There is no style loss of layer total: no profile can be described.")
    for (model, experiment), rows in total.groupby(["model", "experiment"], sort=False):
        seeds = sorted(rows["seed"].unique())
        where = f"model {model}, experiment {experiment}"
        yield (model, experiment), seeds, _tables(rows, seeds, where)


def _tables(rows: pd.DataFrame, seeds: list[np.integer], where: str) -> Groups:
    """Profiles by pair of classes, NaN where a seed lacks a pair that others have."""
    tables = {}
    for (class_a, class_b), part in rows.groupby(["class_a", "class_b"], sort=False):
        table = part.set_index(["seed", "pair", "step"])["value"].unstack()  # noqa: PD010
        if not np.isfinite(table.to_numpy()).all():
            raise StylewalkError(
                f"The style loss of {where}, {class_a} to {class_b}, lacks a step or is not "
                "finite. Delete the table of style losses and run again."
            )
        if part["seed"].nunique() < len(seeds):
            raise StylewalkError(
                f"The style loss of {where}, {class_a} to {class_b}, lacks a seed of {seeds}. "
                "Delete the table of style losses and run again."
            )
        pairs = sorted(part["pair"].unique())
        full = table.reindex(pd.MultiIndex.from_product([seeds, pairs]))
        tables[class_a, class_b] = full.to_numpy(np.float64).reshape(len(seeds), len(pairs), -1)
    return tables
