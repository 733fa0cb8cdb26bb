"""Pictures and texts placed by inches, for figures that are sheets of pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Real, UInt8
from matplotlib.figure import Figure

from stylewalk.plots.theme import Look

_LEFT, _SPACE = 1.25, 0.03  # inches: room for labels, and between pictures


class Sheet:
    """The whole figure as one axes whose coordinates are inches from its lower left corner."""

    def __init__(self, figure: Figure) -> None:
        self.width, self.height = figure.get_size_inches()
        self.axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self._frame()

    def _frame(self) -> None:
        self.axes.set(xlim=(0, self.width), ylim=(0, self.height), aspect="auto")

    def image(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        image: Real[np.ndarray, "rows columns 3"],
    ) -> None:
        """A picture with its upper left corner at (left, top)."""
        self.axes.imshow(image, extent=(left, left + width, top - height, top), aspect="auto")
        self._frame()  # imshow moves the limits

    def text(self, x: float, y: float, text: str, **look: Any) -> None:
        self.axes.text(x, y, text, **look)


def contact_sheet(
    figure: Figure,
    rows: Sequence[tuple[str, str, UInt8[np.ndarray, "_ side side 3"]]],
    columns: int,
    top: float,
    headings: Sequence[tuple[int, str]] = (),
) -> None:
    """Rows of square pictures with a label on their left.

    Args:
        figure: the figure, as wide as its sheet.
        rows: per row its label, the label's colour, and its pictures.
        columns: pictures of the longest row.
        top: inches that stay free above.
        headings: texts that begin above a column, with the number of the column.
    """
    sheet = Sheet(figure)
    cell = cell_size(columns, sheet.width)
    size = cell - _SPACE
    for column, text in headings:
        above: Look = {"ha": "left", "va": "bottom", "fontsize": 8.5}
        sheet.text(_LEFT + column * cell, sheet.height - top + 0.05, text, **above)
    for place, (label, colour, images) in enumerate(rows):
        upper = sheet.height - top - place * cell
        look: Look = {"ha": "right", "va": "center", "fontweight": "bold", "color": colour}
        sheet.text(_LEFT - 0.1, upper - size / 2, label, **look)
        for column, image in enumerate(images[:columns]):
            sheet.image(_LEFT + column * cell, upper, size, size, image)


def cell_size(columns: int, width: float) -> float:
    """Inches from one picture of a contact sheet to the next."""
    return min((width - _LEFT - 0.08) / columns, 1.4)
