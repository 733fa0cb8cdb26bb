"""The colour and the marker of each class and model: the same in figures, pages and explorer."""

from collections.abc import Sequence

# Classes take colours of Okabe and Ito (2008). Models take darker ones that resemble none of
# these. Each list keeps its first entries apart under simulated colour blindness (see the tests).
# Further names take the later colours, then begin again with other markers.
CLASS_COLOURS = (
    *("#D55E00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#E69F00"),
    *("#F0E442", "#7F4F24", "#AA3377", "#999999"),
)
MODEL_COLOURS = (
    *("#222222", "#01665E", "#999933", "#6A3D9A", "#A50F15", "#C2A878"),
    *("#4F6D9B", "#B3588B"),
)
_MARKERS = "os^DvPX"
ALL_COLOUR = "#444444"  # all classes together


def class_colours(classes: Sequence[str]) -> dict[str, str]:
    """One colour per class, by the order of the classes; ``all`` is grey."""
    return _cycle(classes, CLASS_COLOURS) | {"all": ALL_COLOUR}


def class_markers(classes: Sequence[str]) -> dict[str, str]:
    """One marker per class, by the order of the classes."""
    return _cycle(classes, _MARKERS) | {"all": "o"}


def model_colours(models: Sequence[str]) -> dict[str, str]:
    """One colour per model, by the order of the models."""
    return _cycle(models, MODEL_COLOURS)


def model_markers(models: Sequence[str]) -> dict[str, str]:
    """One marker per model, by the order of the models."""
    return _cycle(models, _MARKERS)


def path_colours(names: Sequence[str]) -> dict[str, str]:
    """One colour per experiment on a path of its own, by their order; never beside classes."""
    return _cycle(names, CLASS_COLOURS[3:] + CLASS_COLOURS[:3])


def path_markers(names: Sequence[str]) -> dict[str, str]:
    """One marker per experiment on a path of its own."""
    return _cycle(names, _MARKERS)


def _cycle(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    return {name: values[place % len(values)] for place, name in enumerate(names)}
