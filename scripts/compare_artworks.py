"""Compare the style of a sample of artworks, pair by pair."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORK_STYLE_LOSS, ARTWORKS, CLASS_STYLE_LOSS
    from stylewalk.style import metrics, similarity
    from stylewalk.training import devices

    params, output = snakemake.params, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    fitted = metrics.read_fitted(snakemake.input.fitted).get(params.metric_name)
    metric = metrics.build(params.metric, snakemake.input.style_network[0], device, fitted)
    artworks = tables.read_table(snakemake.input.artworks, ARTWORKS)
    per_class = params.style_similarity["per_class"]
    sample = similarity.sample_artworks(artworks, params.classes, per_class, params.seed)
    images = open_images(snakemake.input.images, count=len(artworks))
    pairs, spread = similarity.compare(metric, images, sample)
    tables.write_table(pairs, output.artwork_style_loss, ARTWORK_STYLE_LOSS)
    tables.write_table(spread, output.class_style_loss, CLASS_STYLE_LOSS)
    devices.record(output.machine, device)
