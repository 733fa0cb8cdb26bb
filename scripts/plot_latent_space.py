"""Draw the figures of principal components and clusters."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.plots import latent_space

    params = snakemake.params
    read = {
        name: tables.read_table(path, getattr(tables, name.upper()))
        for name, path in snakemake.input.items()
    }
    latent_space.draw(
        read["pca_variance"],
        read["silhouette"],
        read["cluster_composition"],
        params.models,
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
        spectrum_null=read["class_spectrum_null"],
    )
