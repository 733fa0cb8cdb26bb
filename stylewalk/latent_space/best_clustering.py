"""Which clustering of a model is shown: the one that silhouettes choose."""

from typing import Literal

import pandas as pd

Method = Literal["kmeans", "spectral"]


def best_clusterings(silhouette: pd.DataFrame) -> pd.DataFrame:
    """The number of clusters with the largest mean silhouette over repeats and seeds.

    Args:
        silhouette: table SILHOUETTE.

    Returns:
        One row per model and method, in order of appearance: ``model, method, k, score``. Of two
        equally good numbers of clusters the first is taken; one without a score is none.
    """
    means = silhouette.groupby(["model", "method", "k"], sort=False)["score"].mean().dropna()
    means = means.reset_index()
    best = means.groupby(["model", "method"], sort=False)["score"].idxmax()
    return means.loc[best].reset_index(drop=True)
