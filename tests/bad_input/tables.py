"""Tables and arrays that the workflow keeps between jobs: damaged, foreign, or never whole."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bad_input.case import Case, Unsafe, cut, flipped, unsafe_pickle
from stylewalk import tables
from stylewalk.arrays import open_images, read_images
from stylewalk.catalogue.models import LATENT_SIZES
from stylewalk.latent_space.table import read_latents, write_latents

AGAIN = "Delete it and run again"
SCHEMA = LATENT_SIZES
ROWS = pd.DataFrame(
    {
        "model": ["AE", "VAE"] * 50,
        "seed": 0,
        "latent_size": 8,
        "split": "training",
        "term": "kl",
        "value": np.linspace(0, 1, 100),
    }
)
ARTWORKS = pd.DataFrame({"id": range(20), "class": ["A", "B"] * 10, "split": "training"})
LATENTS = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32)
PICTURES = np.random.default_rng(0).integers(0, 256, (9, 16, 16, 3)).astype(np.uint8)

READERS: dict[str, Callable] = {
    "table.parquet": lambda path: tables.read_table(path, SCHEMA),
    "table.csv": lambda path: tables.read_table(path, SCHEMA),
    "latents.parquet": read_latents,
    "images.npy": lambda path: open_images(path, count=9),
    "pictures.npz": lambda path: read_images(path, "originals", "reconstructions"),
}
WRITERS: dict[str, Callable] = {
    "table.parquet": lambda path: tables.write_table(ROWS, path, SCHEMA),
    "table.csv": lambda path: tables.write_table(ROWS, path, SCHEMA),
    "latents.parquet": lambda path: write_latents(path, ARTWORKS, [LATENTS]),
    "images.npy": lambda path: np.save(path, PICTURES),
    "pictures.npz": lambda path: np.savez(path, originals=PICTURES, reconstructions=PICTURES),
}


def read(name: str, what: str, file: str, make: Callable, *expected: str) -> Case:
    """A file that ``make`` writes at its path, given to the reader of files of its name."""

    def run(folder: Path, out: Path) -> None:
        make(folder / file)
        READERS[file](folder / file)

    return Case(name, what, run, (file, *expected, AGAIN))


def damaged(name: str, what: str, file: str, damage: Callable[[bytes], bytes]) -> Case:
    """A good file whose bytes were then changed."""

    def make(path: Path) -> None:
        WRITERS[file](path)
        path.write_bytes(damage(path.read_bytes()))

    return read(name, what, file, make)


def write(name: str, what: str, run: Callable, *expected: str) -> Case:
    """Something that is no table, given to a writer with a path in the outputs' folder."""
    return Case(name, what, lambda folder, out: run(out / "written.parquet"), expected)


def parquet(column: str, values: Sequence | None) -> Callable[[Path], None]:
    """The table with one column replaced, or without it."""

    def make(path: Path) -> None:
        table = tables.conform(ROWS, SCHEMA)
        place = table.schema.names.index(column)
        table = table.remove_column(place)
        pq.write_table(table if values is None else table.add_column(place, column, values), path)

    return make


def latents(values: pa.Array, rows: int = 20) -> Callable[[Path], None]:
    """A latent table with this column."""

    def make(path: Path) -> None:
        table = pa.Table.from_pandas(ARTWORKS[:rows], preserve_index=False)
        pq.write_table(table.append_column("latent", values), path)

    return make


def lists(values: np.ndarray) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def csv(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text, encoding="utf-8")


def array(value: object) -> Callable[[Path], None]:
    """An array of NumPy; one of objects is pickled."""

    def make(path: Path) -> None:
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=True)
        path.write_bytes(buffer.getvalue())

    return make


def with_nan(values: np.ndarray) -> np.ndarray:
    changed = values.copy()
    changed[3, 1] = np.nan
    return changed


HEADER = ",".join(SCHEMA) + "\n"
NULLS = pa.array([None, *LATENTS[1:].tolist()], pa.list_(pa.float32(), 8))
NPZ, NPY, CSV, LATENT = "pictures.npz", "images.npy", "table.csv", "latents.parquet"
OBJECTS = np.array([Unsafe()], object)
READ = [
    ("csv_lacking", "a column too few", CSV, csv("model,seed\nAE,0\n"), "['model', 'seed']"),
    ("csv_text", "a text for a number", CSV, csv(HEADER + "A,x,8,t,kl,1\n"), "invalid value 'x'"),
    ("csv_huge", "beyond 64 bits", CSV, csv(HEADER + f"A,{10**30},8,t,kl,1\n"), "int64"),
    ("csv_short", "a row cut short", CSV, csv(HEADER + "A,1\n"), "Expected 6 columns, got 2"),
    ("csv_empty", "nothing in it", CSV, csv(""), "Empty CSV"),
    ("lacking", "a column too few", "table.parquet", parquet("seed", None), "has the columns"),
    ("type", "texts for numbers", "table.parquet", parquet("seed", pa.array(["x"] * 100)), "seed"),
    ("bytes", "bytes", "table.parquet", parquet("model", pa.array([b"\xff"] * 100)), "model"),
    ("pickle", "a pickle", "table.parquet", lambda p: p.write_bytes(unsafe_pickle()), "Parquet"),
    ("folder", "a folder", "table.parquet", Path.mkdir, "columns"),
    ("latents_nan", "NaN", LATENT, latents(lists(with_nan(LATENTS))), "no finite numbers"),
    ("latents_null", "a latent is missing", LATENT, latents(NULLS), "no finite numbers"),
    ("latents_wide", "64 bits", LATENT, latents(lists(LATENTS.astype(float))), "32-bit floats"),
    ("latents_sizes", "of any size", LATENT, latents(pa.array(LATENTS.tolist())), "one size"),
    ("latents_none", "no rows", LATENT, latents(lists(LATENTS)[:0], 0), "holds no latents"),
    ("npy_objects", "pickled objects", NPY, array(OBJECTS), "cannot be read", "Python objects"),
    ("npy_pickle", "a pickle", NPY, lambda p: p.write_bytes(unsafe_pickle()), "cannot be read"),
    ("npy_floats", "floats", NPY, array(PICTURES.astype(float)), "float64", "expected uint8"),
    ("npy_shape", "grey pictures", NPY, array(PICTURES[..., 0]), "(9, 16, 16)", "expected uint8"),
    ("npy_few", "a picture too few", NPY, array(PICTURES[:8]), "8 pictures, expected 9"),
    ("npy_none", "no picture", NPY, array(PICTURES[:0]), "holds no pictures"),
    ("npy_zip", "an archive", NPY, lambda p: WRITERS[NPZ](p.open("wb")), "holds no pictures"),
    ("npz_array", "a bare array", NPZ, array(PICTURES), "cannot be read"),
    ("npz_lacking", "an array too few", NPZ, lambda p: np.savez(p, originals=PICTURES), "recons"),
    ("npz_objects", "pickled objects", NPZ,
     lambda p: np.savez(p, originals=OBJECTS, reconstructions=OBJECTS), "cannot be read"),
]  # fmt: skip
WRITE = [
    ("lacking", "a column too few", lambda p: tables.write_table(ROWS[["model"]], p, SCHEMA),
     "losses of the last epoch", "missing ['seed'"),
    ("type", "texts for numbers", lambda p: tables.write_table(ROWS.assign(seed="x"), p, SCHEMA),
     "losses of the last epoch", "wrong type"),
    ("nan", "a latent that is NaN", lambda p: write_latents(p, ARTWORKS, [with_nan(LATENTS)]),
     "no finite number", "lower training.learning_rate"),
    ("few", "fewer latents than artworks", lambda p: write_latents(p, ARTWORKS, [LATENTS[:7]]),
     "20 artworks but 7 latents", "one for each"),
    ("late_nan", "NaN after a good batch",
     lambda p: write_latents(p, ARTWORKS, [LATENTS[:10], with_nan(LATENTS[10:])]),
     "no finite number", "lower training.learning_rate"),
    ("none", "no latents", lambda p: write_latents(p, ARTWORKS[:0], []),
     "no latents to write", "no artworks"),
]  # fmt: skip
CASES = [
    *(read("table_" + name, *line) for name, *line in READ),
    *(write("written_" + name, *line) for name, *line in WRITE),
    *(
        damaged(f"cut_{file}_{share}", "cut short", file, lambda blob, s=share: cut(blob, s))
        for file in WRITERS
        if file != CSV  # a CSV cut between two rows is a CSV
        for share in (0, 0.1, 0.5, 1)
    ),
    *(
        damaged(
            f"bit_{file}_{share}", "a bit flipped", file, lambda blob, s=share: flipped(blob, s)
        )
        for file in ("table.parquet", LATENT, NPZ)
        for share in (0.1, 0.2, 0.3, 0.5)
    ),
]
