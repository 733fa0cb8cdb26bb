"""Pictures that are left out, each with its reason, among good ones."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bad_input.case import Case, cut, unsafe_pickle
from stylewalk import tables
from stylewalk.catalogue.data import REJECTED
from stylewalk.data.packing import pack_images
from stylewalk.data.selection import select_artworks
from stylewalk_workflow import style_loss

GOOD = [f"{name}{number}.png" for name in "AB" for number in range(3)]


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG whose header promises what it likes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    end = chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + end


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header promises a size that its few bytes do not hold."""
    blob = bytearray(picture("JPEG"))
    place = blob.index(b"\xff\xc0") + 5
    blob[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(blob)


def gif_of(width: int, height: int) -> bytes:
    """A GIF whose first frame is larger than its canvas."""
    blob = bytearray(picture("GIF", "L"))
    place = blob.index(b"\x2c", 13 + 3 * 256) + 5
    blob[place : place + 4] = struct.pack("<HH", width, height)
    return bytes(blob)


def text_bomb() -> bytes:
    """A PNG with a text that unpacks to 20 million letters."""
    blob = picture("PNG")
    packer = zlib.compressobj()
    packed = b"".join(packer.compress(b"a" * 1_000_000) for _ in range(20)) + packer.flush()
    return blob[:33] + chunk(b"zTXt", b"k\0\0" + packed) + blob[33:]


def nan_tiff() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((4, 4), np.nan, np.float32)).save(buffer, "TIFF")
    return buffer.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((4, 4, 3), np.uint8))
    return buffer.getvalue()


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def picture_case(name: str, what: str, content: object, kind: str, reason: str) -> Case:
    """Six good pictures and a seventh, which is given as bytes or made at its path."""

    def run(folder: Path, out: Path) -> pd.DataFrame:
        images = folder / "images"
        images.mkdir()
        Image.new("RGB", (20, 20)).save(folder / "secret.png")
        for file in GOOD:
            Image.new("RGB", (20, 16), (50, 100, 200)).save(images / file)
        made = content() if content in MAKERS else content
        if isinstance(made, bytes):
            (images / "x.jpg").write_bytes(made)
        elif made is not None:
            made(images / "x.jpg")
        rows = pd.DataFrame({"class": [*"AAABBBA"], "new_filename": [*GOOD, "x.jpg"]})
        rows = rows.assign(artist="", title="", date="", content="", content_group="")
        selected, _ = select_artworks(rows, ["A", "B"], "class", None, 0)
        packed, artworks, rejected = pack_images(selected, images, 16, "crop", 0.3, 0, 0.5)
        assert artworks["filename"].tolist() == GOOD  # the good ones are kept, and no other
        assert packed.reshape(-1, 3).tolist() == [[50, 100, 200]] * (6 * 16 * 16)
        tables.write_table(rejected, out / "rejected.parquet", REJECTED)
        return rejected

    return Case(name, what, run, ("x.jpg", kind, reason), is_rejected=True)


MAKERS = (text_bomb, nan_tiff, npy, unsafe_pickle)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
BIG = "more than the 200,000,000 allowed"
PICTURES = [
    ("absent", "a file that is not there", None, "missing", "no such file"),
    ("zero_bytes", "an empty file", b"", "unreadable", "empty or no image"),
    ("text", "a text", b"no picture at all", "unreadable", "no image"),
    ("svg", "a drawing", SVG, "unreadable", "no image"),
    ("eps", "a program for Ghostscript", EPS, "unreadable", "no image"),
    ("pickle", "a pickle", unsafe_pickle, "unreadable", "no image"),
    ("array", "an array of NumPy", npy, "unreadable", "no image"),
    ("png_bomb", "60,000 x 60,000 in few bytes", png(60000, 60000, b""), "too_large", BIG),
    ("jpeg_bomb", "the same as JPEG", jpeg_of(65000, 65000), "too_large", BIG),
    ("gif_bomb", "a frame larger than its canvas", gif_of(65535, 65535), "too_large", BIG),
    ("ppm_bomb", "the same as PPM", b"P6\n60000 60000\n255\n", "too_large", BIG),
    ("text_bomb", "20 MB of text in a PNG", text_bomb, "unreadable", "too large"),
    ("no_pixels", "0 pixels wide", png(0, 10, b""), "unreadable", "no image"),
    ("few_rows", "fewer pixels than promised", png(99, 99, b"\0" * 99), "unreadable", "truncated"),
    ("nan_pixels", "pixels that are not numbers", nan_tiff, "unreadable", "no finite numbers"),
    ("folder", "a folder of this name", Path.mkdir, "unreadable", "it is no file"),
    ("pipe", "a pipe, which waits for ever", os.mkfifo, "unreadable", "it is no file"),
    ("broken_link", "a link to nothing", link("nothing"), "missing", "no such file"),
    ("loop", "a link to itself", link("x.jpg"), "path", "cannot be followed"),
    ("secret", "a link out of the folder", link("../secret.png"), "path", "leads out"),
    ("device", "a link to a device", link("/dev/zero"), "path", "leads out"),
    *(
        (f"cut_{kind.lower()}", "cut short", cut(picture(kind, mode), 0.5), "unreadable", "it is ")
        for kind, mode in (("JPEG", "RGB"), ("PNG", "RGB"), ("TIFF", "RGB"), ("BMP", "RGB"))
    ),
]


def pipe_of_the_command(folder: Path, out: Path) -> None:
    """``stylewalk style-loss`` opens what it is given, wherever it lies."""
    os.mkfifo(folder / "p.jpg")
    style_loss._decode([str(folder / "p.jpg")] * 2, 16)


CASES = [
    *(picture_case("picture_" + name, *line) for name, *line in PICTURES),
    Case("command_pipe", "a pipe on the command line", pipe_of_the_command, ("p.jpg", "no file")),
]
