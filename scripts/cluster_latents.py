"""Clusters of one latent space, their silhouette, and their composition by class."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.clustering import cluster_latents
    from stylewalk.latent_table import read_latents

    artworks, latents = read_latents(snakemake.input[0])
    seed = int(snakemake.wildcards.seed)
    silhouette, composition = cluster_latents(
        latents,
        artworks["class"],
        snakemake.params.clustering["methods"],
        snakemake.params.clustering["k"],
        snakemake.params.clustering["repeats"],
        seed,
        order=snakemake.params.classes,
    )
    named = {"model": snakemake.wildcards.model, "seed": seed}
    tables.write_table(silhouette.assign(**named), snakemake.output.silhouette, tables.SILHOUETTE)
    tables.write_table(
        composition.assign(**named), snakemake.output.composition, tables.CLUSTER_COMPOSITION
    )
