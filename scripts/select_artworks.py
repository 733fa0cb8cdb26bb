"""Filter the metadata to the study's classes, and read years out of free-text dates."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.dataset import read_folder, read_metadata, select_artworks

    params = snakemake.params
    if snakemake.input.images:
        metadata, class_column = read_folder(snakemake.input.images), "class"
    else:
        metadata = read_metadata(
            snakemake.input.metadata, params.class_column, is_escaped=params.is_fetched
        )
        class_column = params.class_column
    selected, rejected = select_artworks(
        metadata, params.classes, class_column, params.per_class, params.seed
    )
    tables.write_table(rejected, snakemake.output.rejected, tables.REJECTED)
    tables.write_table(selected, snakemake.output.selected, tables.SELECTED)
