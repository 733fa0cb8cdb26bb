"""Attribute vectors and analogies with known answers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from stylewalk.trajectories import attributes

SIZE = 16
KNOWN = pd.DataFrame({"walk": "blend of pixels", "pair": range(40), "structure": 0.01})


def shown(points):
    """Grey pictures, as bright as the first dimension says."""
    return np.clip(128 + 10 * points[:, 0], 0, 255)[:, None, None, None] * np.ones((SIZE, SIZE, 3))


def bright(images):
    """Two names: dark, and as probable as a picture is bright, bright."""
    share = images.mean(axis=(1, 2, 3)).astype(np.float64) / 255
    return np.stack([1 - share, share], axis=1)


def space(latents, splits, known=KNOWN, **namers):
    decode = lambda z: shown(z).astype(np.float32)  # noqa: E731
    return attributes.Space(latents, decode, splits, namers, known, 0)


def halves(count, training=0.5):
    """Every second artwork has the attribute, in both splits."""
    cut = int(count * training)
    return (np.arange(cut), np.arange(cut, count)), np.arange(count) % 2 == 0


def test_the_vector_is_the_difference_of_means_of_training_alone():
    (training, validation), has = halves(40)
    latents = np.zeros((40, 3))
    latents[has] += [1, 2, 3]
    latents[validation] += 100
    np.testing.assert_allclose(attributes.vector(latents, has, training), [1, 2, 3])


def test_values_count_where_enough_artworks_have_and_lack_them():
    splits = np.arange(60), np.arange(60, 100)
    columns = pd.DataFrame(
        {
            "class": ["A", "B"] * 50,
            "century": ["19th"] * 97 + ["18th"] * 3,  # too few
            "kind": ["x"] * 30 + [""] * 30 + ["y"] * 40,  # none of x to judge on
            "same": ["z"] * 100,
        }
    )
    found = list(attributes.attributes(columns, splits))
    assert [(column, value) for column, value, _ in found] == [("class", "A"), ("class", "B")]
    assert found[0][2].tolist() == [True, False] * 50


def test_what_is_not_known_neither_has_nor_lacks():
    splits = np.arange(200), np.arange(200, 400)
    has = np.arange(400) % 4 == 0
    known = np.arange(400) % 4 < 2
    texts = np.where(known, np.where(has, "x", "y"), "")
    latents = np.zeros((400, 2), np.float32)
    latents[:, 0] = has + np.random.default_rng(0).normal(size=400) / 10
    latents[~known] = 50  # would spoil both means
    rows = list(attributes.judge(space(latents, splits), pd.DataFrame({"kind": texts})))
    auc = [row for row in rows if row["measure"] == "auc"]
    assert [row["mean"] for row in auc] == [1, 1]
    assert {row["n"] for row in auc} == {100}


def test_a_vector_tells_apart_as_far_as_its_distributions_do():
    splits, has = halves(4000)
    latents = np.random.default_rng(0).normal(size=(4000, 5))
    latents[has, 2] += 1.0
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    rows = list(attributes.judge(space(latents.astype(np.float32), splits), texts))
    auc = next(row for row in rows if row["measure"] == "auc" and row["value"] == "bright")
    assert auc["mean"] == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.02)
    assert auc["low"] < auc["mean"] < auc["high"]


def test_a_vector_of_brightness_makes_pictures_bright_and_shows_nothing_new():
    splits, has = halves(200)
    latents = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32) / 10
    latents[has, 0] += 4
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    of = space(latents, splits, **{"class": (["dark", "bright"], bright)})
    rows = {(row["value"], row["measure"]): row for row in attributes.judge(of, texts)}
    assert rows["bright", "gain"]["mean"] == pytest.approx(40 / 255, abs=0.01)
    assert rows["dark", "gain"]["mean"] == pytest.approx(40 / 255, abs=0.01)
    assert rows["bright", "structure"]["mean"] == 0
    walks = attributes.walk(of, np.array([1, 3]), np.array([4.0, 0, 0]))
    assert walks.shape == (2, 9, SIZE, SIZE, 3)
    np.testing.assert_allclose(np.diff(walks.mean(axis=(2, 3, 4)), axis=1), 10, atol=1e-4)


def test_new_structure_is_told_against_known_dissolves():
    splits, has = halves(200)
    latents = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32) / 10
    latents[has, 0] += 4
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(64, SIZE, SIZE, 3))

    def other(points):
        """A new picture at every fourth of a unit."""
        return np.clip(128 + 40 * noise[(4 * points[:, 0]).astype(int) % 64], 0, 255)

    made = attributes.Space(latents, other, splits, {}, KNOWN, 0)
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    rows = [row for row in attributes.judge(made, texts) if row["measure"] == "structure"]
    assert all(row["low"] > 0.9 for row in rows)
    blind = attributes.Space(latents, other, splits, {}, KNOWN.head(0), 0)
    assert not [r for r in attributes.judge(blind, texts) if r["measure"] == "structure"]


def crossed(step):
    """Ten contents on a line in two classes, of which the second lies a step further on."""
    kinds = [f"c{k}" for k in range(10)]
    table = pd.DataFrame(
        {"class": ["A"] * 20 + ["B"] * 20, "content": 2 * (kinds + [f"d{k}" for k in range(10)])}
    )
    at = np.tile(np.arange(10.0), 4) + np.where(table["class"] == "B", step, 0)
    latents = np.stack([at, np.zeros(40)], axis=1).astype(np.float32)
    is_training = table["content"].str.startswith("c").to_numpy()
    return latents, (np.flatnonzero(is_training), np.flatnonzero(~is_training)), table


def test_an_analogy_finds_the_same_content_in_the_other_class():
    latents, splits, table = crossed(step=3.0)
    of = space(latents, splits)
    rows = {row["measure"]: row for row in attributes.analogies(of, table)}
    assert rows["found"]["mean"] == 1
    # But for the first of A and the last of B, beyond whose neighbours there are none.
    assert rows["found_unmoved"]["mean"] == pytest.approx(0.1)
    assert rows["found_by_chance"]["mean"] == pytest.approx(0.1)
    assert rows["found"]["n"] == 20


def test_an_analogy_is_named_as_its_class():
    latents, splits, table = crossed(step=3.0)
    of = space(latents, splits, **{"class": (["A", "B"], bright)})
    rows = {row["measure"]: row for row in attributes.analogies(of, table)}
    # Of A to B brightness, and with it B, rises by 30; of B to A it falls, and A rises.
    assert rows["named"]["mean"] == pytest.approx(30 / 255, abs=0.003)
    table["content"] = ""
    rows = [row["measure"] for row in attributes.analogies(of, table)]
    assert rows == ["named"]


def test_pixels_are_latents_that_show_themselves():
    images = np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), dtype=np.uint8)
    latents, decode = attributes.of_pixels(images)
    assert np.array_equal(decode(latents), images)
    assert decode(2 * latents).max() <= 255
