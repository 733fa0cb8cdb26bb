"""One picture file in, one small RGB square out, whatever the file holds."""

import contextlib
import functools
import io
import os
import threading
from typing import Literal, get_args

import numpy as np
from jaxtyping import UInt8
from PIL import Image, UnidentifiedImageError

from stylewalk.data.picture_files import Undecodable
from stylewalk.data.picture_kinds import by_content, why_unread
from stylewalk.errors import StylewalkError

# Readers that only decode pixels, and know their files by the first bytes: others of Pillow's run
# programs (EPS), fetch more files, or take anything for theirs (TGA).
_FORMATS = (
    *("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO", "PPM", "JPEG2000", "AVIF", "QOI"),
    "HEIF",  # of the package pillow-heif
)
Fit = Literal["stretch", "crop"]
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_opening = threading.Lock()


def decode(
    path: str | os.PathLike[str] | io.BytesIO, size: int, fit: Fit, max_pixels: int = 200_000_000
) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """Decode a picture and bring it to a square.

    The first frame is taken, the EXIF orientation applied, transparency laid over white, 16-bit
    grey brought to 8 bits. Colour profiles are not applied.

    Args:
        path: file of an image, or its content: JPEG, PNG, WebP, TIFF, BMP, GIF and the like.
        size: height and width of the result, in pixels. A picture that has it is left untouched.
        fit: ``stretch`` squashes the whole picture, ``crop`` takes its central square first.
        max_pixels: width times height above which a picture is refused, from its header alone.

    Returns:
        uint8 RGB array (size, size, 3).

    Raises:
        Undecodable: the file is no image, is damaged, or is too large.
    """
    if fit not in get_args(Fit):
        raise StylewalkError(f"fit is {fit!r}, expected 'stretch' or 'crop'.")
    if isinstance(path, str | os.PathLike) and _is_special(path):
        raise Undecodable("unreadable", "it is no file")  # to open a pipe would wait for ever
    try:
        with _open(path) as image:
            _check_size(image, max_pixels)
            _draft(image, 2 * size)
            image.load()
            return np.array(_square(_rgb(_upright(image)), size, fit))
    except Undecodable:
        raise
    except UnidentifiedImageError as error:
        if why := _why_unread(path):
            raise Undecodable("format", why) from error
        raise Undecodable("unreadable", "it is empty or no image that can be read") from error
    except MemoryError as error:
        raise Undecodable("too_large", "decoding it needs more memory than there is") from error
    except Exception as error:  # on a damaged file, Pillow's readers raise nearly everything
        raise Undecodable("unreadable", _words(error)) from error


def _is_special(path: str | os.PathLike[str]) -> bool:
    """Whether it is a pipe or a device."""
    return os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path))


def _open(path: str | os.PathLike[str] | io.BytesIO) -> Image.Image:
    """Read the header.

    Pillow's own limit (a warning or an error, by a global) steps aside for ``max_pixels``.
    """
    with _opening:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            return Image.open(path, formats=_formats())
        finally:
            Image.MAX_IMAGE_PIXELS = limit


@functools.cache
def _formats() -> list[str]:
    """Those that this Pillow and its plugins read."""
    Image.init()
    with contextlib.suppress(ImportError):  # an extra
        import pillow_heif

        pillow_heif.register_heif_opener()
    return [name for name in _FORMATS if name in Image.OPEN]  # WebP, AVIF: where built in


def _why_unread(path: str | os.PathLike[str] | io.BytesIO) -> str | None:
    """Why a picture is of a kind that is not read, by its first bytes, whatever its name."""
    if isinstance(path, str | os.PathLike):
        with open(path, "rb") as file:
            kind = by_content(file.read(16))
    else:
        path.seek(0)
        kind = by_content(path.read(16))
    return kind and why_unread(f"x{kind}")


def kind_of(data: bytes) -> str | None:
    """Pillow's name of a picture's kind, by its first bytes; None where it is none that is read."""
    try:
        with _open(io.BytesIO(data)) as image:
            return image.format
    except Exception:  # on a damaged file, Pillow's readers raise nearly everything
        return None


def _check_size(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise Undecodable(
            "too_large",
            f"{width:,} x {height:,} pixels, more than the {max_pixels:,} allowed",
        )


def _draft(image: Image.Image, least: int) -> None:
    """Let a JPEG decoder shrink by 2, 4 or 8, as long as both sides stay at least this long.

    Several times faster, and twice the target keeps what the Lanczos filter needs.
    """
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (least, least))


def _upright(image: Image.Image) -> Image.Image:
    """Turn a picture as its EXIF orientation asks."""
    # After load(): the TIFF reader turns by itself and then drops the tag.
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG)
    except Exception:  # a damaged EXIF block is no reason to lose its picture
        orientation = None
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    """The picture in 8-bit RGB, over white where it is transparent."""
    if image.mode in _SIXTEEN_BITS:
        # ASSUME: mode I holds 16 bits because that is how Pillow reads some 16-bit PNG and TIFF.
        values = np.asarray(image).clip(0, 65535).astype(np.uint16)
        image = Image.fromarray((values // 257 + (values % 257 > 128)).astype(np.uint8))
    elif image.mode == "F":
        # ASSUME: floats run from 0 to 1 or, where any exceeds 1, from 0 to 255 because files
        # do not say.
        values = np.asarray(image)
        if not np.isfinite(values).all():
            raise Undecodable("unreadable", "it holds values that are no finite numbers")
        scale = 255 if values.max() <= 1 else 1
        image = Image.fromarray((values * scale).clip(0, 255).round().astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    # Adobe's inverted CMYK is already turned round by Pillow's JPEG reader.
    # ASSUME: colour profiles are ignored because most files carry none and 64 pixels forgive it.
    return image.convert("RGB")


def _square(image: Image.Image, size: int, fit: Fit) -> Image.Image:
    if fit == "crop":
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    if image.size == (size, size):
        return image
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _words(error: Exception) -> str:
    """The error for a table: no path, no type name unless there is nothing else."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return f"it is damaged: {str(error) or type(error).__name__}"
