"""The chapter on interpolation with truth: what really lies between two pictures is known."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Array, Chapter, Column, Figure, Plot, Table

# Names in the columns path and model.
LINE = "line"
#: The dissolve of the ends, a model's own decoded ones or the true ones.
BLEND = "pixel_blend"
#: No walk: the true pictures between the ends, encoded and decoded one by one.
RECONSTRUCTION = "reconstruction"
#: No model: the true ends themselves, and the true pictures, which tell how near 0 one can come.
ORIGINALS = "originals"
TRUTH = "truth"

_MEASURE: Column = (
    "str",
    "image_error: mean squared error of the pictures between the ends, pixels in 0..1; "
    "mean_distance: cosine distance to the nearest true picture; smoothness: largest step of its "
    "factors over their whole change, less that of even steps; <factor>_error in degrees",
)
_PATH: Column = (
    "str",
    "latent path; pixel_blend: the decoded ends dissolved into each other, of the model originals "
    "the true ones; reconstruction: the true pictures encoded and decoded one by one, no walk; "
    "truth: the true pictures themselves, as near 0 as a measure comes",
)
TRUE_WALKS = Table(
    "true_walks",
    "decoded walks against what lies between their ends in truth",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "path": _PATH,
        "walk": ("int", "number of the true walk, the same in all models"),
        "measure": _MEASURE,
        "value": ("float", "of this walk; 0 is the truth"),
    },
    file="true_walks.parquet",
)
INTERPOLATION_TRUTH = Table(
    "interpolation_truth",
    "how far decoded walks are from what lies between their ends in truth",
    {
        "model": columns.MODEL,
        "path": _PATH,
        "measure": _MEASURE,
        "mean": ("float", "over the walks, of each the mean over seeds; 0 is the truth"),
        "low": ("float", "lower end of its 95 % bootstrap interval over walks"),
        "high": ("float", "upper end of it"),
        "rank": (
            "int",
            "among all models and paths of the measure, 1 the nearest; null of what is no walk, "
            "or of fewer walks",
        ),
        "n": ("int", "walks behind it"),
    },
)
TRUTH_DIFFERENCES = Table(
    "truth_differences",
    "models and paths against each other, walk by walk, by their distance from the truth",
    {
        "model": columns.MODEL,
        "path": _PATH,
        "against_model": ("str", "model that it is compared with"),
        "against_path": ("str", "path that it is compared with"),
        "measure": _MEASURE,
        "difference": ("float", "mean over the walks; below 0 where the first is nearer the truth"),
        "low": ("float", "lower end of its 95 % bootstrap interval over walks"),
        "high": ("float", "upper end of it"),
        "p": (
            "float",
            "two-sided p of Wilcoxon's signed-rank test, adjusted by Holm over all comparisons of "
            "the measure; null with fewer than six walks",
        ),
        "n": ("int", "walks behind it"),
    },
)
# One true walk, then each model's line and reconstruction of it, in the order of the config.
TRUE_STRIPS = Array("true_strips", "true_strips.npy", dimensions=5)

CHAPTER = Chapter(
    "truth",
    "Interpolation with truth",
    tables=(INTERPOLATION_TRUTH, TRUTH_DIFFERENCES),
    plots=(
        Plot(
            "truth",
            (
                Figure("truth_errors", (INTERPOLATION_TRUTH,), "truth.errors", if_said=True),
                Figure(
                    "truth_strips",
                    (INTERPOLATION_TRUTH,),
                    "truth.strips",
                    also=(TRUTH_DIFFERENCES,),
                    if_said=True,
                ),
            ),
            inputs=(TRUE_STRIPS,),
            settings=("models",),
        ),
    ),
    finding="truth.errors",
)
