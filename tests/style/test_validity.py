"""Questions to metrics, against scikit-learn, slow loops, and labels that mean nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from stylewalk.catalogue.metrics import BASELINES, METRIC_VALIDITY
from stylewalk.style import validity
from stylewalk.style.pairwise import squared_distances
from stylewalk.style.validity import passed, questions, sample, strictest, weighted_auc
from stylewalk.tables import conform


def artworks(classes, artists=None, contents=None):
    count = len(classes)
    blank = [""] * count
    return pd.DataFrame(
        {
            "id": np.arange(count),
            "class": classes,
            "artist": blank if artists is None else artists,
            "content": blank if contents is None else contents,
            "balanced": True,
        }
    )


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1))
def test_the_area_is_that_of_scikit_learn_with_ties_and_weights(seed):
    rng = np.random.default_rng(seed)
    first = rng.random(40) < 0.5
    first[:2] = True, False
    distance = rng.integers(0, 12, 40).astype(float)  # many ties
    weights = rng.integers(0, 4, (3, 40)).astype(float)
    weights[:, :2] = 1
    found = weighted_auc(first, ~first, weights, distance)
    expected = [roc_auc_score(first, -distance, sample_weight=row) for row in weights]
    np.testing.assert_allclose(found, expected)


def test_an_area_without_pairs_of_a_kind_is_unknown():
    kinds = np.array([True, False])
    weights = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = weighted_auc(kinds, ~kinds, weights, np.array([1.0, 2.0]))
    assert np.isnan(found[0])
    assert found[1] == 1


def test_questions_set_the_pairs_that_their_words_say():
    rows = artworks(
        np.tile(["A", "B"], 12), contents=np.repeat([f"thing {i}" for i in range(12)], 2)
    )
    asked = {question.name: question for question in questions(rows)}
    assert set(asked) == {"class, other contents", "class over content"}
    for i in range(24):
        for j in range(24):
            same_class = i % 2 == j % 2
            same_content = i // 2 == j // 2
            other = asked["class, other contents"]
            assert other.first[i, j] == (same_class and not same_content)
            assert other.second[i, j] == (not same_class and not same_content)
            over = asked["class over content"]
            assert over.first[i, j] == (same_class and not same_content)
            assert over.second[i, j] == (not same_class and same_content)


def test_artists_are_asked_for_where_they_are_known_and_blank_ones_are_no_artist():
    artists = [*np.repeat([f"artist {i}" for i in range(6)], 4), "", "", "", ""]
    classes = np.tile(["A", "A", "B", "B"], 7)
    asked = {q.name: q for q in questions(artworks(classes, artists))}
    assert set(asked) == {"artist", "artist within a class", "class"}
    assert asked["artist"].first.sum() == 6 * 16
    assert not asked["artist"].first[24:].any()
    assert not asked["artist"].second[24:].any()
    within = asked["artist within a class"]
    assert not (within.second & (classes[:, None] != classes)).any()
    few = questions(artworks(classes, ["one", "two"] * 14))
    assert [question.name for question in few] == ["class"]


def distances(vectors):
    return {"total": squared_distances(vectors)}


def judged(rng, rows, bootstrap=200, baseline=None, **metrics):
    """The table of these metrics beside a baseline that is noise where none is given."""
    noise = distances(rng.normal(size=(len(rows), 3)))
    base = dict.fromkeys(BASELINES, noise if baseline is None else baseline)
    of_style = [name for name in metrics if name != "no style"]
    return validity.validity({**metrics, **base}, rows, of_style, rng, bootstrap)


def test_a_metric_passes_that_sees_the_class_and_not_one_that_sees_noise_or_content():
    rng = np.random.default_rng(0)
    rows = artworks(np.tile(["A", "B"], 40), contents=np.repeat(np.arange(40), 2).astype(str))
    style = np.tile([[0.0], [1.0]], (40, 1)) + rng.normal(0, 0.4, (80, 1))
    shown = np.repeat(rng.normal(size=(40, 5)), 2, axis=0)
    noise = rng.normal(size=(80, 5))
    table = judged(
        rng,
        rows,
        style=distances(style),
        content=distances(shown + 0.05 * noise),
        noise=distances(noise),
        baseline=distances(shown + noise),
    )
    conform(table, METRIC_VALIDITY)
    assert strictest(table) == "class, other contents"
    assert passed(table) == ["style"]
    whole = table[table["layer"] == "total"]
    over = whole[whole["question"] == "class over content"].set_index("metric")["auc"]
    assert over["content"] < 0.05
    assert over["style"] > 0.8
    assert over["noise"] == pytest.approx(0.5, abs=0.1)
    assert (table["low"] <= table["auc"]).all()
    assert (table["auc"] <= table["high"]).all()
    own = table[table["metric"] == "pixels"]
    assert (own[["gain", "gain_low", "gain_high"]] == 0).all(axis=None)
    assert not own["passes"].any()


def test_the_best_of_those_that_pass_comes_first():
    rng = np.random.default_rng(0)
    rows = artworks(np.repeat(["A", "B"], 30))
    side = np.repeat([[0.0], [1.0]], 30, axis=0)
    found = judged(
        rng,
        rows,
        fair=distances(side + rng.normal(0, 0.7, (60, 1))),
        good=distances(side + rng.normal(0, 0.1, (60, 1))),
        **{"no style": distances(side)},  # which tells the classes best, as colours may
    )
    assert passed(found) == ["good", "fair"]
    assert strictest(found) == "class"


@pytest.mark.slow
def test_labels_that_mean_nothing_pass_at_most_once_in_twenty():
    """A distance that sees artists well, held against classes that were drawn by lot."""
    rng = np.random.default_rng(1)
    passes, of_classes = 0, 0
    for _ in range(100):
        names = np.repeat([f"artist {i}" for i in range(12)], 5)
        rows = artworks(rng.permutation(np.repeat(["A", "B"], 30)), names)
        hands = np.repeat(rng.normal(size=(12, 3)), 5, axis=0)
        own = distances(hands + rng.normal(0, 0.5, (60, 3)))
        table = judged(rng, rows, 100, own=own)
        asked = table[(table["question"] == "class") & (table["metric"] == "own")]
        of = asked.set_index("layer")["passes"]
        passes += bool(of["total"])
        of_classes += int(of[["pairs with A", "pairs with B"]].sum())
    assert passes <= 5
    assert of_classes <= 10  # of 200


@pytest.mark.slow
def test_the_interval_holds_the_truth_over_groups_and_would_not_over_pairs():
    """Artists that differ in how alike their works are: twenty of them, drawn anew each time."""
    rng = np.random.default_rng(2)

    def draw(artists, works=4):
        names = np.repeat([f"artist {i}" for i in range(artists)], works)
        spread = np.repeat(rng.uniform(0.2, 2.5, (artists, 1)), works, axis=0)
        hands = np.repeat(rng.normal(size=(artists, 2)), works, axis=0)
        vectors = hands + spread * rng.normal(size=(artists * works, 2))
        return artworks(["A"] * len(names), names), distances(vectors)

    def area(rows, own):
        table = judged(rng, rows, 100, own, own=own)
        return table[(table["question"] == "artist") & (table["metric"] == "own")].iloc[0]

    rows, own = draw(400)
    asked = next(question for question in questions(rows) if question.name == "artist")
    pairs = np.triu(asked.first | asked.second, 1)
    truth = roc_auc_score(asked.first[pairs], -own["total"][pairs])
    held = [row["low"] <= truth <= row["high"] for row in (area(*draw(20)) for _ in range(60))]
    assert np.mean(held) > 0.85


@pytest.mark.slow
def test_a_class_that_is_alike_in_itself_is_no_artist():
    """Ten artists of one tight class and forty of a wide one, of whom no metric knows anything."""
    rng = np.random.default_rng(3)
    names = [*np.repeat([f"tight {i}" for i in range(10)], 8)]
    names += [*np.repeat([f"wide {i}" for i in range(40)], 2)]
    rows = artworks(["A"] * 80 + ["B"] * 80, names)
    spread = np.repeat([[1.0], [2.0]], 80, axis=0)
    passes = 0
    for _ in range(20):
        table = judged(rng, rows, 100, own=distances(spread * rng.normal(size=(160, 3))))
        mine = table[(table["metric"] == "own") & (table["layer"] == "total")]
        mine = mine.set_index("question")
        assert mine.loc["artist within a class", "auc"] == pytest.approx(0.5, abs=0.06)
        passes += bool(mine.loc["artist within a class", "passes"])
    assert passes <= 1


def test_each_class_is_told_apart_by_the_pairs_in_which_it_is():
    """One class lies apart, two lie together: areas by hand, and only the first passes."""
    rng = np.random.default_rng(4)
    rows = artworks(np.tile(["A", "B", "C"], 20), contents=np.repeat(np.arange(20), 3).astype(str))
    place = np.tile([[0.0], [3.0], [3.0]], (20, 1)) + rng.normal(0, 0.5, (60, 1))
    own = distances(place)
    table = judged(rng, rows, own=own)
    conform(table, METRIC_VALIDITY)
    of = table[(table["metric"] == "own") & (table["question"] == "class, other contents")]
    of = of.set_index("layer")
    assert list(of.index) == ["total", *(f"pairs with {name}" for name in "ABC")]
    classes, contents = rows["class"].to_numpy(), rows["content"].to_numpy()
    for name in "ABC":
        pairs = [(i, j) for i in range(60) for j in range(i) if name in (classes[i], classes[j])]
        pairs = [(i, j) for i, j in pairs if contents[i] != contents[j]]
        alike = [classes[i] == classes[j] for i, j in pairs]
        near = [-own["total"][i, j] for i, j in pairs]
        row = of.loc[f"pairs with {name}"]
        assert row["auc"] == pytest.approx(roc_auc_score(alike, near), rel=1e-6)
        assert (row["n"], row["groups"]) == (len(pairs), 20)
    assert of.loc["pairs with A", "auc"] > 0.99
    assert of.loc["pairs with B", "auc"] == pytest.approx(0.75, abs=0.04)  # C is as near, A not
    assert set(table["metric"]) == {"own", *BASELINES}
    assert table.groupby("metric", sort=False)["layer"].nunique().eq(4).all()


def test_what_is_asked_of_classes_leaves_the_intervals_of_the_whole_as_they_were():
    """They come after: a bootstrap of the whole alone, with the same seed, gives the same."""
    rows = artworks(np.tile(["A", "B"], 12))
    vectors = distances(np.random.default_rng(5).normal(size=(24, 2)))
    table = validity.validity(
        {"own": vectors, **dict.fromkeys(BASELINES, vectors)},
        rows,
        ["own"],
        np.random.default_rng(6),
        50,
    )
    (question,) = questions(rows)
    areas = validity._Pairs.of(question, np.random.default_rng(6), 50).areas(vectors["total"])
    assert (table.loc[0, "metric"], table.loc[0, "layer"]) == ("own", "total")
    ends = np.percentile(areas[1:], [2.5, 97.5])
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(ends.tolist())
    assert (table["layer"][:3] == "total").all()


def test_a_sample_has_contents_at_random_each_in_all_its_classes():
    rng = np.random.default_rng(0)
    contents = np.repeat(np.arange(50), 3).astype(str)
    rows = artworks(np.tile(["A", "B", "C"], 50), contents=contents)
    rows = rows.drop(index=0)  # one content lacks a class
    chosen = sample(rows, 60, rng)
    assert len(chosen) == 60
    assert (chosen.groupby("content")["class"].nunique() == 3).all()
    assert set(chosen["content"]) != set(sample(rows, 60, rng)["content"])
    few = sample(rows[rows["content"].isin(["0", "1", "2", "3", "4", "5"])], 60, rng)
    assert len(few) == 17


def test_a_sample_has_artists_of_every_class_and_of_all_classes_alike_as_well():
    rng = np.random.default_rng(0)
    artists = np.array([f"artist {i}" for i in rng.integers(0, 60, 600)], dtype=object)
    artists[:100] = ""
    classes = np.repeat(["A", "B", "C"], [100, 440, 60])
    chosen = sample(artworks(classes, artists).drop(columns="balanced"), 120, rng)
    assert len(chosen) == 120
    assert len(set(chosen["id"])) == 120
    alike = chosen[chosen["balanced"]]
    assert alike["class"].value_counts().to_dict() == {"A": 20, "B": 20, "C": 20}
    of_artists = chosen[~chosen["balanced"]]
    assert (of_artists["artist"] != "").all()
    assert of_artists["artist"].value_counts().max() <= 8
    assert (of_artists["class"] == "C").sum() >= 4
    plain = sample(artworks([*["A"] * 500, *["B"] * 30]).drop(columns="balanced"), 50, rng)
    assert plain["class"].value_counts().to_dict() == {"A": 25, "B": 25}
    assert len(sample(artworks(["A", "B"] * 4).drop(columns="balanced"), 50, rng)) == 8


def test_too_few_groups_answer_nothing():
    rng = np.random.default_rng(0)
    table = judged(rng, artworks(["A", "B", "A", "B"]))
    assert table.empty
    assert list(table) == list(METRIC_VALIDITY)
    assert passed(table) == []
    assert strictest(table) == ""
