"""Figure of artworks that look alike across classes, and unlike within one."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stylewalk.colours import class_colours, class_markers
from stylewalk.plots import theme
from stylewalk.plots.sheet import Sheet
from stylewalk.plots.strips import artwork_label
from stylewalk.plots.theme import Drawn, Look

MOST = 6  # pairs of a block

# The layout, in inches.
_TITLE, _HEADER, _ROW, _SIZE, _SPACE, _LINE = 0.42, 0.32, 1.2, 1.08, 0.04, 0.148
_MARGIN = 0.12
_LETTERS = 38  # of a line of text beside a pair; its bold ones are wider
_HEADERS = {"alike": "Alike, of two classes", "unlike": "Unlike, of one class"}


def draw(
    artwork_style_loss: pd.DataFrame,
    class_style_loss: pd.DataFrame,
    artworks: pd.DataFrame,
    images: UInt8[np.ndarray, "artworks side side 3"],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw pairs side by side: the closest of each two classes, the farthest of each class.

    Args:
        artwork_style_loss: table ARTWORK_STYLE_LOSS.
        class_style_loss: table CLASS_STYLE_LOSS of the same sample.
        artworks: table ARTWORKS, which names the artworks.
        images: row ``id`` of which is an artwork; may be memory-mapped.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    blocks = {
        kind: choose(artwork_style_loss[artwork_style_loss["kind"] == kind], classes)
        for kind in _HEADERS
    }
    blocks = {kind: rows for kind, rows in blocks.items() if len(rows)}
    height = _TITLE + _HEADER + _ROW * max(map(len, blocks.values()), default=0)
    title = "Artworks of most and least alike style"
    with theme.theme():
        figure = theme.canvas(title, height, procedural, layout="none")
        page = _Page(Sheet(figure), artworks, images, classes, class_style_loss)
        for place, (kind, rows) in enumerate(blocks.items()):
            page.block(_MARGIN + place * theme.WIDTH / 2, kind, rows)
        caption = _caption(blocks, artwork_style_loss, class_style_loss)
        return [theme.save(figure, Path(folder), Drawn("dataset_style_similarity", title, caption))]


def choose(pairs: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """The pairs of one kind that are shown: one of each two classes, or of each class.

    It is the first by rank whose artworks are not among those before it; where there is none, the
    first of all. Of more than :data:`MOST` the most extreme are kept, in the classes' order.

    Args:
        pairs: rows of table ARTWORK_STYLE_LOSS of one kind.
        classes: classes in the order of the config.
    """
    order = {name: place for place, name in enumerate(classes)}
    keys = ["class_a", "class_b"]
    shown: set[int] = set()
    kept = []
    for _, group in sorted(
        pairs.groupby(keys, sort=False), key=lambda item: [order[name] for name in item[0]]
    ):
        ranked = group.sort_values("rank")
        fresh = ~(ranked["id_a"].isin(shown) | ranked["id_b"].isin(shown))
        row = ranked[fresh].iloc[0] if fresh.any() else ranked.iloc[0]
        shown |= {row["id_a"], row["id_b"]}
        kept.append(row)
    rows = pd.DataFrame(kept, columns=pairs.columns).reset_index(drop=True)
    extreme = rows["value"].where(rows["kind"] == "alike", -rows["value"])
    return rows.loc[extreme.astype(float).sort_values(kind="stable").index[:MOST].sort_values()]


class _Page:
    """The sheet, with what its rows need to know."""

    def __init__(
        self,
        sheet: Sheet,
        artworks: pd.DataFrame,
        images: UInt8[np.ndarray, "artworks side side 3"],
        classes: Sequence[str],
        spread: pd.DataFrame,
    ) -> None:
        self.sheet, self.images = sheet, images
        self.artworks = artworks.set_index("id", drop=False)
        self.colours = class_colours(classes)
        self.markers = class_markers(classes)
        self.medians = spread.set_index(["class_a", "class_b"])["median"]

    def block(self, left: float, kind: str, rows: pd.DataFrame) -> None:
        """One kind of pairs, one below the other, from ``left`` on."""
        top = self.sheet.height - _TITLE
        look: Look = {"fontsize": 10, "fontweight": "bold", "va": "center"}
        self.sheet.text(left, top - 0.12, _HEADERS[kind], **look)
        top -= _HEADER
        for row in rows.itertuples():
            self._pair(left, top, row)
            top -= _ROW

    def _pair(self, left: float, top: float, row: Any) -> None:
        """Two pictures, and beside them what they are and their style loss."""
        beside = left + 2 * (_SIZE + _SPACE) + 0.08
        self.sheet.image(left, top, _SIZE, _SIZE, self.images[row.id_a])
        self.sheet.image(left + _SIZE + _SPACE, top, _SIZE, _SIZE, self.images[row.id_b])
        self._artwork(beside, top - 0.07, row.class_a, row.id_a)
        self._artwork(beside, top - 0.07 - 3 * _LINE, row.class_b, row.id_b)
        median = self.medians[row.class_a, row.class_b]
        text = f"style loss {theme.compact(row.value)}, median {theme.compact(median)}"
        look: Look = {"fontsize": 8, "va": "center", "color": theme.MUTED}
        self.sheet.text(beside, top - 0.09 - 6 * _LINE, text, **look)

    def _artwork(self, left: float, y: float, name: str, number: int) -> None:
        """Class, artist and title of one artwork, on at most three lines."""
        dot: Look = {"marker": self.markers[name], "color": self.colours[name], "markersize": 5}
        self.sheet.axes.plot([left + 0.05], [y], **dot)
        look: Look = {"fontsize": 8.5, "va": "center", "color": "#111827"}
        self.sheet.text(left + 0.15, y, _cut(name, 1, _LETTERS - 9)[0], fontweight="bold", **look)
        for line, text in enumerate(_cut(artwork_label(self.artworks.loc[number]), 2), start=1):
            self.sheet.text(left, y - line * _LINE, text, **(look | {"fontsize": 8}))


def _cut(text: str, lines: int, letters: int = _LETTERS) -> list[str]:
    """The text on at most so many lines of so many letters."""
    return wrap(text, letters, max_lines=lines, placeholder="…") or [""]


def _caption(blocks: Iterable[str], pairs: pd.DataFrame, spread: pd.DataFrame) -> str:
    """What is seen, from how many pairs it was chosen, and what was left out."""
    texts = {
        "alike": "of each two classes the pair of artworks with the smallest style loss",
        "unlike": "of each class the pair of artworks with the largest style loss",
    }
    parts = []
    for side, kind in zip(("left", "right"), blocks, strict=False):
        full = pairs.loc[pairs["kind"] == kind, ["class_a", "class_b"]].drop_duplicates()
        cut = f" (the {MOST} most extreme of {len(full)})" if len(full) > MOST else ""
        parts.append(f"{side}, {texts[kind]}{cut}")
    return (
        f"Pairs of pictures: {'; '.join(parts)}. Where an artwork is in its column already, a "
        "later pair is taken if there is one. The style loss is that of the pictures as the models "
        f"see them; all {theme.plural(int(spread['n'].sum()), 'pair')} of a random sample were "
        "compared, and the median is over its pairs of the same classes. Another sample holds "
        "other extremes."
    )
