"""The pixel blend as a control beside every random trajectory, and what the comparison says.

One closed loop of pictures gives the style loss of the trajectory, of the blend of its decoded ends
and between the two ends, with each picture in the style network once.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Real

from stylewalk.catalogue.outputs import Table
from stylewalk.catalogue.trajectories import CONTROL_TESTS, PIXEL_BLEND, SHAPE_RHO
from stylewalk.randomness import generator
from stylewalk.trajectories.dissolve import paired_test, pixel_blend, shape_rho_correlation
from stylewalk.trajectories.profile_tables import POOLED
from stylewalk.trajectories.runs import by_run, over_runs
from stylewalk.trajectories.sharing import EndsOfClasses
from stylewalk.trajectories.verdicts import holm

PREFIX = PIXEL_BLEND

_MEASURES = ("quadratic", "quartic", "gram_path_ratio")

# Style loss by layer: of every step of trajectories, and between their ends.
OfSteps = Mapping[str, Float[np.ndarray, "pairs steps"]]
OfEnds = Mapping[str, Float[np.ndarray, " pairs"]]


def closed_loops(
    images: Real[np.ndarray, "pairs points side side 3"], blend: bool
) -> tuple[Float32[np.ndarray, "pairs loop side side 3"], list[tuple[int, int]]]:
    """Trajectories led back to their first image, along the pixel blend or in one leap.

    Args:
        images: (P, T, S, S, 3) decoded images on a 0..255 scale.
        blend: whether to walk back along the blend.

    Returns:
        The T images of each trajectory and, with blend, the T - 2 images between the ends of the
        blend in reverse: (P, T or 2 T - 2, S, S, 3), float32. And the pairs of images that close
        the loop: the last of them and the first, then the two ends.
    """
    end = images.shape[1] - 1
    if not blend:
        return images.astype(np.float32), [(end, 0)]
    back = pixel_blend(images)[:, -2:0:-1]
    loops = np.concatenate([images, back], axis=1, dtype=np.float32)
    return loops, [(loops.shape[1] - 1, 0), (end, 0)]


def split_loops(
    losses: Mapping[str, Float[np.ndarray, "pairs distances"]], steps: int
) -> tuple[OfSteps, OfSteps | None, OfEnds]:
    """The style loss of :func:`closed_loops` taken apart; the loss is the same in both directions.

    Args:
        losses: layer to style loss of every step of the loops, and then of the pairs that close
            them.
        steps: steps of a trajectory.

    Returns:
        Layer to style loss of the trajectory (P, steps), of the blend (P, steps) or None where the
        loops leapt back, and between the ends (P,).
    """
    model = {layer: loss[:, :steps] for layer, loss in losses.items()}
    ends = {layer: loss[:, -1] for layer, loss in losses.items()}
    if next(iter(losses.values())).shape[1] == steps + 1:
        return model, None, ends
    blend = {layer: loss[:, 2 * steps - 1 : steps - 1 : -1] for layer, loss in losses.items()}
    return model, blend, ends


def add_measures(shapes: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Table PROFILE_SHAPES: what :func:`stylewalk.trajectories.profiles.summarise` gives and more.

    Args:
        shapes: one row per model, experiment and pair of classes, or of all classes together.
        measures: table TRAJECTORY_MEASURES of the same trajectories.

    Returns:
        The rows with ``rho`` (mean) and ``gram_path_ratio`` (median, as ratios are skewed) over
        the trajectories where they are defined; NaN where they are nowhere.
    """
    together = measures.assign(class_a=POOLED, class_b=POOLED)
    groups = ["model", "experiment", "class_a", "class_b"]
    grouped = pd.concat([measures, together]).groupby(groups)
    about = grouped.agg(rho=("rho", "mean"), gram_path_ratio=("gram_path_ratio", "median"))
    return shapes.merge(about.reset_index(), on=groups, how="left", validate="one_to_one")


def compare(measures: pd.DataFrame, bootstrap: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Does a model differ from its pixel blend, and does shape go with how little it dissolves?

    Args:
        measures: table TRAJECTORY_MEASURES; see
            :func:`stylewalk.trajectories.sharing.with_ends`.
        bootstrap: resamples of trajectories behind each interval of a correlation.
        seed: seed of the resamples.

    Returns:
        Tables CONTROL_TESTS and SHAPE_RHO, one row per model, experiment whose control was scored,
        and measure. In tests a pair counts once, with its mean over seeds, since its trajectories
        in several seeds depend on each other; a correlation is the mean of the seeds' own. From
        three seeds on what training adds is in
        intervals and p-values, and always what pairs that share an artwork have in common (see
        :mod:`stylewalk.trajectories.runs`). p-values are adjusted over each whole table.
    """
    controlled = measures.dropna(subset=["blend_quadratic"])
    columns = [*_MEASURES, *(f"blend_{name}" for name in _MEASURES), "rho"]
    tests, correlations = [], []
    for (model, experiment), rows in controlled.groupby(["model", "experiment"], sort=False):
        values, ends = by_run(rows, columns)
        about = {"model": model, "experiment": experiment}
        tests += [about | _against_blend(values, ends, name) for name in _MEASURES]
        for name in ("quadratic", "quartic"):
            rng = generator(seed, "shape and rho", model, experiment, name)
            correlation = shape_rho_correlation(values[name], values["rho"], rng, bootstrap, ends)
            correlations.append(about | {"measure": name} | vars(correlation))
    return _adjusted(tests, CONTROL_TESTS), _adjusted(correlations, SHAPE_RHO)


def _against_blend(
    values: Mapping[str, Float[np.ndarray, "seeds pairs"]],
    ends: EndsOfClasses | None,
    name: str,
) -> dict[str, object]:
    """One row of CONTROL_TESTS."""
    model, blend = values[name], values[f"blend_{name}"]
    test = paired_test(model, blend, ends)
    medians = (pd.Series(over_runs(side)).median() for side in (model, blend))
    return dict(zip(("model_median", "blend_median"), medians, strict=True)) | {
        "measure": name,
        **vars(test),
    }


def _adjusted(rows: list[dict[str, object]], table: Table) -> pd.DataFrame:
    """The rows of a table, but for its metric, path and split, with adjusted p-values."""
    columns = [name for name in table if name not in ("metric", "path", "split")]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(p=holm(frame["p"].to_numpy(dtype=float)))
