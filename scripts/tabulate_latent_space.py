"""Gather the tables of all latent spaces."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables

    for name, schema in {
        "pca_variance": tables.PCA_VARIANCE,
        "silhouette": tables.SILHOUETTE,
        "cluster_composition": tables.CLUSTER_COMPOSITION,
    }.items():
        gathered = tables.gather(snakemake.input[name], schema)
        tables.write_table(gathered, snakemake.output[name], schema)
