"""All that is measured of single trajectories, and of walks of which the answer is known."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Real

from stylewalk.catalogue.trajectories import KNOWN_WALKS
from stylewalk.style.metrics import MetricSet
from stylewalk.trajectories.dissolve import (
    dissolve_residual,
    gram_path_ratio,
    trajectory_contrasts,
)
from stylewalk.trajectories.known_walks import MORPH, NEW, WALKS, walk
from stylewalk.trajectories.transformation import decompose


def picture_measures(
    images: Real[np.ndarray, "pairs points side side 3"],
) -> dict[str, Float64[np.ndarray, " pairs"]]:
    """What is measured of decoded images (P, T, S, S, 3) alone: rho, fade, blur, structure."""
    return {"rho": dissolve_residual(images)[0], **decompose(images)}


def trajectory_measures(
    pictures: Mapping[str, Float[np.ndarray, " pairs"]],
    model_losses: Float[np.ndarray, "pairs steps"],
    blend_losses: Float[np.ndarray, "pairs steps"] | None,
    end_losses: Float[np.ndarray, " pairs"],
    pairs: pd.DataFrame,
) -> pd.DataFrame:
    """All measures of every trajectory by one metric, one row each.

    Args:
        pictures: what :func:`picture_measures` gives of them, the same by every metric.
        model_losses: (P, T - 1) style loss of every step.
        blend_losses: (P, T - 1) style loss of every step of
            :func:`stylewalk.trajectories.dissolve.pixel_blend`; None where it was not scored.
        end_losses: (P,) style loss between the first and the last image.
        pairs: the P pairs behind the rows, with the columns of ``PAIRS``.

    Returns:
        Columns experiment, split, class_a, class_b, pair; rho, fade, blur, structure;
        gram_path_ratio, blend_gram_path_ratio; quadratic, quartic, blend_quadratic, blend_quartic:
        contrasts of the trajectory and of its blend. Undefined values are NaN.
    """
    if len(pairs) != len(model_losses):
        raise ValueError(f"{len(model_losses)} trajectories, but {len(pairs)} pairs")
    measures = dict(pictures)
    if blend_losses is None:
        blend_losses = np.full_like(model_losses, np.nan)
    for prefix, losses in {"": model_losses, "blend_": blend_losses}.items():
        measures[f"{prefix}gram_path_ratio"] = gram_path_ratio(losses, end_losses)
        for name in ("quadratic", "quartic"):
            measures[prefix + name] = trajectory_contrasts(losses, name)
    keys = pairs[["experiment", "split", "class_a", "class_b", "pair"]]
    return keys.reset_index(drop=True).assign(**measures)


def measure_known_walks(
    metrics: MetricSet,
    pairs: Real[np.ndarray, "pairs 2 side side 3"],
    mean: Real[np.ndarray, "side side 3"],
    steps: int,
    scored: int,
    painted: Real[np.ndarray, "morphs {steps}+1 edge edge 3"] | None = None,
) -> pd.DataFrame:
    """Table KNOWN_WALKS.

    Args:
        metrics: the metrics by name.
        pairs: (P, 2, S, S, 3) pictures on a 0..255 scale.
        mean: (S, S, 3) mean picture on the same scale.
        steps: steps of a walk.
        scored: pairs that are scored by the metrics, too, which takes longer; of the others the
            contrast is NaN.
        painted: (Q, steps + 1, S, S, 3) of :data:`MORPH`, where pictures are procedural.
    """
    rows: list[pd.DataFrame] = []
    walks = (*WALKS, MORPH) if painted is not None else tuple(WALKS)
    for name in walks:
        if painted is not None and name == MORPH:
            images = painted.astype(np.float32)
        else:
            images = walk(name, pairs, mean, steps)
        about = {"walk": name, "is_new": name in NEW, "pair": np.arange(len(images))}
        pictures = picture_measures(images)
        for metric, losses in metrics.between_all(images[:scored]).items():
            shape = np.full(len(images), np.nan)
            shape[:scored] = trajectory_contrasts(losses["total"])
            rows.append(pd.DataFrame({**about, **pictures, "metric": metric, "quadratic": shape}))
    return pd.concat(rows, ignore_index=True)[list(KNOWN_WALKS)]
