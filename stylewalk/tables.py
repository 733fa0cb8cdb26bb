"""How tables are written, read and checked; the catalogue says which there are.

Every table is tidy: one row per observation. Files that end in ``.parquet`` are intermediates;
files that end in ``.csv`` are for people.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from stylewalk import csv_cells
from stylewalk.catalogue.outputs import Table
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}


def arrow_schema(table: Table) -> pa.Schema:
    """The columns of a table as an Arrow schema."""
    return pa.schema([(name, _TYPES[kind]) for name, (kind, _) in table.columns.items()])


def conform(frame: pd.DataFrame, schema: Table) -> pa.Table:
    """The frame as an Arrow table with exactly the schema's columns, in the schema's order.

    Raises:
        StylewalkError: a column is missing, is left over, or does not hold the schema's type.
    """
    missing = [name for name in schema if name not in frame.columns]
    surplus = [name for name in frame.columns if name not in schema]
    if missing or surplus:
        raise StylewalkError(
            f"The table of {schema.title} has other columns than expected: "
            f"missing {missing or 'none'}, left over {surplus or 'none'}."
        )
    try:
        return pa.Table.from_pandas(
            frame[list(schema)], schema=arrow_schema(schema), preserve_index=False
        ).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise StylewalkError(
            f"The table of {schema.title} holds a wrong type: {error.args[0]}"
        ) from error


def write_table(frame: pd.DataFrame, path: str | os.PathLike[str], schema: Table) -> None:
    """Write a table as Parquet or CSV, by the path's suffix: whole, or not at all."""
    table = conform(frame, schema)
    with atomic(path) as temporary:
        if Path(path).suffix == ".csv":
            # Arrow's own writer quotes the header and every text.
            csv_cells.write(table.to_pandas(integer_object_nulls=True), temporary)
        else:
            # Checksums, since a flipped bit would else read as another number.
            pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)


def read_table(path: str | os.PathLike[str], schema: Table) -> pd.DataFrame:
    """Read a table that :func:`write_table` wrote and check its columns.

    Raises:
        StylewalkError: the file is absent, damaged, or has other columns or types than the schema.
    """
    path = Path(path)
    try:
        if path.suffix == ".csv":
            types = {field.name: field.type for field in arrow_schema(schema)}
            options = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=False)
            parsing = pa_csv.ParseOptions(newlines_in_values=True)
            table = pa_csv.read_csv(path, convert_options=options, parse_options=parsing)
        else:
            table = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise StylewalkError(
            f"{path} cannot be read as a table of {schema.title} ({error}). "
            "Delete it and run again: the workflow makes it again."
        ) from error
    if table.schema.names != list(schema):
        raise StylewalkError(
            f"{path} has the columns {table.schema.names}, expected {list(schema)} "
            f"(table of {schema.title}). Delete it and run again: the workflow makes it again."
        )
    wrong = [
        field.name for field in arrow_schema(schema) if table.schema.field(field.name) != field
    ]
    if wrong:
        raise StylewalkError(
            f"{path} holds a wrong type in the columns {wrong} (table of {schema.title}). "
            "Delete it and run again: the workflow makes it again."
        )
    # Nullable integers keep an unknown year an integer column.
    nullable = {pa.int64(): pd.Int64Dtype()}
    frame = table.to_pandas()
    for field in table.schema:
        if field.type in nullable and table[field.name].null_count:
            frame[field.name] = pd.array(table[field.name].to_pylist(), dtype="Int64")
    if path.suffix == ".csv":
        texts = [field.name for field in arrow_schema(schema) if field.type == pa.string()]
        frame = frame.assign(**{name: csv_cells.unescaped(frame[name]) for name in texts})
    return frame


def gather(paths: Iterable[str | os.PathLike[str]], schema: Table) -> pd.DataFrame:
    """The rows of several tables of one schema, one below the other, in the paths' order."""
    return pd.concat([read_table(path, schema) for path in paths], ignore_index=True)


def of_metric(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The rows of one metric, where a table has several; any other table as it is."""
    if "metric" not in table:
        return table
    return table[table["metric"] == metric].reset_index(drop=True)
