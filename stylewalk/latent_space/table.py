"""The latent table: one row per artwork, its latent as a list of fixed size.

Apart from :mod:`stylewalk.latent_space.encoding`, so that what only reads latents need not wait for
torch.
"""

import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float, Float32

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

COLUMNS = ("id", "class", "split")


def write_latents(
    path: str | os.PathLike[str],
    artworks: pd.DataFrame,
    batches: Iterable[Float[np.ndarray, "_ dimensions"]],
) -> None:
    """Write the latent table as Parquet, one row group per batch: whole, or not at all.

    Args:
        path: the file.
        artworks: ``id``, ``class`` and ``split`` of each latent, in the order of the latents.
        batches: (B, d) arrays, as :func:`encode` gives them.

    Raises:
        StylewalkError: not one finite latent of the same size for each artwork.
    """
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        raise StylewalkError("There are no latents to write: the data set has no artworks.")
    schema = _schema(first.shape[1])
    options: dict[str, Any] = {"compression": "zstd", "use_dictionary": ["class", "split"]}
    options["write_page_checksum"] = True  # a flipped bit would else read as another latent
    start = 0
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, **options) as writer:
        for batch in itertools.chain([first], batches):
            rows = artworks.iloc[start : start + len(batch)]
            writer.write_table(_table(rows, batch, schema))
            start += len(batch)
        if start != len(artworks):
            raise StylewalkError(f"{len(artworks)} artworks but {start} latents: one for each.")


def _schema(size: int) -> pa.Schema:
    """Columns of a latent table with latents of this size."""
    latent = pa.list_(pa.field("item", pa.float32(), nullable=False), size)
    return pa.schema(
        [("id", pa.int64()), ("class", pa.string()), ("split", pa.string()), ("latent", latent)]
    )


def _table(rows: pd.DataFrame, batch: np.ndarray, schema: pa.Schema) -> pa.Table:
    """One row group."""
    latent_type = schema.field("latent").type
    if len(rows) != len(batch) or batch.shape[1] != latent_type.list_size:
        raise StylewalkError(
            f"A batch of latents has the shape {batch.shape}; expected one of "
            f"{latent_type.list_size} numbers for each of {len(rows)} artworks."
        )
    if not np.isfinite(batch).all():
        raise StylewalkError(
            "A latent holds a value that is no finite number: train the model again with a lower "
            "training.learning_rate."
        )
    flat = pa.array(np.ascontiguousarray(batch, np.float32).ravel())
    latents = pa.FixedSizeListArray.from_arrays(flat, type=latent_type)
    columns = [pa.array(rows[name].to_numpy(), schema.field(name).type) for name in COLUMNS]
    return pa.Table.from_arrays([*columns, latents], schema=schema)


def read_latents(
    path: str | os.PathLike[str],
) -> tuple[pd.DataFrame, Float32[np.ndarray, "artworks dimensions"]]:
    """Read a latent table.

    Returns:
        A frame with ``id``, ``class`` and ``split``, and the latents (N, d) float32, row by row.

    Raises:
        StylewalkError: the file is absent, damaged, or no latent table.
    """
    path = Path(path)
    advice = "Delete it and run again: the workflow encodes the artworks again."
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise StylewalkError(f"{path} cannot be read as latents ({error}). {advice}") from error
    names = table.schema.names
    kind = table.schema.field("latent").type if "latent" in names else pa.null()
    floats = pa.types.is_fixed_size_list(kind) and kind.value_type == pa.float32()
    if not floats or names != [*COLUMNS, "latent"] or table.schema.field("id").type != pa.int64():
        raise StylewalkError(
            f"{path} is no table of latents: it has the columns {names}, expected "
            f"{[*COLUMNS, 'latent']} with lists of one size of 32-bit floats. {advice}"
        )
    column = table["latent"].combine_chunks()
    flat = column.flatten().to_numpy(zero_copy_only=False)
    if not len(table) or len(flat) != len(table) * kind.list_size or not np.isfinite(flat).all():
        raise StylewalkError(
            f"{path} holds no latents, or some that are no finite numbers. {advice}"
        )
    latents = flat.reshape(len(table), kind.list_size)
    return table.select(list(COLUMNS)).to_pandas(), latents
