"""Interpolation with truth: walks whose distance from it is known."""

import numpy as np
import pandas as pd
import pytest
import torch

from stylewalk.catalogue.truth import INTERPOLATION_TRUTH, TRUTH_DIFFERENCES
from stylewalk.data.rendered import lines, shadow, true_walks
from stylewalk.trajectories import truth
from stylewalk.trajectories.paths.space import Space


@pytest.fixture(scope="module")
def of_lines():
    return true_walks(lines, 12, 8, seed=0, size=32)


@pytest.mark.parametrize("kind", [lines, shadow])
def test_of_the_truth_itself_every_measure_is_0(kind):
    walks = true_walks(kind, 4, 5, seed=1, size=64)
    found = truth.measure(walks.images.astype(np.float32), walks)
    names = {"image_error", "mean_distance", "smoothness"}
    assert set(found) == names | {f"{factor.name}_error" for factor in kind.FACTORS}
    assert found["image_error"].max() == 0
    assert found["mean_distance"].max() < 0.02
    for factor in kind.FACTORS:
        assert found[f"{factor.name}_error"].max() < 2 * factor.step
    assert found["smoothness"].max() < 0.25


def test_a_dissolve_jumps_from_one_end_to_the_other(of_lines):
    blends = truth.blends(of_lines.images)
    np.testing.assert_allclose(blends[:, [0, -1]], of_lines.images[:, [0, -1]])
    np.testing.assert_allclose(blends[:, 4], of_lines.images[:, [0, -1]].astype(float).mean(axis=1))
    found, exact = truth.measure(blends, of_lines), truth.measure(of_lines.images, of_lines)
    # Its nearest line is one of the ends: one step is the whole turn.
    np.testing.assert_allclose(found["smoothness"], 1 - 1 / 8, atol=0.2)
    assert (found["image_error"] > 0.01).all()
    assert (found["mean_distance"] > 3 * exact["mean_distance"] + 0.05).all()
    turn = np.abs(np.diff(of_lines.known.on_walks[:, [0, -1], 0], axis=1))[:, 0]
    # Evenly turning, the truth is a quarter of the turn from the nearer end, on average.
    np.testing.assert_allclose(found["angle_error"], turn / 4, rtol=0.25)


def test_the_image_error_is_that_of_the_pictures_between(of_lines):
    other = of_lines.images.astype(np.float32)
    other[:, [0, -1]] = 0
    assert truth.measure(other, of_lines)["image_error"].max() == 0
    other[3, 2:4] += 51
    errors = truth.measure(other, of_lines)["image_error"]
    assert errors[3] == pytest.approx(0.04 * 2 / 7)
    assert np.delete(errors, 3).max() == 0


def test_smoothness_is_that_of_the_paper():
    steps = np.full((1, 4, 1), 0.25)
    assert truth.smoothness(steps)[0] == pytest.approx(0)
    assert truth.smoothness(np.array([[[1.0], [0], [0], [0]]]))[0] == pytest.approx(0.75)
    assert truth.smoothness(np.array([[[0.6], [0.6], [-0.2], [0]]]))[0] == pytest.approx(0.35)
    assert truth.smoothness(np.zeros((1, 4, 1)))[0] == pytest.approx(0.75)  # it never moves


def made(offsets, walks=20, seed=0):
    """Table TRUE_WALKS of (model, path) to what is added to errors that walks share."""
    rng = np.random.default_rng(seed)
    shared = rng.uniform(1, 3, walks)
    rows = [
        {"model": model, "seed": of, "path": path, "walk": walk, "measure": "image_error"}
        | {"value": shared[walk] + offset + rng.normal(0, 0.01)}
        for (model, path), offset in offsets.items()
        for of in (0, 1)
        for walk in range(walks)
    ]
    return pd.DataFrame(rows)


OFFSETS = {
    ("originals", "pixel_blend"): 0.0,
    ("AE", "line"): -0.2,
    ("AE", "slerp"): -0.5,
    ("AE", "reconstruction"): -0.9,
    ("AE", "pixel_blend"): 0.0,
    ("VAE", "line"): 0.4,
    ("VAE", "pixel_blend"): 0.1,
}


def test_means_have_intervals_over_walks_and_ranks_that_leave_reconstructions_out():
    table = truth.summarise(made(OFFSETS), seed=0)
    assert list(table) == list(INTERPOLATION_TRUTH)
    ranks = table.set_index(["model", "path"])["rank"]
    assert ranks["AE", "slerp"] == 1
    assert ranks["AE", "line"] == 2
    assert ranks["VAE", "line"] == 3
    assert np.isnan(ranks["AE", "pixel_blend"])
    assert np.isnan(ranks["AE", "reconstruction"])
    assert (table["low"] < table["mean"]).all()
    assert (table["mean"] < table["high"]).all()
    assert set(table["n"]) == {20}


def test_differences_are_told_walk_by_walk():
    """Walks differ by far more than models do."""
    table = truth.compare(made(OFFSETS), ["AE", "VAE"])
    assert list(table) == list(TRUTH_DIFFERENCES)
    sides = ["model", "path", "against_model", "against_path"]
    found = table.set_index(sides)["difference"]
    expected = {
        ("AE", "slerp", "AE", "line"): -0.3,
        ("AE", "line", "AE", "pixel_blend"): -0.2,
        ("VAE", "line", "VAE", "pixel_blend"): 0.3,
        ("VAE", "line", "AE", "line"): 0.6,
    }
    assert set(found.index) == set(expected)
    for key, difference in expected.items():
        assert found[key] == pytest.approx(difference, abs=0.02)
    assert (table["p"] < 0.001).all()


def test_models_that_do_not_differ_are_seldom_told_apart():
    sure = 0
    for seed in range(40):
        table = truth.compare(
            made({("AE", "line"): 0, ("VAE", "line"): 0}, 20, seed), ["AE", "VAE"]
        )
        sure += int((table["p"] < 0.05).sum())
    assert sure <= 6  # of 40 at 5 %, which more than 6 of come once in 100 times


class Linear:
    """A linear decoder, whose pictures leave the range that can be shown."""

    image_size = 32

    def __init__(self):
        generator = torch.Generator().manual_seed(0)
        self.matrix = torch.randn(6, 3 * 32 * 32, generator=generator) / 3

    def encode(self, images):
        return images.flatten(1) @ self.matrix.T / 10

    def decode(self, latents):
        return (latents @ self.matrix).reshape(-1, 3, 32, 32) + 0.5

    def to(self, device):
        return self

    def eval(self):
        return self


def test_a_line_of_a_linear_model_is_the_dissolve_of_its_ends(of_lines):
    """Also where what it decodes is cut to what can be shown."""
    space = Space(Linear(), np.zeros((2, 6), np.float32), ["A", "B"])
    found = truth.walk_all(of_lines, {"line": {"kind": "line"}}, space)
    assert set(found) == {"line", "pixel_blend", "reconstruction"}
    np.testing.assert_allclose(found["line"], found["pixel_blend"], atol=1e-3)
    assert (found["line"] == 0).any()
    assert (found["line"] == 255).any()


def test_a_path_of_few_walks_is_compared_on_these_alone():
    walks = made(OFFSETS)
    walks = walks[(walks["path"] != "slerp") | (walks["walk"] < 6)]
    summary = truth.summarise(walks, seed=0).set_index(["model", "path"])
    assert summary.loc[("AE", "slerp"), "n"] == 6
    assert np.isnan(summary.loc[("AE", "slerp"), "rank"])
    assert summary.loc[("AE", "line"), "rank"] == 1
    assert summary.loc[("AE", "line"), "n"] == 20
    table = truth.compare(walks, ["AE", "VAE"]).set_index(["model", "path"])
    assert table.loc[("AE", "slerp"), "n"] == 6
    assert table.loc[("AE", "slerp"), "difference"] == pytest.approx(-0.3, abs=0.02)
    fewer = walks[(walks["path"] != "slerp") | (walks["walk"] < 5)]
    assert np.isnan(truth.compare(fewer, ["AE", "VAE"]).set_index("path").loc["slerp", "p"])


def test_without_truth_the_tables_are_empty():
    nothing = truth.table_of([])
    assert truth.summarise(nothing, 0).empty
    assert truth.compare(nothing, ["AE"]).empty
