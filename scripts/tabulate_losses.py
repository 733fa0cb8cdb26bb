"""Gather the losses of all models: every epoch for the figures, the last one as a table."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables

    epochs = tables.gather(snakemake.input, tables.EPOCH_LOSSES)
    last = epochs[epochs["epoch"] == epochs["epoch"].max()].drop(columns="epoch")
    tables.write_table(epochs, snakemake.output.epochs, tables.EPOCH_LOSSES)
    tables.write_table(last, snakemake.output.losses, tables.LOSSES)
