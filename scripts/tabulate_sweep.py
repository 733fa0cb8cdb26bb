"""Gather the losses of all latent sizes."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk_workflow import sweep

    losses = [tables.read_table(path, tables.EPOCH_LOSSES) for path in snakemake.input]
    table = sweep.tabulate(losses, snakemake.params.sizes)
    tables.write_table(table, snakemake.output[0], tables.LATENT_SIZES)
