"""Principal components of the training pictures, and each picture's error by them."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import pixels, tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.files import atomic
    from stylewalk.training import devices

    output = snakemake.output
    artworks = tables.read_table(snakemake.input.artworks, ARTWORKS)
    images = open_images(snakemake.input.images, count=len(artworks))
    devices.use_threads(snakemake.threads)
    training = rows_of_splits(artworks["split"].to_numpy())["training"]
    components = pixels.principal_components(images, training, snakemake.params.latent_size)
    pixels.write_components(output.components, components)
    errors = pixels.clipped_pca_errors(components, images, len(components.directions))
    with atomic(output.of_pictures) as path:
        np.save(path, errors)
