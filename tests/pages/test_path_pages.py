"""Sentences and the table of the chapter on latent paths."""

import numpy as np
import pandas as pd
import pytest

from stylewalk.catalogue.paths import BEYOND, PATH_COMPARISON
from stylewalk.pages import path_tables
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import paths
from stylewalk.pages.sentences.wording import Missing
from stylewalk.trajectories.path_comparison import MEASURES


def study(seeds=(0,)):
    near = {"classes": "within", "pairs": "random", "count": 5, "steps": 10, "path": "line"}
    experiments = {"near": near, "arcs": {**near, "path": "slerp", "pairs_of": "near"}}
    return Study("x", "Data.", False, ["AE", "VAE"], ["A"], experiments, list(seeds), "VGG.")


def comparison(difference, p, path="slerp"):
    rows = [
        (
            model,
            "arcs",
            "near",
            path,
            "line",
            "any",
            "gram",
            measure,
            12,
            0.9,
            1.0,
            difference[model],
            difference[model] - 0.001,
            difference[model] + 0.001,
            p[model],
        )
        for model in ("AE", "VAE")
        for measure in MEASURES
    ]
    return pd.DataFrame(rows, columns=list(PATH_COMPARISON))


def said(difference, p, **how):
    tables = {"path_comparison": comparison(difference, p, **how)}
    return paths.comparison(study(), tables)


def test_more_and_less_structure_are_told_with_their_models():
    text = said({"AE": 0.01, "VAE": -0.01}, {"AE": 0.01, "VAE": 0.04})
    assert text.startswith("On slerp instead of line (arcs, 12 pairs), structure, what neither")
    assert "end has, is larger in AE and structure is smaller in VAE" in text
    assert "the energy is 0.90 times that of the line" in text
    assert "given this training run" in text


def test_what_is_not_beyond_chance_is_not_said_to_be_more():
    text = said({"AE": 0.01, "VAE": 0.02}, {"AE": 0.2, "VAE": 0.05})
    assert "no difference is found in structure: its 95 % intervals" in text


def test_pairs_that_are_too_few_are_said_to_be():
    text = said({"AE": 0.01, "VAE": 0.02}, {"AE": np.nan, "VAE": np.nan})
    assert "the pairs are too few to tell" in text


def beside_known(structure):
    """The tables of walks that leave so much structure, beside dissolves that leave up to .01."""
    known = pd.DataFrame(
        [
            {"walk": walk, "is_new": new, "pair": pair, "structure": value * (pair + 1) / 40}
            for walk, new, value in (("blend of pixels", False, 0.01), ("pan", True, 0.4))
            for pair in range(40)
        ]
    )
    walked = pd.DataFrame(
        [
            {"model": model, "seed": 0, "experiment": "arcs", "class_a": "A", "class_b": "A"}
            | {"pair": pair, "rho": 0.1, "fade": 0.0, "blur": 0.0, "structure": value}
            for model, value in structure.items()
            for pair in range(12)
        ]
    )
    return {
        "known_walks": known,
        "trajectory_measures": walked,
        "path_comparison": comparison({"AE": 0.01, "VAE": 0.01}, {"AE": 0.01, "VAE": 0.01}),
    }


def test_more_structure_is_no_transformation_unless_it_is_more_than_dissolves_leave():
    text = paths.comparison(study(), beside_known({"AE": 0.005, "VAE": 0.002}))
    assert "is larger in AE and VAE" in text
    assert "No model's walks surely go beyond the 9.5 thousandths below which 95 % of every" in text
    tables = beside_known({"AE": 0.1, "VAE": 0.002})
    assert "lie go surely more than 5 % in AE (100 % of its walks)." in paths.comparison(
        study(), tables
    )
    # Of means over training runs, whose own variation is in no such share.
    text = paths.comparison(study((0, 1, 2)), tables)
    assert "(100 % of its walks), given these 3 training runs." in text


def test_from_three_seeds_on_nothing_that_is_compared_is_given_a_training_run():
    tables = {"path_comparison": comparison({"AE": 0.0, "VAE": 0.0}, {"AE": 1.0, "VAE": 1.0})}
    assert "given" not in paths.comparison(study((0, 1, 2)), tables)


def beyond(p, low=0.2, high=0.6):
    """Tables with shares of walks beyond known dissolves."""
    tables = beside_known({"AE": 0.1, "VAE": 0.1})
    table = tables["path_comparison"]
    rows = table[table["measure"] == "structure"].assign(measure=BEYOND, value=0.5)
    rows = rows.assign(against_value=0.1, difference=0.4, low=low, high=high)
    rows["p"] = rows["model"].map(p)
    return tables | {"path_comparison": pd.concat([table, rows])}


def test_shares_beyond_dissolves_are_those_of_both_paths_with_their_difference():
    text = paths.comparison(study(), beyond({"AE": 0.01, "VAE": 0.2}))
    assert (
        "Their share on slerp differs from that on line in AE (50 % against 10 %, a difference of "
        "+20 to +60 points); in no other model is a difference found." in text
    )
    text = paths.comparison(study(), beyond({"AE": 0.2, "VAE": 0.2}, low=-0.1))
    assert "not found to differ between slerp and line" in text
    assert "lie within −10 and +60 points." in text
    (shown,) = path_tables.comparison(study(), beyond({"AE": 0.01, "VAE": 0.2}))
    row = next(r for r in shown.rows if r[1].startswith("beyond") and r[2] == "AE")
    assert row[3:7] == ["50.0", "10.0", "+40.0", "+20.0 to +60.0"]


def test_without_paths_to_compare_there_is_neither_sentence_nor_table():
    tables = {"path_comparison": pd.DataFrame(columns=list(PATH_COMPARISON))}
    for write in (paths.comparison, paths.strips):
        with pytest.raises(Missing):
            write(study(), tables)
    assert path_tables.comparison(study(), tables) == []


def test_the_table_has_a_row_for_each_measure_and_model_with_units_of_its_own():
    table = comparison({"AE": 0.0123, "VAE": -0.5}, {"AE": 0.0001, "VAE": 0.04})
    table.loc[table["measure"] == "perceptual_path_length", "value"] = 2.5e7
    (shown,) = path_tables.comparison(study(), {"path_comparison": table})
    assert len(shown.rows) == 2 * len(MEASURES)
    by = {(row[1], row[2]): row for row in shown.rows}
    assert by["structure", "AE"][3:] == ["900", "1,000", "+12.3", "+11.3 to +13.3", "< 0.001", "12"]
    assert by["perceptual path length", "VAE"][3] == "25 million"
    assert by["ρ", "VAE"][5] == "−0.500"


def test_a_measure_that_a_path_lacks_has_no_row():
    table = comparison({"AE": 0.0, "VAE": 0.0}, {"AE": 1.0, "VAE": 1.0})
    table.loc[table["measure"] == "midpoint_distance", "value"] = np.nan
    (shown,) = path_tables.comparison(study(), {"path_comparison": table})
    assert "middle's distance from artworks" not in {row[1] for row in shown.rows}
