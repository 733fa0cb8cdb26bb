"""Filter the metadata to the study's classes, and read years out of free-text dates."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.dataset import read_metadata, select_artworks
    from stylewalk.metadata import list_folder

    params, passed = snakemake.params, []
    if snakemake.input.images:
        (metadata, passed), class_column = list_folder(snakemake.input.images), "class"
        passed = [passed[passed["class"].isin(params.classes)]]
    else:
        metadata = read_metadata(
            snakemake.input.metadata, params.class_column, is_escaped=params.is_fetched
        )
        class_column = params.class_column
    selected, rejected = select_artworks(
        metadata, params.classes, class_column, params.per_class, params.seed
    )
    rejected = pd.concat([rejected, *passed], ignore_index=True)[list(tables.REJECTED)]
    tables.write_table(rejected, snakemake.output.rejected, tables.REJECTED)
    tables.write_table(selected, snakemake.output.selected, tables.SELECTED)
