"""What leaving the straight line does to a walk, pair by pair."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.paths import PATH_COMPARISON
    from stylewalk.catalogue.trajectories import TRAJECTORY_MEASURES
    from stylewalk.trajectories.path_comparison import compare_paths

    measures = tables.read_table(snakemake.input.measures, TRAJECTORY_MEASURES)
    compared = compare_paths(measures, snakemake.params.pairs_of)
    tables.write_table(compared, snakemake.output[0], PATH_COMPARISON)
