"""Draw the emoji of the study's hands out of npm packages, which are fetched where they lack."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    from stylewalk.data.emoji.collection import draw_collection
    from stylewalk.progress import progress_bar

    params, output = snakemake.params, snakemake.output
    draw_collection(
        params.packages,
        archive=output.images,
        metadata=output.metadata,
        record=output.record,
        classes=params.classes,
        per_class=params.per_class,
        seed=params.seed,
        size=params.image_size,
        progress=progress_bar("Draw", terminal),
    )
