"""The chapter on clusters: whether the latents fall into groups, and into which."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Chapter, Figure, Kind, Plot, Table

SILHOUETTE = Table(
    "silhouette",
    "silhouette by number of clusters",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": columns.METHOD,
        "k": columns.K,
        "repeat": ("int", "repeat, from 0, each with its own start"),
        "score": ("float", "mean silhouette, -1 to 1"),
        "rows": (
            "int",
            "artworks on which the silhouette was measured: all, or a sample drawn at random",
        ),
        "dimensions": ("int", "leading principal components in which clusters were sought, or all"),
    },
    step="cluster_latents",
    evidence=True,
)
CLUSTER_COMPOSITION = Table(
    "cluster_composition",
    "composition of clusters by class",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": columns.METHOD,
        "k": columns.K,
        "cluster": ("int", "cluster, from 0, largest first"),
        "class": columns.CLASS,
        "count": ("int", "artworks of the class in the cluster"),
        "proportion": ("float", "share of the cluster, 0 to 1"),
    },
    step="cluster_latents",
    evidence=True,
)
ARTWORK_CLUSTERS = Table(
    "artwork_clusters",
    "cluster of each artwork in the best clustering of each method",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": columns.METHOD,
        "k": (
            "int",
            "number of clusters, that with the largest mean silhouette of this model and seed",
        ),
        "id": columns.ID,
        "cluster": CLUSTER_COMPOSITION.columns["cluster"],
    },
    file="models/{model}/seed-{seed}/artwork_clusters.parquet",
)
_AGREEMENT: dict[str, tuple[Kind, str]] = {
    "ari": ("float", "adjusted Rand index, 1 for the classes themselves, 0 by chance"),
    "ami": ("float", "adjusted mutual information, 1 for the classes themselves, 0 by chance"),
    "v_measure": ("float", "harmonic mean of homogeneity and completeness, 0 to 1"),
    "purity": ("float", "share of artworks that are of the largest class of their cluster"),
    "largest_class_rate": ("float", "share of the largest class, the purity of a single cluster"),
}
CLUSTER_AGREEMENT = Table(
    "cluster_agreement",
    "agreement of clusters with classes",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": columns.METHOD,
        "k": columns.K,
        **_AGREEMENT,
        "stability": ("float", "mean pairwise adjusted Rand index of repeats, null for one repeat"),
    },
    step="cluster_latents",
    evidence=True,
)
CLUSTER_AGREEMENT_BY_SPLIT = Table(
    "cluster_agreement_by_split",
    "agreement of clusters with classes in each split of the artworks",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "method": columns.METHOD,
        "k": columns.K,
        "split": ("str", "training or validation; the clusters are of both together"),
        "n": ("int", "artworks of the split"),
        **_AGREEMENT,
    },
    step="cluster_latents",
    evidence=True,
)
CLASSIFIER_ACCURACY = Table(
    "classifier_accuracy",
    "how well classes are read from latents",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "classifier": ("str", "linear_probe or nearest_neighbours, fitted on the training split"),
        "accuracy": ("float", "share of validation artworks that are classified right, 0 to 1"),
        "largest_class_rate": ("float", "share of the largest class in the validation split"),
        "low": ("float", "lower end of the 95 % Wilson interval of the accuracy over artworks"),
        "high": ("float", "upper end of the 95 % Wilson interval of the accuracy over artworks"),
    },
    step="cluster_latents",
)

CHAPTER = Chapter(
    "clusters",
    "Clusters",
    tables=(
        SILHOUETTE,
        CLUSTER_COMPOSITION,
        CLUSTER_AGREEMENT,
        CLUSTER_AGREEMENT_BY_SPLIT,
        CLASSIFIER_ACCURACY,
    ),
    plots=(
        Plot(
            "clusters",
            (
                Figure("clusters_silhouette", (SILHOUETTE,), "clusters.silhouette"),
                Figure(
                    "clusters_composition",
                    (CLUSTER_COMPOSITION, SILHOUETTE),
                    "clusters.composition",
                ),
                Figure(
                    "clusters_agreement",
                    (
                        SILHOUETTE,
                        CLUSTER_AGREEMENT,
                        CLUSTER_AGREEMENT_BY_SPLIT,
                        CLASSIFIER_ACCURACY,
                    ),
                    "clusters.agreement",
                ),
            ),
        ),
    ),
    finding="clusters.agreement",
)
