"""Draw the figures of the data."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.plots import dataset

    files, params = snakemake.input, snakemake.params
    dataset.draw(
        tables.read_table(files.artworks, tables.ARTWORKS),
        np.load(files.images, mmap_mode="r"),
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
    )
