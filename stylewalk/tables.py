"""The schema of every table, in one place, and how tables are written, read and checked.

Every table is tidy: one row per observation. A column's description gives its unit.
Files that end in ``.parquet`` are intermediates; files that end in ``.csv`` are for people.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from stylewalk import csv_cells
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}


# In STYLE_PROFILES before a model's name: the pixel blends of its decoded ends, the control.
PIXEL_BLEND = "pixel_blend:"


class Schema(Mapping[str, str]):
    """The columns of one table: name to type (``str``, ``int`` or ``float``) and description."""

    def __init__(self, title: str, /, **columns: tuple[str, str]):
        self.title = title
        # A keyword of Python (class) cannot be an argument: `class_` stands for it.
        self._columns = {name.rstrip("_"): column for name, column in columns.items()}

    def __getitem__(self, name: str) -> str:
        return self._columns[name][1]

    def __iter__(self):
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def arrow(self) -> pa.Schema:
        """The same columns as an Arrow schema."""
        return pa.schema([(name, _TYPES[kind]) for name, (kind, _) in self._columns.items()])


_MODEL = ("str", "name of the model in the config")
_SEED = ("int", "seed of the training run")
_CLASS = ("str", "class of the artworks")
_ID = ("int", "row of the artwork in images.npy")
_EXPERIMENT = ("str", "name of the experiment in the config")
_CLASS_A = ("str", "class of the first end")
_CLASS_B = ("str", "class of the last end; the same as class_a within a class")
_METHOD = ("str", "clustering method: kmeans or spectral")
_K = ("int", "number of clusters")

ARTWORKS = Schema(
    "artworks",
    id=_ID,
    class_=_CLASS,
    split=("str", "training or validation"),
    artist=("str", "artist, empty where unknown"),
    title=("str", "title, empty where unknown"),
    year=("int", "year in which the work was begun, null where unknown"),
    century=("int", "century, 19 for 1801 to 1900, null where unknown"),
    filename=("str", "path of the image inside the folder of images"),
)
SELECTED = Schema(
    "selected artworks, before their images are decoded",
    row=("int", "row of the metadata, from 0"),
    class_=_CLASS,
    artist=ARTWORKS._columns["artist"],
    title=ARTWORKS._columns["title"],
    year=ARTWORKS._columns["year"],
    century=ARTWORKS._columns["century"],
    filename=ARTWORKS._columns["filename"],
)
REJECTED = Schema(
    "artworks left out, with the reason",
    row=("int", "row of the metadata, from 0"),
    class_=_CLASS,
    filename=("str", "name of the image as the metadata gives it"),
    kind=("str", "duplicate, path, format, missing, unreadable or too_large"),
    reason=("str", "the reason in words"),
)
DUPLICATES = Schema(
    "pictures that are the same, or nearly, as another",
    group=("int", "number of the group, from 1, in the order of the metadata"),
    id=("int", "row of the artwork in images.npy, null where it was left out"),
    class_=_CLASS,
    split=("str", "training or validation, empty where it was left out"),
    filename=ARTWORKS._columns["filename"],
    difference=("float", "mean absolute difference from the group's first, in levels of 255"),
)
EPOCH_LOSSES = Schema(
    "losses of every epoch",
    model=_MODEL,
    seed=_SEED,
    epoch=("int", "epoch, from 1"),
    split=("str", "training or validation"),
    term=("str", "reconstruction, kl, triplet, discriminator, adversarial or accuracy"),
    value=("float", "mean over the epoch's images, unweighted"),
)
LOSSES = Schema(
    "losses of the last epoch",
    model=_MODEL,
    seed=_SEED,
    split=("str", "training or validation"),
    term=EPOCH_LOSSES._columns["term"],
    value=("float", "mean over the last epoch's images, unweighted"),
)
PCA_VARIANCE = Schema(
    "variance shares of principal components",
    model=_MODEL,
    seed=_SEED,
    class_=("str", "class of the artworks, or all"),
    component=("int", "component, from 1"),
    share=("float", "share of the total variance, 0 to 1"),
)
CLASS_OFFSET = Schema(
    "offsets of class centroids from the centroid of all artworks",
    model=_MODEL,
    seed=_SEED,
    class_=_CLASS,
    l1=("float", "sum of absolute differences over latent dimensions"),
    l2=("float", "Euclidean distance"),
)
CLASS_OFFSET_NULL = Schema(
    "class offsets beside their null and their scale",
    model=_MODEL,
    seed=_SEED,
    class_=_CLASS,
    null_l1=("float", "mean L1 offset of permuted labels"),
    null_l2=("float", "mean L2 offset of permuted labels"),
    p_l1=("float", "share of permutations, the data's own included, with so large an L1 offset"),
    relative_l1=("float", "L1 offset over the mean L1 distance within the class"),
    relative_l2=("float", "L2 offset over the mean L2 distance within the class"),
)
FIRST_COMPONENT_ANGLE = Schema(
    "acute angles of first principal components of classes to that of all artworks",
    model=_MODEL,
    seed=_SEED,
    class_=_CLASS,
    degrees=("float", "acute angle in degrees, near 90 by chance in many dimensions"),
    low=("float", "lower end of the 95 % bootstrap interval in degrees"),
    high=("float", "upper end of the 95 % bootstrap interval in degrees"),
)
MEAN_DISTANCE = Schema(
    "mean distances between artworks of a class",
    model=_MODEL,
    seed=_SEED,
    class_=_CLASS,
    l1=("float", "mean sum of absolute differences over latent dimensions"),
    l2=("float", "mean Euclidean distance"),
)
CLASS_SPECTRUM_NULL = Schema(
    "variance shares of random subsets of all artworks, of a class's size",
    model=_MODEL,
    seed=_SEED,
    class_=_CLASS,
    component=PCA_VARIANCE._columns["component"],
    share=("float", "mean share over random subsets, 0 to 1"),
    low=("float", "lower end of the range of 95 % of the subsets"),
    high=("float", "upper end of the range of 95 % of the subsets"),
)
POSTERIOR_USE = Schema(
    "how a model uses its latent dimensions",
    model=_MODEL,
    seed=_SEED,
    dimensions=("int", "latent dimensions"),
    active=("int", "dimensions whose latents have a variance over artworks above 0.01"),
    sd_min=("float", "smallest standard deviation of a dimension"),
    sd_max=("float", "largest standard deviation of a dimension"),
    norm_mean=("float", "mean norm of a latent over the root of the dimensions, 1 for N(0, I)"),
    norm_sd=("float", "its standard deviation"),
    kurtosis=("float", "mean excess kurtosis over dimensions, 0 for N(0, I)"),
    gaussian_first_share=("float", "first variance share expected of draws of N(0, I)"),
)
SILHOUETTE = Schema(
    "silhouette by number of clusters",
    model=_MODEL,
    seed=_SEED,
    method=_METHOD,
    k=_K,
    repeat=("int", "repeat, from 0, each with its own start"),
    score=("float", "mean silhouette, -1 to 1"),
    rows=("int", "artworks on which the silhouette was measured: all, or a sample drawn at random"),
    dimensions=("int", "leading principal components in which clusters were sought, or all"),
)
CLUSTER_COMPOSITION = Schema(
    "composition of clusters by class",
    model=_MODEL,
    seed=_SEED,
    method=_METHOD,
    k=_K,
    cluster=("int", "cluster, from 0, largest first"),
    class_=_CLASS,
    count=("int", "artworks of the class in the cluster"),
    proportion=("float", "share of the cluster, 0 to 1"),
)
_AGREEMENT = {
    "ari": ("float", "adjusted Rand index, 1 for the classes themselves, 0 by chance"),
    "ami": ("float", "adjusted mutual information, 1 for the classes themselves, 0 by chance"),
    "v_measure": ("float", "harmonic mean of homogeneity and completeness, 0 to 1"),
    "purity": ("float", "share of artworks that are of the largest class of their cluster"),
    "largest_class_rate": ("float", "share of the largest class, the purity of a single cluster"),
}
ARTWORK_CLUSTERS = Schema(
    "cluster of each artwork in the best clustering of each method",
    model=_MODEL,
    seed=_SEED,
    method=_METHOD,
    k=("int", "number of clusters, that with the largest mean silhouette of this model and seed"),
    id=_ID,
    cluster=CLUSTER_COMPOSITION._columns["cluster"],
)
CLUSTER_AGREEMENT = Schema(
    "agreement of clusters with classes",
    model=_MODEL,
    seed=_SEED,
    method=_METHOD,
    k=_K,
    **_AGREEMENT,
    stability=("float", "mean pairwise adjusted Rand index of repeats, null for one repeat"),
)
CLUSTER_AGREEMENT_BY_SPLIT = Schema(
    "agreement of clusters with classes in each split of the artworks",
    model=_MODEL,
    seed=_SEED,
    method=_METHOD,
    k=_K,
    split=("str", "training or validation; the clusters are of both together"),
    n=("int", "artworks of the split"),
    **_AGREEMENT,
)
CLASSIFIER_ACCURACY = Schema(
    "how well classes are read from latents",
    model=_MODEL,
    seed=_SEED,
    classifier=("str", "linear_probe or nearest_neighbours, fitted on the training split"),
    accuracy=("float", "share of validation artworks that are classified right, 0 to 1"),
    largest_class_rate=("float", "share of the largest class in the validation split"),
    low=("float", "lower end of the 95 % Wilson interval of the accuracy over artworks"),
    high=("float", "upper end of the 95 % Wilson interval of the accuracy over artworks"),
)
PAIRS = Schema(
    "ends of trajectories",
    experiment=_EXPERIMENT,
    class_a=_CLASS_A,
    class_b=_CLASS_B,
    pair=("int", "number of the pair within its classes, from 0"),
    id_a=("int", "artwork at the first end"),
    id_b=("int", "artwork at the last end"),
    l2=("float", "Euclidean distance between the two latents"),
)
TRAJECTORY_STYLE_LOSS = Schema(
    "style loss of every step of every trajectory and layer",
    model=_MODEL,
    seed=_SEED,
    experiment=_EXPERIMENT,
    class_a=_CLASS_A,
    class_b=_CLASS_B,
    pair=PAIRS._columns["pair"],
    step=("int", "step, from 1: between the decoded images step - 1 and step"),
    layer=("str", "layer of the style network, or total: the weighted sum"),
    value=("float", "Gatys style loss, unweighted for a layer"),
)
STYLE_PROFILES = Schema(
    "mean style loss of every step",
    model=_MODEL,
    seed=_SEED,
    experiment=_EXPERIMENT,
    class_a=_CLASS_A,
    class_b=_CLASS_B,
    step=TRAJECTORY_STYLE_LOSS._columns["step"],
    n=("int", "trajectories"),
    mean=("float", "mean style loss over trajectories"),
    sd=("float", "standard deviation over trajectories, null for one trajectory"),
    low=("float", "lower end of the 95 % bootstrap interval of the mean"),
    high=("float", "upper end of the 95 % bootstrap interval of the mean"),
)
PROFILE_SHAPES = Schema(
    "shape of the mean profile: orthonormal polynomial contrasts of the profile over its mean",
    model=_MODEL,
    experiment=_EXPERIMENT,
    class_a=_CLASS_A,
    class_b=_CLASS_B,
    linear=("float", "linear contrast"),
    quadratic=("float", "quadratic contrast: negative is a hump, positive a valley"),
    quadratic_low=("float", "lower end of its 95 % bootstrap interval"),
    quadratic_high=("float", "upper end of its 95 % bootstrap interval"),
    quadratic_p=("float", "two-sided bootstrap p, adjusted by Holm over the table"),
    cubic=("float", "cubic contrast"),
    quartic=("float", "quartic contrast: negative is two humps with a dip between"),
    quartic_low=("float", "lower end of its 95 % bootstrap interval"),
    quartic_high=("float", "upper end of its 95 % bootstrap interval"),
    quartic_p=("float", "two-sided bootstrap p, adjusted by Holm over the table"),
    rho=("float", "mean dissolve residual over trajectories, 0 for a pure dissolve"),
    gram_path_ratio=("float", "median length of the path of Gram matrices over that of its ends"),
    verdict=("str", "horseshoe, valley, wave, flat or undetermined"),
)
TRAJECTORY_MEASURES = Schema(
    "what single trajectories do to their pictures, beside the pixel blend of their ends",
    model=_MODEL,
    seed=_SEED,
    experiment=_EXPERIMENT,
    class_a=_CLASS_A,
    class_b=_CLASS_B,
    pair=PAIRS._columns["pair"],
    rho=("float", "dissolve residual: 0 for a pure dissolve, null where the ends nearly coincide"),
    gram_path_ratio=("float", "length of the path of Gram matrices over the distance of its ends"),
    quadratic=PROFILE_SHAPES._columns["quadratic"],
    quartic=PROFILE_SHAPES._columns["quartic"],
    blend_gram_path_ratio=("float", "the same of the pixel blend, null where it was not scored"),
    blend_quadratic=("float", "quadratic contrast of the pixel blend, null where not scored"),
    blend_quartic=("float", "quartic contrast of the pixel blend, null where not scored"),
)
CONTROL_TESTS = Schema(
    "trajectories against the pixel blends of their own decoded ends",
    model=_MODEL,
    experiment=_EXPERIMENT,
    measure=("str", "quadratic, quartic or gram_path_ratio"),
    n=("int", "pairs; the mean over seeds of each"),
    model_median=("float", "median over the model's trajectories"),
    blend_median=("float", "median over the pixel blends"),
    median_difference=("float", "median of model minus blend"),
    p=("float", "two-sided p of Wilcoxon's signed-rank test, adjusted by Holm over the table"),
)
SHAPE_RHO = Schema(
    "rank correlation of shape with dissolve residual over trajectories, within each model",
    model=_MODEL,
    experiment=_EXPERIMENT,
    measure=("str", "quadratic or quartic"),
    n=("int", "pairs; the mean over seeds of each"),
    correlation=("float", "Spearman's coefficient, -1 to 1, null where undefined"),
    low=("float", "lower end of its 95 % bootstrap interval"),
    high=("float", "upper end of its 95 % bootstrap interval"),
    p=("float", "two-sided p, adjusted by Holm over the table"),
)
FALSE_VERDICTS = Schema(
    "how often a profile without any shape gets a verdict of one, by simulation",
    experiment=_EXPERIMENT,
    n=("int", "simulated trajectories of each class or pair of classes, as many as the study has"),
    steps=("int", "steps of a trajectory"),
    nulls=("int", "simulated studies"),
    false_verdicts=("int", "of them with at least one horseshoe, valley or wave"),
    rate=("float", "share of them"),
    low=("float", "lower end of its 95 % Wilson interval"),
    high=("float", "upper end of its 95 % Wilson interval"),
)
LATENT_SIZES = Schema(
    "losses of the last epoch by latent size",
    model=_MODEL,
    seed=_SEED,
    latent_size=("int", "latent dimensions"),
    split=LOSSES._columns["split"],
    term=LOSSES._columns["term"],
    value=LOSSES._columns["value"],
)
ARTWORK_STYLE_LOSS = Schema(
    "artworks of most and least alike style, out of a sample",
    kind=("str", "alike: the closest of two classes; unlike: the farthest of one class"),
    class_a=("str", "class of the first artwork"),
    class_b=("str", "class of the second artwork"),
    rank=("int", "rank within kind and classes, from 1"),
    id_a=("int", "first artwork"),
    id_b=("int", "second artwork"),
    value=("float", "Gatys style loss between the two images as packed"),
)
CLASS_STYLE_LOSS = Schema(
    "style loss between artworks of a sample, by their classes",
    class_a=("str", "class of the first artwork"),
    class_b=("str", "class of the second artwork; the same as class_a within a class"),
    n=("int", "pairs of artworks"),
    median=("float", "median Gatys style loss"),
    low=("float", "5th percentile"),
    high=("float", "95th percentile"),
)
LATENT_MAP = Schema(
    "flat maps of a latent space",
    model=_MODEL,
    seed=_SEED,
    method=("str", "pca, tsne or umap"),
    id=_ID,
    class_=_CLASS,
    x=("float", "first coordinate, without unit"),
    y=("float", "second coordinate, without unit"),
)
NEIGHBOURS = Schema(
    "nearest neighbours in a latent space, among the artworks on its maps",
    model=_MODEL,
    seed=_SEED,
    id=_ID,
    rank=("int", "rank of the neighbour, from 1, the nearest first"),
    neighbour=("int", "row of the neighbour in images.npy"),
    l2=("float", "Euclidean distance between the two latents"),
)
CLAIMS = Schema(
    "claims of the report, weighed",
    claim=("str", "identifier of the claim"),
    verdict=("str", "holds, fails, undetermined or not tested"),
    published=("float", "the report's figure of the claim's statistic, null where it gives none"),
    measured=("float", "the same statistic measured here, null where not tested"),
    low=("float", "lower end of its 95 % interval, null where there is none"),
    high=("float", "upper end of its 95 % interval, null where there is none"),
    sentence=("str", "what was found, in words"),
)


def conform(frame: pd.DataFrame, schema: Schema) -> pa.Table:
    """The frame as an Arrow table with exactly the schema's columns, in the schema's order.

    Raises:
        StylewalkError: a column is missing, is left over, or does not hold the schema's type.
    """
    missing = [name for name in schema if name not in frame.columns]
    surplus = [name for name in frame.columns if name not in schema]
    if missing or surplus:
        raise StylewalkError(
            f"The table of {schema.title} has other columns than expected: "
            f"missing {missing or 'none'}, left over {surplus or 'none'}."
        )
    try:
        return pa.Table.from_pandas(
            frame[list(schema)], schema=schema.arrow(), preserve_index=False
        ).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise StylewalkError(
            f"The table of {schema.title} holds a wrong type: {error.args[0]}"
        ) from error


def write_table(frame: pd.DataFrame, path: str | os.PathLike, schema: Schema) -> None:
    """Write a table as Parquet or CSV, by the path's suffix: whole, or not at all."""
    table = conform(frame, schema)
    with atomic(path) as temporary:
        if Path(path).suffix == ".csv":
            # Arrow's own writer quotes the header and every text.
            csv_cells.write(table.to_pandas(integer_object_nulls=True), temporary)
        else:
            # Checksums, since a flipped bit would else read as another number.
            pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_table(path: str | os.PathLike, schema: Schema) -> pd.DataFrame:
    """Read a table that :func:`write_table` wrote and check its columns.

    Raises:
        StylewalkError: the file is absent, damaged, or has other columns or types than the schema.
    """
    path = Path(path)
    try:
        if path.suffix == ".csv":
            types = {field.name: field.type for field in schema.arrow()}
            options = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=False)
            parsing = pa_csv.ParseOptions(newlines_in_values=True)
            table = pa_csv.read_csv(path, convert_options=options, parse_options=parsing)
        else:
            table = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise StylewalkError(
            f"{path} cannot be read as a table of {schema.title} ({error}). "
            "Delete it and run again: the workflow makes it anew."
        ) from error
    if table.schema.names != list(schema):
        raise StylewalkError(
            f"{path} has the columns {table.schema.names}, expected {list(schema)} "
            f"(table of {schema.title}). Delete it and run again: the workflow makes it anew."
        )
    wrong = [field.name for field in schema.arrow() if table.schema.field(field.name) != field]
    if wrong:
        raise StylewalkError(
            f"{path} holds a wrong type in the columns {wrong} (table of {schema.title}). "
            "Delete it and run again: the workflow makes it anew."
        )
    # Nullable integers keep an unknown year an integer column.
    nullable = {pa.int64(): pd.Int64Dtype()}
    frame = table.to_pandas()
    for field in table.schema:
        if field.type in nullable and table[field.name].null_count:
            frame[field.name] = pd.array(table[field.name].to_pylist(), dtype="Int64")
    if path.suffix == ".csv":
        texts = [field.name for field in schema.arrow() if field.type == pa.string()]
        frame = frame.assign(**{name: csv_cells.unescaped(frame[name]) for name in texts})
    return frame


def gather(paths: Iterable[str | os.PathLike], schema: Schema) -> pd.DataFrame:
    """The rows of several tables of one schema, one below the other, in the paths' order."""
    return pd.concat([read_table(path, schema) for path in paths], ignore_index=True)


def gather_walks(
    files: Iterable[tuple[tuple[str, str, int], str | os.PathLike]],
) -> pd.DataFrame:
    """The pairs of all walks, one below the other.

    Args:
        files: (experiment, model, seed) and the path of the walk's table PAIRS.

    Returns:
        The columns of PAIRS with ``model`` and ``seed`` before them.
    """
    frames = []
    for (_, model, seed), path in files:
        frame = read_table(path, PAIRS)
        frame.insert(0, "model", model)
        frame.insert(1, "seed", seed)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
