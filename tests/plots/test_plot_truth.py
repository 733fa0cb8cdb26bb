"""Figures of interpolation with truth."""

import numpy as np
import pandas as pd
import pytest

from stylewalk.catalogue.truth import INTERPOLATION_TRUTH
from stylewalk.plots import truth

MODELS = ["AE", "a_model_of_a_long_name"]
MEASURES = ["image_error", "mean_distance", "smoothness", "angle_error"]
PATHS = ["line", "slerp"]


def table(measures=MEASURES):
    keys = [("originals", "pixel_blend")]
    keys += [
        (model, path) for model in MODELS for path in [*PATHS, "pixel_blend", "reconstruction"]
    ]
    keys.append(("originals", "truth"))
    rows = [
        (model, path, measure, 0.01 * place, 0.008 * place, 0.012 * place, place, 40)
        for measure in measures
        for place, (model, path) in enumerate(keys, 1)
    ]
    return pd.DataFrame(rows, columns=list(INTERPOLATION_TRUTH))


def drawn(shown, figures):
    strips = np.random.default_rng(0).integers(0, 256, (4, 11, 16, 16, 3), dtype=np.uint8)
    truth.draw(shown, strips, MODELS, "unused", False)
    return figures["truth_errors"], figures["truth_strips"]


def test_every_model_and_path_has_a_dot_beside_the_blend_and_the_reconstructions(figures):
    figure, _ = drawn(table(), figures)
    assert len(figure.axes) == len(MEASURES)
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == MODELS
    first, last = figure.axes[0], figure.axes[3]
    dots = [line for line in first.lines if line.get_marker() in ("o", "s")]
    rings = [dot for dot in dots if dot.get_markerfacecolor() == "none"]
    assert [ring.get_xdata()[0] for ring in rings] == pytest.approx([50, 90])
    values = [dot.get_xdata()[0] for dot in dots if dot not in rings]
    assert values == pytest.approx([20, 30, 60, 70])
    assert last.get_title(loc="left") == "angle"
    assert last.get_xlabel() == "degrees off"
    dotted = [line.get_xdata()[0] for line in first.lines if line.get_linestyle() == "--"]
    assert dotted == pytest.approx([40, 80])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *PATHS,
        "reconstructions",
        "blend of the decoded ends",
    ]


def test_strips_show_the_truth_the_blend_and_every_model(figures):
    _, figure = drawn(table(), figures)
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["truth", "blend of ends", *MODELS]
    assert len(axes.images) == 4 * 11


def test_of_pictures_alone_there_is_one_panel(figures):
    figure, _ = drawn(table(["image_error"]), figures)
    assert len(figure.axes) == 1


def test_without_truth_the_figures_say_so(figures):
    for figure in drawn(table().head(0), figures):
        texts = [text.get_text() for text in figure.texts]
        assert "What lies between two of these pictures is not known." in texts
