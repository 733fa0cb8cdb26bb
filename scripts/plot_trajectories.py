"""Draw the figures of trajectories."""

import itertools
from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.plots import dissolve, spread, strips, trajectories

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
    names = (
        "style_profiles",
        "profile_shapes",
        "trajectory_measures",
        "shape_rho",
        "control_tests",
    )
    read = {name: tables.read_table(files[name], getattr(tables, name.upper())) for name in names}
    order = params.models, params.classes, params.experiments
    where = Path(snakemake.output[0]).parent, params.procedural
    shown = strips.gather(runs, tables.read_table(files.artworks, tables.ARTWORKS))
    profiles, shapes, *measures = read.values()
    trajectories.draw(profiles, shapes, shown, *order, *where, params.flat_within)
    spread.draw(profiles, *order, *where)
    dissolve.draw(*measures, *order, *where)
