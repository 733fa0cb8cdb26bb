"""Mean style-loss profiles with intervals, what shape they have, and how they compare."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.metrics import METRIC_VALIDITY
    from stylewalk.catalogue.trajectories import (
        PAIRS,
        PROFILE_SHAPES,
        STUDY_SHAPES,
        TRAJECTORY_MEASURES,
        TRAJECTORY_STYLE_LOSS,
    )
    from stylewalk.trajectories.agreement import study_shapes
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
    validity = tables.read_table(files.metric_validity, METRIC_VALIDITY)
    summaries[STUDY_SHAPES] = study_shapes(summaries[PROFILE_SHAPES], validity)
    for table, frame in summaries.items():
        tables.write_table(frame, snakemake.output[table.name], table)
