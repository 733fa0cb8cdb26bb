"""Draw the figure of artworks that look alike across classes, and unlike within one."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.plots import likeness

    files, params = snakemake.input, snakemake.params
    likeness.draw(
        tables.read_table(files.pairs, tables.ARTWORK_STYLE_LOSS),
        tables.read_table(files.spread, tables.CLASS_STYLE_LOSS),
        tables.read_table(files.artworks, tables.ARTWORKS),
        np.load(files.images, mmap_mode="r"),
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
    )
