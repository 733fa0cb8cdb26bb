"""Errors of linear reconstructions, beside which those of the models stand."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import BASELINES
    from stylewalk.training import devices
    from stylewalk.training.baselines import baselines

    artworks, params = tables.read_table(snakemake.input.artworks, ARTWORKS), snakemake.params
    images = open_images(snakemake.input.images, count=len(artworks))
    devices.use_threads(snakemake.threads)
    splits = {
        split: np.flatnonzero(artworks["split"] == split) for split in ("training", "validation")
    }
    errors = baselines(images, splits, params.latent_size, params.betas)
    tables.write_table(errors, snakemake.output[0], BASELINES)
