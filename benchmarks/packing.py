"""Packing photographs of 12 megapixels into small squares, beside the plain loop of Pillow.

Ours decodes a JPEG at an eighth of its size where twice the target allows, on both cores.
"""

import os
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks import rounds
from stylewalk.catalogue.data import SELECTED
from stylewalk.data.packing import pack_images

COUNT, WIDTH, HEIGHT, SIZE = 16, 4000, 3000, 64


def photographs(folder: Path) -> list[str]:
    """JPEG files with broad shapes, fine texture and the noise of a sensor."""
    rng = np.random.default_rng(0)
    names = []
    for number in range(COUNT):
        broad = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        picture = np.asarray(
            Image.fromarray(broad).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.int16
        )
        noise = rng.normal(0, 6, (HEIGHT, WIDTH, 1)).astype(np.int16)
        names.append(f"{number}.jpg")
        pixels = (picture + noise).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / names[-1], quality=90)
    return names


def selected(names: list[str]) -> pd.DataFrame:
    """The table that packing takes."""
    frame = pd.DataFrame({"row": range(len(names)), "filename": names})
    frame["class"] = np.where(frame["row"] % 2 == 0, "a", "b")
    for column in SELECTED:
        if column not in frame:
            frame[column] = pd.NA if column in ("year", "century") else ""
    return frame[list(SELECTED)]


def main() -> None:
    arguments = rounds.arguments(__doc__)
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "photographs"
        folder.mkdir()
        names = photographs(folder)
        archive = Path(temporary) / "photographs.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for name in names:
                file.write(folder / name, name)
        artworks = selected(names)

        def ours(images: Path) -> float:
            start = time.perf_counter()
            pack_images(artworks, images, SIZE, "stretch", 0.2, 0, 0.0, threads=cores)
            return COUNT / (time.perf_counter() - start)

        def pillow() -> float:
            start = time.perf_counter()
            result = np.empty((COUNT, SIZE, SIZE, 3), np.uint8)
            for place, name in enumerate(names):
                with Image.open(folder / name) as image:
                    small = image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.LANCZOS)
                    result[place] = np.asarray(small)
            return COUNT / (time.perf_counter() - start)

        rows = []
        for name, images in (("pack_images", folder), ("pack_images_zip", archive)):
            way = lambda images=images: ours(images)  # noqa: E731
            rows += rounds.measure(name, "images/s", way, {"pillow": pillow}, arguments.rounds)
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
