"""Many rendered pictures: files with their metadata."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float64
from PIL import Image

from stylewalk.data import rendered
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.progress import Progress
from stylewalk.randomness import generator

_PARTS = (24, 5)  # into which the ranges of the first two factors are cut, to be named


def render_collection(
    name: str,
    folder_images: str | Path,
    metadata: str | Path,
    per_class: int,
    classes: Sequence[str],
    seed: int = 0,
    size: int = 64,
    progress: Progress | None = None,
) -> None:
    """Draw pictures of a kind at random values, and write them as PNG files.

    Args:
        name: of the kind.
        folder_images: where ``<class>-<number>.png`` go; made if absent.
        metadata: CSV with a row for each picture: style (its class), new_filename, content and
            content_group (the first and the second factor, if any, in 24 and in five
            parts), and a column of each factor; written last.
        per_class: pictures of each class. classes: some of the kind's, each once.
        seed: of all draws. size: pixels along an edge.
        progress: called with (pictures drawn, pictures in all) after each class.

    Raises:
        StylewalkError: an unknown class.
    """
    kind = rendered.load(name)
    folder = Path(folder_images)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for done, of_class in enumerate(classes, 1):
        if of_class not in kind.CLASSES:
            raise StylewalkError(
                f"The source '{name}' has no class '{of_class}'; it has {', '.join(kind.CLASSES)}."
            )
        rng = generator(seed, name, of_class)
        values = rendered.draw_values(kind, kind.CLASSES.index(of_class), per_class, rng)
        for number, picture in enumerate(kind.render(values, size)):
            path = folder / file_name(of_class, number)
            with atomic(path) as temporary:
                Image.fromarray(picture).save(temporary, format="PNG")
            seen = _in_words(kind.FACTORS, values[number])
            rows.append([of_class, path.name, *seen, *np.round(values[number], 6)])
        if progress:
            progress(done * per_class, len(classes) * per_class)
    columns = ["style", "new_filename", "content", "content_group"]
    columns += [factor.name for factor in kind.FACTORS]
    with atomic(metadata) as temporary:
        pd.DataFrame(rows, columns=columns).to_csv(temporary, index=False)


def _in_words(
    factors: Sequence[rendered.Factor], values: Float64[np.ndarray, " factors"]
) -> tuple[str, str]:
    """The parts of their ranges in which the first two factors lie; blank where there is one."""
    words = ["", ""]
    for place, (factor, value) in enumerate(zip(factors[:2], values, strict=False)):
        width = (factor.high - factor.low) / _PARTS[place]
        part = min(int((value - factor.low) / width), _PARTS[place] - 1)
        low, high = (factor.low + width * (part + end) for end in (0, 1))
        words[place] = f"{factor.name} {low:g} to {high:g}"
    return words[0], words[1]


def file_name(of_class: str, number: int) -> str:
    """The name of a picture's file."""
    return f"{of_class.lower()}-{number:05d}.png"
