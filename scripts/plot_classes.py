"""Draw the figures of classes in the latent space, and whether they are found again."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.plots import classes

    params = snakemake.params
    read = (
        tables.read_table(path, getattr(tables, name.upper()))
        for name, path in snakemake.input.items()
    )
    folder = Path(snakemake.output[0]).parent
    classes.draw(*read, params.models, params.classes, folder, params.procedural)
