"""Filter the metadata to the study's classes, and read years out of free-text dates."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.catalogue.data import REJECTED, SELECTED
    from stylewalk.data.metadata import list_folder, read_metadata
    from stylewalk.data.rejected import check_left_out
    from stylewalk.data.selection import select_artworks
    from stylewalk.files import write_json
    from stylewalk_workflow import watched_files

    params, passed = snakemake.params, []
    if snakemake.input.images:
        where, class_column = snakemake.input.images, "class"
        metadata, passed_over = list_folder(where)
        passed = [passed_over[passed_over["class"].isin(params.classes)]]
    else:
        where, class_column = snakemake.input.metadata, params.class_column
        metadata = read_metadata(where, class_column, params.is_fetched, *params.content_columns)
    selected, rejected = select_artworks(
        metadata, params.classes, class_column, params.per_class, params.seed
    )
    rows = int(metadata[class_column].isin(params.classes).sum()) + sum(map(len, passed))
    rejected = pd.concat([rejected, *passed], ignore_index=True)[list(REJECTED)]
    # What the metadata alone rule out stops the run before any picture is decoded.
    check_left_out(rejected, rows, where, params.max_rejected_share)
    tables.write_table(rejected, snakemake.output.rejected, REJECTED)
    tables.write_table(selected, snakemake.output.selected, SELECTED)
    write_json(snakemake.output.rows, {"rows": rows})
    if params.metadata_file:
        watched_files.keep_file(snakemake.input.metadata, params.metadata_record)
