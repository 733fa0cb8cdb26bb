"""What style metrics take from the study's artworks: scales of layers, statistics of channels."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.randomness import generator
    from stylewalk.style import metrics, validity
    from stylewalk.training import devices
    from stylewalk_workflow import watched_files

    params, files = snakemake.params, snakemake.input
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    # Of the training split: what a metric is then judged on may be of the other.
    rows = artworks.index[artworks["split"] == "training"].to_numpy()
    rows = generator(params.seed, "metrics").permutation(rows)[: params.judged]
    judged = validity.sample(artworks, params.judged, generator(params.seed, "judged artworks"))
    unseen = artworks[validity.unseen(artworks, judged)]
    unseen = unseen.iloc[generator(params.seed, "learn").permutation(len(unseen))]
    fitted = {}
    for name, settings in params.metrics.items():
        given = (images, unseen) if metrics.learns(settings) else (images[rows],)
        fitted[name] = metrics.fit(settings, files.style_network[0], device, *given)
    for name, record in params.files_records.items():
        watched_files.keep_file(params.metrics[name]["file"], record)
    metrics.write_fitted(snakemake.output.fitted, fitted)
    devices.record(snakemake.output.machine, device)
