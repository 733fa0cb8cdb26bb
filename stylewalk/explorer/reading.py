"""Read what the explorer shows from the files of a study."""

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stylewalk import tables
from stylewalk.arrays import open_images
from stylewalk.catalogue.clusters import ARTWORK_CLUSTERS
from stylewalk.catalogue.latent_space import LATENT_MAP, NEIGHBOURS, PCA_VARIANCE
from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS

# The trajectories of one model in one experiment: their tables PAIRS, TRAJECTORY_STYLE_LOSS and
# TRAJECTORY_MEASURES, and their decoded images.
Trajectories = tuple[
    pd.DataFrame, pd.DataFrame, pd.DataFrame, UInt8[np.ndarray, "pairs images side side 3"]
]
_Path = str | os.PathLike[str]


@dataclass(frozen=True)
class Made:
    """What a study made of one model, all of one seed."""

    maps: pd.DataFrame  # LATENT_MAP
    clusters: pd.DataFrame  # ARTWORK_CLUSTERS
    neighbours: pd.DataFrame  # NEIGHBOURS
    variance: pd.DataFrame  # PCA_VARIANCE


def read_made(
    components: _Path, maps: _Path, clusters: _Path, neighbours: _Path, variance: _Path
) -> Made:
    """Read the tables of one model; the map of components has a file of its own."""
    return Made(
        tables.gather([components, maps], LATENT_MAP),
        tables.read_table(clusters, ARTWORK_CLUSTERS),
        tables.read_table(neighbours, NEIGHBOURS),
        tables.read_table(variance, PCA_VARIANCE),
    )


def read_trajectories(
    pairs: _Path, style_loss: _Path, measures: _Path, images: _Path, metric: str
) -> Trajectories:
    """Read the trajectories of one model in one experiment, scored by a style metric.

    The images are mapped from their file.
    """
    ends = tables.read_table(pairs, PAIRS)
    return (
        ends,
        tables.of_metric(tables.read_table(style_loss, TRAJECTORY_STYLE_LOSS), metric),
        tables.of_metric(tables.read_table(measures, TRAJECTORY_MEASURES), metric),
        open_images(images, dimensions=5, count=len(ends)),
    )
