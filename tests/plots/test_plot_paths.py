"""Figures of latent paths."""

import numpy as np
import pandas as pd
import pytest

from stylewalk.catalogue.paths import PATH_COMPARISON
from stylewalk.catalogue.trajectories import PAIRS
from stylewalk.plots import paths
from stylewalk.trajectories.path_comparison import MEASURES

MODELS = ["AE", "a_model_of_a_long_name"]
EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "random", "path": "line"},
    "arcs": {"classes": "within", "pairs": "random", "path": "slerp", "pairs_of": "near"},
    "curves": {"classes": "within", "pairs": "random", "path": "geodesic", "pairs_of": "near"},
}


def comparison(p=0.01):
    rows = [
        (
            model,
            name,
            "near",
            about["path"],
            "line",
            "any",
            "gram",
            measure,
            12,
            1.2,
            1.0,
            0.2,
            0.1,
            0.3,
            p if name == "arcs" else 0.8,
        )
        for model in MODELS
        for name, about in EXPERIMENTS.items()
        if "pairs_of" in about
        for measure in MEASURES
    ]
    return pd.DataFrame(rows, columns=list(PATH_COMPARISON))


def drawn(table, figures):
    images = np.random.default_rng(0).integers(0, 256, (2, 11, 16, 16, 3), dtype=np.uint8)
    pairs = pd.DataFrame(
        [
            {"model": model, "experiment": name, "class_a": "A", "class_b": "A", "pair": pair}
            | {"id_a": 0, "id_b": 1}
            for model in MODELS
            for name in EXPERIMENTS
            for pair in range(2)
        ]
    )
    measures = pairs.assign(seed=0, structure=np.where(pairs["experiment"] == "arcs", 0.02, 0.001))
    artworks = pd.DataFrame(
        {"id": [0, 1], "title": ["Dawn", ""], "artist": ["Ann", ""], "filename": ["a.jpg", "b.jpg"]}
    )
    paths.draw(
        table,
        measures,
        pairs.reindex(columns=["model", *PAIRS]),
        {(name, model): images for name in EXPERIMENTS for model in MODELS},
        artworks,
        MODELS,
        EXPERIMENTS,
        "unused",
        False,
    )
    return figures["paths_comparison"], figures["paths_strips"]


def test_every_model_and_path_has_a_dot_full_where_it_differs(figures):
    figure, _ = drawn(comparison(), figures)
    assert [axes.get_xlabel() != "" for axes in figure.axes] == [True] * 4
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == MODELS
    structure = figure.axes[3]
    dots = [line for line in structure.lines if line.get_marker() in ("o", "s")]
    assert [line.get_xdata()[0] for line in dots] == pytest.approx([200] * 4)
    assert [line.get_markerfacecolor() == "white" for line in dots] == [False, True] * 2
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["arcs", "curves"]


def test_strips_show_one_pair_on_every_path_with_its_structure(figures):
    _, figure = drawn(comparison(), figures)
    (axes,) = figure.axes
    texts = [text.get_text() for text in axes.texts]
    for words in (*MODELS, "line", "slerp", "geodesic", "Ann, “Dawn”", "b.jpg", "20.00", "1.00"):
        assert words in texts
    assert len(axes.images) == 2 * 3 * 11


def test_without_paths_to_compare_the_figures_say_so(figures):
    for figure in drawn(comparison().head(0), figures):
        texts = [text.get_text() for text in figure.texts]
        assert "No two experiments walk between the same pairs." in texts


def test_a_measure_without_a_value_leaves_its_place_free(figures):
    table = comparison()
    table.loc[table["measure"] == "midpoint_distance", ["difference", "low", "high", "p"]] = np.nan
    figure, _ = drawn(table, figures)
    assert not [line for line in figure.axes[1].lines if line.get_marker() in ("o", "s")]
