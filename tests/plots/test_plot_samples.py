"""Figures of samples, attribute vectors and analogies."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.samples import ANALOGIES, ATTRIBUTES, SAMPLES
from stylewalk.plots import samples

MODELS = ["AE", "VAE"]


def tables():
    of = {"AE": ["gaussian", "posterior"], "VAE": ["prior", "gaussian", "posterior"]}
    rows = [
        (model, 0, kind, measure, 0.8, 0.7, 0.9, 50)
        for model in MODELS
        for kind in [*of[model], "reconstruction", "held out"]
        for measure in ("sharpness", "nearest", "told_apart")
    ]
    judged = [
        (model, 0, "class", value, measure, 0.6, 0.5, 0.7, 24)
        for model in ["pixels", *MODELS]
        for value in ("A", "B")
        for measure in ("auc", "gain", "structure")
    ]
    found = [(model, 0, "named", 0.1, 0.05, 0.2, 20) for model in ["pixels", *MODELS]]
    return [
        pd.DataFrame(part, columns=list(table))
        for part, table in ((rows, SAMPLES), (judged, ATTRIBUTES), (found, ANALOGIES))
    ]


def strips():
    return [np.zeros((rows, cells, 8, 8, 3), np.uint8) for rows, cells in SHAPES]


SHAPES = ((3, 10), (2, 7), (3, 9), (3, 4))


def test_every_model_has_its_dots_and_its_strips(figures):
    drawn = samples.draw(*tables(), *strips(), MODELS, "unused", False)
    assert [one.name for one in drawn] == list(figures)
    assert len(figures) == 6
    measures = figures["samples_measures"]
    # The dotted line of held-out artworks, then a whisker and a dot for each kind of each model.
    assert [len(axes.lines) for axes in measures.axes] == [1 + 2 * (3 + 4)] * 3
    assert [t.get_text() for t in measures.axes[0].get_yticklabels()] == MODELS
    judged = figures["attributes_measures"]
    assert [len(axes.lines) for axes in judged.axes] == [1 + 2 * 2 * 3] * 3
    assert [t.get_text() for t in judged.axes[0].get_yticklabels()] == ["A", "B"]
    of_pictures = [x for name, x in figures.items() if not name.endswith("measures")]
    for figure, (rows, cells) in zip(of_pictures, SHAPES, strict=True):
        assert len(figure.axes[0].images) == rows * cells
    texts = [text.get_text() for text in figures["analogies_strips"].axes[0].texts]
    assert {"pixels", "AE", "VAE", "a - b + c"} <= set(texts)


def test_what_was_not_asked_for_is_told(figures):
    nothing = [np.zeros((1, 1, 1, 1, 3), np.uint8)] * 4
    empty = [table.head(0) for table in tables()]
    drawn = samples.draw(*empty, *nothing, MODELS, "unused", False)
    assert len(drawn) == 6
    for figure in figures.values():
        assert any("Not asked for" in text.get_text() for text in figure.texts)
    assert all(one.caption for one in drawn)
