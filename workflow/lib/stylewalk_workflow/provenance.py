"""The record of a run: what it was made with, and the content of every file that came out.

Nothing in it changes from one run to the next on the same machine: no date, no duration, no name
of a folder outside the config. So two records differ only where two runs may differ, and
:mod:`stylewalk_workflow.differences` says in words where that is.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy

from stylewalk.errors import StylewalkError
from stylewalk.training import processor
from stylewalk_workflow.differences import FORMAT

#: The packages that have a say in a study's numbers or pictures.
PACKAGES = (
    "stylewalk", "snakemake", "torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas",
    "pyarrow", "umap-learn", "Pillow", "matplotlib", "seaborn",
)  # fmt: skip
_ADVICE = "Delete it and run again: the workflow makes it again."
_NUMBERS_AT_ONCE = 1 << 22


def record(
    config: Mapping[str, Any],
    sources: Mapping[str, str],
    jobs: Iterable[str | os.PathLike[str]],
    stages: Mapping[str, str | Iterable[str]],
    folder: str | os.PathLike[str],
) -> dict[str, Any]:
    """The record of a finished run.

    Args:
        config: the completed config.
        sources: fingerprint of the source that each script reaches, by the script.
        jobs: what each job on a device says of itself, files of
            :func:`stylewalk.training.devices.record`.
        stages: the files of each stage of the pipeline, both in the pipeline's order.
        folder: the results folder, from which the files' names are given.

    Returns:
        ``format``; ``versions`` and ``machine`` that the last job of the run found; ``config`` and
        its ``config_sha256``; ``sources``; ``jobs`` (a job's facts by its file); and ``data``, for
        each stage the content hash of each file.

    Raises:
        StylewalkError: a file is absent or damaged.
    """
    # At the top in any order, below in the schema's; the order of models is that of the tables.
    config = {key: config[key] for key in sorted(config)}
    return {
        "format": FORMAT,
        "versions": _versions(),
        "machine": _machine(),
        "config": config,
        "config_sha256": hashlib.sha256(_canonical(config)).hexdigest(),
        "sources": dict(sorted(sources.items())),
        "jobs": {_name(path, folder): _read_job(path) for path in jobs},
        "data": {
            stage: {_name(path, folder): content_hash(path) for path in _paths(files)}
            for stage, files in stages.items()
        },
    }


def _versions() -> dict[str, str]:
    """The versions of Python and of :data:`PACKAGES`, by name."""
    versions = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _machine() -> dict[str, str]:
    """The processor, the operating system, and who multiplies matrices outside torch."""
    return {"processor": processor.processor(), "system": platform.platform(), "BLAS": _blas()}


def _blas() -> str:
    """The library of linear algebra that NumPy and SciPy were built with: scipy brings its own."""
    libraries = {}
    for package in (np, scipy):
        blas = package.show_config(mode="dicts")["Build Dependencies"]["blas"]
        libraries[package.__name__] = f"{blas.get('name')} {blas.get('version')}"
    return ", ".join(f"{text} ({name})" for name, text in libraries.items())


def _canonical(facts: Any) -> bytes:
    """The one JSON text of some facts."""
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=True).encode()


def _paths(files: str | Iterable[str]) -> list[str]:
    return [files] if isinstance(files, str) else list(files)


def _name(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> str:
    """A file's path inside the results folder; what lies elsewhere goes by its name alone."""
    path = Path(path)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _read_job(path: str | os.PathLike[str]) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StylewalkError(
            f"{path} does not say what a job ran on ({error}). {_ADVICE}"
        ) from error
    return record


def content_hash(path: str | os.PathLike[str]) -> str:
    """SHA-256, as 64 hexadecimal digits, of what a file holds.

    Of Parquet: the columns' names and types and their values, whatever the compression, the row
    groups and the library's version. Of ``.npy``: type, shape and values. Of others: the bytes.

    Raises:
        StylewalkError: the file is absent or damaged, or has a column of an unknown type.
    """
    path = Path(path)
    try:
        if path.suffix == ".parquet":
            return _parquet_hash(path)
        if path.suffix == ".npy":
            return _array_hash(np.load(path, mmap_mode="r", allow_pickle=False))
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, EOFError, pa.ArrowException) as error:
        raise StylewalkError(f"{path} cannot be read ({error}). {_ADVICE}") from error


def _array_hash(array: np.ndarray) -> str:
    digest = hashlib.sha256(_canonical([array.dtype.str, array.shape]))
    flat = array.reshape(-1)
    for start in range(0, len(flat), _NUMBERS_AT_ONCE):
        digest.update(_little_endian(flat[start : start + _NUMBERS_AT_ONCE]))
    return digest.hexdigest()


def _little_endian(values: np.ndarray) -> bytes:
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()


def _parquet_hash(path: Path) -> str:
    """Read piece by piece: a table of latents need not fit the memory."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        kinds = [_kind(field, path) for field in schema]
        sums = [_ColumnHash() for _ in schema]
        for batch in file.iter_batches():
            for column, values in zip(sums, batch.columns, strict=True):
                column.add(values)
        head = [schema.names, kinds, file.metadata.num_rows]
    return hashlib.sha256(_canonical([head, [column.digests() for column in sums]])).hexdigest()


def _kind(field: pa.Field, path: Path) -> str:
    """A column's type in words that do not change with the version of Arrow."""
    kind = field.type
    if pa.types.is_fixed_size_list(kind) and pa.types.is_floating(kind.value_type):
        return f"{kind.list_size} {kind.value_type}"
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string)
    if any(is_kind(kind) for is_kind in plain):
        return str(kind)
    raise StylewalkError(
        f"{path}: the column '{field.name}' holds {kind}, of which Stylewalk makes no tables. "
        f"{_ADVICE}"
    )


class _ColumnHash:
    """The values of one column, which may come in pieces of any size.

    Which values are null, how long texts are, and the values themselves are summed apart, so that
    the pieces leave no trace.
    """

    def __init__(self) -> None:
        self._nulls, self._lengths, self._values = (hashlib.sha256() for _ in range(3))

    def add(self, column: pa.Array) -> None:
        self._nulls.update(column.is_null().to_numpy(zero_copy_only=False).tobytes())
        if pa.types.is_string(column.type):
            texts = [(text or "").encode() for text in column.to_pylist()]
            self._lengths.update(_little_endian(np.array([len(text) for text in texts], np.int64)))
            self._values.update(b"".join(texts))
            return
        if pa.types.is_fixed_size_list(column.type):
            column = column.flatten()
        # What lies behind a null is left to chance.
        filled = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
        self._values.update(_little_endian(filled.to_numpy(zero_copy_only=False)))

    def digests(self) -> list[str]:
        return [part.hexdigest() for part in (self._nulls, self._lengths, self._values)]
