"""Train one model with one seed."""

from stylewalk.doorway import doorway

with doorway(snakemake) as terminal:
    import numpy as np

    from stylewalk import tables, training
    from stylewalk.progress import announce

    artworks = tables.read_table(snakemake.input.artworks, tables.ARTWORKS)
    model, losses = training.train(
        np.load(snakemake.input.images, mmap_mode="r"),
        artworks["class"].map(snakemake.params.classes.index).to_numpy(),
        np.flatnonzero(artworks["split"] == "training"),
        np.flatnonzero(artworks["split"] == "validation"),
        settings=snakemake.params.settings,
        training=snakemake.params.training,
        seed=int(snakemake.wildcards.seed),
        name=snakemake.wildcards.model,
        threads=snakemake.threads,
        progress=announce(terminal, snakemake.wildcards.model),
    )
    losses = losses.assign(model=snakemake.wildcards.model, seed=int(snakemake.wildcards.seed))
    tables.write_table(losses, snakemake.output.losses, tables.EPOCH_LOSSES)
    training.save_weights(model, snakemake.output.weights)
