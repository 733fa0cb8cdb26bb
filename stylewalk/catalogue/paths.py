"""The chapter on latent paths: what leaving the straight line does to a walk."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.outputs import Chapter, Figure, Plot, Table
from stylewalk.catalogue.trajectories import (
    DECODED,
    KNOWN_WALKS,
    PAIRS,
    TRAJECTORY_MEASURES,
)

# Of its measures that of the share of walks with more structure than known dissolves have.
BEYOND = "beyond_dissolves"

PATH_COMPARISON = Table(
    "path_comparison",
    "walks of one path against walks between the same pairs of another",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "against": ("str", "experiment whose pairs are walked, on its own path"),
        "path": columns.PATH,
        "against_path": ("str", "latent path of the other experiment"),
        "split": columns.SPLIT,
        "metric": columns.METRIC,
        "measure": (
            "str",
            "energy_over_line, length_over_line, midpoint_distance, perceptual_path_length, rho, "
            "fade, blur, structure or quadratic, as of single trajectories, or beyond_dissolves: "
            "whether its structure is above that of 95 % of every known dissolve",
        ),
        "n": ("int", "pairs that both paths join; the mean over seeds of each"),
        "value": (
            "float",
            "median over the pairs; of perceptual_path_length the mean without the smallest and "
            "the largest hundredth; of beyond_dissolves the share of the pairs",
        ),
        "against_value": ("float", "the same of the other path"),
        "difference": ("float", "the same of the differences, path less other path"),
        "low": (
            "float",
            "lower end of its 95 % interval: order statistics, bootstrap of a mean or share (and "
            "of the known dissolves); with what pairs that share an artwork have in common and, "
            "from three seeds on, what training adds",
        ),
        "high": ("float", "upper end of it"),
        "p": (
            "float",
            "two-sided p of Wilcoxon's signed-rank test (of shares: McNemar's), where artworks are "
            "shared or seeds are three or more of Student's t test of the signed ranks; adjusted "
            "by Holm over the models and experiments of the metric and measure; null with fewer "
            "than six pairs",
        ),
    },
)

CHAPTER = Chapter(
    "paths",
    "Paths",
    tables=(PATH_COMPARISON,),
    plots=(
        Plot(
            "paths",
            (
                Figure(
                    "paths_comparison",
                    (PATH_COMPARISON,),
                    "paths.comparison",
                    also=(TRAJECTORY_MEASURES, KNOWN_WALKS),
                    if_said=True,
                ),
                Figure(
                    "paths_strips",
                    (TRAJECTORY_MEASURES,),
                    "paths.strips",
                    also=(PATH_COMPARISON,),
                    if_said=True,
                ),
            ),
            inputs=(PAIRS, ARTWORKS, DECODED),
            settings=("models", "experiments"),
        ),
    ),
    finding="paths.comparison",
)
