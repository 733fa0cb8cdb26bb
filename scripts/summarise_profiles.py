"""Mean style-loss profiles with intervals, what shape they have, and how they compare."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.trajectories import controls
    from stylewalk.trajectories.profiles import summarise

    files, output, params = snakemake.input, snakemake.output, snakemake.params
    settings = params.bootstrap, params.flat_within, params.seed
    measures = tables.gather(files.measures, tables.TRAJECTORY_MEASURES)
    profiles, shapes = summarise(
        tables.gather(files.style_loss, tables.TRAJECTORY_STYLE_LOSS), *settings
    )
    control = tables.gather(files.control, tables.TRAJECTORY_STYLE_LOSS)
    if len(control):
        # On their own: Holm's correction counts the models' tests alone.
        profiles = pd.concat([profiles, summarise(control, *settings)[0]], ignore_index=True)
    tests, correlations = controls.compare(measures, params.bootstrap, params.seed)
    found = {
        "style_profiles": profiles,
        "profile_shapes": controls.add_measures(shapes, measures),
        "trajectory_measures": measures,
        "control_tests": tests,
        "shape_rho": correlations,
    }
    for name, frame in found.items():
        tables.write_table(frame, output[name], getattr(tables, name.upper()))
