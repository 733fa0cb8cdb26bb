"""Draw the figures of the latent space."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.plots import latent_space

    latent_space.draw(
        tables.read_table(snakemake.input.pca_variance, tables.PCA_VARIANCE),
        tables.read_table(snakemake.input.silhouette, tables.SILHOUETTE),
        tables.read_table(snakemake.input.cluster_composition, tables.CLUSTER_COMPOSITION),
        snakemake.params.models,
        snakemake.params.classes,
        Path(snakemake.output[0]).parent,
        snakemake.params.procedural,
    )
