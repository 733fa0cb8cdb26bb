"""Gather the tables of all latent spaces."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk_workflow import outputs

    for name, path in snakemake.output.items():
        table = outputs.table_of(name)
        tables.write_table(tables.gather(snakemake.input[name], table), path, table)
