"""Train one model with one seed."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    import importlib
    from pathlib import Path

    from stylewalk import tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import EPOCH_LOSSES
    from stylewalk.training import checkpoints, devices, loop
    from stylewalk.training.epoch_log import EpochLog
    from stylewalk_workflow import watched_files

    wildcards, params = snakemake.wildcards, snakemake.params
    # No declared output: Snakemake would delete it before it runs the job again.
    folder = Path(snakemake.output.weights).with_name("checkpoints")
    checkpoint = checkpoints.Checkpoint(folder, params.get("source", ""))
    artworks = tables.read_table(snakemake.input.artworks, ARTWORKS)
    device, dtype = devices.choose(params.training["precision"])
    devices.keep_freed_memory()
    what = f"{wildcards.model}, seed {wildcards.seed}"
    perceptual = None
    if network := snakemake.input.get("network"):
        # By its name: where it is not asked for, no change of the style network trains again.
        module = importlib.import_module("stylewalk.style.perceptual")
        perceptual = module.PerceptualError(network, device)
    log = EpochLog(params.training["epochs"], what, terminal)
    model, losses = loop.train(
        open_images(snakemake.input.images, count=len(artworks)),
        artworks["class"].map(params.classes.index).to_numpy(),
        *rows_of_splits(artworks["split"].to_numpy()).values(),
        settings=params.settings,
        training=params.training,
        seed=int(wildcards.seed),
        device=device,
        threads=snakemake.threads,
        progress=log.progress,
        on_epoch=log.on_epoch,
        name=wildcards.model,
        checkpoint=checkpoint,
        perceptual=perceptual,
    )
    losses = losses.assign(model=wildcards.model, seed=int(wildcards.seed))
    for path, record in params.files_records.values():
        watched_files.keep_file(path, record)
    tables.write_table(losses, snakemake.output.losses, EPOCH_LOSSES)
    loop.save_weights(model, snakemake.output.weights)
    devices.record(snakemake.output.machine, device, dtype)
    checkpoint.remove()
