"""Gather the tables of all latent spaces."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables

    for name, path in snakemake.output.items():
        schema = getattr(tables, name.upper())
        tables.write_table(tables.gather(snakemake.input[name], schema), path, schema)
