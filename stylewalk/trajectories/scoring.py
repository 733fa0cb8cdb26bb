"""Score trajectories, and the pixel blends of their ends beside them where that is asked for."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import torch

from stylewalk.style.network import StyleNetwork, style_loss_table, trajectory_style_loss
from stylewalk.trajectories.controls import PREFIX, closed_loops, split_loops
from stylewalk.trajectories.dissolve import trajectory_measures

# ASSUME: this many pictures of 64 x 64 pixels in one piece of work because as floats they take
# 200 MB, and one more pass for each piece is nothing beside the pass itself.
_PIXELS_AT_ONCE = 4096 * 64 * 64


def score(
    network: StyleNetwork,
    images: np.ndarray,
    pairs: pd.DataFrame,
    control: bool,
    model: str,
    seed: int,
    layer_weights: Mapping[str, float] | None = None,
    device: str | torch.device = "cpu",
) -> dict[str, pd.DataFrame]:
    """Style loss of every step, the control's, and the measures of every trajectory.

    Args:
        network: the style network.
        images: (P, T, S, S, 3) decoded images, floats on a 0..255 scale.
        pairs: the P pairs behind them, table PAIRS.
        control: whether to score the pixel blends, too.
        model: name of the model.
        seed: seed of its training run.
        layer_weights: weight of each layer; None gives each the same.
        device: where to compute.

    Returns:
        ``style_loss`` and ``control`` (schema TRAJECTORY_STYLE_LOSS; the control's model is
        ``pixel_blend:<model>``, and without control it has no rows) and ``measures`` (schema
        TRAJECTORY_MEASURES).
    """
    found: dict[str, list[pd.DataFrame]] = {"style_loss": [], "control": [], "measures": []}
    for part in _pieces(images):
        some = pairs.iloc[part]
        loops, closing = closed_loops(images[part], control)
        losses = trajectory_style_loss(
            network, loops, layer_weights, device=device, more_pairs=closing
        )
        own, blend, ends = split_loops(losses, images.shape[1] - 1)
        found["style_loss"].append(style_loss_table(own, some, model, seed))
        beside = {layer: loss[:0] for layer, loss in own.items()} if blend is None else blend
        scored = some if control else some[:0]
        found["control"].append(style_loss_table(beside, scored, f"{PREFIX}{model}", seed))
        total = None if blend is None else blend["total"]
        measures = trajectory_measures(images[part], own["total"], total, ends["total"], some)
        found["measures"].append(measures.assign(model=model, seed=seed))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


def _pieces(images: np.ndarray) -> Iterator[slice]:
    """Slices of trajectories that fit the memory together."""
    pixels = int(np.prod(images.shape[1:4]))
    size = max(1, _PIXELS_AT_ONCE // (2 * pixels))
    for start in range(0, len(images), size):
        yield slice(start, start + size)
