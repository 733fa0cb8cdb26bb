"""Lines that run from the colour of one class to that of another, and their legend entries."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Real
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerBase
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Transform

from stylewalk.colours import ALL_COLOUR, class_colours, class_markers, model_colours, model_markers
from stylewalk.plots.theme import Look

_PIECES = 48  # short segments of a line that changes its colour


class Ends(Patch):
    """The look of a line by what lies at its two ends; serves as its own legend entry."""

    def __init__(self, label: str, colours: tuple[str, str], markers: tuple[str, str]):
        super().__init__(label=label)
        self.name = label
        self.colours = colours
        self.markers = markers

    @classmethod
    def of_classes(cls, a: str, b: str, classes: Sequence[str]) -> "Ends":
        """A line from class ``a`` to class ``b``."""
        colours, markers = class_colours(classes), class_markers(classes)
        label = ("all classes" if a == "all" else a) if a == b else f"{a} → {b}"
        grey = ALL_COLOUR
        shapes = markers.get(a, "None"), markers.get(b, "None")
        return cls(label, (colours.get(a, grey), colours.get(b, grey)), shapes)

    @classmethod
    def of_model(cls, model: str, models: Sequence[str]) -> "Ends":
        """A line of a model."""
        colour, marker = model_colours(models)[model], model_markers(models)[model]
        return cls(model, (colour, colour), (marker, marker))

    @property
    def mixed(self) -> str:
        """The colour in the middle of the line."""
        return to_hex(np.mean([to_rgb(colour) for colour in self.colours], axis=0))

    def shades(self, count: int) -> list[str]:
        """``count`` colours from the first end to the last."""
        first, last = (np.array(to_rgb(colour)) for colour in self.colours)
        return [to_hex(first + share * (last - first)) for share in np.linspace(0, 1, count)]

    def plot(
        self,
        axes: Axes,
        x: Real[np.ndarray, " points"],
        y: Real[np.ndarray, " points"],
        linewidth: float = 1.7,
        alpha: float = 1.0,
        markers: bool = True,
    ) -> None:
        """Draw the line; markers show its points, or its two ends where the colours differ."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        single = self.colours[0] == self.colours[1]
        marker = self.markers[0] if markers and single else None
        look: Look = {"linewidth": linewidth, "alpha": alpha}
        if single:
            axes.plot(x, y, color=self.colours[0], marker=marker, markersize=3.4, **look)
            return
        fine = np.union1d(np.linspace(x[0], x[-1], _PIECES + 1), x)
        points = np.column_stack([fine, np.interp(fine, x, y)])
        pieces = np.stack([points[:-1], points[1:]], axis=1)
        shades = self.shades(len(pieces))
        axes.add_collection(LineCollection(list(pieces), colors=shades, capstyle="round", **look))
        axes.plot(x, y, alpha=0)  # gives the axes their limits
        for place, colour, shape in zip((0, -1), self.colours, self.markers, strict=True):
            if markers:
                axes.plot(x[place], y[place], color=colour, marker=shape, markersize=4.5)


class EndsHandler(HandlerBase):
    """Draws the legend entry of :class:`Ends`."""

    def create_artists(
        self,
        legend: Legend,
        ends: Artist,
        x: float,
        y: float,
        width: float,
        height: float,
        fontsize: float,
        transform: Transform,
    ) -> list[Artist]:
        """A short line with its markers."""
        assert isinstance(ends, Ends)
        edges = np.linspace(x, x + width, 17)
        middle = y + height / 2
        pieces = [((a, middle), (b, middle)) for a, b in pairwise(edges)]
        line = LineCollection(pieces, colors=ends.shades(16), linewidth=2, transform=transform)
        single = ends.colours[0] == ends.colours[1]
        spots = [x + width / 2] if single else [x, x + width]
        dots = [
            Line2D([spot], [middle], color=colour, marker=marker, markersize=5, transform=transform)
            for spot, colour, marker in zip(spots, ends.colours, ends.markers, strict=False)
        ]
        return [line, *dots]


HANDLERS: Look = {"handler_map": {Ends: EndsHandler()}}
