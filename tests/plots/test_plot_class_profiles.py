"""Figure of learnt profiles."""

import pandas as pd
import pytest

from stylewalk.catalogue.classifiers import CLASS_PROFILES, CLASSIFIER_CALIBRATION
from stylewalk.plots import class_profiles

MODELS = ["AE", "VAE"]
EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "random"},
    "between_random": {"classes": "between", "pairs": "random"},
}


def table():
    rows = [
        (model, name, "class", walk, role, step, p, p - 0.05, p + 0.05, 30)
        for model in MODELS
        for name in EXPERIMENTS
        for walk in ("decoded", "blend")
        for role, p in (("start", 0.6), ("end", 0.3), ("other", 0.1))
        for step in range(5)
    ]
    return pd.DataFrame(rows, columns=list(CLASS_PROFILES))


def drawn(shown, figures):
    calibration = pd.DataFrame(columns=list(CLASSIFIER_CALIBRATION))
    class_profiles.draw(shown, calibration, MODELS, EXPERIMENTS, "unused", False)
    return figures["class_profiles"]


def test_a_panel_for_each_role_with_a_line_and_dots_of_every_model(figures):
    figure = drawn(table(), figures)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "first end",
        "last end",
        "anything else",
    ]
    for axes, p in zip(figure.axes, (0.6, 0.3, 0.1), strict=True):
        assert len(axes.lines) == 2 * len(MODELS)
        assert all(line.get_ydata() == pytest.approx(p) for line in axes.lines)
        assert list(axes.lines[0].get_xdata()) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == MODELS


def test_walks_between_classes_are_shown_where_there_are_any():
    assert class_profiles.chosen(table(), EXPERIMENTS) == "between_random"
    within = table()[table()["experiment"] == "near"]
    assert class_profiles.chosen(within, EXPERIMENTS) == "near"


def test_without_a_network_the_figure_says_so(figures):
    figure = drawn(table().head(0), figures)
    assert any("No small network" in text.get_text() for text in figure.texts)
