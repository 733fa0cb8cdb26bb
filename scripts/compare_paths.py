"""What leaving the straight line does to a walk, pair by pair."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.paths import PATH_COMPARISON
    from stylewalk.catalogue.trajectories import KNOWN_WALKS, PAIRS, TRAJECTORY_MEASURES
    from stylewalk.trajectories.path_comparison import compare_paths
    from stylewalk.trajectories.sharing import with_ends
    from stylewalk_workflow import outputs

    files, params = snakemake.input, snakemake.params
    order = params.models, params.experiments, params.seeds
    measures = tables.read_table(files.measures, TRAJECTORY_MEASURES)
    measures = with_ends(measures, outputs.read_table(PAIRS, files.pairs, *order))
    known_walks = tables.read_table(files.known_walks, KNOWN_WALKS)
    compared = compare_paths(measures, params.pairs_of, known_walks)
    tables.write_table(compared, snakemake.output[0], PATH_COMPARISON)
