"""Many small pictures in few files: sprite sheets as WebP."""

import io
import itertools
from collections.abc import Iterable, Iterator

import numpy as np
from jaxtyping import UInt8
from PIL import Image

# ASSUME: 64 pixels at most because that is what the models see in most studies, and 5,000 pictures
# then take 10 MB.
_LARGEST_TILE = 64
COLUMNS = 32
# A sheet of 32 x 32 tiles of 64 pixels is 2,048 pixels high, which every phone can hold.
PER_SHEET = COLUMNS * 32
_QUALITY = 80


def tile_size(image_size: int) -> int:
    """Height and width of a tile, in pixels."""
    return min(image_size, _LARGEST_TILE)


def shrink(
    images: UInt8[np.ndarray, "*shape side side 3"], size: int
) -> UInt8[np.ndarray, "*shape {size} {size} 3"]:
    """Pictures at the size of a tile."""
    if images.shape[-2] == size:
        return np.asarray(images)
    flat = images.reshape(-1, *images.shape[-3:])
    small = [
        Image.fromarray(image).resize((size, size), Image.Resampling.LANCZOS) for image in flat
    ]
    return np.stack([np.asarray(image) for image in small]).reshape(
        *images.shape[:-3], size, size, 3
    )


def place(number: int) -> tuple[int, int, int]:
    """Sheet, row and column of a picture by its number."""
    sheet, rest = divmod(number, PER_SHEET)
    return (sheet, *divmod(rest, COLUMNS))


def sheets(images: Iterable[UInt8[np.ndarray, "side side 3"]]) -> Iterator[bytes]:
    """Pictures of one size, row by row, in as many WebP files as are needed; see :func:`place`."""
    left = iter(images)
    while taken := list(itertools.islice(left, PER_SHEET)):
        part = np.stack(taken)
        rows = -(-len(part) // COLUMNS)
        grid = np.zeros((rows * COLUMNS, *part.shape[1:]), np.uint8)
        grid[: len(part)] = part
        yield strip_sheet(grid.reshape(rows, COLUMNS, *part.shape[1:]))


def strip_sheet(tiles: UInt8[np.ndarray, "rows columns side side 3"]) -> bytes:
    """Tiles as one WebP file."""
    rows, columns, size = tiles.shape[:3]
    picture = tiles.transpose(0, 2, 1, 3, 4).reshape(rows * size, columns * size, 3)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", quality=_QUALITY, method=5)
    return buffer.getvalue()
