"""Trials are in balance, and the page tells nothing of what they are."""

import itertools
import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging_study import MODELS, PATHS, material, trials_and_key
from stylewalk.catalogue.judging import CONTROL
from stylewalk.errors import StylewalkError
from stylewalk.judging import artworks, controls, page
from stylewalk.judging.balance import balanced, in_turn
from stylewalk.judging.key import digest, one_each
from stylewalk.judging.questions import QUESTIONS
from stylewalk.judging.trials import Material, _Deck, draw
from stylewalk.judging.walks import Walk, shown_steps, strip


def even(counts):
    return max(counts) - min(counts) <= 1


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=6),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
)
def test_models_and_their_paths_come_equally_often(paths, count, seed):
    sources = [(f"m{m}", f"p{p}") for m, n in enumerate(paths) for p in range(n)]
    rng = np.random.default_rng(seed)
    drawn = list(itertools.islice(balanced(sources, rng), count))
    of_model = Counter(model for model, _ in drawn)
    assert even([of_model[f"m{m}"] for m in range(len(paths))])
    of_source = Counter(drawn)
    for m, n in enumerate(paths):
        assert even([of_source[f"m{m}", f"p{p}"] for p in range(n)])
    if len(set(paths)) == 1:  # of whole rounds
        rounds = count // len(paths) * len(paths)
        of_path = Counter(path for _, path in drawn[:rounds])
        assert max(of_path.values(), default=0) - min(of_path.values(), default=0) <= len(paths)


@given(st.integers(1, 7), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_values_come_in_turn(values, count, seed):
    drawn = in_turn(range(values), count, np.random.default_rng(seed))
    assert len(drawn) == count
    assert even([drawn.count(value) for value in range(values)])


@settings(max_examples=10)
@given(st.integers(20, 160), st.integers(0, 5))
def test_questions_models_sides_and_right_answers_are_in_balance(count, seed):
    trials, key = trials_and_key(count, seed=seed)
    assert len(trials) == count == key["trial"].nunique()
    assert even(list(Counter(trial.question for trial in trials).values()))
    for question in QUESTIONS:
        own = [trial for trial in trials if trial.question == question]
        asked = [trial for trial in own if not trial.catch]
        caught = [trial for trial in own if trial.catch]
        assert len(caught) == max(1, round(0.2 * len(own)))
        sides = Counter(t.source[0] for t in asked)
        if question == "style":
            sides += Counter(t.other[0] for t in asked)
        models = [*MODELS, *([CONTROL] if question == "intruder" else [])]
        assert even([sides[model] for model in models])
        right = Counter(trial.right for trial in caught)
        assert even([right[answer] for answer in QUESTIONS[question].answers])
    intruders = Counter(t.right for t in trials if t.question == "intruder" and not t.catch)
    assert even([intruders[answer] for answer in QUESTIONS["intruder"].answers])


def test_the_same_seed_draws_the_same_and_another_one_others():
    _, key = trials_and_key()
    assert digest(key) == digest(trials_and_key()[1])
    assert digest(key) != digest(trials_and_key(seed=1)[1])
    assert digest(key) != digest(trials_and_key(study="other")[1])
    assert re.fullmatch("k[0-9a-f]{12}", digest(key))


def test_the_page_knows_neither_models_nor_catch_trials():
    names = tuple(f"{model}-of-the-study" for model in MODELS)
    paths = tuple(f"{path}-path" for path in PATHS)
    trials, key = trials_and_key(models=names, paths=paths)
    text = page.render("tiny", trials, key, False)
    for word in (*names, *paths, CONTROL, *controls.KINDS.values(), "hardly moves", "pair "):
        assert word not in text, word
    data = page.page_data("tiny", trials, key)
    shown = [trial["id"] for trial in data["trials"]]
    assert shown == sorted(shown)
    assert set(shown) == set(key["trial"])
    assert all(re.fullmatch("t[0-9a-f]{12}", name) for name in shown)
    # Of one question, nothing but the pictures tells trials apart.
    for trial in data["trials"]:
        assert set(trial) == {"id", "question", "strips"}
        assert len(trial["strips"]) == (2 if trial["question"] == "style" else 1)
        assert {s["count"] for s in trial["strips"]} == {5}


def test_names_of_a_study_end_no_script():
    trials, key = trials_and_key(20, study="</script><b>{{ x }}")
    text = page.render("</script><b>{{ x }}", trials, key, True)
    assert "<b>{{" not in text
    inside = re.search(r'id="data">(.*?)</script>', text)[1]
    assert json.loads(inside)["study"] == "</script><b>{{ x }}"


def test_the_key_says_what_metrics_say():
    trials, key = trials_and_key()
    one = one_each(key)
    assert len(one) == len(trials)
    style = key[(key["question"] == "style") & ~key["catch"]]
    assert set(style["measure"]) == {"gram", "colour", "plain pixels"}
    assert ((style["value"] > 0) == (style["says"] == "first")).all()
    where = key[(key["question"] == "where") & ~key["catch"]]
    expected = np.select(
        [where["value"].abs() <= 0.25, where["value"] > 0], ["even", "ends"], "middle"
    )
    assert (where["says"] == expected).all()
    assert (key.loc[key["catch"], "right"] != "").all()


def test_known_walks_are_what_they_are_called():
    walks = material().walks
    walk, third = walks[0], walks[1]
    ends = walk.images[[0, -1]].astype(float)
    mean = np.full(ends.shape[1:], 100.0)
    for right, name in controls.KINDS.items():
        made = controls.known_kind(right, walk, third, mean, 8)
        assert made.source == (CONTROL, name)
        np.testing.assert_array_equal(made.images[[0, -1]], walk.images[[0, -1]])
    middle = {r: controls.known_kind(r, walk, third, mean, 8).images[4] for r in controls.KINDS}
    blend = ends.mean(axis=0)
    np.testing.assert_allclose(middle["dissolve"], blend, atol=1)
    np.testing.assert_allclose(middle["fade"], 0.1 * blend + 0.9 * mean, atol=1)
    np.testing.assert_allclose(middle["new"], 0.1 * blend + 0.9 * third.images[0], atol=1)


def test_timed_blends_change_where_they_say():
    walk = material().walks[0]
    for name in controls.TIMINGS:
        images = controls.timed(name, walk, 12).images.astype(float)
        change = np.abs(np.diff(images, axis=0)).mean(axis=(1, 2, 3))
        at_ends = (change[:3].sum() + change[-3:].sum()) / change.sum()
        assert (at_ends > 0.9) == (name == "ends")
        assert (at_ends < 0.2) == (name == "middle")
    still = np.abs(np.diff(controls.still(walk, 12).images.astype(float), axis=0)).sum()
    moves = np.abs(np.diff(controls.timed("even", walk, 12).images.astype(float), axis=0)).sum()
    assert still < 0.2 * moves


def test_an_intruder_is_of_another_cluster_and_far_away():
    made = material()
    draws = artworks.groups(made.spaces, made.classes)
    assert set(draws) == {*((m, k) for m in MODELS for k in ("clusters", "neighbours"))} | {
        (CONTROL, "classes")
    }
    rng = np.random.default_rng(0)
    for (model, kind), draw_ids in draws.items():
        for _ in range(20):
            ids = draw_ids(rng)
            assert len(set(ids)) == 5
            if kind == "neighbours":
                latents = made.spaces[model].latents
                far = np.linalg.norm(latents - latents[ids[0]], axis=1)
                assert far[ids[1:4]].max() < np.median(far) <= far[ids[4]]
                continue
            labels = made.classes if kind == "classes" else made.spaces[model].clusters
            assert len(set(labels[ids[:4]])) == 1
            assert labels[ids[4]] != labels[ids[0]]


@pytest.mark.parametrize(
    ("steps", "shown"), [([10], 10), ([4], 4), ([10, 30], 10), ([10, 10, 7], 10), ([12, 6], 6)]
)
def test_strips_have_as_many_pictures_as_most_walks_allow(steps, shown):
    assert shown_steps(steps) == shown
    images = np.arange(31, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    np.testing.assert_array_equal(strip(images, 10)[:, 0, 0, 0], np.arange(0, 31, 3))


@settings(max_examples=10)
@given(st.integers(0, 50))
def test_no_model_stands_first_oftener_than_second(seed):
    trials, _ = trials_and_key(160, seed=seed)
    style = [t for t in trials if t.question == "style" and not t.catch]
    ahead = Counter(t.source[0] for t in style)
    ahead.subtract(t.other[0] for t in style)
    assert max(map(abs, ahead.values())) <= 2


def test_a_third_picture_is_no_end_of_the_walk():
    """Models walk between the same pairs: the clearest of one is that of another."""
    ends = np.random.default_rng(0).integers(0, 256, (4, 2, 8, 8, 3)).astype(np.uint8)
    walks = [
        Walk(model, "line", f"pair {pair}", np.repeat(ends[pair], 3, axis=0), {}, {}, {})
        for model in ("A", "B", "C")
        for pair in range(4)
    ]
    deck = _Deck(replace(material(), walks=walks), np.random.default_rng(0))
    for walk in walks:
        assert deck.third(walk).about != walk.about


def test_walks_whose_steps_are_unequal_are_not_asked_where_they_change():
    some = material()
    odd = replace(some.walks[0], images=np.repeat(some.walks[0].images[:1], 8, axis=0))
    mixed = replace(some, walks=[*some.walks, replace(odd, about="seven steps")])
    assert shown_steps([len(w.images) - 1 for w in mixed.walks]) != 7
    for seed in range(5):
        drawn = draw(replace(mixed, seed=seed), 160)
        assert all(t.about != "seven steps" for t in drawn if t.question == "where")


def test_too_few_walks_or_artworks_are_refused_in_words():
    made = material()
    few = Material(made.walks[:1], made.images, made.classes, made.spaces, 0.25, 0)
    with pytest.raises(StylewalkError, match=r"compares two walks.*raise the count"):
        draw(few, 20)
    none = Material(made.walks, made.images[:3], made.classes[:3], {}, 0.25, 0)
    with pytest.raises(StylewalkError, match=r"too few: add pictures"):
        draw(none, 20)
