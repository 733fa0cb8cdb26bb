"""Many paintings: files with their metadata, and a contact sheet to look at."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from PIL import Image, ImageDraw, ImageFont

from stylewalk.data.painter import STYLES
from stylewalk.data.painter.picture import (
    CONTENTS,
    check_known,
    draw_scene,
    paint_morph,
    paint_scene,
)
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.progress import Progress

# The columns of Painter by Numbers, and the number of the scene.
COLUMNS = (
    "artist", "date", "genre", "pixelsx", "pixelsy", "size_bytes", "source", "style", "title",
    "artist_group", "in_train", "new_filename", "scene",
)  # fmt: skip
_BEYOND = 1_000_000  # the first number of a scene that no collection has
_JPEG: dict[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}


def paint_collection(
    folder_images: str | Path,
    metadata: str | Path,
    per_class: int,
    classes: Sequence[str] = STYLES,
    seed: int = 0,
    size: int = 64,
    progress: Progress | None = None,
) -> None:
    """Paint ``per_class`` scenes, each in every style asked for, and write them as JPEG files.

    Scene i has content ``CONTENTS[i % 6]`` and is the same in all styles, so that a class holds
    no content that another class lacks.

    Args:
        folder_images: where ``<style>-<scene>.jpg`` go; made if absent.
        metadata: CSV in the columns of Painter by Numbers plus ``scene``, written last. There,
            ``genre`` is the content, ``date`` blank.
        per_class: number of scenes. classes: some of :data:`STYLES`, each once.
        seed: of all draws. size: pixels along an edge.
        progress: called with (pictures painted, pictures in all) after each scene.

    Raises:
        StylewalkError: an unknown or repeated class, or fewer than one scene.
    """
    _check(per_class, classes)
    folder = Path(folder_images)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(per_class):
        content = CONTENTS[number % len(CONTENTS)]
        scene = draw_scene(content, seed, number, size)
        for style in classes:
            path = folder / file_name(style, number)
            picture = paint_scene(scene, style, seed, number, size)
            with atomic(path) as temporary:
                Image.fromarray(picture).save(temporary, **_JPEG)
            rows.append(_row(path, style, content, number, size))
        if progress:
            progress(len(rows), per_class * len(classes))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["style", "scene"])
    with atomic(metadata) as temporary:
        frame.to_csv(temporary, index=False)


def file_name(style: str, number: int) -> str:
    """The name of the file of a scene in a style."""
    return f"{style.lower()}-{number:05d}.jpg"


def paint_morphs(
    classes: Sequence[str], seed: int, steps: int, size: int, each: int = 3
) -> UInt8[np.ndarray, "morphs points {size} {size} 3"] | None:
    """Scenes by the sea, painted while the sun moves and the boats sail.

    Args:
        classes: styles, each of which paints ``each`` scenes of its own; none gives None.
        seed, size: as of :func:`paint_collection`, none of whose scenes these are.
        steps: steps from the first picture to the last.
    """
    scenes = [(name, _BEYOND + place) for place, name in enumerate([*classes] * each)]
    if not scenes:
        return None
    return np.stack([paint_morph(name, seed, number, steps, size) for name, number in scenes])


def _check(per_class: int, classes: Sequence[str]) -> None:
    for name in classes:
        check_known("style", name, STYLES)
    if len(set(classes)) != len(classes) or not classes:
        raise StylewalkError(
            f"The painter needs at least one class and each once, not {', '.join(classes)!r}."
        )
    if per_class < 1:
        raise StylewalkError(f"The painter needs at least 1 picture per class, not {per_class}.")


def _row(path: Path, style: str, content: str, number: int, size: int) -> dict[str, object]:
    """One line of the metadata."""
    return {
        "artist": "Stylewalk painter",
        "date": "",
        "genre": content,
        "pixelsx": float(size),
        "pixelsy": float(size),
        "size_bytes": float(path.stat().st_size),
        "source": "procedural",
        "style": style,
        "title": f"{content.capitalize()} no. {number // len(CONTENTS) + 1}",
        "artist_group": "train_only",
        "in_train": True,
        "new_filename": path.name,
        "scene": number,
    }


def contact_sheet(
    seed: int, columns: int = 12, size: int = 96, gap: int = 4, first: int = 0
) -> UInt8[np.ndarray, "height width 3"]:
    """Scenes side by side, one row per style, each row labelled.

    Args:
        seed: as in :func:`paint_collection`. columns: number of scenes, from scene ``first`` on.
        size: pixels along the edge of a picture. gap: white pixels between pictures.

    Returns:
        (height, width, 3) uint8 RGB.
    """
    margin = max(16, size // 5)
    width = margin + columns * (size + gap) + gap
    height = len(STYLES) * (size + gap) + gap
    sheet = np.full((height, width, 3), 255, np.uint8)
    for column in range(columns):
        number = first + column
        scene = draw_scene(CONTENTS[number % len(CONTENTS)], seed, number, size)
        left = margin + gap + column * (size + gap)
        for row, style in enumerate(STYLES):
            top = gap + row * (size + gap)
            picture = paint_scene(scene, style, seed, number, size)
            sheet[top : top + size, left : left + size] = picture
    for row, style in enumerate(STYLES):
        top = gap + row * (size + gap)
        sheet[top : top + size, :margin] = _label(style, size, margin)
    return sheet


def _label(text: str, length: int, width: int) -> UInt8[np.ndarray, "{length} {width} 3"]:
    """Text that runs upwards, (length, width, 3) uint8; one size of type for all styles."""
    image = Image.new("RGB", (length, width), "white")
    draw = ImageDraw.Draw(image)
    longest = max(draw.textlength(name, ImageFont.load_default(10)) for name in STYLES)
    font = ImageFont.load_default(min(0.65 * width, 10 * 0.94 * length / longest))
    draw.text((length / 2, width / 2), text, fill=(40, 40, 40), font=font, anchor="mm")
    return np.asarray(image.rotate(90, expand=True))


def save_contact_sheet(
    path: str | Path, seed: int = 0, columns: int = 12, size: int = 96, first: int = 0
) -> None:
    """Write :func:`contact_sheet` as an image file, whole or not at all."""
    with atomic(path) as temporary:
        Image.fromarray(contact_sheet(seed, columns, size, first=first)).save(
            temporary, optimize=True
        )
