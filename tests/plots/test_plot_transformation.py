"""Figure of what appears between the ends."""

import numpy as np
import pandas as pd
import pytest

from stylewalk.plots import transformation

MODELS = ["AE", "a_model_of_a_long_name"]
NEAR = {"near": {"pairs": "random"}}


def measures(structure):
    rows = [
        (model, seed, "near", "A", "A", pair, 0.1, 0.01, 0.002, value)
        for model, value in structure.items()
        for seed in (0, 1)
        for pair in range(5)
    ]
    columns = [
        "model",
        "seed",
        "experiment",
        "class_a",
        "class_b",
        "pair",
        "rho",
        "fade",
        "blur",
        "structure",
    ]
    return pd.DataFrame(rows, columns=columns)


def known():
    rows = [
        (metric, walk, is_new, pair, 0.0, 0.2, fade, 0.001, value)
        for metric in ("gram", "colour")
        for walk, is_new, fade, value in (
            ("blend of pixels", False, 0.0, 0.0),
            ("blend of logits", False, 0.01, 0.002),
            ("pan", True, 0.05, 0.2),
        )
        for pair in range(4)
    ]
    columns = ["metric", "walk", "is_new", "pair", "quadratic", "rho", "fade", "blur", "structure"]
    table = pd.DataFrame(rows, columns=columns)
    table.loc[table["walk"] == "blend of pixels", ["fade", "blur", "structure"]] = 0.0
    return table


def test_every_model_and_known_walk_has_a_row_and_the_line_stands_at_the_limit(figures):
    transformation.draw(
        measures({"AE": 0.001, MODELS[1]: 0.05}), known(), MODELS, NEAR, "unused", True
    )
    figure = figures["trajectories_transformation"]
    left, right = figure.axes
    labels = [text.get_text() for text in left.get_yticklabels()]
    assert labels == [*MODELS, "blend of pixels", "blend of logits", "pan"]
    dots = [line.get_xdata()[0] for line in left.lines if line.get_marker() in ("o", "D")]
    assert dots == pytest.approx([0.001, 0.05, 1e-6, 0.002, 0.2])
    signs = [(line.get_marker(), line.get_markerfacecolor()) for line in left.lines
             if line.get_marker() == "D"]  # fmt: skip
    assert [colour == "white" for _, colour in signs] == [True, True, False]
    limit = [line for line in left.lines if len(set(line.get_xdata())) == 1 and
             list(line.get_ydata()) == [0, 1]]  # fmt: skip
    assert limit[0].get_xdata()[0] == pytest.approx(0.002)
    assert [text.get_text() for text in right.texts] == ["a pure dissolve"]
    widths = {round(bar.get_y() + bar.get_height() / 2): 0.0 for bar in right.patches}
    for bar in right.patches:
        widths[round(bar.get_y() + bar.get_height() / 2)] += bar.get_width()
    assert set(widths) == {0, 1, 3, 4}
    assert list(widths.values()) == pytest.approx([1] * 4)
    figure.draw_without_rendering()


def test_walks_without_a_residual_leave_their_row_empty(figures):
    empty = measures({"AE": np.nan})
    empty[["fade", "blur"]] = np.nan
    transformation.draw(empty, known(), ["AE"], NEAR, "unused", False)
    left, _ = figures["trajectories_transformation"].axes
    dots = [line for line in left.lines if line.get_marker() in ("o", "D")]
    assert len(dots) == 3
    figures["trajectories_transformation"].draw_without_rendering()
