"""Draw the figures of the data."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.plots import dataset

    files, params = snakemake.input, snakemake.params
    artworks = tables.read_table(files.artworks, tables.ARTWORKS)
    dataset.draw(
        artworks,
        open_images(files.images, count=len(artworks)),
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
    )
