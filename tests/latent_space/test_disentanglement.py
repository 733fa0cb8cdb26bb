"""DCI, MIG and SAP: spaces in which each factor has a dimension, and others."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ortho_group
from sklearn.metrics import mutual_info_score

from stylewalk.catalogue.latent_space import DISENTANGLEMENT
from stylewalk.latent_space.disentanglement import (
    _information,
    dci,
    disentanglement,
    known_factors,
    mig,
    sap,
)

COUNT = 600


def factors(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 4, COUNT), rng.integers(0, 3, COUNT)]


def apart(known, noise=0.05, seed=1):
    """Each factor in a dimension of its own, and two of noise."""
    rng = np.random.default_rng(seed)
    columns = [*known, np.zeros(COUNT), np.zeros(COUNT)]
    return np.stack(columns, axis=1) + rng.normal(0, noise, (COUNT, 4))


def test_a_dimension_for_each_factor_is_nearly_1():
    known = factors()
    latents = apart(known)
    assert mig(latents, known) > 0.9
    assert sap(latents, known) > 0.6  # the second best still guesses
    found = dci(latents, known, 0)
    assert min(found.values()) > 0.9


def test_turned_latents_hold_the_factors_and_no_dimension_does():
    known = factors()
    latents = apart(known, noise=0.3)
    turned = latents @ ortho_group.rvs(4, random_state=4)
    assert mig(turned, known) < mig(latents, known) - 0.3
    found, straight = dci(turned, known, 0), dci(latents, known, 0)
    assert found["dci_informativeness"] > straight["dci_informativeness"] - 0.1
    assert found["dci_disentanglement"] < straight["dci_disentanglement"] - 0.15
    assert found["dci_completeness"] < straight["dci_completeness"] - 0.3


def test_mig_is_the_gap_of_mutual_information_over_the_entropy():
    codes = np.repeat([0, 1], 200)
    # One dimension that says all, one that says nothing: a gap of all of the entropy.
    latents = np.stack([codes * 10.0 + np.linspace(0, 1, 400), np.tile([0.0, 1], 200)], axis=1)
    rng = np.random.default_rng(0)
    latents[:, 1] = rng.permutation(400)
    assert mig(latents, [codes]) == pytest.approx(1, abs=0.06)
    assert mig(latents[:, [0, 0]], [codes]) == pytest.approx(0)


def test_mutual_information_is_that_of_scikit_learn():
    a, b = factors()
    assert _information(a, b) == pytest.approx(mutual_info_score(a, b))
    assert _information(a, (a + b) % 4) == pytest.approx(mutual_info_score(a, (a + b) % 4))


def test_sap_is_the_lead_of_the_nearest_class_mean():
    codes = np.repeat([0, 1], 100)
    latents = np.stack([codes.astype(float), np.ones(200)], axis=1)
    # Of a constant dimension every artwork is nearest to the first mean: half are right.
    assert sap(latents, [codes]) == pytest.approx(0.5)


def artworks(known, **columns):
    names = {"class": known[0], "content": known[1]}
    frame = pd.DataFrame({name: [f"{name} {v}" for v in codes] for name, codes in names.items()})
    return frame.assign(content_group="").assign(**columns)


def test_factors_are_those_with_few_values_that_no_other_determines():
    known = factors()
    frame = artworks(known)
    assert list(known_factors(frame)) == ["class", "content"]
    both = frame["class"] + frame["content"]
    assert list(known_factors(frame.assign(content_group=both))) == ["content_group"]
    every = [f"c{n}" for n in range(COUNT)]
    assert list(known_factors(frame.assign(content=every))) == ["class"]
    gap = ["", *frame["content"][1:]]
    assert list(known_factors(frame.assign(content=gap))) == ["class"]
    twin = frame["class"].str.upper()
    assert list(known_factors(frame.assign(content=twin))) == ["class"]


def test_a_constant_dimension_tells_nothing_however_rows_are_sorted():
    codes = np.repeat(np.arange(4), 50)
    rng = np.random.default_rng(0)
    latents = np.stack([codes + rng.normal(0, 0.1, 200), rng.normal(size=200)], axis=1)
    with_zeros = np.concatenate([latents, np.zeros((200, 2))], axis=1)
    known = [codes, rng.permutation(codes)]
    assert mig(with_zeros, known) == pytest.approx(mig(latents, known))
    assert mig(np.zeros((200, 3)), known) == 0


def test_latents_that_are_all_equal_have_no_disentanglement():
    codes = np.repeat(np.arange(4), 50)
    found = dci(np.zeros((200, 3)), [codes, codes[::-1]], 0)
    assert np.isnan(found["dci_disentanglement"])
    assert found["dci_informativeness"] < 0.5


def test_the_table_has_nulls_far_below_and_the_same_numbers_for_the_same_seed():
    known = factors()
    found = disentanglement(apart(known), artworks(known), 0)
    assert list(found) == [c for c in DISENTANGLEMENT if c not in ("model", "seed")]
    by = found.set_index("measure")
    assert (by["value"] > by["null"] + 0.3).all()
    assert by.loc["mig", "null"] < 0.1
    pd.testing.assert_frame_equal(found, disentanglement(apart(known), artworks(known), 0))
    nothing = disentanglement(apart(known), artworks(known, content=""), 0)
    assert nothing.empty
    assert list(nothing) == list(found)


def test_noise_holds_nothing_beyond_chance():
    known = factors()
    noise = np.random.default_rng(7).normal(size=(COUNT, 8))
    by = disentanglement(noise, artworks(known), 0).set_index("measure")
    assert by.loc["mig", "value"] < by.loc["mig", "null"] + 0.02
    assert by.loc["dci_informativeness", "value"] < 0.45
