"""Bring the style network into the store that studies share, and link the study's file to it."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk_workflow import style_store, watched_files

    stored = style_store.bring(
        snakemake.params.name,
        snakemake.params.weights,
        sources=snakemake.params.sources,
        folder=style_store.FOLDER,
        sha256=snakemake.params.sha256,
    )
    style_store.link(stored, snakemake.output[0])
    if snakemake.params.weights_file:
        watched_files.keep_file(snakemake.params.weights, snakemake.params.weights_record)
