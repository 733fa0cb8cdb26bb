"""Mean style-loss profiles with intervals, and what shape they have."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.profiles import summarise

    losses = tables.gather(snakemake.input, tables.TRAJECTORY_STYLE_LOSS)
    profiles, shapes = summarise(
        losses,
        snakemake.params.profiles["bootstrap"],
        snakemake.params.profiles["flat_within"],
        snakemake.params.seed,
    )
    tables.write_table(profiles, snakemake.output.profiles, tables.STYLE_PROFILES)
    tables.write_table(shapes, snakemake.output.shapes, tables.PROFILE_SHAPES)
