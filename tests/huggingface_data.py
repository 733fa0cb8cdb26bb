"""Data sets in the formats of the Hugging Face hub, written to disk."""

import io
from pathlib import Path

import datasets
import numpy as np
from PIL import Image

CLASSES = ["Baroque", "Cubism", "Realism"]
SETTINGS = {
    "revision": None,
    "configuration": None,
    "split": "train",
    "image_column": "image",
    "artist_column": None,
    "title_column": None,
    "date_column": None,
    "shuffle_buffer": 0,
}


def encoded(number: int, size: int = 16, kind: str = "PNG") -> bytes:
    """A picture of its own for each number."""
    pixels = np.random.default_rng(number).integers(0, 256, (size, size, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def paintings(count: int, labelled: bool = True, **columns: list) -> datasets.Dataset:
    """Rows whose class is a ClassLabel or a text, in turn; columns may be replaced or added."""
    labels = [number % len(CLASSES) for number in range(count)]
    values = {
        "image": [{"bytes": encoded(number), "path": None} for number in range(count)],
        "style": labels if labelled else [CLASSES[label] for label in labels],
        "artist": [number % 2 for number in range(count)],
        **columns,
    }
    known = {
        "image": datasets.Image(),
        "style": datasets.ClassLabel(names=CLASSES) if labelled else datasets.Value("string"),
        "artist": datasets.ClassLabel(names=["rembrandt", "juan-gris"]),
    }
    other = {name: datasets.Value("string") for name in columns if name not in known}
    return datasets.Dataset.from_dict(values, features=datasets.Features(known | other))


def write_parquet(data: datasets.Dataset, folder: Path, shards: int = 1) -> list[Path]:
    """A folder as the hub has it: Parquet files of a split."""
    (folder / "data").mkdir(parents=True)
    paths = [folder / f"data/train-{i:05d}-of-{shards:05d}.parquet" for i in range(shards)]
    for number, path in enumerate(paths):
        data.shard(shards, number, contiguous=True).to_parquet(path)
    return paths
