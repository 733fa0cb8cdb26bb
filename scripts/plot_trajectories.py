"""Draw the figures of trajectories: profiles, their shapes, and decoded strips."""

import itertools
from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.plots import strips, trajectories

    params, files = snakemake.params, snakemake.input
    walks = itertools.product(params.experiments, params.models)
    runs = {
        walk: (
            tables.read_table(pairs, tables.PAIRS),
            tables.read_table(style_loss, tables.TRAJECTORY_STYLE_LOSS),
            open_images(images, dimensions=5),
        )
        for walk, pairs, style_loss, images in zip(
            walks, files.pairs, files.style_loss, files.images, strict=True
        )
    }
    trajectories.draw(
        tables.read_table(files.style_profiles, tables.STYLE_PROFILES),
        tables.read_table(files.profile_shapes, tables.PROFILE_SHAPES),
        strips.gather(runs, tables.read_table(files.artworks, tables.ARTWORKS)),
        params.models,
        params.classes,
        params.experiments,
        Path(snakemake.output[0]).parent,
        params.procedural,
        params.flat_within,
    )
