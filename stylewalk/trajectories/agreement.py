"""A study's own verdicts on shapes: those on which all metrics that see style agree.

A metric that does not tell styles apart on the study's own pictures may find a shape, but none of
style; and a shape that only some of those that do find depends on the choice of a metric.
"""

from collections.abc import Sequence

import pandas as pd

from stylewalk.catalogue.trajectories import DEPENDS, NO_LABELS, NONE_PASSES, STUDY_SHAPES
from stylewalk.style.validity import passed, strictest

_KEYS = ["model", "experiment", "split", "path", "class_a", "class_b"]


def study_shapes(shapes: pd.DataFrame, validity: pd.DataFrame) -> pd.DataFrame:
    """Table STUDY_SHAPES.

    Args:
        shapes: table PROFILE_SHAPES, of all metrics.
        validity: table METRIC_VALIDITY; without rows where no labels answer its questions.

    Returns:
        One row for each profile, in the order of ``shapes``.
    """
    metrics = passed(validity)
    none = NONE_PASSES if strictest(validity) else NO_LABELS
    rows = []
    for keys, profile in shapes.groupby(_KEYS, sort=False):
        verdicts = profile.loc[profile["metric"].isin(metrics), "verdict"].tolist()
        agree = max(map(verdicts.count, verdicts), default=0)
        own = agreed(verdicts) or none
        rows.append((*keys, own, ", ".join(metrics), len(metrics), agree))
    return pd.DataFrame(rows, columns=list(STUDY_SHAPES))


def agreed(verdicts: Sequence[str]) -> str:
    """The verdict that all give, or that it depends on the metric; empty where there is none."""
    distinct = set(verdicts)
    return distinct.pop() if len(distinct) == 1 else DEPENDS if distinct else ""
