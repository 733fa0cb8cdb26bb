"""Weigh each claim of the report on the tables of this study."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import claims, tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.claims import CLAIMS, CLAIMS_BESIDE
    from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_STYLE_LOSS
    from stylewalk.claims.weighing import Evidence, find_roles
    from stylewalk.data.brightness import brightness
    from stylewalk.style.metrics import learns
    from stylewalk_workflow import outputs

    params, files = snakemake.params, snakemake.input
    single = {name: paths for name, paths in files.items() if isinstance(paths, str)}
    # A list, as a study may have none.
    single.update(("latent_sizes", path) for path in files.latent_sizes)
    images = open_images(single.pop("images"))
    evidence = {n: tables.read_table(path, outputs.table_of(n)) for n, path in single.items()}
    order = params.models, list(params.experiments), params.seeds
    evidence["pairs"] = outputs.read_table(PAIRS, files.pairs, *order)
    # One file at a time, since most rows are of single layers.
    losses = (tables.read_table(path, TRAJECTORY_STYLE_LOSS) for path in files.style_loss)
    evidence["trajectory_style_loss"] = pd.concat(
        [frame[frame["layer"] == "total"] for frame in losses], ignore_index=True
    )
    evidence["brightness"] = brightness(images)
    kinds = params.metrics, params.paths
    study = find_roles(params.models), params.classes, params.experiments
    about = Evidence(evidence, *study, *kinds)
    tables.write_table(claims.weigh(about), snakemake.output.claims, CLAIMS)
    learnt = [name for name, settings in params.metrics.items() if learns(settings)]
    beside = claims.weigh_beside(about, learnt)
    tables.write_table(beside, snakemake.output.claims_beside, CLAIMS_BESIDE)
