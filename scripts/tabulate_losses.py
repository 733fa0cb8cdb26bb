"""Gather the losses of all models: every epoch for the figures, the last one as a table."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.models import EPOCH_LOSSES, LOSSES

    epochs = tables.gather(snakemake.input, EPOCH_LOSSES)
    last = epochs[epochs["epoch"] == epochs["epoch"].max()].drop(columns="epoch")
    tables.write_table(epochs, snakemake.output.epochs, EPOCH_LOSSES)
    tables.write_table(last, snakemake.output.losses, LOSSES)
