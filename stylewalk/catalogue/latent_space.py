"""The chapter on the latent space: how the artworks spread in it."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.clusters import CLASSIFIER_ACCURACY
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.outputs import Chapter, Figure, Plot, Table

PCA_VARIANCE = Table(
    "pca_variance",
    "variance shares of principal components",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": ("str", "class of the artworks, or all"),
        "component": ("int", "component, from 1"),
        "share": ("float", "share of the total variance, 0 to 1"),
    },
    step="analyse_components",
    evidence=True,
)
CLASS_OFFSET = Table(
    "class_offset",
    "offsets of class centroids from the centroid of all artworks",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": columns.CLASS,
        "l1": ("float", "sum of absolute differences over latent dimensions"),
        "l2": ("float", "Euclidean distance"),
    },
    step="measure_classes",
)
CLASS_OFFSET_NULL = Table(
    "class_offset_null",
    "class offsets beside their null and their scale",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": columns.CLASS,
        "null_l1": ("float", "mean L1 offset of permuted labels"),
        "null_l2": ("float", "mean L2 offset of permuted labels"),
        "p_l1": (
            "float",
            "share of permutations, the data's own included, with so large an L1 offset",
        ),
        "relative_l1": ("float", "L1 offset over the mean L1 distance within the class"),
        "relative_l2": ("float", "L2 offset over the mean L2 distance within the class"),
    },
    step="measure_classes",
    evidence=True,
)
FIRST_COMPONENT_ANGLE = Table(
    "first_component_angle",
    "acute angles of first principal components of classes to that of all artworks",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": columns.CLASS,
        "degrees": ("float", "acute angle in degrees, near 90 by chance in many dimensions"),
        "low": ("float", "lower end of the 95 % bootstrap interval in degrees"),
        "high": ("float", "upper end of the 95 % bootstrap interval in degrees"),
    },
    step="measure_classes",
    evidence=True,
)
MEAN_DISTANCE = Table(
    "mean_distance",
    "mean distances between artworks of a class",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": columns.CLASS,
        "l1": ("float", "mean sum of absolute differences over latent dimensions"),
        "l2": ("float", "mean Euclidean distance"),
    },
    step="measure_classes",
    evidence=True,
)
CLASS_SPECTRUM_NULL = Table(
    "class_spectrum_null",
    "variance shares of random subsets of all artworks, of a class's size",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "class": columns.CLASS,
        "component": PCA_VARIANCE.columns["component"],
        "share": ("float", "mean share over random subsets, 0 to 1"),
        "low": ("float", "lower end of the range of 95 % of the subsets"),
        "high": ("float", "upper end of the range of 95 % of the subsets"),
    },
    step="measure_classes",
    evidence=True,
)
POSTERIOR_USE = Table(
    "posterior_use",
    "how a model uses its latent dimensions",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "dimensions": ("int", "latent dimensions"),
        "active": ("int", "dimensions whose latents have a variance over artworks above 0.01"),
        "effective": (
            "float",
            "participation ratio of the principal components: as many of equal variance; does not "
            "depend on the scale of the latents",
        ),
        "sd_min": ("float", "smallest standard deviation of a dimension"),
        "sd_max": ("float", "largest standard deviation of a dimension"),
        "norm_mean": (
            "float",
            "mean norm of a latent over the root of the dimensions, 1 for N(0, I)",
        ),
        "norm_sd": ("float", "its standard deviation"),
        "kurtosis": ("float", "mean excess kurtosis over dimensions, 0 for N(0, I)"),
        "gaussian_first_share": ("float", "first variance share expected of draws of N(0, I)"),
    },
    step="measure_classes",
    evidence=True,
)
#: The row of LATENT_FACTORS on all dimensions together.
ALL_DIMENSIONS = -1
LATENT_FACTORS = Table(
    "latent_factors",
    "what class and content explain of the latent dimensions, where contents are in every class",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "dimension": ("int", "latent dimension, from 0; -1: all together"),
        "variance": ("float", "sum of the three components of variance"),
        **{
            f"{name}_share{end}": ("float", f"{words}{of}")
            for name, words in (
                ("class", "share of the variance between classes, 0 to 1"),
                ("content", "share of the variance between contents"),
                ("rest", "share of what neither explains by itself"),
            )
            for end, of in (
                ("", ""),
                ("_low", ": lower end of the 95 % jackknife interval over contents, of all"),
                ("_high", ": upper end of that interval"),
            )
        },
        "split": ("str", "validation, or any where too few contents are in validation whole"),
        "contents": ("int", "contents behind it, each with one artwork of every class"),
    },
    step="measure_classes",
)
CONTENT_PROBES = Table(
    "content_probes",
    "how well a linear probe reads class and kind of content of contents never trained on",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "target": ("str", "class or content_group"),
        "accuracy": ("float", "share of artworks that are read right, 0 to 1"),
        "low": ("float", "lower end of its 95 % bootstrap interval over contents"),
        "high": ("float", "upper end of that interval"),
        "chance": ("float", "share of them that are of the most frequent kind in training"),
        "n": ("int", "validation artworks of contents that are not in training"),
        "contents": ("int", "contents behind them"),
    },
    step="measure_classes",
)
DISENTANGLEMENT = Table(
    "disentanglement",
    "whether single latent dimensions stand for single known factors",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "measure": (
            "str",
            "mig, sap, dci_disentanglement, dci_completeness or dci_informativeness, 0 to 1; the "
            "last is the accuracy of a forest on artworks that it has not seen",
        ),
        "value": ("float", "1 where each factor has a dimension to itself"),
        "null": (
            "float",
            "the same with factors shuffled among the artworks: 95th percentile of 20; of dci once",
        ),
        "factors": ("int", "factors: class, content and kind of content, where known and few"),
        "n": ("int", "artworks behind it"),
    },
    step="measure_classes",
)
LATENT_MAP = Table(
    "latent_map",
    "flat maps of a latent space",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": ("str", "pca, ica, sammon, tsne or umap"),
        "id": columns.ID,
        "class": columns.CLASS,
        "x": ("float", "first coordinate, without unit"),
        "y": ("float", "second coordinate, without unit"),
    },
    file="models/{model}/seed-{seed}/latent_map.parquet",
)
NEIGHBOURS = Table(
    "neighbours",
    "nearest neighbours in a latent space, among the artworks on its maps",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "id": columns.ID,
        "rank": ("int", "rank of the neighbour, from 1, the nearest first"),
        "neighbour": ("int", "row of the neighbour in images.npy"),
        "l2": ("float", "Euclidean distance between the two latents"),
    },
    file="models/{model}/seed-{seed}/neighbours.parquet",
)

MAP_PRESERVATION = Table(
    "map_preservation",
    "how much of the neighbourhoods of a latent space a flat map keeps",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": LATENT_MAP.columns["method"],
        "points": ("int", "artworks on the map"),
        "artworks": ("int", "artworks of the study"),
        "neighbours": ("int", "nearest neighbours of an artwork that are compared"),
        "kept": ("float", "mean share of them that are its nearest on the map, too, 0 to 1"),
        "chance": ("float", "the share that is expected of places in a random order"),
        "trustworthiness": (
            "float",
            "1 where no strangers are among the nearest on the map, about .5 for a random order",
        ),
    },
)

CHAPTER = Chapter(
    "latent-space",
    "Latent space",
    tables=(
        PCA_VARIANCE,
        CLASS_OFFSET,
        CLASS_OFFSET_NULL,
        FIRST_COMPONENT_ANGLE,
        MEAN_DISTANCE,
        CLASS_SPECTRUM_NULL,
        POSTERIOR_USE,
        MAP_PRESERVATION,
        LATENT_FACTORS,
        CONTENT_PROBES,
        DISENTANGLEMENT,
    ),
    plots=(
        Plot(
            "latent_space",
            (
                Figure(
                    "latent_space_spectra",
                    (PCA_VARIANCE, CLASS_SPECTRUM_NULL),
                    "latent_space.spectra",
                ),
            ),
        ),
        Plot(
            "maps",
            (
                Figure(
                    "latent_space_maps",
                    (LATENT_MAP, MAP_PRESERVATION),
                    "latent_space.maps",
                    also=(CLASSIFIER_ACCURACY,),
                ),
            ),
            inputs=(ARTWORKS,),
        ),
        Plot(
            "classes",
            (
                Figure(
                    "latent_space_classes",
                    (CLASS_OFFSET_NULL, FIRST_COMPONENT_ANGLE, MEAN_DISTANCE, POSTERIOR_USE),
                    "latent_space.classes",
                ),
                Figure(
                    "latent_space_use", (POSTERIOR_USE,), "latent_space.use", also=(PCA_VARIANCE,)
                ),
            ),
        ),
        Plot(
            "factors",
            (
                Figure(
                    "latent_space_factors",
                    (LATENT_FACTORS, CONTENT_PROBES),
                    "latent_space.factors",
                    if_said=True,
                ),
            ),
            settings=("models",),
        ),
    ),
    finding="latent_space.shares",
)
