"""Draw the figures of training."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import read_images
    from stylewalk.plots import training

    models = snakemake.params.models
    reconstructions = {}
    for model, path in zip(models, snakemake.input.reconstructions, strict=True):
        reconstructions[model] = read_images(path, "originals", "reconstructions")
    training.draw(
        tables.read_table(snakemake.input.epochs, tables.EPOCH_LOSSES),
        reconstructions,
        models,
        Path(snakemake.output[0]).parent,
        snakemake.params.procedural,
    )
