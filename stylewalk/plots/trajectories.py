"""Figures of trajectories: profiles of the style loss, and their shapes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from stylewalk.plots import profiles, shapes, theme
from stylewalk.plots.theme import Drawn


def draw(
    style_profiles: pd.DataFrame,
    profile_shapes: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
    flat_within: float | None = None,
) -> list[Drawn]:
    """Draw the profiles of all experiments together and of each alone, and their shapes.

    Args:
        style_profiles: table STYLE_PROFILES.
        profile_shapes: table PROFILE_SHAPES.
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
            profiles.overview(style_profiles, *order, experiments, folder, procedural),
            shapes.draw(profile_shapes, *order, experiments, folder, procedural, flat_within),
        ]
        for experiment, settings in experiments.items():
            rows = style_profiles[style_profiles["experiment"] == experiment]
            kinds = profile_shapes[profile_shapes["experiment"] == experiment]
            about = experiment, settings
            made.append(profiles.draw(rows, kinds, *order, *about, folder, procedural))
    return made
