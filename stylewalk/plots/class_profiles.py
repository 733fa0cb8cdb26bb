"""Figure of learnt profiles: what small networks take the images along a walk for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stylewalk.colours import model_colours, model_markers
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn, Look

DECODED, BLEND = "decoded", "blend"
_ROLES = {"start": "first end", "end": "last end", "other": "anything else"}
_TITLE = "What a network takes the images for, between random artworks of two classes"
_OTHER_TITLE = "What a network takes the images for, along the walks of {}"
_CAPTION = (
    "Mean probability, by a small network that was trained on the classes of training artworks, of "
    "the first end's class, of the last end's, and of any other class, along the walks. Full lines "
    "and bands: decoded images with 95 % bootstrap intervals over pairs; dotted: of each image "
    "the nearest dissolve of the decoded ends. On the right a model rises above its dots where the "
    "network names neither end more often than in the dissolve, as it does of faint or unusual "
    "pictures, too."
)


def draw(
    class_profiles: pd.DataFrame,
    classifier_calibration: pd.DataFrame,
    models: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the profiles of one experiment, a panel for each role.

    Args:
        class_profiles: table CLASS_PROFILES; without rows the figure says so.
        classifier_calibration: table CLASSIFIER_CALIBRATION, whose accuracy the title line has.
        models: models in the order of the config.
        experiments: settings of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        table = class_profiles[class_profiles["target"] == "class"]
        if table.empty:
            title = "What a network takes the images for"
            figure = theme.canvas(title, 1.6, procedural)
            said = "No small network could be trained: each class needs eight training artworks."
            figure.text(0.5, 0.5, said, ha="center")
            return [theme.save(figure, Path(folder), Drawn("class_profiles", title, said))]
        name = chosen(table, experiments)
        is_plain = name == "between_random"
        title = _TITLE if is_plain else _OTHER_TITLE.format(name)
        return [
            _profiles(table[table["experiment"] == name], models, title, Path(folder), procedural)
        ]


def chosen(table: pd.DataFrame, experiments: Mapping[str, Mapping[str, Any]]) -> str:
    """The experiment that is shown: of random pairs between classes, or else the first."""
    there = [name for name in experiments if name in set(table["experiment"])]
    between = [
        name
        for name in there
        if experiments[name]["classes"] == "between" and experiments[name]["pairs"] == "random"
    ]
    return (between or there)[0]


def _profiles(
    table: pd.DataFrame, models: Sequence[str], title: str, folder: Path, procedural: bool
) -> Drawn:
    roles = [role for role in _ROLES if role in set(table["role"])]
    figure = theme.canvas(title, 3.4, procedural)
    panels = figure.subplots(1, len(roles), sharey=True, squeeze=False)[0]
    for axes, role in zip(panels, roles, strict=True):
        _panel(axes, table[table["role"] == role], models)
        axes.set_title(_ROLES[role])
        axes.set_xlabel("share of the way")
    panels[0].set_ylabel("mean probability")
    panels[0].set_ylim(0, 1)
    theme.legend_below(figure, theme.handles(model_colours(models), model_markers(models), models))
    return theme.save(figure, folder, Drawn("class_profiles", title, _CAPTION))


def _panel(axes: Axes, table: pd.DataFrame, models: Sequence[str]) -> None:
    colours, markers = model_colours(models), model_markers(models)
    for model in models:
        mine = table[table["model"] == model].sort_values("step")
        decoded, blend = (mine[mine["walk"] == walk] for walk in (DECODED, BLEND))
        if decoded.empty:
            continue
        t = decoded["step"].to_numpy(np.float64) / max(decoded["step"].max(), 1)
        look: Look = {"color": colours[model], "linewidth": 1.5, "marker": markers[model]}
        axes.plot(t, decoded["probability"], **look, markersize=3.5)
        axes.fill_between(
            t, decoded["low"], decoded["high"], color=colours[model], alpha=0.12, lw=0
        )
        dots: Look = {"linestyle": (0, (1, 1.6)), "linewidth": 1.2, "color": colours[model]}
        axes.plot(t, blend["probability"], **dots)
    axes.set_xlim(0, 1)
