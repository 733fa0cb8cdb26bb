"""Gather the losses of all latent sizes."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.models import EPOCH_LOSSES, LATENT_SIZES
    from stylewalk_workflow import sweep

    losses = [tables.read_table(path, EPOCH_LOSSES) for path in snakemake.input]
    table = sweep.tabulate(losses, snakemake.params.sizes)
    tables.write_table(table, snakemake.output[0], LATENT_SIZES)
