"""The data of the explorer: neighbours, sprites, trajectories, limits, and what the page holds."""

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer_study import CLASSES, MODELS, artworks, explorer, pictures
from explorer_study import trajectories as made_trajectories
from stylewalk.catalogue.trajectories import PAIRS
from stylewalk.errors import StylewalkError
from stylewalk.explorer import page, places, sprites, trajectories
from stylewalk.explorer.packing import (
    embedded_json,
    embedded_script,
    shares,
    significant,
    whole_numbers,
)
from stylewalk.latent_space.neighbours import nearest_neighbours
from stylewalk.tables import conform
from stylewalk.trajectories.chosen_pairs import chosen_pairs

TYPES = {"B": "<u1", "H": "<u2", "i": "<i4", "f": "<f4"}


def unpacked(value: dict) -> np.ndarray:
    """What the page's script reads."""
    ((kind, text),) = value.items()
    if kind == "q":
        parts = np.frombuffer(base64.b64decode(text), "<i2")
        return np.where(parts == -32768, np.nan, parts / 32000)
    return np.frombuffer(base64.b64decode(text), TYPES[kind])


def opened(sheet: str) -> np.ndarray:
    """The pixels of a sheet."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sheet))).convert("RGB"))


@settings(deadline=None, max_examples=40)
@given(n=st.integers(2, 30), d=st.integers(1, 5), count=st.integers(1, 8), seed=st.integers(0, 99))
def test_neighbours_are_those_of_brute_force(n, d, count, seed):
    # Whole numbers, so that distances are often equal.
    latents = np.random.default_rng(seed).integers(-2, 3, (n, d)).astype(np.float32)
    ids = np.arange(n) * 3 + 1
    neighbours = nearest_neighbours(ids, latents, count)
    distances = np.linalg.norm(latents[:, None].astype(float) - latents[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    count = min(count, n - 1)
    expected = np.sort(distances, axis=1)[:, :count]
    np.testing.assert_allclose(neighbours["l2"].to_numpy().reshape(n, count), expected, atol=1e-12)
    near = (neighbours["neighbour"].to_numpy().reshape(n, count) - 1) // 3
    for row in range(n):
        assert row not in near[row]
        assert len(set(near[row])) == count
        np.testing.assert_allclose(distances[row, near[row]], expected[row], atol=1e-12)
    assert neighbours["rank"].tolist() == [*range(1, count + 1)] * n


def test_neighbours_far_from_the_origin_are_exact():
    latents = np.random.default_rng(1).standard_normal((40, 3)) + 1e6
    near = nearest_neighbours(range(40), latents, 1)["neighbour"].to_numpy()
    distances = np.linalg.norm(latents[:, None] - latents[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (near == distances.argmin(axis=1)).all()


def test_a_thumbnail_lies_where_the_page_looks_for_it():
    count = sprites.PER_SHEET + 70  # more than one sheet
    images = pictures(count)
    ids = np.arange(1, count, 2)
    thumbnails = places.thumbnails(images, ids)
    sheets = [opened(sheet) for sheet in thumbnails["sheets"]]
    size = thumbnails["tile"]
    assert len(sheets) == -(-len(ids) // thumbnails["per_sheet"])
    for number, own in enumerate(ids):
        sheet, row, column = sprites.place(number)
        tile = sheets[sheet][row * size : (row + 1) * size, column * size : (column + 1) * size]
        # WebP loses colours a little, and blurs them at the edge between the two halves.
        for half in (slice(0, 6), slice(10, 16)):
            got, wanted = tile[:, half].mean(axis=(0, 1)), images[own][:, half].mean(axis=(0, 1))
            assert np.abs(got - wanted).max() < 25, number


def test_large_pictures_become_tiles():
    images = pictures(3, size=256)
    assert sprites.shrink(images, sprites.tile_size(256)).shape == (3, 64, 64, 3)
    assert sprites.shrink(images, 256) is not None
    np.testing.assert_array_equal(sprites.shrink(images, 256), images)


@given(steps=st.integers(1, 3000), most=st.integers(2, 40))
def test_thinning_keeps_both_ends_and_even_distances(steps, most):
    shown = trajectories.shown_images(steps, most)
    assert (shown[0], shown[-1]) == (0, steps)
    assert len(shown) == min(steps + 1, most)
    gaps = np.diff(shown)
    assert gaps.min() >= 1
    assert gaps.max() - gaps.min() <= 1


def test_a_long_trajectory_keeps_all_values_and_shows_the_images_that_it_says():
    runs = {("fine", "AE"): made_trajectories("fine", "AE", [(0, 3)], 100)}
    (trajectory,) = trajectories.gather(runs, {"fine": None}, ["AE"], {0: 0, 3: 1})
    assert trajectory["rows"][0]["loss"] == [1000.0 * step for step in range(1, 101)]
    strip = opened(trajectory["sheet"])
    assert strip.shape == (16, 16 * len(trajectory["shown"]), 3)
    light = strip.reshape(16, len(trajectory["shown"]), 16, 3).mean(axis=(0, 2, 3))
    np.testing.assert_allclose(light, np.array(trajectory["shown"]) * 2.55, atol=4)


def test_limits_keep_the_first_of_each_group_and_are_said():
    data = page.page_data(*explorer(walks=2))
    about = {one["name"]: (one["kept"], one["total"]) for one in data["experiments"]}
    assert about == {"within": (2, 3), "fine": (1, 1)}
    assert [walk["pair"] for walk in data["walks"] if walk["experiment"] == "within"] == [0, 1]
    assert [one["verdicts"] for one in data["experiments"]] == [["wave", "wave"]] * 2


def test_walks_on_other_paths_come_with_their_pictures_and_are_few():
    study, *rest = explorer(walks=3)
    curved = {**study.experiments["within"], "path": "geodesic", "straight": False}
    about = replace(study, experiments={**study.experiments, "within": curved})
    data = page.page_data(about, *rest)
    said = {
        one["name"]: (one["straight"], one["kept"], one["total"]) for one in data["experiments"]
    }
    assert said == {"within": (False, 2, 3), "fine": (True, 1, 1)}
    assert all(walk["sheet"] for walk in data["walks"] if walk["experiment"] == "within")
    assert "along the path geodesic" in data["experiments"][0]["title"]


def test_trajectories_hold_each_models_own_ends():
    data = page.page_data(*explorer())
    ids = unpacked(data["artworks"]["id"])
    (fine,) = [walk for walk in data["walks"] if walk["experiment"] == "fine"]
    assert [(ids[row["a"]], ids[row["b"]]) for row in fine["rows"]] == [(1, 4), (1, 7)]
    assert [row["model"] for row in fine["rows"]] == [0, 1]


def test_chosen_pairs_are_all_kept_and_have_no_verdict():
    chosen = [(2, 5), (8, 11), (14, 17)]
    data = page.page_data(*explorer(chosen=chosen, walks=1), chosen)
    own = data["experiments"][-1]
    assert (own["name"], own["kept"], own["total"], own["verdicts"]) == ("chosen", 3, 3, [None] * 2)
    assert data["pairs"] == [[f"{number}.jpg" for number in pair] for pair in chosen]


def test_artworks_on_no_map_have_no_place_and_no_neighbours():
    study, table, images, made, runs, shapes = explorer(walks=3)
    off = 15  # an end of a trajectory
    for model, part in made.items():
        near = part.neighbours
        lost = (near[["id", "neighbour"]] == off).any(axis=1)
        maps = part.maps[part.maps["id"] != off]
        made[model] = replace(part, maps=maps, neighbours=near[~lost])
    data = page.page_data(study, table, images, made, runs, shapes)
    place = unpacked(data["artworks"]["id"]).tolist().index(off)
    near = unpacked(data["neighbours"][0]["of"]).reshape(-1, data["neighbours"][0]["count"])
    assert (near[place] == places.NOWHERE).all()
    for name in data["maps"][0]:
        x = unpacked(data["maps"][0][name]["x"])
        assert np.isnan(x[place])
        assert np.isfinite(np.delete(x, place)).all()
        assert np.nanmax(np.abs(x)) <= 1 + 1e-6


@pytest.mark.parametrize(("most", "kind"), [(255, "B"), (256, "H"), (65_535, "H"), (65_536, "i")])
def test_whole_numbers_take_no_more_bytes_than_they_need(most, kind):
    packed = whole_numbers([0, 7, most])
    assert set(packed) == {kind}
    assert unpacked(packed).tolist() == [0, 7, most]
    assert unpacked(whole_numbers([-1, most])).tolist() == [-1, most]


def test_places_on_a_map_come_back_to_a_part_in_thirty_thousand():
    places_on = np.append(np.linspace(-1, 1, 999), np.nan)
    found = unpacked(shares(places_on))
    np.testing.assert_allclose(found, places_on, atol=0.5 / 32_000)


def test_what_is_packed_comes_back():
    data = page.page_data(*explorer())
    table = artworks(40)
    own = data["artworks"]
    assert unpacked(own["id"]).tolist() == table["id"].tolist()
    assert [CLASSES[place] for place in unpacked(own["class"])] == table["class"].tolist()
    assert [own["artists"][place] for place in unpacked(own["artist"])] == table["artist"].tolist()
    assert unpacked(own["year"]).tolist() == table["year"].fillna(0).tolist()
    assert (
        unpacked(own["held_out"]).tolist() == (table["split"] == "validation").astype(int).tolist()
    )
    assert [one["name"] for one in data["models"]] == MODELS
    assert set(data["centuries"]) == {"18"}


def test_the_page_is_the_same_twice_and_holds_no_address():
    first, second = (page.render(*explorer()) for _ in range(2))
    assert first == second
    assert not re.findall(r"(?:src|href)=.?(?:https?:)?//", first)
    assert "Procedural data" in first


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "a & b\u2028"]
)
def test_a_title_never_ends_the_script_that_holds_it(title):
    text = page.render(*explorer(titles=[title]))
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert json.loads(held[1])["artworks"]["title"][0] == title
    assert not set("<>&\u2028") & set(held[1])


def test_code_never_ends_its_script():
    assert "</script" not in embedded_script("a = '</script>'").lower()
    assert json.loads(embedded_json({"a": "</script>"})) == {"a": "</script>"}
    with pytest.raises(ValueError, match="JSON"):
        embedded_json(float("nan"))
    assert significant(float("nan")) is None
    assert significant(123456.0) == 123500.0


def test_chosen_pairs_are_numbered_within_their_classes_and_measured():
    table = pd.DataFrame({"id": [4, 5, 6], "class": ["A", "B", "A"]})
    table["split"] = ["training", "validation", "training"]
    latents = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]], np.float32)
    pairs = chosen_pairs(table, latents, [[4, 5], [6, 5], [6, 4]], "chosen")
    assert pairs["pair"].tolist() == [0, 1, 0]
    assert pairs["class_b"].tolist() == ["B", "B", "A"]
    assert pairs["split_b"].tolist() == ["validation", "validation", "training"]
    assert set(pairs["split"]) == {"any"}
    conform(pairs, PAIRS)
    np.testing.assert_allclose(pairs["l2"], [5, np.hypot(3, 3), 1])


@pytest.mark.parametrize(
    ("pair", "words"), [([4, 99], ["explorer.pairs[0]", "99", "4 to 6"]), ([5, 5], ["twice"])]
)
def test_pairs_that_are_none_are_refused_in_words(pair, words):
    table = pd.DataFrame({"id": [4, 5, 6], "class": ["A", "B", "A"]})
    with pytest.raises(StylewalkError) as caught:
        chosen_pairs(table, np.zeros((3, 2), np.float32), [pair], "chosen")
    for word in words:
        assert word in str(caught.value)
