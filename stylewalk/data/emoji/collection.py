"""Draw the emoji: pictures in a zip file with their table."""

import io
import os
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from PIL import Image

from stylewalk.data.emoji import HANDS
from stylewalk.data.emoji.packages import (
    IconSet,
    check_renderer,
    find,
    read,
    shared_contents,
)
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, write_json
from stylewalk.progress import Progress
from stylewalk.randomness import generator

#: Columns of the table that is written.
COLUMNS = (
    "new_filename", "style", "artist", "title", "content", "content_group", "codepoint", "license",
)  # fmt: skip
_NEVER_CHANGES = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip file: same pictures, same bytes


def draw_collection(
    packages: str | os.PathLike[str],
    archive: str | os.PathLike[str],
    metadata: str | os.PathLike[str],
    record: str | os.PathLike[str],
    classes: Sequence[str] = tuple(HANDS),
    per_class: int | None = None,
    seed: int = 0,
    size: int = 64,
    progress: Progress | None = None,
) -> None:
    """Draw each content by each hand asked for, and write the pictures as PNG into a zip file.

    Args:
        packages: folder of the four packages; those that it lacks are fetched into it.
        archive: zip file to write, ``<prefix of the hand>_<code point>.png``.
        metadata: CSV to write, in :data:`COLUMNS`: ``style`` is the hand, ``content`` the name of
            the emoji and ``content_group`` its group of Unicode.
        record: JSON to write: which packages, and how many contents.
        classes: hands, keys of ``HANDS``, each once.
        per_class: contents to draw at random, the same of every hand; None takes all.
        seed: of this draw.
        size: pixels along an edge.
        progress: called with (pictures drawn, pictures in all) after each content.

    Raises:
        StylewalkError: a hand is unknown, a package is absent or another one, or SVG cannot be
            drawn here.
    """
    check_hands(classes)
    check_renderer()
    sets = {name: read(path) for name, path in find(packages).items()}
    shared = shared_contents(sets)
    contents = _sample(shared, per_class, seed)
    rows = []
    with atomic(archive) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pictures:
        for point in contents:
            for name in classes:
                about = _row(sets, name, point)
                data = io.BytesIO()
                Image.fromarray(draw(sets[name].svg(point, size))).save(data, "PNG")
                entry = zipfile.ZipInfo(str(about["new_filename"]), _NEVER_CHANGES)
                pictures.writestr(entry, data.getvalue())
                rows.append(about)
            if progress:
                progress(len(rows), len(contents) * len(classes))
    with atomic(metadata) as temporary:
        pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(temporary, index=False)
    counts = {
        "contents that all draw": len(shared),
        "contents": len(contents),
        "pictures": len(rows),
    }
    write_json(record, {"packages": _packages(), **counts})


def _packages() -> dict[str, dict[str, str]]:
    """Version and checksum of each hand's package."""
    return {
        name: {"package": f"{hand.package}@{hand.version}", "sha256": hand.sha256}
        for name, hand in HANDS.items()
    }


def check_hands(classes: Sequence[str]) -> None:
    """Look whether these are hands.

    Raises:
        StylewalkError: one is not.
    """
    unknown = [name for name in classes if name not in HANDS]
    if unknown:
        raise StylewalkError(
            f"dataset.classes: the source emoji has no {' and no '.join(map(repr, unknown))}; it "
            f"has {', '.join(HANDS)}."
        )


def draw(svg: str) -> UInt8[np.ndarray, "height width 3"]:
    """Draw an SVG on white, in the size that it says itself: (height, width, 3) uint8 RGB."""
    import resvg_py

    # Fonts of this machine would change letters, of which these drawings have none.
    data = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    with Image.open(io.BytesIO(bytes(data))) as drawing:
        # resvg's own background rounds otherwise.
        page = Image.new("RGBA", drawing.size, "white")
        page.alpha_composite(drawing.convert("RGBA"))
    return np.asarray(page.convert("RGB"))


def _sample(contents: Sequence[str], count: int | None, seed: int) -> list[str]:
    if count is None or count >= len(contents):
        return list(contents)
    drawn = generator(seed, "emoji").choice(len(contents), count, replace=False)
    return [contents[place] for place in np.sort(drawn)]


def _row(sets: Mapping[str, IconSet], name: str, point: str) -> dict[str, object]:
    """One line of the metadata."""
    hand, (first, *_) = HANDS[name], sets.values()
    title = first.names[point]
    return {
        "new_filename": f"{hand.prefix}_{point}.png",
        "style": name,
        "artist": hand.artist,
        "title": title.replace("-", " "),
        "content": title.replace("-", " "),
        "content_group": first.groups[title],
        "codepoint": point,
        "license": hand.license,
    }
