"""Figures of trajectories: profiles of the style loss, their shapes, and decoded strips."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from stylewalk.plots import profiles, shapes, strips, theme
from stylewalk.plots.theme import Drawn


def names(experiments: Sequence[str] | Mapping[str, Mapping]) -> list[str]:
    """File names of the figures, without suffix, in the order in which they are shown."""
    per_experiment = [
        name
        for experiment in experiments
        for name in (profiles.name(experiment), strips.name(experiment))
    ]
    return [profiles.OVERVIEW, shapes.NAME, *per_experiment]


def draw(
    profiles_table: pd.DataFrame,
    shapes_table: pd.DataFrame,
    strips_shown: Sequence[Mapping],
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping],
    folder: str | Path,
    procedural: bool,
    flat_within: float | None = None,
) -> list[Drawn]:
    """Draw the figures of trajectories.

    Args:
        profiles_table: table STYLE_PROFILES.
        shapes_table: table PROFILE_SHAPES.
        strips_shown: trajectories to show as pictures, as :func:`strips.gather` makes them.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
        flat_within: the band of contrasts in which a profile counts as flat; None draws none.
    """
    folder = Path(folder)
    order = models, classes
    with theme.theme():
        made = [
            profiles.overview(profiles_table, *order, experiments, folder, procedural),
            shapes.draw(shapes_table, *order, experiments, folder, procedural, flat_within),
        ]
        for experiment, settings in experiments.items():
            rows = profiles_table[profiles_table["experiment"] == experiment]
            kinds = shapes_table[shapes_table["experiment"] == experiment]
            shown = [strip for strip in strips_shown if strip["experiment"] == experiment]
            about = experiment, settings
            made.append(profiles.draw(rows, kinds, *order, *about, folder, procedural))
            made.append(strips.draw(shown, *order, *about, folder, procedural))
    return made
