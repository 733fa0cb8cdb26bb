"""Figure of attribute vectors on a plane."""

import pandas as pd

from stylewalk.catalogue.samples import ATTRIBUTE_MAP
from stylewalk.colours import ALL_COLOUR, class_colours
from stylewalk.plots import attribute_map

MODELS, CLASSES = ["AE", "VAE"], ["A", "B"]
NONE = float("nan")


def table():
    rows = []
    for model in ("pixels", *MODELS):
        dots = [
            ("artwork", "class", name, 2.0 * place, -1.0, NONE, NONE, NONE, NONE)
            for place, name in ((-1.0, "A"), (1.0, "B"))
        ]
        ends = 0.0, 0.0, 2.0, 5.0, 0.4, 0.1
        arrows = [("vector", *of, *ends) for of in (("class", "A"), ("century", "19th"))]
        rows += [(model, 0, *row) for row in (*dots, *arrows)]
        rows += [(model, 1, *row) for row in arrows]
    return pd.DataFrame(rows, columns=list(ATTRIBUTE_MAP))


def test_pixels_and_every_model_have_a_panel_with_its_arrows(figures):
    attribute_map.draw(table(), MODELS, CLASSES, "unused", False)
    figure = figures["attributes_map"]
    assert [axes.get_title("left") for axes in figure.axes] == ["pixels", "AE", "VAE"]
    for axes in figure.axes:
        arrows = [text for text in axes.texts if text.arrow_patch is not None]
        # In standard deviations of the dots along the first component, which is 2.
        assert [tuple(arrow.xy) for arrow in arrows] == [(1.0, 2.5)] * 2
        colours = [arrow.arrowprops["color"] for arrow in arrows]
        assert colours == [class_colours(CLASSES)["A"], ALL_COLOUR]
        assert [text.get_text() for text in axes.texts if text.get_text()] == ["1", "2"]
        # The whole arrow is within the panel, whose middle is the mean.
        low, high = axes.get_ylim()
        assert -low == high > 2.5
        assert axes.get_xlabel() == "40% of squared lengths here (shuffled 10%)"
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["1 A", "2 19th century", "B"]


def test_a_short_arrow_has_a_small_head(figures):
    few = table()
    few.loc[(few["kind"] == "vector") & (few["value"] == "A"), ["to_x", "to_y"]] = [0.2, 0.0]
    attribute_map.draw(few, MODELS, CLASSES, "unused", False)
    axes = figures["attributes_map"].axes[1]
    arrows = [text.arrow_patch for text in axes.texts if text.arrow_patch is not None]
    short, long = (arrow.get_mutation_scale() for arrow in arrows)
    assert short < 4 < long


def test_what_was_not_asked_for_is_told(figures):
    (drawn,) = attribute_map.draw(table().head(0), MODELS, CLASSES, "unused", False)
    assert any("Not asked for" in text.get_text() for text in figures["attributes_map"].texts)
    assert drawn.caption
