"""Write the page in which a person walks through the latent spaces by hand."""

from stylewalk_workflow.script import job

with job(snakemake):
    from pathlib import Path

    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.trajectories import PROFILE_SHAPES
    from stylewalk.data.further_columns import further_columns
    from stylewalk.explorer import decoders, naming, page, reading, style, vectors
    from stylewalk.files import atomic
    from stylewalk.latent_space.table import read_latents
    from stylewalk.training import loop

    files, params = snakemake.input, snakemake.params
    study = page.Study(**{name: getattr(params, name) for name in page.Study.__annotations__})
    of_models = (files.components, files.maps, files.clusters, files.neighbours, files.variance)
    made = {
        model: reading.read_made(*paths)
        for model, *paths in zip(params.models, *of_models, strict=True)
    }
    # The files of trajectories run over experiments, then models.
    of_trajectories = (files.pairs, files.style_loss, files.measures, files.decoded)
    keys = [(name, model) for name in params.walks for model in params.models]
    runs = {
        key: reading.read_trajectories(*paths, params.metric)
        for key, *paths in zip(keys, *of_trajectories, strict=True)
    }
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    shapes = tables.of_metric(tables.read_table(files.shapes, PROFILE_SHAPES), params.metric)
    pairs = [naming.read_ids(path) for path in files.pair_ids]
    more = further_columns(files.metadata, artworks["filename"], params.columns)
    known = vectors.of_artworks(artworks, more, study.classes, params.drawn_by)

    def decoded_by(ids, places):
        latents = [read_latents(path)[1] for path in files.latents]
        towards = [vectors.of_latents(points, known) for points in latents]
        weights = [loop.load_weights(path) for path in files.weights]
        return decoders.of_models(weights, [points[ids] for points in latents], places, towards)

    chosen = sum(pairs, ()) or ((), "")
    beside = snakemake.output.get("pictures")
    if beside:
        Path(beside).mkdir(parents=True)
    with atomic(snakemake.output.page) as path:
        shown = (study, artworks, images, made, runs, shapes, *chosen, decoded_by)
        network = style.of_network(files.style_network[0])
        text = page.render(*shown, Path(beside) if beside else None, network)
        path.write_text(text, encoding="utf-8")
