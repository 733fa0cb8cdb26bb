"""Write the page in which a person walks through the latent spaces by hand."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.explorer import page
    from stylewalk.files import atomic

    files, params = snakemake.input, snakemake.params
    study = page.Study(**{name: getattr(params, name) for name in page.Study.__annotations__})
    made = {}
    for model, *paths in zip(
        params.models,
        files.components,
        files.maps,
        files.clusters,
        files.neighbours,
        files.variance,
        strict=True,
    ):
        made[model] = page.Made(
            tables.gather(paths[:2], tables.LATENT_MAP),
            tables.read_table(paths[2], tables.ARTWORK_CLUSTERS),
            tables.read_table(paths[3], tables.NEIGHBOURS),
            tables.read_table(paths[4], tables.PCA_VARIANCE),
        )
    # The files of walks run over experiments, then models.
    walks = zip(files.pairs, files.style_loss, files.measures, files.walked, strict=True)
    keys = [(name, model) for name in params.walks for model in params.models]
    runs = {
        key: (
            tables.read_table(pairs, tables.PAIRS),
            tables.read_table(losses, tables.TRAJECTORY_STYLE_LOSS),
            tables.read_table(measures, tables.TRAJECTORY_MEASURES),
            open_images(images, dimensions=5),
        )
        for key, (pairs, losses, measures, images) in zip(keys, walks, strict=True)
    }
    artworks = tables.read_table(files.artworks, tables.ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    shapes = tables.read_table(files.shapes, tables.PROFILE_SHAPES)
    with atomic(snakemake.output[0]) as path:
        text = page.render(study, artworks, images, made, runs, shapes)
        path.write_text(text, encoding="utf-8")
