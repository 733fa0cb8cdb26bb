"""Train one model with one seed."""

from stylewalk.doorway import doorway

with doorway(snakemake) as terminal:
    import numpy as np

    from stylewalk import tables, training
    from stylewalk.arrays import open_images
    from stylewalk.progress import progress_bar

    wildcards, params = snakemake.wildcards, snakemake.params
    artworks = tables.read_table(snakemake.input.artworks, tables.ARTWORKS)
    model, losses = training.train(
        open_images(snakemake.input.images, count=len(artworks)),
        artworks["class"].map(params.classes.index).to_numpy(),
        np.flatnonzero(artworks["split"] == "training"),
        np.flatnonzero(artworks["split"] == "validation"),
        settings=params.settings,
        training=params.training,
        seed=int(wildcards.seed),
        threads=snakemake.threads,
        progress=progress_bar(f"{wildcards.model}, seed {wildcards.seed}", terminal),
        name=wildcards.model,
    )
    losses = losses.assign(model=wildcards.model, seed=int(wildcards.seed))
    tables.write_table(losses, snakemake.output.losses, tables.EPOCH_LOSSES)
    training.save_weights(model, snakemake.output.weights)
