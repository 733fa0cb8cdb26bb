"""Fetch the pictures of a Hugging Face data set, no more than the study asks for."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    from stylewalk.data.huggingface.fetching import fetch
    from stylewalk.progress import progress_bar
    from stylewalk_workflow import watched_files

    params, output = snakemake.params, snakemake.output
    fetch(
        params.settings,
        params.class_column,
        params.classes,
        params.per_class,
        params.seed,
        archive=output.images,
        metadata=output.metadata,
        record=output.record,
        progress=progress_bar("Fetch", terminal),
    )
    for folder in snakemake.input.get("folder", []):
        watched_files.keep(folder, watched_files.files_below(folder), params.files_record)
