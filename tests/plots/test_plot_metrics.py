"""Figures of what the metrics see."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk.catalogue.metrics import METRIC_RESPONSE, METRIC_VALIDITY, QUESTIONS
from stylewalk.plots import metrics

NAMES = ["gram", "a_metric_of_quite_a_long_name", "pixels"]


def tables(questions=tuple(QUESTIONS)):
    rows = [
        (name, layer, question, 0.5 + 0.1 * place, 0.45 + 0.1 * place, 0.55 + 0.1 * place,
         0.0, -0.1, 0.1, 100, 20, place == 1)
        for question in questions
        for place, name in enumerate(NAMES)
        for layer in ("conv1_1", "conv2_1", "total")
    ]  # fmt: skip
    changes = [
        (name, change, 0.25 * (place + 1), 0.2, 2.0, value)
        for place, name in enumerate(NAMES)
        for change, value in (("contrast x 0.7", 0.1), ("blur", np.nan))
    ]
    return (
        pd.DataFrame(rows, columns=list(METRIC_VALIDITY)),
        pd.DataFrame(changes, columns=list(METRIC_RESPONSE)),
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_question_has_a_panel_and_every_metric_a_row_with_its_dot(figures, count):
    asked = list(QUESTIONS)[:count]
    metrics.draw(*tables(asked), "unused", True)
    figure = figures["metrics_validity"]
    assert [axes.get_title(loc="left") for axes in figure.axes] == asked
    for axes in figure.axes:
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert [line.get_xdata()[0] for line in dots] == pytest.approx([0.5, 0.6, 0.7])
        filled = [line.get_markerfacecolor() != "white" for line in dots]
        assert filled == [False, True, False]
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == NAMES
    figure.draw_without_rendering()


def test_the_grids_hold_the_numbers(figures):
    validity, response = tables()
    metrics.draw(validity, response, "unused", False)
    above, below = figures["metrics_response"].axes
    assert [text.get_text() for text in above.texts] == [
        *("0.25", "0.25", "0.50", "0.50", "0.75", "0.75")
    ]
    assert [text.get_text() for text in below.texts] == ["0.10", "–"] * 3
    # The first metric stands above.
    assert above.yaxis_inverted()
    assert [t.get_text() for t in above.get_yticklabels()] == NAMES


def test_labels_that_answer_no_question_are_said(figures):
    metrics.draw(tables([])[0], tables()[1], "unused", False)
    (axes,) = figures["metrics_validity"].axes
    assert "no question" in axes.texts[0].get_text()


@pytest.mark.slow
def test_files_are_written_and_the_same_again(tmp_path):
    kept = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        drawn = metrics.draw(*tables(), folder, True)
        assert [each.name for each in drawn] == ["metrics_validity", "metrics_response"]
        kept.append([path.read_bytes() for path in sorted(folder.iterdir())])
        assert Image.open(folder / "metrics_validity.png").text["Description"] == drawn[0].caption
    assert kept[0] == kept[1]
