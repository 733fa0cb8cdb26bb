"""Walks in pixels of which it is known what happens on them, scored and measured as models' are."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.trajectories import KNOWN_WALKS
    from stylewalk.data.painter.collection import paint_morphs
    from stylewalk.pixels import mean_picture
    from stylewalk.randomness import generator
    from stylewalk.style import metrics
    from stylewalk.training import devices
    from stylewalk.trajectories.measures import measure_known_walks

    params, files = snakemake.params, snakemake.input
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    fitted = metrics.read_fitted(files.fitted)
    made = metrics.build_all(params.metrics, files.style_network[0], device, fitted)
    rows = generator(params.seed, "known walks").permutation(len(images))
    pairs = min(params.pairs, len(images) // 2)
    ends = images[rows[: 2 * pairs]].reshape(pairs, 2, *images.shape[1:])
    mean = 255 * mean_picture(images, artworks.index.to_numpy())
    morphs = paint_morphs(params.painted, params.seed, params.steps, images.shape[1])
    measured = measure_known_walks(made, ends, mean, params.steps, params.scored, morphs)
    tables.write_table(measured, snakemake.output.known_walks, KNOWN_WALKS)
    devices.record(snakemake.output.machine, device)
