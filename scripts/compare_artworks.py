"""Compare the style of a sample of artworks, pair by pair."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORK_STYLE_LOSS, ARTWORKS, CLASS_STYLE_LOSS
    from stylewalk.style import network as style
    from stylewalk.style import similarity
    from stylewalk.training import devices

    params = snakemake.params
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    network = style.load_network(
        snakemake.input.style_network[0], params.layers, params.tap, params.pooling
    )
    artworks = tables.read_table(snakemake.input.artworks, ARTWORKS)
    sample = similarity.sample_artworks(
        artworks, params.classes, params.style_similarity["per_class"], params.seed
    )
    images = open_images(snakemake.input.images, count=len(artworks))
    pairs, spread = similarity.compare(network, images, sample, params.layer_weights, device)
    tables.write_table(pairs, snakemake.output.artwork_style_loss, ARTWORK_STYLE_LOSS)
    tables.write_table(spread, snakemake.output.class_style_loss, CLASS_STYLE_LOSS)
    devices.record(snakemake.output.machine, device)
