"""Mean style-loss profiles with intervals, what shape they have, and how they compare."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.catalogue.trajectories import (
        CONTROL_TESTS,
        PROFILE_SHAPES,
        SHAPE_RHO,
        STYLE_PROFILES,
        TRAJECTORY_MEASURES,
        TRAJECTORY_STYLE_LOSS,
    )
    from stylewalk.trajectories import controls
    from stylewalk.trajectories.profiles import summarise

    files, output, params = snakemake.input, snakemake.output, snakemake.params
    settings = params.bootstrap, params.flat_within, params.seed
    measures = tables.gather(files.measures, TRAJECTORY_MEASURES)
    profiles, shapes = summarise(tables.gather(files.style_loss, TRAJECTORY_STYLE_LOSS), *settings)
    control = tables.gather(files.control, TRAJECTORY_STYLE_LOSS)
    if len(control):
        # On their own: Holm's correction counts the models' tests alone.
        profiles = pd.concat([profiles, summarise(control, *settings)[0]], ignore_index=True)
    tests, correlations = controls.compare(measures, params.bootstrap, params.seed)
    summaries = {
        STYLE_PROFILES: profiles,
        PROFILE_SHAPES: controls.add_measures(shapes, measures),
        TRAJECTORY_MEASURES: measures,
        CONTROL_TESTS: tests,
        SHAPE_RHO: correlations,
    }
    for table, frame in summaries.items():
        tables.write_table(frame, output[table.name], table)
