"""The closed loop that scores the control, and the comparisons against it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stylewalk import tables
from stylewalk.catalogue.trajectories import (
    CONTROL_TESTS,
    SHAPE_RHO,
    TRAJECTORY_MEASURES,
    TRAJECTORY_STYLE_LOSS,
)
from stylewalk.style.along import trajectory_style_loss
from stylewalk.style.metrics import MetricSet
from stylewalk.style.network import load_network
from stylewalk.trajectories import controls, scoring
from stylewalk.trajectories.dissolve import dissolve_residual, pixel_blend
from stylewalk.trajectories.summaries import summarise_trajectories
from stylewalk.trajectories.verdicts import holm
from tiny_network import gram_metric, write_tiny_network

CLASSES = ["Realism", "Romanticism"]


def pictures(count, points, seed=0):
    return np.random.default_rng(seed).uniform(0, 255, (count, points, 16, 16, 3)).astype("f4")


def pairs(count, experiment="far", split="any"):
    frame = pd.DataFrame({"experiment": experiment, "pair": np.arange(count)})
    return frame.assign(split=split, class_a="Realism", class_b="Realism", id_a=0, id_b=1, l2=1.0)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "style.safetensors"
    write_tiny_network(path)
    return load_network(path, ["conv1_1", "conv2_1"], "relu", "max")


@given(st.integers(1, 3), st.integers(2, 7))
def test_a_loop_taken_apart_gives_each_part_its_own_losses(count, points):
    """With a loss that is symmetric and easy: the squared distance of pictures."""
    images = np.random.default_rng(points).uniform(0, 255, (count, points, 2, 2, 3))

    def loss(walk):
        walk = walk.astype(np.float64)
        return np.square(np.diff(walk, axis=1)).sum(axis=(2, 3, 4))

    for blend in (True, False):
        loops, closing = controls.closed_loops(images, blend)
        pairs = [loss(loops[:, pair])[:, 0] for pair in closing]
        losses = np.column_stack([loss(loops), *pairs])
        own, beside, ends = controls.split_loops({"total": losses}, points - 1)
        assert loops.shape[1] == (max(2, 2 * points - 2) if blend else points)
        np.testing.assert_allclose(own["total"], loss(images), rtol=1e-4)
        across = np.square(images[:, -1] - images[:, 0]).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(ends["total"], across, rtol=1e-4)
        if blend:
            np.testing.assert_allclose(beside["total"], loss(pixel_blend(images)), rtol=1e-4)
        else:
            assert beside is None


def of(model, seed):
    return {"model": model, "seed": seed, "path": "line"}


def test_several_metrics_score_the_same_pictures_metric_after_metric(network):
    twice = gram_metric(network, dict.fromkeys(network.layers, 2.0))
    once = gram_metric(network, dict.fromkeys(network.layers, 1.0))
    images = pictures(3, 4)
    both = scoring.score(
        MetricSet({"one": once, "two": twice}), images, pairs(3), True, of("AE", 0)
    )
    alone = scoring.score(MetricSet({"one": once}), images, pairs(3), True, of("AE", 0))
    for kind, frame in both.items():
        assert list(dict.fromkeys(frame["metric"])) == ["one", "two"]
        assert set(frame["path"]) == {"line"}
        pd.testing.assert_frame_equal(tables.of_metric(frame, "one"), alone[kind])
    total = both["style_loss"].query("layer == 'total'").groupby("metric")["value"].sum()
    assert total["two"] == pytest.approx(2 * total["one"])


def test_a_further_metric_changes_no_summary_of_another(network):
    """Holm's correction counts the tests of one metric alone."""
    metrics = {
        "one": gram_metric(network),
        "two": gram_metric(
            network, {network.layers[0]: 1.0} | dict.fromkeys(network.layers[1:], 0.0)
        ),
    }
    images = pictures(8, 5)
    summaries = [
        summarise_trajectories(*scored.values(), 100, 0.15, 0)
        for scored in (
            scoring.score(some, images, pairs(8), True, of("AE", 0))
            for some in (MetricSet(metrics), MetricSet({"one": metrics["one"]}))
        )
    ]
    for table, alone in summaries[1].items():
        both = summaries[0][table]
        tables.conform(both, table)
        assert list(dict.fromkeys(both["metric"])) == ["one", "two"]
        assert set(both["path"]) == {"line"}
        pd.testing.assert_frame_equal(tables.of_metric(both, "one"), alone)


def test_an_experiment_on_another_path_changes_no_summary_of_the_lines(network):
    """Nor does Holm's correction count its tests."""
    metrics = MetricSet({"gram": gram_metric(network)})
    lines = scoring.score(metrics, pictures(8, 5), pairs(8), True, of("AE", 0))
    curves = scoring.score(
        metrics, pictures(8, 5, seed=1), pairs(8, "curved"), True, of("AE", 0) | {"path": "arc"}
    )
    together = {kind: pd.concat([lines[kind], curves[kind]]) for kind in lines}
    both = summarise_trajectories(*together.values(), 100, 0.15, 0)
    for table, alone in summarise_trajectories(*lines.values(), 100, 0.15, 0).items():
        rows = both[table][both[table]["path"] == "line"].reset_index(drop=True)
        assert len(both[table]) == 2 * len(alone)
        pd.testing.assert_frame_equal(rows, alone)


def test_an_experiment_of_another_split_changes_no_summary_of_all_artworks(network):
    """Nor does Holm's correction count its tests."""
    metrics = MetricSet({"gram": gram_metric(network)})
    of_all = scoring.score(metrics, pictures(8, 5), pairs(8), True, of("AE", 0))
    held_out = scoring.score(
        metrics, pictures(8, 5, seed=1), pairs(8, "unseen", "validation"), True, of("AE", 0)
    )
    together = {kind: pd.concat([of_all[kind], held_out[kind]]) for kind in of_all}
    both = summarise_trajectories(*together.values(), 100, 0.15, 0)
    for table, alone in summarise_trajectories(*of_all.values(), 100, 0.15, 0).items():
        tables.conform(both[table], table)
        assert list(dict.fromkeys(both[table]["split"])) == ["any", "validation"]
        rows = both[table][both[table]["split"] == "any"].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, alone)


def test_scores_equal_those_of_three_passes(network, monkeypatch):
    monkeypatch.setattr(scoring, "_PIXELS_AT_ONCE", 2 * 2 * 5 * 16 * 16)  # two at a time
    images = pictures(5, 5)
    found = scoring.score(
        MetricSet({"gram": gram_metric(network)}), images, pairs(5), True, of("AE", 3)
    )
    for name, walk in (("style_loss", images), ("control", pixel_blend(images))):
        tables.conform(found[name], TRAJECTORY_STYLE_LOSS)
        expected = trajectory_style_loss(network, walk)
        for layer, losses in expected.items():
            rows = found[name][found[name]["layer"] == layer]
            mine = rows["value"].to_numpy().reshape(5, 4)
            np.testing.assert_allclose(mine, losses, rtol=1e-5)
    tables.conform(found["measures"], TRAJECTORY_MEASURES)
    assert set(found["control"]["model"]) == {"pixel_blend:AE"}
    leap = trajectory_style_loss(network, images[:, [0, -1]])["total"][:, 0]
    steps = trajectory_style_loss(network, images)["total"]
    ratio = np.sqrt(steps).sum(axis=1) / np.sqrt(leap)
    np.testing.assert_allclose(found["measures"]["gram_path_ratio"], ratio, rtol=1e-5)
    np.testing.assert_allclose(found["measures"]["rho"], dissolve_residual(images)[0])
    assert found["measures"]["blend_quadratic"].notna().all()


def test_without_control_its_columns_are_empty(network):
    found = scoring.score(
        MetricSet({"gram": gram_metric(network)}), pictures(2, 4), pairs(2), False, of("AE", 0)
    )
    assert found["control"].empty
    tables.conform(found["control"], TRAJECTORY_STYLE_LOSS)
    assert found["measures"].filter(like="blend_").isna().all(axis=None)
    assert found["measures"][["rho", "gram_path_ratio", "quadratic"]].notna().all(axis=None)


def measured(n=30, seed=0, shift=0.0, seeds=(0,), experiment="far"):
    """Measures of n pairs in which a hump goes with a large residual."""
    rng = np.random.default_rng(seed)
    rho = rng.uniform(0.1, 1, n)
    frames = []
    for run in seeds:
        quadratic = shift - rho + rng.normal(0, 0.05, n)
        frame = pairs(n, experiment)[["experiment", "class_a", "class_b", "pair"]]
        frames.append(
            frame.assign(
                model="AE",
                seed=run,
                rho=rho,
                gram_path_ratio=3 + rho,
                quadratic=quadratic,
                quartic=rng.normal(size=n),
                blend_gram_path_ratio=1.5,
                blend_quadratic=1.0,
                blend_quartic=0.0,
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_comparison_finds_what_was_put_in():
    tests, correlations = controls.compare(measured(), 500, 0)
    tables.conform(tests.assign(metric="", path="", split=""), CONTROL_TESTS)
    tables.conform(correlations.assign(metric="", path="", split=""), SHAPE_RHO)
    quadratic = tests.set_index("measure").loc["quadratic"]
    assert quadratic["n"] == 30
    assert quadratic["median_difference"] == pytest.approx(quadratic["model_median"] - 1)
    assert quadratic["p"] < 0.001
    found = correlations.set_index("measure")
    assert found.loc["quadratic", "high"] < -0.9
    assert found.loc["quadratic", "p"] < 0.001
    assert abs(found.loc["quartic", "correlation"]) < 0.5


def test_p_values_are_adjusted_over_the_table():
    rows = measured(shift=1.55)
    tests, _ = controls.compare(rows, 200, 0)
    raw = [
        stats.wilcoxon(rows[name] - rows[f"blend_{name}"]).pvalue
        for name in ("quadratic", "quartic", "gram_path_ratio")
    ]
    np.testing.assert_allclose(tests["p"], holm(raw))


def test_seeds_of_one_pair_count_once():
    tests, correlations = controls.compare(measured(seeds=(0, 1, 2)), 200, 0)
    assert set(tests["n"]) == {30}
    assert set(correlations["n"]) == {30}


def test_experiments_without_control_are_not_compared():
    rows = measured()
    blank = measured(experiment="near")
    blank[[name for name in blank if name.startswith("blend_")]] = np.nan
    tests, correlations = controls.compare(pd.concat([rows, blank]), 200, 0)
    assert set(tests["experiment"]) == set(correlations["experiment"]) == {"far"}
    tests, correlations = controls.compare(blank, 200, 0)
    tables.conform(tests.assign(metric="", path="", split=""), CONTROL_TESTS)
    tables.conform(correlations.assign(metric="", path="", split=""), SHAPE_RHO)
    assert tests.empty
    assert correlations.empty


def test_measures_join_their_shapes():
    first, second = measured(4, 1), measured(6, 2).assign(class_b="Romanticism")
    measures = pd.concat([first, second], ignore_index=True)
    measures.loc[0, "rho"] = np.nan
    keys = {"model": "AE", "experiment": "far"}
    ends = [("Realism", "Realism"), ("Realism", "Romanticism"), ("all", "all")]
    shapes = pd.DataFrame([keys | {"class_a": a, "class_b": b, "linear": 0.0} for a, b in ends])
    found = controls.add_measures(shapes, measures)
    assert len(found) == 3
    expected = [first["rho"][1:].mean(), second["rho"].mean(), measures["rho"].mean()]
    np.testing.assert_allclose(found["rho"], expected)
    np.testing.assert_allclose(found["gram_path_ratio"][2], measures["gram_path_ratio"].median())
