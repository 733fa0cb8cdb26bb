"""Try the verdicts on simulated studies that are this one without any shape."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.catalogue.trajectories import FALSE_VERDICTS, PAIRS, TRAJECTORY_STYLE_LOSS
    from stylewalk.trajectories.null_verdicts import false_verdicts
    from stylewalk.trajectories.sharing import with_ends
    from stylewalk_workflow import outputs

    params, files = snakemake.params, snakemake.input
    losses = tables.gather(files.style_loss, TRAJECTORY_STYLE_LOSS)
    losses = losses[(losses["metric"] == params.metric) & (losses["layer"] == "total")]
    order = params.models, params.experiments, params.seeds
    losses = with_ends(losses, outputs.read_table(PAIRS, files.pairs, *order))
    verdicts = [
        false_verdicts(
            part, params.confirmatory, params.flat_within, params.seed, params.nulls
        ).assign(metric=params.metric, path=path, split=split)
        for (path, split), part in losses.groupby(["path", "split"], sort=False)
    ]
    tables.write_table(pd.concat(verdicts, ignore_index=True), snakemake.output[0], FALSE_VERDICTS)
