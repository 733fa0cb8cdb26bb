"""Kinds of picture files by their suffixes: those that are read, and what to do about others."""

import functools
import importlib.util
import os
from collections import Counter
from collections.abc import Iterable

READ = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".tif", ".tiff", ".bmp", ".dib"),
    *(".gif", ".mpo", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".qoi"),
)
_JPEG2000 = (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx")
_HEIF = (".heic", ".heif", ".hif", ".heics", ".heifs")
_AVIF = (".avif", ".avifs")
_RAW = (
    *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef"),
    *(".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".rwl", ".sr2", ".srf"),
    *(".srw", ".x3f"),
)
_DRAWINGS = (".svg", ".svgz", ".eps", ".ps", ".ai", ".wmf", ".emf", ".cdr")
_OTHERS = (
    *(".psd", ".psb", ".xcf", ".kra", ".ora", ".clip", ".tga", ".pcx", ".pict", ".pct", ".sgi"),
    *(".ras", ".xbm", ".xpm", ".dds", ".exr", ".hdr", ".fits", ".fit", ".fts", ".dcm", ".djvu"),
    *(".jxl", ".jxr", ".wdp", ".hdp", ".bpg", ".flif", ".jpm", ".jng", ".icns"),
)

_SIGNS = {  # in the first bytes
    **{b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n": ".png", b"GIF8": ".gif", b"WEBP": ".webp"},
    **{b"II*\0": ".tif", b"MM\0*": ".tif", b"jP  \r\n": ".jp2", b"qoif": ".qoi"},
    **dict.fromkeys((b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1"), ".heic"),
    **{b"ftypavif": ".avif", b"JXL \r\n": ".jxl", b"8BPS": ".psd"},
}


def suffix(name: str) -> str:
    """The suffix of a file's name, in small letters."""
    return os.path.splitext(name)[1].lower()


def why_unread(name: str) -> str | None:
    """Why a picture file cannot be read here, by its name; None where it can, or is no picture."""
    return _why(suffix(name))


@functools.cache
def _why(kind: str) -> str | None:
    if kind in _HEIF and importlib.util.find_spec("pillow_heif") is None:
        return f"{kind} is read with one more package: pip install '.[heif]' in the checkout"
    if kind in _AVIF and not _is_built_in("avif"):
        return f"{kind} is read with a newer Pillow: pip install '.[heif]' in the checkout"
    if kind in _JPEG2000 and not _is_built_in("jpg_2000"):
        return f"{kind} is not read by this Pillow: install one from PyPI, or save it as .png"
    if kind in _RAW:
        return f"{kind} holds a camera's raw data, which are not read: develop it to .jpg or .tif"
    if kind in _DRAWINGS:
        return f"{kind} is a drawing and holds no pixels: save it as .png"
    if kind in _OTHERS:
        return f"pictures of the kind {kind} are not read: save it as .png or .jpg"
    return None


def by_content(start: bytes) -> str | None:
    """The suffix that a file should have by its first bytes; None where it seems no picture."""
    return next((kind for sign, kind in _SIGNS.items() if sign in start), None)


def why_misnamed(start: bytes) -> str | None:
    """Why a file whose name is no picture's is passed over, if it holds a picture."""
    kind = by_content(start)
    return kind and (
        why_unread(f"x{kind}") or f"it holds a {kind} picture: rename it so that it ends so"
    )


def _is_built_in(feature: str) -> bool:
    from PIL import features

    return bool(features.check(feature))


def is_read(name: str) -> bool:
    """Whether a file is a picture of a kind that is read here, by its name."""
    kind = suffix(name)
    return kind in READ or (kind in (*_HEIF, *_AVIF, *_JPEG2000) and _why(kind) is None)


def summary(names: Iterable[str]) -> str:
    """How many files there are of each suffix: ``12 .heic, 3 .psd``."""
    counts = Counter(map(suffix, names))
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
