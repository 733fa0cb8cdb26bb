"""Encode every artwork, and reconstruct some that the model has not seen."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import devices, latent_table, latents, tables, training
    from stylewalk.arrays import open_images
    from stylewalk.dataset import examples
    from stylewalk.files import atomic

    artworks = tables.read_table(snakemake.input.artworks, tables.ARTWORKS)
    images = open_images(snakemake.input.images, count=len(artworks))
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    model = training.load_weights(snakemake.input.weights)
    codes = latents.encode(model, images, device)
    latent_table.write_latents(snakemake.output.latents, artworks, codes)
    shown = images[examples(artworks, snakemake.params.classes)]
    with atomic(snakemake.output.reconstructions) as path:
        np.savez(path, originals=shown, reconstructions=latents.reconstruct(model, shown, device))
    devices.record(snakemake.output.machine, device)
