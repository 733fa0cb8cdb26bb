"""Draw the figure of artworks that look alike across classes, and unlike within one."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.plots import similarity

    files, params = snakemake.input, snakemake.params
    artworks = tables.read_table(files.artworks, tables.ARTWORKS)
    similarity.draw(
        tables.read_table(files.pairs, tables.ARTWORK_STYLE_LOSS),
        tables.read_table(files.spread, tables.CLASS_STYLE_LOSS),
        artworks,
        open_images(files.images, count=len(artworks)),
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
    )
