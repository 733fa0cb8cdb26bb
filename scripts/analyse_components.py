"""Shares of variance of the leading principal components, of all artworks and of each class."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.latent_space import PCA_VARIANCE
    from stylewalk.latent_space.geometry import pca_variance
    from stylewalk.latent_space.table import read_latents

    artworks, latents = read_latents(snakemake.input[0])
    shares = pca_variance(latents, artworks["class"], order=snakemake.params.classes)
    shares = shares.assign(model=snakemake.wildcards.model, seed=int(snakemake.wildcards.seed))
    tables.write_table(shares, snakemake.output[0], PCA_VARIANCE)
