"""Try the verdicts on simulated studies without any shape."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.trajectories import FALSE_VERDICTS
    from stylewalk.trajectories.null_verdicts import false_verdicts

    params = snakemake.params
    found = false_verdicts(
        params.experiments, params.classes, params.flat_within, params.seed, params.nulls
    )
    tables.write_table(found, snakemake.output[0], FALSE_VERDICTS)
