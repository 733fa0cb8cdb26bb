"""Paint the procedural pictures of the embedded default."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk.painter import paint_collection

    paint_collection(
        snakemake.output.images,
        snakemake.output.metadata,
        per_class=snakemake.params.per_class,
        classes=snakemake.params.classes,
        seed=snakemake.params.seed,
        size=snakemake.params.image_size,
    )
