"""Lengths, energies and distances from data of paths whose answers are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stylewalk.catalogue.paths import BEYOND, PATH_COMPARISON
from stylewalk.style.metrics import build_all
from stylewalk.trajectories import along_paths
from stylewalk.trajectories.along_paths import EPSILON, PATH_LENGTH
from stylewalk.trajectories.path_comparison import MEASURES, compare_paths, median_interval
from stylewalk.trajectories.paths.space import Space


class Grey:
    """Decodes the first latent, 0 to 1, as a grey."""

    image_size = 16

    def encode(self, images):
        raise NotImplementedError

    def decode(self, latents):
        return latents[:, :1, None, None].expand(-1, 3, 16, 16)

    def to(self, device):
        return self

    def eval(self):
        return self


def greys(values):
    """(P, T, 16, 16, 3) images of (P, T) greys in 0..1."""
    values = np.asarray(values, np.float32)[..., None, None, None]
    return np.broadcast_to(255 * values, (*values.shape[:2], 16, 16, 3)).copy()


def test_energy_is_the_square_of_the_length_at_an_even_speed_and_more_else():
    energy, length = along_paths.energies(greys([[0, 0.2, 0.4, 0.6], [0, 0, 0, 0.6]]))
    np.testing.assert_allclose(length, 0.6, rtol=1e-6)
    np.testing.assert_allclose(energy, [0.36, 3 * 0.36], rtol=1e-6)


def test_measures_beside_the_line_are_ratios_and_distances_in_those_of_artworks():
    latents = np.array([[0.0], [1.0], [0.5], [0.6], [0.9]], np.float32)
    space = Space(Grey(), latents, ["A"] * 5)
    ends = np.array([0, 0]), np.array([1, 4])
    points = np.array([[[0], [0.25], [1]], [[0], [0.8], [0.9]]], np.float32)
    lines = greys([[0, 0.5, 1], [0, 0.45, 0.9]])
    found = along_paths.against_line(greys(points[..., 0]), points, lines, ends, space)
    np.testing.assert_allclose(found["energy"], [1.25, 1.3], rtol=1e-5)
    np.testing.assert_allclose(found["energy_over_line"], [1.25, 1.3 / 0.81], rtol=1e-5)
    np.testing.assert_allclose(found["length_over_line"], 1, rtol=1e-5)
    # Artworks lie .1 (four of them) or .5 from their nearest; .25 is nearest to .5, its ends aside.
    np.testing.assert_allclose(found["midpoint_distance"], [2.5, 2.0], rtol=1e-5)
    none = along_paths.against_line(lines, None, lines, ends, space)
    assert np.isnan(none["midpoint_distance"]).all()
    np.testing.assert_allclose(none["energy_over_line"], 1)


def test_the_perceptual_path_length_of_greys_is_the_square_of_their_speed():
    metrics = build_all({"pixels": {"kind": "pixels"}}, "", "cpu", {})
    space = Space(Grey(), np.zeros((2, 1), np.float32), ["A"] * 2, metrics)
    points = np.array([[[0.1], [0.3], [0.9]]] * 2, np.float32)
    places = np.array([0.2, 0.8])
    expected = [0.4**2, 1.2**2]  # .2 and .6 in half of the path each
    for own in (points, None):
        found = along_paths.perceptual_path_length(
            greys(points[..., 0]), own, space, metrics, places
        )
        np.testing.assert_allclose(found["pixels"], expected, rtol=0.02)


def test_a_place_at_the_end_of_a_step_is_taken_in_the_next():
    along = np.array([[[0.0], [1.0], [5.0]]])
    np.testing.assert_allclose(along_paths._at(along, np.array([0.5]))[0], 1)
    np.testing.assert_allclose(along_paths._at(along, np.array([1 - EPSILON]))[0], 5, atol=1e-2)


def test_the_trimmed_mean_leaves_out_the_ends_of_many_values_alone():
    assert along_paths.trimmed_mean(np.array([1.0, 2.0, 30.0, np.nan])) == 11
    values = np.concatenate([np.ones(98), [1e9, -1e9]])
    assert along_paths.trimmed_mean(values) == 1
    assert np.isnan(along_paths.trimmed_mean(np.array([np.nan])))


@given(st.integers(0, 200))
def test_the_interval_of_a_median_is_as_sure_as_it_says_and_no_wider(n):
    low, high = median_interval(np.arange(n, dtype=float))
    if n < 6:
        assert np.isnan(low)
        assert np.isnan(high)
        return
    assert low + high == n - 1
    outside = low  # of n values below the interval, that many; a median lies there by chance in
    assert 2 * stats.binom.cdf(outside, n, 0.5) <= 0.05
    assert 2 * stats.binom.cdf(outside + 1, n, 0.5) > 0.05


def measures(experiment, path, shift, pairs=12, seeds=(0,)):
    rng = np.random.default_rng(1)
    base = rng.normal(size=(pairs, len(MEASURES)))
    rows = [
        {
            "model": "AE",
            "seed": seed,
            "experiment": experiment,
            "split": "any",
            "path": path,
            "metric": "gram",
            "class_a": "A",
            "class_b": "B",
            "pair": pair,
            **dict(zip(MEASURES, base[pair] + shift + 0.01 * seed, strict=True)),
        }
        for seed in seeds
        for pair in range(pairs)
    ]
    return pd.DataFrame(rows)


NO_KNOWN = pd.DataFrame(columns=["walk", "pair", "structure"])


@pytest.mark.slow
def test_a_shift_of_every_pair_is_found_and_a_pair_counts_once_over_seeds():
    table = pd.concat(
        [measures("lines", "line", 0.0, 20, (0, 1)), measures("arcs", "slerp", 0.5, 12, (0, 1))]
    )
    known = pd.DataFrame({"walk": "blend of pixels", "pair": range(40), "structure": 0.001})
    found = compare_paths(table, {"arcs": "lines"}, known)
    assert list(found.columns) == list(PATH_COMPARISON)
    assert list(found["measure"]) == [*MEASURES, BEYOND]
    both = table[(table["pair"] < 12)].groupby(["experiment", "pair"])["structure"].mean() > 0.001
    shares = both.groupby("experiment").mean()
    gain = found.iloc[-1]
    assert (gain["value"], gain["against_value"]) == (shares["arcs"], shares["lines"])
    assert gain["difference"] == pytest.approx(shares["arcs"] - shares["lines"])
    found = found[found["measure"] != BEYOND]
    assert (found["n"] == 12).all()  # the pairs of both
    np.testing.assert_allclose(found[["difference", "low", "high"]], 0.5)
    assert (found["p"] < 0.05).all()
    assert (found["path"] == "slerp").all()
    assert (found["against_path"] == "line").all()


def test_without_experiments_that_share_pairs_there_are_no_rows():
    found = compare_paths(measures("lines", "line", 0.0), {}, NO_KNOWN)
    assert found.empty
    assert list(found.columns) == list(PATH_COMPARISON)


@pytest.mark.slow
def test_a_measure_that_one_path_lacks_is_not_compared():
    own = measures("blends", "pixel_blend", 0.5).assign(midpoint_distance=np.nan)
    table = pd.concat([measures("lines", "line", 0.0), own])
    found = compare_paths(table, {"blends": "lines"}, NO_KNOWN).set_index("measure")
    assert found.loc["midpoint_distance", "n"] == 0
    assert found.loc["midpoint_distance", ["value", "p", "low"]].isna().all()
    assert found.loc["rho", "p"] < 0.05
    assert found.loc[BEYOND, ["value", "low", "p"]].isna().all()  # no known dissolve


@pytest.mark.slow
def test_runs_that_differ_are_in_the_interval_from_three_on():
    """Differences of the runs: -1, 0 and 1, whatever the pair."""
    rows = [measures("arcs", "slerp", shift, 12, (seed,)) for seed, shift in enumerate((-1, 0, 1))]
    table = pd.concat([measures("lines", "line", 0.0, 12, (0, 1, 2)), *rows])
    found = compare_paths(table, {"arcs": "lines"}, NO_KNOWN).set_index("measure")
    row = found.loc["rho"]
    assert row["difference"] == pytest.approx(0)
    half = stats.t.ppf(0.975, 2) / np.sqrt(3)
    np.testing.assert_allclose([row["low"], row["high"]], [-half, half], rtol=1e-6)
    assert row["p"] > 0.5


def test_measures_are_joined_metric_by_metric():
    table = pd.concat([measures("arcs", "slerp", 0.0, 3).assign(metric=m) for m in ("a", "b")])
    found = along_paths.add_to(table, {"energy": np.arange(3.0)}, {"a": np.ones(3)})
    assert list(found["energy"]) == [0, 1, 2] * 2
    assert found[PATH_LENGTH].isna().tolist() == [False] * 3 + [True] * 3


@pytest.mark.parametrize("values", [[1.0] * 8])
def test_differences_that_are_all_alike_have_an_interval_of_no_width(values):
    assert median_interval(np.array(values)) == (1.0, 1.0)
