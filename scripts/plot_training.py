"""Draw the figures of training."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.plots import training

    models = snakemake.params.models
    reconstructions = {}
    for model, path in zip(models, snakemake.input.reconstructions, strict=True):
        with np.load(path) as arrays:
            reconstructions[model] = arrays["originals"], arrays["reconstructions"]
    training.draw(
        tables.read_table(snakemake.input.epochs, tables.EPOCH_LOSSES),
        reconstructions,
        models,
        Path(snakemake.output[0]).parent,
        snakemake.params.procedural,
    )
