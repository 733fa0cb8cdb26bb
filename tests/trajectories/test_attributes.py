"""Attribute vectors and analogies with known answers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import balanced_accuracy_score

from stylewalk.trajectories import attributes

SIZE = 16


def shown(points):
    """Grey pictures, as bright as the first dimension says."""
    return np.clip(128 + 10 * points[:, 0], 0, 255)[:, None, None, None] * np.ones((SIZE, SIZE, 3))


def bright(images):
    """Two names: dark, and as probable as a picture is bright, bright."""
    share = images.mean(axis=(1, 2, 3)).astype(np.float64) / 255
    return np.stack([1 - share, share], axis=1)


def space(latents, splits, groups=None, decode=shown, **namers):
    groups = np.arange(len(latents)) if groups is None else groups
    as_floats = lambda z: decode(z).astype(np.float32)  # noqa: E731
    mean = np.full((SIZE, SIZE, 3), 128.0)
    return attributes.Space(latents, as_floats, splits, groups, namers, mean, 0)


def attribute(has):
    return attributes.Attribute("class", "x", has, np.ones(len(has), bool))


def halves(count, training=0.5):
    """Every second artwork has the attribute, in both splits."""
    cut = int(count * training)
    return (np.arange(cut), np.arange(cut, count)), np.arange(count) % 2 == 0


def test_the_vector_is_the_difference_of_means_of_training_alone():
    (training, validation), has = halves(40)
    latents = np.zeros((40, 3))
    latents[has] += [1, 2, 3]
    latents[validation] += 100
    np.testing.assert_allclose(attributes.vector(latents, attribute(has), training), [1, 2, 3])


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
    # Of two values that exclude each other, one.
    assert [(one.column, one.value) for one in found] == [("class", "A")]
    assert found[0].has.tolist() == [True, False] * 50
    three = pd.DataFrame({"class": ["A", "B", "C", "C"] * 25})
    assert [one.value for one in attributes.attributes(three, splits)] == ["A", "B", "C"]


def test_what_is_not_known_neither_has_nor_lacks():
    splits = np.arange(200), np.arange(200, 400)
    has = np.arange(400) % 4 == 0
    known = np.arange(400) % 4 < 2
    texts = np.where(known, np.where(has, "x", "y"), "")
    latents = np.zeros((400, 2), np.float32)
    latents[:, 0] = has + np.random.default_rng(0).normal(size=400) / 10
    latents[~known] = 50  # would spoil both means
    rows, _ = attributes.judge(space(latents, splits), pd.DataFrame({"kind": texts}))
    (auc,) = (row for row in rows if row["measure"] == "auc")
    assert auc["mean"] == 1
    assert auc["n"] == 100


def test_a_vector_tells_apart_as_far_as_its_distributions_do():
    splits, has = halves(4000)
    latents = np.random.default_rng(0).normal(size=(4000, 5))
    latents[has, 2] += 1.0
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    rows, raw = attributes.judge(space(latents.astype(np.float32), splits), texts)
    auc = next(row for row in rows if row["measure"] == "auc")
    assert auc["mean"] == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.02)
    assert auc["low"] < auc["mean"] < auc["high"]
    # Against itself there is nothing to gain, against noise all of it.
    again, _ = attributes.judge(space(latents.astype(np.float32), splits), texts, raw)
    over = next(row for row in again if row["measure"] == "auc_over_pixels")
    assert (over["mean"], over["low"], over["high"]) == (0, 0, 0)
    noise = {key: np.random.default_rng(5).normal(size=len(x)) for key, x in raw.items()}
    against, _ = attributes.judge(space(latents.astype(np.float32), splits), texts, noise)
    over = next(row for row in against if row["measure"] == "auc_over_pixels")
    assert over["mean"] == pytest.approx(auc["mean"] - 0.5, abs=0.03)
    # Two normal distributions a standard deviation apart, and a limit half way between them.
    right = next(row for row in rows if row["measure"] == "accuracy")
    assert right["mean"] == pytest.approx(norm.cdf(0.5), abs=0.02)
    assert right["low"] < right["mean"] < right["high"]
    over = next(row for row in against if row["measure"] == "accuracy_over_pixels")
    assert over["mean"] == pytest.approx(right["mean"] - 0.5, abs=0.03)


def test_accuracy_is_balanced_and_weighs_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    scores, has = rng.normal(size=60), rng.random(60) < 0.2
    weights = rng.integers(0, 4, (20, 60)).astype(float)
    expected = [balanced_accuracy_score(has, scores > 0, sample_weight=one) for one in weights]
    found = attributes.balanced_accuracies(scores, has, weights)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    # Whoever says no to all is right of the 80 % that lack it, and no better than chance.
    never = attributes.balanced_accuracies(np.full(60, -1.0), has, weights)
    np.testing.assert_allclose(never, 0.5)
    weights[0, has] = 0
    assert np.isnan(attributes.balanced_accuracies(scores, has, weights)[0])


def test_where_all_are_right_accuracy_is_not_sure():
    """Six of six on each side: Wilson's interval of a share of 1 of 6 begins at .61."""
    splits, has = halves(36, training=2 / 3)
    latents = np.zeros((36, 2), np.float32)
    latents[has, 0] = 5
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    rows = {row["measure"]: row for row in attributes.judge(space(latents, splits), texts)[0]}
    right = rows["accuracy"]
    assert (right["mean"], right["high"]) == (1, 1)
    assert right["low"] == pytest.approx(1 - (1 - 0.6097) / np.sqrt(2), abs=1e-3)


def test_few_different_things_on_a_side_leave_no_interval():
    splits, has = halves(120)
    latents = np.random.default_rng(0).normal(size=(120, 2)).astype(np.float32)
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    groups = np.arange(120) // 2 % 4  # four contents, each on both sides
    rows, _ = attributes.judge(space(latents, splits, groups), texts)
    told = [row for row in rows if row["measure"] in ("auc", "accuracy")]
    assert len(told) == 2
    for row in told:
        assert np.isfinite(row["mean"])
        assert np.isnan([row["low"], row["high"]]).all()


def test_the_limit_comes_from_training_alone():
    splits, has = halves(400)
    latents = np.random.default_rng(0).normal(size=(400, 2)) / 10
    latents[has, 0] += 2
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    latents[splits[1]] += [1, 0]  # held-out artworks lie elsewhere: half way, and beyond
    rows, raw = attributes.judge(space(latents.astype(np.float32), splits), texts)
    shares = {row["measure"]: row["mean"] for row in rows}
    assert shares["auc"] == 1
    dark = raw["class", "bright"][~has[splits[1]]] > 0
    assert shares["accuracy"] == pytest.approx(1 - dark.mean() / 2)
    assert 0.2 < dark.mean() < 0.8


def test_what_shows_the_same_is_drawn_as_one():
    """Every picture four times: intervals are those of every picture once."""
    rng = np.random.default_rng(0)
    has = np.arange(200) % 2 == 0
    once = rng.normal(size=(200, 3)).astype(np.float32)
    once[has, 0] += 1
    splits = np.arange(100), np.arange(100, 200)
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    four = np.repeat(once, 4, axis=0)
    wide = tuple(np.arange(4 * s[0], 4 * s[-1] + 4) for s in splits)
    groups = np.repeat(np.arange(200), 4)
    many = texts.loc[np.repeat(texts.index, 4)].reset_index(drop=True)
    rows, _ = attributes.judge(space(once, splits), texts)
    repeated, _ = attributes.judge(space(four, wide, groups), many)
    (a,), (b,) = ([r for r in x if r["measure"] == "auc"] for x in (rows, repeated))
    assert b["mean"] == pytest.approx(a["mean"])
    assert b["high"] - b["low"] == pytest.approx(a["high"] - a["low"], rel=0.15)
    assert next(r["n"] for r in repeated if r["measure"] == "structure") == 16


def test_a_vector_of_brightness_makes_pictures_bright_and_shows_nothing_new():
    splits, has = halves(200)
    latents = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32) / 10
    latents[has, 0] += 4
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    of = space(latents, splits, **{"class": (["dark", "bright"], bright)})
    rows = {row["measure"]: row for row in attributes.judge(of, texts)[0]}
    assert rows["gain"]["mean"] == pytest.approx(40 / 255, abs=0.01)
    # Shuffled labels lead as far, one way or the other.
    assert abs(rows["gain_shuffled"]["mean"]) < rows["gain"]["mean"] + 1e-3
    assert rows["structure"]["mean"] == 0
    # Of sixteen walks none: up to a fifth could be (Wilson).
    assert rows["structure"]["high"] == pytest.approx(0.194, abs=0.01)
    walks = attributes.walk(of, np.array([1, 3]), np.array([4.0, 0, 0]))
    assert walks.shape == (2, 9, SIZE, SIZE, 3)
    np.testing.assert_allclose(np.diff(walks.mean(axis=(2, 3, 4)), axis=1), 10, atol=1e-4)


def test_new_structure_is_told_against_dissolves_of_the_same_ends():
    splits, has = halves(200)
    latents = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32) / 10
    latents[has, 0] += 4
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(64, SIZE, SIZE, 3))

    def other(points):
        """A new picture at every fourth of a unit."""
        return np.clip(128 + 40 * noise[(4 * points[:, 0]).astype(int) % 64], 0, 255)

    made = space(latents, splits, decode=other)
    texts = pd.DataFrame({"class": np.where(has, "bright", "dark")})
    (row,) = (row for row in attributes.judge(made, texts)[0] if row["measure"] == "structure")
    assert row["mean"] == 1
    assert row["low"] > 0.7


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
    of = space(latents, splits, np.tile(np.arange(20), 2))
    found, raw = attributes.analogies(of, table)
    rows = {row["measure"]: row for row in found}
    assert rows["found"]["mean"] == 1
    # But for the first of A and the last of B, beyond whose neighbours there are none.
    assert rows["found_over_unmoved"]["mean"] == pytest.approx(0.9)
    again = {row["measure"]: row for row in attributes.analogies(of, table, raw)[0]}
    assert again["found_over_pixels"]["mean"] == again["found_over_pixels"]["high"] == 0
    assert rows["found_by_chance"]["mean"] == pytest.approx(0.1)
    assert rows["found"]["n"] == 20


def test_an_analogy_is_named_as_its_class():
    latents, splits, table = crossed(step=3.0)
    of = space(latents, splits, **{"class": (["A", "B"], bright)})
    rows = {row["measure"]: row for row in attributes.analogies(of, table)[0]}
    # Of A to B brightness, and with it B, rises by 30; of B to A it falls, and A rises.
    assert rows["named"]["mean"] == pytest.approx(30 / 255, abs=0.003)
    table["content"] = ""
    rows = [row["measure"] for row in attributes.analogies(of, table)[0]]
    assert rows == ["named"]


def test_pixels_are_latents_that_show_themselves():
    images = np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), dtype=np.uint8)
    latents, decode = attributes.of_pixels(images)
    assert np.array_equal(decode(latents), images)
    assert decode(2 * latents).max() <= 255
