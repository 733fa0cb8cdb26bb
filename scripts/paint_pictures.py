"""Paint the procedural pictures of the embedded default."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    from stylewalk.data.painter.collection import paint_collection
    from stylewalk.progress import progress_bar

    paint_collection(
        snakemake.output.images,
        snakemake.output.metadata,
        per_class=snakemake.params.per_class,
        classes=snakemake.params.classes,
        seed=snakemake.params.seed,
        size=snakemake.params.image_size,
        progress=progress_bar("Paint", terminal),
    )
