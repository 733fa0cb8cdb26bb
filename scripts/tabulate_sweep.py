"""Gather the losses of all latent sizes."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import sweep, tables

    losses = [tables.read_table(path, tables.EPOCH_LOSSES) for path in snakemake.input]
    table = sweep.tabulate(losses, snakemake.params.sizes)
    tables.write_table(table, snakemake.output[0], tables.LATENT_SIZES)
