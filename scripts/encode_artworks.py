"""Encode every artwork, and reconstruct some that the model has not seen."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import RECONSTRUCTION, SHARPNESS
    from stylewalk.data.examples import examples
    from stylewalk.files import atomic
    from stylewalk.latent_space import encoding, table
    from stylewalk.latent_space.reconstruction import quality
    from stylewalk.randomness import generator
    from stylewalk.training import devices, loop

    artworks = tables.read_table(snakemake.input.artworks, ARTWORKS)
    images = open_images(snakemake.input.images, count=len(artworks))
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    model = loop.load_weights(snakemake.input.weights)
    codes = encoding.encode(model, images, device)
    table.write_latents(snakemake.output.latents, artworks, codes)
    shown = images[examples(artworks, snakemake.params.classes)]
    with atomic(snakemake.output.reconstructions) as path:
        np.savez(path, originals=shown, reconstructions=encoding.reconstruct(model, shown, device))
    errors, sharpness = quality(
        lambda some: encoding.reconstruct_floats(model, some, device),
        images,
        rows_of_splits(artworks["split"].to_numpy()),
        np.load(snakemake.input.pca_errors, allow_pickle=False),
        # The same pictures are resampled for every model: their intervals can be compared.
        generator(snakemake.params.seed, "reconstruction"),
    )
    about = {"model": snakemake.wildcards.model, "seed": int(snakemake.wildcards.seed)}
    tables.write_table(errors.assign(**about), snakemake.output.reconstruction, RECONSTRUCTION)
    tables.write_table(sharpness.assign(**about), snakemake.output.sharpness, SHARPNESS)
    devices.record(snakemake.output.machine, device)
