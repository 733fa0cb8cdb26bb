"""Gather the losses of all models: every epoch for the figures, the last one as a table."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.models import EPOCH_LOSSES, LOSSES

    epochs = tables.gather(snakemake.input, EPOCH_LOSSES)
    # Of each model: one that is computed and not trained has a single epoch.
    ends = epochs.groupby(["model", "seed"])["epoch"].transform("max")
    last = epochs[epochs["epoch"] == ends].drop(columns="epoch")
    tables.write_table(epochs, snakemake.output.epochs, EPOCH_LOSSES)
    tables.write_table(last, snakemake.output.losses, LOSSES)
