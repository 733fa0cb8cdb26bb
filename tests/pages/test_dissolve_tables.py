"""The page's tables of dissolves say what their tables hold, in words and numbers."""

import warnings

import numpy as np
import pandas as pd
import pytest

from stylewalk import numbers
from stylewalk.catalogue import TABLES
from stylewalk.catalogue.trajectories import (
    CONTROL_TESTS,
    FALSE_VERDICTS,
    KNOWN_WALKS,
    SHAPE_RHO,
    TRAJECTORY_MEASURES,
)
from stylewalk.pages import dissolve_tables
from stylewalk.pages.facts import Study
from stylewalk.trajectories.controls import compare

EXPERIMENTS = {
    "far": {"classes": "between", "pairs": "random", "count": 9, "steps": 6},
    "near": {"classes": "within", "pairs": "random", "count": 9, "steps": 6},
}
MODELS = ["AE", "AAE"]


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def study(**changes):
    given = {"run": "demo", "data": "", "procedural": True, "models": MODELS}
    given |= {"classes": ["Realism"], "experiments": EXPERIMENTS, "seeds": [0]}
    return Study(**(given | {"style_network": ""} | changes))


def measures(rho, seeds=(0,), experiments=("near",), models=MODELS):
    """A row per model, experiment, seed and pair; ``rho`` of every seed, one for each pair."""
    random = np.random.default_rng(0)
    columns = ["gram_path_ratio", "quadratic", "quartic"]
    columns += [f"blend_{name}" for name in columns]
    frames = []
    for model in models:
        for experiment in experiments:
            for seed in seeds:
                values = np.asarray(rho[seed], float)
                frame = pd.DataFrame({"pair": range(len(values)), "rho": values})
                frame = frame.assign(
                    fade=values**2 / 2, blur=values**2 / 4, structure=values**2 / 4
                )
                frame = frame.assign(model=model, seed=seed, experiment=experiment)
                frame = frame.assign(class_a="Realism", class_b="Realism")
                frame = frame.assign(split="any", path="straight", metric="gram")
                frames.append(
                    frame.assign(**{n: random.normal(2, 1, len(values)) for n in columns})
                )
    return pd.concat(frames, ignore_index=True).reindex(columns=list(TRAJECTORY_MEASURES))


def row(table, *start):
    """The only row that begins so."""
    (cells,) = (line for line in table.rows if tuple(line[: len(start)]) == start)
    return dict(zip(table.header, cells, strict=True)), cells


def known_walks():
    """A dissolve of structure 0.001 to 0.005, and a pan of 0.2, by two metrics."""
    rows = [
        (metric, walk, walk == "pan", pair, 0.1, 0.3, 0.01, 0.02, value + 0.001 * pair)
        for metric in ("gram", "colour")
        for walk, value in (("uneven blend", 0.001), ("pan", 0.2))
        for pair in range(5)
    ]
    return pd.DataFrame(rows, columns=list(KNOWN_WALKS))


def test_the_parts_of_residuals_stand_beside_walks_of_known_kind():
    given = {
        "trajectory_measures": measures({0: [0.1, 0.1, 0.2, 0.4, np.nan]}),
        "known_walks": known_walks(),
    }
    table = dissolve_tables.transformation(study(), given)
    assert [line[0] for line in table.rows] == ["AE", "AAE", "uneven blend", "pan"]
    shown, _ = row(table, "AE")
    # Medians of 0.1, 0.1, 0.2, 0.4 squared: 0.01, 0.01, 0.04, 0.16; a quarter is structure.
    assert (shown["ρ"], shown["fade"], shown["structure"]) == ("0.150", "12.50", "6.25")
    # Above the 95th percentile of the blends, 0.0048: two of four.
    assert shown["new"].startswith("50.0 % (")
    assert shown["pairs"] == "4"
    assert "structure is above 4.80, below which 95 %" in table.note
    assert row(table, "pan")[0]["new"].startswith("100.0 % (")
    # The pairs of a walk count once, however many metrics scored them.
    assert row(table, "uneven blend")[0]["pairs"] == "5"
    nothing = {**given, "trajectory_measures": measures({0: [np.nan] * 3})}
    assert row(dissolve_tables.transformation(study(), nothing), "AE")[1][1:] == ["–"] * 6


def test_residuals_show_median_and_quartiles_by_model_and_experiment():
    frame = measures({0: [0.1, 0.2, 0.3, 0.4, np.nan]})
    frame.loc[frame["model"] == "AAE", "rho"] = np.nan
    table = dissolve_tables.residuals(study(), {"trajectory_measures": frame})
    assert table.header == ["model", "near"]
    # Quartiles of four values, halfway between the first two and the last two but a quarter.
    assert table.rows == [["AE", "0.250 (0.175 to 0.325)"], ["AAE", numbers.DASH]]
    assert "seeds" not in table.note


def test_a_pair_counts_once_however_many_seeds_there_are():
    frame = measures({0: [0.1, 0.5], 1: [0.3, 0.1]}, seeds=(0, 1))
    table = dissolve_tables.residuals(study(), {"trajectory_measures": frame})
    # Means 0.2 and 0.3; four values would have the quartiles 0.1 and 0.35.
    assert table.rows[0] == ["AE", "0.250 (0.225 to 0.275)"]
    assert "its mean over 2 seeds" in table.note


def test_correlations_keep_their_sign_their_model_and_their_measure():
    near = ("near", "any", "straight", "gram")
    frame = pd.DataFrame(
        [
            ("AAE", *near, "quartic", 1200, 0.25, -0.1, 0.5, 0.3),
            ("AAE", *near, "quadratic", 1200, -0.62, -0.8, -0.4, 0.0001),
            ("AE", *near, "quadratic", 4, np.nan, np.nan, np.nan, np.nan),
        ],
        columns=list(SHAPE_RHO),
    )
    table = dissolve_tables.shape_and_residual(study(), {"shape_rho": frame})
    quadratic = ("−0.62", "−0.80 to −0.40", "< 0.001")
    quartic = ("+0.25", "−0.10 to +0.50", "0.300")
    assert table.rows == [
        ["AE", "near", *([numbers.DASH] * 6), "4"],
        ["AAE", "near", *quadratic, *quartic, "1,200"],
    ]
    assert table.header.index("quadratic") == 2
    assert table.header.index("quartic") == 5


@pytest.mark.slow
def test_a_claim_made_true_reads_as_its_note_says():
    """Trajectories whose hump grows with their residual: the note calls for a negative sign."""
    frame = measures({0: np.linspace(0.05, 0.4, 12)})
    frame["quadratic"] = 1 - 5 * frame["rho"]
    frame["blend_quadratic"] = frame["quadratic"] + 1
    tests, correlations = compare(frame, 50, 0)
    given = {"shape_rho": correlations, "control_tests": tests, "trajectory_measures": frame}
    _, shape, control = dissolve_tables.dissolve(study(), given)
    assert row(shape, "AE")[1][2] == "−1.00"
    assert "negative correlation of the quadratic contrast" in shape.note
    assert row(control, "AE", "near", "quadratic contrast")[0]["difference"] == "−1.00"


def test_controls_show_the_medians_beside_the_median_difference():
    rows = [
        ("AE", "near", "any", "straight", "gram", "quadratic", 36, 0.5, 1.75, -1.0, 0.004),
        ("AE", "near", "any", "straight", "gram", "gram_path_ratio", 36, 1.5, 1.4, 0.125, 0.5),
        ("AAE", "far", "any", "straight", "gram", "quadratic", 1, -0.5, 1.0, -1.5, np.nan),
    ]
    frame = pd.DataFrame(rows, columns=list(CONTROL_TESTS))
    table = dissolve_tables.controls(study(), {"control_tests": frame})
    assert table.rows == [  # far comes first in the study
        ["AAE", "far", "quadratic contrast", "−0.50", "+1.00", "−1.50", numbers.DASH, "1"],
        ["AE", "near", "quadratic contrast", "+0.50", "+1.75", "−1.00", "0.004", "36"],
        ["AE", "near", "Gram path ratio", "1.50", "1.40", "+0.12", "0.500", "36"],
    ]
    assert [len(line) for line in table.rows] == [len(table.header)] * 3


def test_false_verdicts_show_rate_interval_and_coverage():
    rows = [
        ("gram", "line", "any", "confirmatory", "wave", 20, 2000, 52, 0.026, 0.0199, 0.0339, 0.95)
    ]
    frame = pd.DataFrame(rows, columns=list(FALSE_VERDICTS))
    (table,) = dissolve_tables.false_verdicts({"false_verdicts": frame})
    shown = ["confirmatory", "wave", "20", "2,000", "52", "2.6 %", "2.0 to 3.4 %", "95.0 %"]
    assert table.rows == [shown]
    assert len(table.header) == len(shown)
    both = pd.concat([frame, frame.assign(split="validation")])
    (table,) = dissolve_tables.false_verdicts({"false_verdicts": both})
    assert [row[1] for row in table.rows] == ["line, any", "line, validation"]
    assert len(table.header) == len(table.rows[0])


def test_what_was_not_measured_has_no_table():
    nothing = {
        name: pd.DataFrame(columns=list(TABLES[name]))
        for name in ("trajectory_measures", "shape_rho", "control_tests", "false_verdicts")
    }
    for given in ({}, nothing):
        assert dissolve_tables.dissolve(study(), given) == []
        assert dissolve_tables.false_verdicts(given) == []
