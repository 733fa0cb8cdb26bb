"""Decode the selected pictures into one array, and split them into training and validation."""

from stylewalk.doorway import doorway

with doorway(snakemake) as terminal:
    import numpy as np
    import pandas as pd

    from stylewalk import listing, tables
    from stylewalk.dataset import pack_images
    from stylewalk.files import atomic
    from stylewalk.progress import progress_bar

    params = snakemake.params
    selected = tables.read_table(snakemake.input.selected, tables.SELECTED)
    images, artworks, rejected = pack_images(
        selected,
        snakemake.input.images,
        size=params.image_size,
        fit=params.fit,
        validation_fraction=params.validation_fraction,
        seed=params.seed,
        max_rejected_share=params.max_rejected_share,
        progress=progress_bar("Decode", terminal),
        threads=snakemake.threads,
    )
    earlier = tables.read_table(snakemake.input.metadata_rejected, tables.REJECTED)
    rejected = pd.concat([earlier, rejected], ignore_index=True).sort_values("row")
    tables.write_table(rejected, snakemake.output.rejected, tables.REJECTED)
    tables.write_table(artworks, snakemake.output.artworks, tables.ARTWORKS)
    with atomic(snakemake.output.images) as path:
        np.save(path, images)
    # No declared output: Snakemake would delete what tells which files are still the same.
    listing.keep(snakemake.input.images, selected["filename"], params.picture_files_record)
