"""Errors of linear reconstructions, beside which those of the models stand."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import pixels, tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import BASELINES
    from stylewalk.training import devices
    from stylewalk.training.baselines import baselines

    files, params = snakemake.input, snakemake.params
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    devices.use_threads(snakemake.threads)
    components = pixels.read_components(files.components)
    splits = rows_of_splits(artworks["split"].to_numpy())
    errors = baselines(components, images, splits, params.latent_size, params.betas)
    tables.write_table(errors, snakemake.output[0], BASELINES)
