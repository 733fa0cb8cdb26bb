"""Samples, neighbours, attribute vectors and analogies of every model, beside those of pixels."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    import numpy as np

    from stylewalk import catalogue, tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.data.further_columns import further_columns
    from stylewalk.files import atomic
    from stylewalk.latent_space.table import read_latents
    from stylewalk.progress import progress_bar
    from stylewalk.training import classifier, devices, loop
    from stylewalk.trajectories import attributes, latent_tasks

    params, files, output = snakemake.params, snakemake.input, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    gathered, seed = latent_tasks.Gathered(), params.seed
    if params.trained:
        artworks = tables.read_table(files.artworks, ARTWORKS)
        more = further_columns(files.metadata, artworks["filename"], params.columns)
        study = latent_tasks.Study(
            open_images(files.images, count=len(artworks)),
            artworks,
            latent_tasks.known_columns(artworks, more),
            tuple(rows_of_splits(artworks["split"].to_numpy()).values()),
            classifier.load(files.networks, device),
            seed,
            device,
        )
        gathered.show(latent_tasks.originals(study))
        pixels = latent_tasks.of_pixels(study)
        # Beside the models of the first seed, which page and figures show.
        gathered.add(pixels, attributes.PIXELS, params.trained[0][1], True)
    progress = progress_bar("Samples and attributes", terminal, lambda: "models")
    for number, (model, of_seed) in enumerate(params.trained):
        _, latents = read_latents(files.latents[number])
        trained = loop.load_weights(files.weights[number])
        one = latent_tasks.of_model(study, trained, latents, pixels)
        gathered.add(one, model, of_seed, of_seed == params.trained[0][1])
        progress(number + 1, len(params.trained))
    for name in gathered.rows:
        tables.write_table(gathered.table(name), output[name], catalogue.TABLES[name])
    for name in gathered.strips:
        with atomic(output[f"{name}_strips"]) as path:
            np.save(path, gathered.array(name))
    devices.record(output.machine, device)
