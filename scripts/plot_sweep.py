"""Draw the figure of latent sizes."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.plots import sweep

    sweep.draw(
        tables.read_table(snakemake.input[0], tables.LATENT_SIZES),
        snakemake.params.models,
        snakemake.params.own_size,
        Path(snakemake.output[0]).parent,
        snakemake.params.procedural,
    )
