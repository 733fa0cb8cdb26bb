"""The chapter on trajectories: what happens to style between two points of a latent space."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.outputs import Array, Chapter, Figure, Plot, Table

# In STYLE_PROFILES before a model's name: the pixel blends of its decoded ends, the control.
PIXEL_BLEND = "pixel_blend:"

# Verdicts that name no shape: more pairs would help, or the interval holds both, flat and a shape.
TOO_FEW, UNDETERMINED = "too few pairs", "undetermined"
# In the place of a study's own verdict: metrics that see style differ, or there is none of them.
DEPENDS, NONE_PASSES, NO_LABELS = "depends on the metric", "no metric passes", "no labels"
CONFIRMATORY, EXPLORATORY = "confirmatory", "exploratory"

PAIRS = Table(
    "pairs",
    "ends of trajectories",
    {
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "pair": ("int", "number of the pair within its classes, from 0"),
        "id_a": ("int", "artwork at the first end"),
        "id_b": ("int", "artwork at the last end"),
        "split_a": ("str", "split of the artwork at the first end: training or validation"),
        "split_b": ("str", "split of the artwork at the last end"),
        "l2": ("float", "Euclidean distance between the two latents"),
    },
    file="trajectories/{experiment}/{model}/seed-{seed}/pairs.parquet",
)
TRAJECTORY_STYLE_LOSS = Table(
    "trajectory_style_loss",
    "style loss of every step of every trajectory and layer",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "pair": PAIRS.columns["pair"],
        "step": ("int", "step, from 1: between the decoded images step - 1 and step"),
        "layer": ("str", "part of the metric, such as a layer of the network; total: the whole"),
        "value": ("float", "distance in style: of gram, Gatys style loss, unweighted for a layer"),
    },
    file="trajectories/{experiment}/{model}/seed-{seed}/style_loss.parquet",
)
STYLE_PROFILES = Table(
    "style_profiles",
    "mean style loss of every step",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "step": TRAJECTORY_STYLE_LOSS.columns["step"],
        "n": ("int", "trajectories"),
        "mean": ("float", "mean style loss over trajectories"),
        "sd": ("float", "standard deviation over trajectories, null for one trajectory"),
        "low": ("float", "lower end of the 95 % bootstrap interval of the mean"),
        "high": ("float", "upper end of the 95 % bootstrap interval of the mean"),
    },
)
PROFILE_SHAPES = Table(
    "profile_shapes",
    "shape of the mean profile: orthonormal polynomial contrasts of the profile over its mean",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "linear": ("float", "linear contrast"),
        "quadratic": ("float", "quadratic contrast: negative is a hump, positive a valley"),
        "quadratic_low": ("float", "lower end of its 95 % bootstrap interval"),
        "quadratic_high": ("float", "upper end of its 95 % bootstrap interval"),
        "quadratic_p": (
            "float",
            "two-sided bootstrap p, adjusted over the family within its metric, path and split",
        ),
        "cubic": ("float", "cubic contrast"),
        "quartic": ("float", "quartic contrast: negative is two humps with a dip between"),
        "quartic_low": ("float", "lower end of its 95 % bootstrap interval"),
        "quartic_high": ("float", "upper end of its 95 % bootstrap interval"),
        "quartic_p": ("float", "the same of the quartic contrast"),
        "rho": ("float", "mean dissolve residual over trajectories, 0 for a pure dissolve"),
        "gram_path_ratio": (
            "float",
            "median length of the path of Gram matrices over that of its ends",
        ),
        "family": (
            "str",
            "confirmatory: random pairs of all classes together under the first metric, p by Holm; "
            "exploratory: all else, p by false discovery rate",
        ),
        "verdict": ("str", "horseshoe, valley, wave, flat, too few pairs or undetermined"),
    },
    evidence=True,
)
STUDY_SHAPES = Table(
    "study_shapes",
    "the study's own verdict on every shape: that of the style metrics that pass",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "verdict": (
            "str",
            f"the verdict on which all metrics that pass agree, else: {DEPENDS}; without one that "
            f"passes: {NONE_PASSES}; where no label answers whether they do: {NO_LABELS}",
        ),
        "metrics": (
            "str",
            "the metrics that pass the test of seeing style (metric_validity), the best first",
        ),
        "passed": ("int", "how many these are"),
        "agree": ("int", "how many of them give the verdict that most of them give"),
    },
)
TRAJECTORY_MEASURES = Table(
    "trajectory_measures",
    "what single trajectories do to their pictures, beside the pixel blend of their ends",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "class_a": columns.CLASS_A,
        "class_b": columns.CLASS_B,
        "pair": PAIRS.columns["pair"],
        "rho": (
            "float",
            "dissolve residual: 0 for a pure dissolve, null where the ends nearly coincide",
        ),
        "fade": (
            "float",
            "mean squared residual of the dissolve over the squared distance of the ends: the part "
            "that is brightness, contrast, hue or a vignette",
        ),
        "blur": ("float", "the part of it that a Gaussian blur of the ends explains"),
        "structure": ("float", "what is left: what neither end has, however faded or blurred"),
        "gram_path_ratio": (
            "float",
            "length of the path of Gram matrices over the distance of its ends",
        ),
        "quadratic": PROFILE_SHAPES.columns["quadratic"],
        "quartic": PROFILE_SHAPES.columns["quartic"],
        "blend_gram_path_ratio": (
            "float",
            "the same of the pixel blend, null where it was not scored",
        ),
        "blend_quadratic": (
            "float",
            "quadratic contrast of the pixel blend, null where not scored",
        ),
        "blend_quartic": ("float", "quartic contrast of the pixel blend, null where not scored"),
        "energy": (
            "float",
            "steps times the sum of their squared lengths, the length of a step being the root of "
            "the mean squared difference of pixels in 0 to 1; as all that follows, null where no "
            "experiment walks between the same pairs on another path",
        ),
        "energy_over_line": ("float", "energy over that of the straight line of latents"),
        "length_over_line": ("float", "length of all steps over that of the straight line"),
        "midpoint_distance": (
            "float",
            "distance of the middle point from the nearest artwork but its ends, over the median "
            "distance of an artwork from its nearest one; null where a path has no latents",
        ),
        "perceptual_path_length": (
            "float",
            "distance in style at a random place over a step of 1 / 10,000 of the path, over that "
            "squared",
        ),
    },
    evidence=True,
)
KNOWN_WALKS = Table(
    "known_walks",
    "walks in pixels, without a model, of which it is known what happens on them",
    {
        "metric": columns.METRIC,
        "walk": ("str", "what leads from the first picture to the last"),
        "is_new": ("bool", "whether something appears that neither end has"),
        "pair": ("int", "pair of artworks, from 0, the same for every walk"),
        "quadratic": PROFILE_SHAPES.columns["quadratic"],
        "rho": TRAJECTORY_MEASURES.columns["rho"],
        "fade": TRAJECTORY_MEASURES.columns["fade"],
        "blur": TRAJECTORY_MEASURES.columns["blur"],
        "structure": TRAJECTORY_MEASURES.columns["structure"],
    },
    of_all_metrics=True,
)
CONTROL_TESTS = Table(
    "control_tests",
    "trajectories against the pixel blends of their own decoded ends",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "measure": ("str", "quadratic, quartic or gram_path_ratio"),
        "n": ("int", "pairs; the mean over seeds of each"),
        "model_median": ("float", "median over the model's trajectories"),
        "blend_median": ("float", "median over the pixel blends"),
        "median_difference": ("float", "median of model minus blend"),
        "p": (
            "float",
            "two-sided p of Wilcoxon's signed-rank test, where pairs share artworks or seeds are "
            "three or more of Student's t test of the signed ranks; adjusted by Holm over the "
            "metric, path and split",
        ),
    },
    evidence=True,
)
SHAPE_RHO = Table(
    "shape_rho",
    "rank correlation of shape with dissolve residual over trajectories, within each model",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "split": columns.SPLIT,
        "path": columns.PATH,
        "metric": columns.METRIC,
        "measure": ("str", "quadratic or quartic"),
        "n": ("int", "pairs that every seed has"),
        "correlation": (
            "float",
            "Spearman's coefficient, mean over seeds; null where undefined",
        ),
        "low": (
            "float",
            "lower end of its 95 % bootstrap interval, with what pairs that share an artwork have "
            "in common and, from three seeds on, what training adds",
        ),
        "high": ("float", "upper end of it"),
        "p": ("float", "two-sided p, adjusted by Holm over the metric, path and split"),
    },
    evidence=True,
)
FALSE_VERDICTS = Table(
    "false_verdicts",
    "how often profiles without any shape get a verdict of one, by simulation of this study",
    {
        "metric": columns.METRIC,
        "path": columns.PATH,
        "split": columns.SPLIT,
        "family": PROFILE_SHAPES.columns["family"],
        "verdict": ("str", "horseshoe, valley, wave, or any shape of these"),
        "tests": ("int", "contrasts that are tested in the family"),
        "nulls": ("int", "simulated studies"),
        "false_verdicts": ("int", "of them with at least one such verdict in the family"),
        "rate": ("float", "share of them"),
        "low": ("float", "lower end of its 95 % Wilson interval"),
        "high": ("float", "upper end of its 95 % Wilson interval"),
        "coverage": (
            "float",
            "share of the family's 95 % intervals of contrasts that hold the truth, which is 0",
        ),
    },
)

DECODED = Array("decoded", "trajectories/{experiment}/{model}/seed-{seed}/images.npy", 5)

CHAPTER = Chapter(
    "trajectories",
    "Trajectories",
    tables=(
        STYLE_PROFILES,
        PROFILE_SHAPES,
        STUDY_SHAPES,
        TRAJECTORY_MEASURES,
        KNOWN_WALKS,
        CONTROL_TESTS,
        SHAPE_RHO,
        FALSE_VERDICTS,
    ),
    plots=(
        Plot(
            "trajectories",
            (
                Figure(
                    "trajectories_overview",
                    (STYLE_PROFILES, PROFILE_SHAPES),
                    "trajectories.overview",
                    at_a_glance=True,
                ),
                Figure("trajectories_shapes", (PROFILE_SHAPES,), "trajectories.shapes"),
                Figure(
                    "trajectories_{experiment}_profiles",
                    (STYLE_PROFILES, PROFILE_SHAPES),
                    "trajectories.profiles",
                    also=(STUDY_SHAPES,),
                ),
            ),
            settings=("models", "classes", "experiments", "flat_within"),
        ),
        Plot(
            "strips",
            (
                Figure(
                    "trajectories_{experiment}_strips",
                    (TRAJECTORY_STYLE_LOSS,),
                    "trajectories.strips",
                    also=(PROFILE_SHAPES,),
                    folded=True,
                ),
            ),
            inputs=(PAIRS, ARTWORKS, DECODED),
            settings=("models", "classes", "experiments"),
        ),
        Plot(
            "transformation",
            (
                Figure(
                    "trajectories_transformation",
                    (TRAJECTORY_MEASURES, KNOWN_WALKS),
                    "trajectories.transformation",
                ),
            ),
            settings=("models", "experiments"),
        ),
        Plot(
            "dissolve",
            (
                Figure(
                    "trajectories_dissolve",
                    (TRAJECTORY_MEASURES, SHAPE_RHO),
                    "trajectories.dissolve",
                    of_random=True,
                ),
                Figure(
                    "trajectories_control",
                    (TRAJECTORY_MEASURES, CONTROL_TESTS),
                    "trajectories.control",
                    of_random=True,
                ),
            ),
            settings=("models", "classes", "experiments"),
        ),
        Plot(
            "spread",
            (
                Figure(
                    "trajectories_{experiment}_spread",
                    (STYLE_PROFILES,),
                    "trajectories.spread",
                    of_random=True,
                ),
            ),
            settings=("models", "classes", "experiments"),
        ),
    ),
    finding="trajectories.verdicts",
)
