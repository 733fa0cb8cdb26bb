"""Draw the figures of the data."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.plots import dataset

    dataset.draw(
        tables.read_table(snakemake.input.artworks, tables.ARTWORKS),
        np.load(snakemake.input.images, mmap_mode="r"),
        snakemake.params.classes,
        Path(snakemake.output[0]).parent,
        snakemake.params.procedural,
    )
