"""What walks are taken for, by networks whose answers are known."""

import numpy as np
import pandas as pd
import pytest
import torch

from stylewalk.catalogue.classifiers import CLASS_PROFILES
from stylewalk.training.classifier import Classifier
from stylewalk.trajectories import class_profiles


class Grey(Classifier):
    """Takes black for 'a', white for 'b' and grey for 'c', surely."""

    def __init__(self):
        torch.nn.Module.__init__(self)
        self.names = ["a", "b", "c"]
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, images):
        grey = images.mean(dim=(1, 2, 3))
        return -200 * torch.stack([grey**2, (grey - 1) ** 2, (grey - 0.5) ** 2], dim=1)


def walks(values):
    """(P, T, 4, 4, 3) uint8 of greys (P, T) in 0..1."""
    shown = np.rint(255 * np.asarray(values))[..., None, None, None]
    return np.broadcast_to(shown, (*shown.shape[:2], 4, 4, 3)).astype(np.uint8)


def test_roles_are_those_of_the_ends_and_the_rest():
    images = walks([[0, 0, 0.5, 1, 1], [0, 0.5, 0, 0.5, 0]])
    found = class_profiles.of_roles(Grey(), images, pd.Series(["a", "a"]), pd.Series(["b", "a"]))
    decoded = found["decoded"]
    np.testing.assert_allclose(
        decoded[0], [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 0]], atol=1e-4
    )
    np.testing.assert_allclose(decoded[1, :, 0], [1, 0, 1, 0, 1], atol=1e-4)
    np.testing.assert_allclose(decoded[1, :, 2], [0, 1, 0, 1, 0], atol=1e-4)
    assert np.isnan(decoded[1, :, 1]).all()
    # The dissolve of black into white is grey midway; that of black into black is black.
    np.testing.assert_allclose(found["blend"][0, 2], [0, 0, 1], atol=1e-4)
    np.testing.assert_allclose(found["blend"][1, :, 0], 1, atol=1e-4)


def test_the_nearest_dissolve_goes_as_fast_as_the_walk():
    """So that a dissolve that goes unevenly does not differ from itself."""
    rng = np.random.default_rng(0)
    first, last = rng.integers(0, 256, (2, 3, 1, 4, 4, 3)).astype(float)
    share = np.array([0, 0.1, 0.7, 0.9, 1])[None, :, None, None, None]
    uneven = (1 - share) * first + share * last
    images = np.rint(uneven).astype(np.uint8)
    np.testing.assert_allclose(class_profiles.nearest_dissolves(images), images, atol=1)
    third = images.copy()
    third[:, 2] = 255 - third[:, 2]
    assert np.abs(class_profiles.nearest_dissolves(third)[:, 2] - third[:, 2]).max() > 20
    still = np.repeat(images[:, :1], 4, axis=1)
    np.testing.assert_array_equal(class_profiles.nearest_dissolves(still), still)


def test_names_that_the_network_does_not_know_count_nowhere():
    found = class_profiles.of_roles(Grey(), walks([[0, 1]]), pd.Series(["z"]), pd.Series(["a"]))
    assert np.isnan(found["decoded"]).all()


def test_profiles_are_means_over_pairs_with_intervals_that_hold_them():
    rng = np.random.default_rng(0)
    first = rng.uniform(0.2, 0.8, (40, 3, 1))
    shares = np.concatenate([first, np.full_like(first, np.nan), 1 - first], axis=2)
    about = {"model": "AE", "experiment": "near", "target": "class"}
    rows = list(class_profiles.profiles({"decoded": [shares, shares]}, about))
    table = class_profiles.table_of(rows)
    assert list(table) == list(CLASS_PROFILES)
    assert set(table["role"]) == {"start", "other"}
    start = table[table["role"] == "start"]
    assert list(start["step"]) == [0, 1, 2]
    np.testing.assert_allclose(start["probability"], first[..., 0].mean(axis=0))
    half = 1.96 * first[..., 0].std(axis=0, ddof=1) / 40**0.5
    np.testing.assert_allclose((start["high"] - start["low"]) / 2, half, rtol=0.2)
    assert set(table["n"]) == {40}


def test_the_difference_to_the_dissolve_is_taken_pair_by_pair():
    rng = np.random.default_rng(1)
    blend = rng.uniform(0.1, 0.5, (50, 2, 3))
    decoded = blend + 0.1 + rng.normal(0, 0.01, blend.shape)
    about = {"model": "AE", "experiment": "near", "target": "class"}
    found = {"decoded": [decoded], "blend": [blend]}
    table = class_profiles.table_of(list(class_profiles.profiles(found, about)))
    difference = table[table["walk"] == "difference"]
    np.testing.assert_allclose(difference["probability"], 0.1, atol=0.01)
    assert (difference["high"] - difference["low"] < 0.02).all()
    apart = table[table["walk"] == "decoded"]
    assert (apart["high"] - apart["low"] > 0.05).all()


def test_pairs_that_differ_from_seed_to_seed_stand_side_by_side():
    one, two = np.zeros((3, 2, 3)), np.ones((2, 2, 3))
    about = {"model": "AE", "experiment": "near", "target": "class"}
    table = class_profiles.table_of(
        list(class_profiles.profiles({"blend": [one, two]}, about, False))
    )
    assert set(table["n"]) == {5}
    assert table["probability"].iloc[0] == pytest.approx(0.4)
