"""Errors of linear reconstructions, beside which those of the models stand."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import BASELINES
    from stylewalk.files import atomic
    from stylewalk.training import devices
    from stylewalk.training.baselines import baselines

    artworks, params = tables.read_table(snakemake.input.artworks, ARTWORKS), snakemake.params
    images = open_images(snakemake.input.images, count=len(artworks))
    devices.use_threads(snakemake.threads)
    splits = rows_of_splits(artworks["split"].to_numpy())
    errors, of_pictures = baselines(images, splits, params.latent_size, params.betas)
    tables.write_table(errors, snakemake.output.table, BASELINES)
    with atomic(snakemake.output.of_pictures) as path:
        np.save(path, of_pictures)
