"""Decode the selected pictures into one array, and split them into training and validation."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    import json
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from stylewalk import tables
    from stylewalk.catalogue.data import ARTWORKS, DUPLICATES, REJECTED, SELECTED
    from stylewalk.data.duplicates import settle
    from stylewalk.data.packing import pack_images
    from stylewalk.files import atomic
    from stylewalk.progress import progress_bar
    from stylewalk_workflow import watched_files

    params = snakemake.params
    selected = tables.read_table(snakemake.input.selected, SELECTED)
    left_out = tables.read_table(snakemake.input.metadata_rejected, REJECTED)
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
        left_out=left_out,
        rows=json.loads(Path(snakemake.input.rows).read_text(encoding="utf-8"))["rows"],
    )
    settled = settle(
        images,
        artworks,
        selected,
        params.duplicates,
        params.validation_fraction,
        params.seed,
        params.split_by,
    )
    images, artworks = settled.images, settled.artworks
    rejected = pd.concat([left_out, rejected, settled.dropped], ignore_index=True)
    rejected = rejected.sort_values("row")
    tables.write_table(settled.table, snakemake.output.duplicates, DUPLICATES)
    tables.write_table(rejected, snakemake.output.rejected, REJECTED)
    tables.write_table(artworks, snakemake.output.artworks, ARTWORKS)
    with atomic(snakemake.output.images) as path:
        np.save(path, images)
    # No declared output: Snakemake would delete what says which files are still the same.
    if Path(snakemake.input.images).is_dir():
        watched_files.keep(
            snakemake.input.images, selected["filename"], params.picture_files_record
        )
    else:
        watched_files.keep_file(snakemake.input.images, params.picture_files_record)
