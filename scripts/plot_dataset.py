"""Draw the figures of the data."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.plots import dataset, likeness

    files, params = snakemake.input, snakemake.params
    artworks = tables.read_table(files.artworks, tables.ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    about = params.classes, Path(snakemake.output[0]).parent, params.procedural
    dataset.draw(artworks, images, *about)
    pairs = tables.read_table(files.likeness, tables.ARTWORK_STYLE_LOSS)
    spread = tables.read_table(files.spread, tables.CLASS_STYLE_LOSS)
    likeness.draw(pairs, spread, artworks, images, *about)
