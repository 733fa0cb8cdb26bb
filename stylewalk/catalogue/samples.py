"""The chapter on samples, attribute vectors and analogies."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Array, Chapter, Figure, Plot, Table

# Columns of attributes that every study has; the user's own have other names.
KNOWN_COLUMNS = ("class", "content_group", "century")

SAMPLES = Table(
    "samples",
    "what a model decodes besides artworks, held against held-out artworks",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "of": (
            "str",
            "prior: draws of the model's own; gaussian: of the mean and covariance of its latents; "
            "posterior: of the aggregate posterior, those of training artworks where the encoder "
            "is not random; reconstruction: of held-out artworks; held out, training: artworks "
            "themselves",
        ),
        "measure": (
            "str",
            "sharpness: energy of gradients, and nearest: distance to the nearest training "
            "artwork but what it was made of, each over that of other held-out artworks; "
            "told_apart: area under the curve of a classifier that tells them from these",
        ),
        "value": ("float", "1 (told_apart: .5) is as artworks are"),
        "low": ("float", "lower end of its 95 % bootstrap interval over pictures"),
        "high": ("float", "upper end of it"),
        "n": ("int", "pictures of this kind"),
    },
)
ATTRIBUTES = Table(
    "attributes",
    "attribute vectors, judged on held-out artworks",
    {
        "model": ("str", f"{columns.MODEL[1]}; pixels: the same arithmetic on plain pixels"),
        "seed": columns.SEED,
        "column": ("str", "what the attribute is of, such as class"),
        "value": ("str", "what artworks have or lack"),
        "measure": (
            "str",
            "auc: area under the curve of the projection on the vector; accuracy: balanced, of a "
            "limit half way between the means of training artworks; auc_over_pixels, "
            "accuracy_over_pixels: less those of pixels; gain: rise of the network's probability "
            "of the value where the vector is added to artworks that lack it, gain_shuffled: where "
            "one of shuffled labels is; structure: share of such walks with more structure than "
            "dissolves of the same ends",
        ),
        "mean": ("float", "over the artworks"),
        "low": (
            "float",
            "lower end of its 95 % interval over artworks, or over what they show; empty with "
            "fewer than five of these on a side",
        ),
        "high": ("float", "upper end of it"),
        "n": ("int", "artworks behind it"),
    },
)
ATTRIBUTE_MAP = Table(
    "attribute_map",
    "attribute vectors and held-out artworks on the plane of the first two principal components",
    {
        "model": ATTRIBUTES.columns["model"],
        "seed": columns.SEED,
        "kind": (
            "str",
            "vector: from the mean of training artworks that lack an attribute to that of those "
            "that have it; artwork: a held-out one, and its class",
        ),
        "column": ATTRIBUTES.columns["column"],
        "value": ("str", "what artworks have or lack, or the artwork's class"),
        "x": ("float", "on the first component of the training latents; where a vector begins"),
        "y": ("float", "on the second component"),
        "to_x": ("float", "where a vector ends; empty of artworks"),
        "to_y": ("float", "where a vector ends; empty of artworks"),
        "in_plane": ("float", "share of a vector's squared length that lies in the plane"),
        "in_plane_shuffled": ("float", "the same of vectors of shuffled labels, median of 20"),
    },
)
ANALOGIES = Table(
    "analogies",
    "groups and analogies: a - b + c against what c would be in a",
    {
        "model": ATTRIBUTES.columns["model"],
        "seed": columns.SEED,
        "measure": (
            "str",
            "named: rise of the network's probability of class a; found: how often the artwork of "
            "a that shows the same as c is the nearest, found_by_chance: by chance; over_unmoved: "
            "less that to c itself, over_pixels: less that of pixels",
        ),
        "mean": ("float", "over artworks c of all ordered pairs of classes a, b"),
        "low": ("float", "lower end of its 95 % bootstrap interval over artworks c"),
        "high": ("float", "upper end of it"),
        "n": ("int", "analogies behind it"),
    },
)
# Of the first seed. A row of held-out artworks, then one of each model.
SAMPLE_STRIPS = Array("sample_strips", "sample_strips.npy", dimensions=5)
NEIGHBOUR_STRIPS = Array("neighbour_strips", "neighbour_strips.npy", dimensions=5)
# A row of pixels, then one of each model.
ATTRIBUTE_STRIPS = Array("attribute_strips", "attribute_strips.npy", dimensions=5)
ANALOGY_STRIPS = Array("analogy_strips", "analogy_strips.npy", dimensions=5)

CHAPTER = Chapter(
    "samples",
    "Samples and attributes",
    tables=(SAMPLES, ATTRIBUTES, ATTRIBUTE_MAP, ANALOGIES),
    plots=(
        Plot(
            "samples",
            (
                Figure("samples_measures", (SAMPLES,), "samples.measures", if_said=True),
                Figure("samples_strips", (SAMPLES,), "samples.strips", if_said=True),
                Figure("samples_neighbours", (SAMPLES,), "samples.neighbours", if_said=True),
                Figure("attributes_measures", (ATTRIBUTES,), "samples.attributes", if_said=True),
                Figure("attributes_strips", (ATTRIBUTES,), "samples.moved", if_said=True),
                Figure("analogies_strips", (ANALOGIES,), "samples.analogies", if_said=True),
            ),
            inputs=(SAMPLE_STRIPS, NEIGHBOUR_STRIPS, ATTRIBUTE_STRIPS, ANALOGY_STRIPS),
            settings=("models",),
        ),
        Plot(
            "attribute_map",
            (Figure("attributes_map", (ATTRIBUTE_MAP,), "samples.mapped", if_said=True),),
        ),
    ),
    finding="samples.measures",
)
