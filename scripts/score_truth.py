"""Walks of every model between pictures of which it is known what lies between them."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    import numpy as np

    from stylewalk import tables
    from stylewalk.catalogue import truth as words
    from stylewalk.catalogue.truth import INTERPOLATION_TRUTH, TRUE_WALKS, TRUTH_DIFFERENCES
    from stylewalk.data import sources
    from stylewalk.files import atomic
    from stylewalk.latent_space import encoding, table
    from stylewalk.progress import progress_bar
    from stylewalk.style import metrics
    from stylewalk.training import devices, loop
    from stylewalk.trajectories import truth
    from stylewalk.trajectories.paths.space import Space

    params, files, output = snakemake.params, snakemake.input, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    source = sources.load(params.dataset)
    rows, strips = [], [np.zeros((1, 1, 1, 3), np.uint8)]
    progress = progress_bar("Walks with truth", terminal, lambda: "models")
    if hasattr(source, "true_walks"):
        walks = source.true_walks(params.dataset, params.walks, params.steps)
        fitted = metrics.read_fitted(files.fitted) if params.metrics else {}
        by = metrics.build_all(params.metrics, files.style_network[0], device, fitted)
        blended = truth.blends(walks.images)
        rows += truth.rows(blended, walks, words.ORIGINALS, params.seeds[0], words.BLEND)
        rows += truth.rows(walks.images, walks, words.ORIGINALS, params.seeds[0], words.TRUTH)
        strips = [walks.images[0], encoding.to_bytes(blended[0])]
    for number, (model, seed) in enumerate(params.trained):
        artworks, latents = table.read_latents(files.latents[number])
        trained = loop.load_weights(files.weights[number])
        space = Space(trained, latents, artworks["class"], by, device)
        walked = truth.walk_all(walks, params.paths, space)
        for path, images in walked.items():
            rows += truth.rows(images, walks, model, seed, path)
        if seed == params.seeds[0]:
            strips.append(encoding.to_bytes(walked[next(iter(params.paths))][0]))
        progress(number + 1, len(params.trained))
    measured = truth.table_of(rows)
    tables.write_table(measured, output.true_walks, TRUE_WALKS)
    summary = truth.summarise(measured, params.dataset["seed"])
    tables.write_table(summary, output.interpolation_truth, INTERPOLATION_TRUTH)
    differences = truth.compare(measured, list(dict.fromkeys(m for m, _ in params.trained)))
    tables.write_table(differences, output.truth_differences, TRUTH_DIFFERENCES)
    with atomic(output.true_strips) as path:
        np.save(path, np.stack(strips))
    devices.record(output.machine, device)
