"""Draw pictures from a few numbers each, so that what lies between two of them is known."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    from stylewalk.data.rendered.collection import render_collection
    from stylewalk.progress import progress_bar

    render_collection(
        snakemake.params.kind,
        snakemake.output.images,
        snakemake.output.metadata,
        per_class=snakemake.params.per_class,
        classes=snakemake.params.classes,
        seed=snakemake.params.seed,
        size=snakemake.params.image_size,
        progress=progress_bar("Draw", terminal),
    )
