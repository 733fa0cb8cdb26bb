"""Figures of training: losses per epoch, and reconstructions beside their originals."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator

from stylewalk.colours import model_colours
from stylewalk.plots import curves, theme
from stylewalk.plots.sheet import cell_size, contact_sheet
from stylewalk.plots.theme import Drawn, Look

_TERMS = {
    "reconstruction": "mean squared error of pixels",
    "kl": "KL divergence / 4,096",
    "calibrated_kl": "KL divergence x decoder's variance",
    "perceptual": "relative error of features",
    "triplet": "hinge on latent distances",
    "discriminator": "cross-entropy",
    "adversarial": "cross-entropy, labels swapped",
    "mixing": "squared share found by the critic",
    "critic": "squared error of the critic",
    "cycle": "squared distance over the latents' variance",
    "smoothness": "squared pixels over squared share",
    "accuracy": "how often the discriminator judges right",
}
_DASHES = {"validation": "", "training": (2, 2)}
_MAX_EXAMPLES = 12
_TITLE = 0.4  # inches

_Examples = UInt8[np.ndarray, "examples side side 3"]


def draw(
    epoch_losses: pd.DataFrame,
    reconstructions: Mapping[str, tuple[_Examples, _Examples]],
    models: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figures of training.

    Args:
        epoch_losses: table EPOCH_LOSSES of all models and seeds.
        reconstructions: per model its originals and reconstructions.
        models: models in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        return [
            _losses(epoch_losses, models, Path(folder), procedural),
            _reconstructions(reconstructions, models, Path(folder), procedural),
        ]


def _losses(losses: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    title = "Losses during training"
    terms = [term for term in _TERMS if term in set(losses["term"])]
    terms += sorted(set(losses["term"]) - set(terms))
    rows, _ = theme.grid_shape(len(terms), 3)
    figure = theme.canvas(title, 0.9 + 2.7 * rows, procedural)
    for axes, term in zip(theme.grid(figure, len(terms), 3), terms, strict=True):
        _one_term(axes, losses[losses["term"] == term], models)
        axes.set_title(term.upper() if term == "kl" else term)
        axes.set_ylabel(_TERMS.get(term, term), fontsize=8)
        axes.set_xlabel("epoch")
    colours = model_colours(models)
    entries = [Line2D([], [], color=colours[name], label=name) for name in models]
    entries += [
        Line2D([], [], color=theme.MUTED, label="validation"),
        Line2D([], [], color=theme.MUTED, linestyle=(0, (2, 2)), label="training"),
    ]
    theme.legend_below(figure, entries)
    seeds = losses["seed"].nunique()
    caption = (
        "Unweighted loss terms of every epoch, validation solid and training dotted"
        + (f", mean over {seeds} seeds with single seeds faint. " if seeds > 1 else ". ")
        + "A term is drawn for the models that have it; one that is computed, not trained, is a "
        "level line."
    )
    return theme.save(figure, folder, Drawn("training_losses", title, caption))


def _one_term(axes: Axes, losses: pd.DataFrame, models: Sequence[str]) -> None:
    """Curves of one loss term, all models."""
    about: Look = {"hue": "model", "hue_order": models, "palette": model_colours(models)}
    about |= {"style": "split", "dashes": _DASHES, "legend": False}
    curves.over_seeds(axes, losses, {}, x="epoch", y="value", **about)
    last = losses["epoch"].max()
    for line in axes.lines:
        if np.size(line.get_xdata()) == 1 and last > 1:  # computed at once: the same in every epoch
            line.set_data([1, last], np.repeat(line.get_ydata(), 2))
        elif np.size(line.get_xdata()) == 1:  # a single epoch is no line
            line.set_marker("o")
    values = losses["value"]
    if values.min() > 0 and values.max() > 8 * values.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: theme.compact(value))
        axes.yaxis.set_minor_formatter(lambda value, _: theme.compact(value))
        axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axes.tick_params(axis="y", which="minor", size=0, labelsize=8.5, labelcolor="#374151")
        axes.grid(True, which="minor", axis="y", linewidth=0.4)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _reconstructions(
    reconstructions: Mapping[str, tuple[_Examples, _Examples]],
    models: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "Reconstructions"
    rows = _rows(reconstructions, [name for name in models if name in reconstructions])
    columns = max(len(images) for _, images in rows)
    colours = model_colours(models)
    labelled = [(label, colours.get(label, theme.MUTED), images) for label, images in rows]
    height = _TITLE + 0.08 + cell_size(columns, theme.WIDTH) * len(rows)
    figure = theme.canvas(title, height, procedural, layout="none")
    contact_sheet(figure, labelled, columns, _TITLE)
    caption = "Validation artworks and what each model makes of them after encoding and decoding."
    return theme.save(figure, folder, Drawn("training_reconstructions", title, caption))


def _rows(
    reconstructions: Mapping[str, tuple[_Examples, _Examples]], models: Sequence[str]
) -> list[tuple[str, UInt8[np.ndarray, "shown side side 3"]]]:
    """Rows of pictures: the originals once where all models share them, else before each model."""
    originals = [reconstructions[model][0][:_MAX_EXAMPLES] for model in models]
    shared = all(np.array_equal(originals[0], other) for other in originals)
    rows = [("original", originals[0])] if shared else []
    for model, original in zip(models, originals, strict=True):
        rows += [] if shared else [("original", original)]
        rows.append((model, reconstructions[model][1][:_MAX_EXAMPLES]))
    return rows
