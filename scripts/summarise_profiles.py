"""Mean style-loss profiles with intervals, what shape they have, and how they compare."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS
    from stylewalk.trajectories.summaries import summarise_trajectories
    from stylewalk_workflow import outputs

    files, params = snakemake.input, snakemake.params
    summaries = summarise_trajectories(
        tables.gather(files.style_loss, TRAJECTORY_STYLE_LOSS),
        tables.gather(files.control, TRAJECTORY_STYLE_LOSS),
        tables.gather(files.measures, TRAJECTORY_MEASURES),
        params.bootstrap,
        params.flat_within,
        params.seed,
        params.confirmatory,
        outputs.read_table(PAIRS, files.pairs, params.models, params.experiments, params.seeds),
    )
    for table, frame in summaries.items():
        tables.write_table(frame, snakemake.output[table.name], table)
