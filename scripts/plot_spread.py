"""Draw the figures of how trajectories spread around their mean profile."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.plots import spread

    params = snakemake.params
    read = (
        tables.read_table(path, getattr(tables, name.upper()))
        for name, path in snakemake.input.items()
    )
    order = params.models, params.classes, params.experiments
    spread.draw(*read, *order, Path(snakemake.output[0]).parent, params.procedural)
