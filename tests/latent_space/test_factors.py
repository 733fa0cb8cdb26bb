"""Class and content in latents: planted shares, labels that say nothing, contents never seen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk.catalogue.latent_space import ALL_DIMENSIONS, CONTENT_PROBES, LATENT_FACTORS
from stylewalk.latent_space.factors import _components, factors, probes

HANDS = ["a", "b", "c", "d"]


def crossed(contents=60, split="validation") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "class": HANDS * contents,
            "content": np.repeat([f"c{n}" for n in range(contents)], len(HANDS)),
            "content_group": np.repeat([f"g{n % 3}" for n in range(contents)], len(HANDS)),
            "split": split,
        }
    )


def latents_of(artworks, rng, shares, size=1):
    """Latents whose components of variance are known: class, content, rest."""
    hand = pd.factorize(artworks["class"])[0]
    content = pd.factorize(artworks["content"])[0]
    # Levels of exactly the variance asked for, so that few classes do not vary by chance.
    levels = np.array([-1.0, -1, 1, 1]) * np.sqrt(3 / 4)
    parts = (
        levels[hand][:, None] * np.ones(size),
        rng.normal(size=(content.max() + 1, size))[content],
        rng.normal(size=(len(artworks), size)),
    )
    return sum(np.sqrt(s) * p for s, p in zip(shares, parts, strict=True))


@pytest.mark.parametrize("shares", [(0.6, 0.3, 0.1), (0.0, 0.5, 0.5), (0.2, 0.0, 0.8)])
def test_planted_shares_are_found_with_their_interval(shares):
    artworks, rng = crossed(400), np.random.default_rng(0)
    found = factors(latents_of(artworks, rng, shares, size=8), artworks)
    whole = found[found["dimension"] == ALL_DIMENSIONS].iloc[0]
    for name, share in zip(("class", "content", "rest"), shares, strict=True):
        assert whole[f"{name}_share"] == pytest.approx(share, abs=0.05)
        assert whole[f"{name}_share_low"] - 0.02 <= share <= whole[f"{name}_share_high"] + 0.02
    assert found["contents"].eq(400).all()
    assert found["dimension"].tolist() == [ALL_DIMENSIONS, *range(8)]


def test_dimensions_are_told_apart():
    artworks, rng = crossed(), np.random.default_rng(1)
    latents = np.hstack(
        [latents_of(artworks, rng, s) for s in ((0.9, 0, 0.1), (0, 0.9, 0.1), (0, 0, 1.0))]
    )
    found = factors(latents, artworks).set_index("dimension")
    assert found["class_share"].idxmax() == 0
    assert found["content_share"].idxmax() == 1
    assert found["rest_share"].idxmax() == 2


def test_labels_that_say_nothing_explain_nothing():
    """The plain share of contents would be a quarter."""
    artworks, rng = crossed(), np.random.default_rng(2)
    whole = factors(rng.normal(size=(len(artworks), 64)), artworks).iloc[0]
    assert whole["class_share"] < 0.02
    # Negative components are taken for 0 in each dimension, which leaves a little on average.
    assert whole["content_share"] < 0.05


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10), st.floats(-5, 5), st.integers(0, 10**6))
def test_a_shift_and_a_scale_of_all_latents_change_no_share(scale, shift, seed):
    values = np.random.default_rng(seed).normal(size=(9, 3, 2))
    a, b = _components(values), _components(values * scale + shift)
    np.testing.assert_allclose(b, a * scale**2, rtol=1e-6, atol=1e-9)


def test_components_are_those_of_a_slow_analysis_of_variance():
    values = np.random.default_rng(3).normal(size=(7, 3, 1)) + np.arange(3)[None, :, None] * 2
    n, k, _ = values.shape
    grand = sum(values[i, j, 0] for i in range(n) for j in range(k)) / (n * k)
    rows = [sum(values[i, j, 0] for j in range(k)) / k for i in range(n)]
    columns = [sum(values[i, j, 0] for i in range(n)) / n for j in range(k)]
    error = sum(
        (values[i, j, 0] - rows[i] - columns[j] + grand) ** 2 for i in range(n) for j in range(k)
    ) / ((n - 1) * (k - 1))
    by_class = n * sum((c - grand) ** 2 for c in columns) / (k - 1)
    by_content = k * sum((r - grand) ** 2 for r in rows) / (n - 1)
    expected = [max(by_class - error, 0) / n, max(by_content - error, 0) / k, error]
    np.testing.assert_allclose(_components(values)[:, 0], expected)


def test_validation_goes_before_all_and_unknown_contents_give_no_rows():
    artworks, rng = crossed(20), np.random.default_rng(4)
    latents = rng.normal(size=(len(artworks), 3))
    few = artworks.assign(
        split=np.where(artworks["content"].isin(["c0", "c1"]), "validation", "training")
    )
    assert set(factors(latents, few)["split"]) == {"any"}
    half = few.assign(
        split=np.where(pd.factorize(few["content"])[0] < 10, "validation", "training")
    )
    found = factors(latents, half)
    assert set(found["split"]) == {"validation"}
    assert set(found["contents"]) == {10}
    nothing = factors(latents, artworks.assign(content="", content_group=""))
    assert nothing.empty
    assert set(nothing.columns) == set(LATENT_FACTORS) - {"model", "seed"}


def test_a_probe_reads_what_is_there_of_contents_never_seen():
    artworks, rng = crossed(90), np.random.default_rng(5)
    artworks["split"] = np.where(
        pd.factorize(artworks["content"])[0] < 60, "training", "validation"
    )
    hand = pd.factorize(artworks["class"])[0]
    latents = np.hstack([np.eye(4)[hand] * 3, np.zeros((len(hand), 2))])
    latents += rng.normal(size=latents.shape) * 0.3
    found = probes(latents, artworks, 0).set_index("target")
    assert set(found.columns) == set(CONTENT_PROBES) - {"model", "seed", "target"}
    assert found.loc["class", "accuracy"] > 0.98
    assert found.loc["class", "chance"] == 0.25
    low, high = found.loc["content_group", ["low", "high"]]
    assert low < 1 / 3 + 0.08
    assert high > 1 / 3 - 0.08
    assert found.loc["class", "n"] == 120
    assert found.loc["class", "contents"] == 30


def test_contents_in_both_splits_are_no_test():
    artworks = crossed(30).assign(split=["training", "validation"] * 60)
    latents = np.random.default_rng(6).normal(size=(len(artworks), 4))
    assert probes(latents, artworks, 0).empty
