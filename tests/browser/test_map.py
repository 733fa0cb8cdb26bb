"""The explorer's map: moved and zoomed; dots selected, filtered, apart, dense and named."""

import csv
import io
import re

import numpy as np
import pytest
from matplotlib.path import Path as Polygon
from PIL import Image

from browser.conftest import DESKTOP, PHONE, classes_seen, until
from explorer_study import CLASSES, explorer, pictures
from stylewalk.explorer import page, places, sprites

COUNT = 40
DOTS = "document.getElementById('map').dots()"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "explorer.html"
    path.write_text(page.render(*explorer(COUNT)), encoding="utf-8")
    return path


@pytest.fixture
def opened(visit, trial):
    def one(hash="#map=pca", size=DESKTOP, path=trial, **options):
        visited = visit(path, size, hash=hash, **options)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        visited.view.locator("#map").scroll_into_view_if_needed()
        return visited

    return one


def on_screen(view):
    """The places of the dots in the window, by id."""
    return {number: (x, y) for number, x, y in view.evaluate(DOTS)}


def on_map(model=0, method="pca"):
    """The places of the artworks on a map, from the table."""
    made = list(explorer(COUNT)[3].values())[model]
    return places.on_map(made.maps, method, np.arange(COUNT))


def tool(view, name):
    view.evaluate("document.getElementById('more').open = true")
    view.locator(f"#tools input[value={name}]").check(force=True)
    view.locator("#map").scroll_into_view_if_needed()


def drag(view, *corners):
    view.mouse.move(*corners[0])
    view.mouse.down()
    for corner in corners[1:]:
        view.mouse.move(*corner, steps=4)
    view.mouse.up()


def said(view):
    return view.locator("#selection-title").inner_text()


def test_a_dot_lies_where_its_table_says(opened):
    view = opened().view
    box = view.locator("#map").bounding_box()
    found = on_screen(view)
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    unit = min(box["width"], box["height"]) / 2 / 1.08
    wanted = middle + on_map() * [unit, -unit]
    np.testing.assert_allclose([found[i] for i in range(COUNT)], wanted, atol=0.6)


def test_the_map_is_dragged_and_zoomed_about_the_pointer(opened):
    view = opened().view
    before = on_screen(view)
    box = view.locator("#map").bounding_box()
    x, y = box["x"] + 200, box["y"] + 300
    drag(view, (x, y), (x + 60, y - 40))
    moved = on_screen(view)
    for place, (left, top) in moved.items():
        np.testing.assert_allclose((left, top), np.add(before[place], (60, -40)), atol=0.6)
    view.mouse.move(x, y)
    view.mouse.wheel(0, -200)
    view.wait_for_timeout(150)
    zoomed = on_screen(view)
    factor = np.exp(200 / 400)
    for place, point in zoomed.items():
        # What lies under the pointer stays there.
        wanted = np.add((x, y), factor * np.subtract(moved[place], (x, y)))
        np.testing.assert_allclose(point, wanted, atol=0.8)
    view.locator("#whole").click()
    for place, point in on_screen(view).items():
        np.testing.assert_allclose(point, before[place], atol=0.6)


def test_a_wheel_over_a_map_that_was_not_pressed_scrolls_the_page(opened):
    view = opened().view
    before, top = view.evaluate(DOTS), view.evaluate("scrollY")
    box = view.locator("#map").bounding_box()
    view.mouse.move(box["x"] + 50, box["y"] + 100)
    view.mouse.wheel(0, 120)
    view.wait_for_timeout(300)
    assert view.evaluate("scrollY") > top
    assert [dot[1] for dot in view.evaluate(DOTS)] == [dot[1] for dot in before]


def test_a_lasso_selects_what_lies_inside_and_a_link_restores_it(opened):
    visited = opened()
    view = visited.view
    tool(view, "lasso")
    box = view.locator("#map").bounding_box()
    shares = [(0.25, 0.2), (0.7, 0.3), (0.5, 0.55), (0.75, 0.85), (0.2, 0.8)]
    corners = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in shares]
    drag(view, *corners)
    inside = {i for i, dot in on_screen(view).items() if Polygon(corners).contains_point(dot)}
    assert 5 < len(inside) < 35
    assert said(view) == f"{len(inside)} pictures selected"
    with view.expect_download() as download:
        view.locator("#save-selection").click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["id"]) for row in rows} == inside
    assert [row["class"] for row in rows] == [CLASSES[int(row["id"]) % 3] for row in rows]
    counts = view.locator("#selection-classes").inner_text()
    for number, name in enumerate(CLASSES):
        own = sum(i % 3 == number for i in inside)
        assert not own or f"{name}{own}, {round(100 * own / len(inside))} %" in counts.replace(
            "\n", ""
        )
    again = opened(view.evaluate("location.hash"))
    assert said(again.view) == said(view)
    # On another map the same pictures are selected.
    again.view.get_by_role("radio", name="t-SNE").check(force=True)
    assert said(again.view) == said(view)
    again.view.locator("#unselect").click()
    assert again.view.locator("#selection").is_hidden()
    assert "area" not in again.view.evaluate("location.hash")
    assert [one for one in visited.complaints if "GL Driver" not in one] == []


def test_the_mean_of_a_selection_is_that_of_its_pictures(opened):
    view = opened().view
    box = view.locator("#map").bounding_box()
    view.keyboard.down("Shift")
    drag(
        view,
        (box["x"] + 20, box["y"] + 20),
        (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.55),
    )
    view.keyboard.up("Shift")
    right, bottom = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.55
    inside = [i for i, (x, y) in on_screen(view).items() if x < right and y < bottom]
    assert said(view) == f"{len(inside)} pictures selected"
    until(view, f"document.getElementById('selection-mean').dataset.of === '{len(inside)}'")
    shown = view.evaluate("""() => {
      const mean = document.getElementById("selection-mean");
      return [...mean.getContext("2d").getImageData(0, 0, mean.width, mean.height).data];
    }""")
    found = np.array(shown).reshape(16, 16, 4)[:, :, :3]
    wanted = pictures(COUNT)[inside].mean(axis=0)
    # WebP changes colours a little, at the edge between two halves more.
    assert np.abs(found - wanted)[:, [2, 3, 4, 11, 12, 13]].mean() < 3


def test_what_is_seen_is_selected_by_keyboard(opened):
    view = opened().view
    view.locator("#map").focus()
    view.keyboard.press("ArrowRight")
    for _ in range(3):
        view.keyboard.press("+")
    view.wait_for_timeout(100)
    box = view.locator("#map").bounding_box()
    seen = [
        i
        for i, (x, y) in on_screen(view).items()
        if 0 <= x - box["x"] <= box["width"] and 0 <= y - box["y"] <= box["height"]
    ]
    view.locator("#select-seen").focus()
    view.keyboard.press("Enter")
    assert 0 < len(seen) < COUNT
    assert said(view).split()[0] == str(len(seen))


def test_filters_by_any_column_leave_what_passes(opened):
    visited = opened("#map=pca&filter=split:validation")
    view = visited.view
    assert sorted(on_screen(view)) == list(range(0, COUNT, 5))
    view.select_option("#filter-column", "title")
    view.locator("#filter-text").fill("picture 1")
    view.locator("#filter button").click()
    assert sorted(on_screen(view)) == [10, 15]
    link = view.evaluate("location.hash")
    assert sorted(on_screen(opened(link).view)) == [10, 15]
    view.get_by_role("button", name="Remove the filter split: validation").click()
    assert sorted(on_screen(view)) == [1, *range(10, 20)]
    assert sorted(on_screen(opened("#map=pca&filter=year:1710–1725").view)) == [12, 15, 18, 21, 24]
    assert sorted(on_screen(opened("#map=pca&filter=artist:Artist 3").view)) == [
        *range(3, COUNT, 7)
    ]
    assert sorted(on_screen(opened("#map=pca&filter=kmeans:cluster 2").view)) == [
        *range(2, COUNT, 4)
    ]
    assert len(on_screen(opened("#map=pca&filter=nothing:known").view)) == COUNT


def test_of_many_artists_a_part_of_the_name_is_enough(visit, tmp_path):
    study, table, *rest = explorer(260)
    names = [f"Artist no. {number}" for number in range(len(table))]
    path = tmp_path / "explorer.html"
    text = page.render(study, table.assign(artist=names), *rest)
    path.write_text(text, encoding="utf-8")
    view = visit(path, hash="#map=pca&filter=artist:NO. 25").view
    view.wait_for_selector("html[data-ready]", state="attached")
    assert sorted(on_screen(view)) == [25, *range(250, 260)]
    assert "11 of 260 pictures" in view.locator("#map-said").inner_text()


def test_a_map_that_was_zoomed_is_moved_by_a_finger(opened):
    view = opened(size=PHONE, has_touch=True, is_mobile=True).view
    touch = "getComputedStyle(document.getElementById('map')).touchAction"
    assert view.evaluate(touch) == "pan-x pan-y"
    view.locator("#nearer").tap()
    until(view, f"{touch} === 'none'")


def test_each_class_has_a_map_of_its_own(opened):
    visited = opened("#map=pca&apart=yes")
    view = visited.view
    names = view.locator("#map svg text").all_text_contents()
    assert [name for name in names if name in CLASSES] == CLASSES
    dots = on_screen(view)
    seen = classes_seen(view, dots.values())
    right = sum(CLASSES[number % 3] == name for number, name in zip(dots, seen, strict=True))
    assert right >= 25
    frames = view.locator("#map svg rect[stroke-opacity]").all()
    boxes = [frame.bounding_box() for frame in frames]
    for number, (x, y) in dots.items():
        box = boxes[number % 3]
        assert box["x"] <= x <= box["x"] + box["width"]
        assert box["y"] <= y <= box["y"] + box["height"]
    # A dot of another class in a pane is grey, and is not pressed.
    other = next(i for i in dots if i % 3 == 1)
    x, y = dots[other][0] - boxes[1]["x"] + boxes[0]["x"], dots[other][1]
    view.mouse.move(x, y)
    view.wait_for_timeout(100)
    tip = view.locator("#tip")
    assert tip.is_hidden() or tip.locator("strong").inner_text() != f"Picture {other}"


def test_names_of_regions_keep_apart(opened):
    view = opened("#map=pca&names=yes&colour=kmeans").view
    labels = view.locator("#map text.region").all()
    assert 2 <= len(labels) <= 4
    boxes = [label.bounding_box() for label in labels]
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert (
                a["x"] + a["width"] <= b["x"]
                or b["x"] + b["width"] <= a["x"]
                or a["y"] + a["height"] <= b["y"] + 1
                or b["y"] + b["height"] <= a["y"] + 1
            )


def test_shades_are_darkest_where_most_dots_lie(opened):
    view = opened("#map=pca&dense=yes").view
    view.wait_for_timeout(200)
    shade = """() => {
      const layer = document.querySelector("#map canvas.layer");
      const { width, height } = layer;
      const { data } = layer.getContext("2d").getImageData(0, 0, width, height);
      let best = 0;
      for (let i = 0; i < width * height; i++) if (data[4 * i + 3] > data[4 * best + 3]) best = i;
      return [(best % width) / width, Math.floor(best / width) / height];
    }"""
    found = (np.array(view.evaluate(shade)) - 0.5) * 2 * 1.08 * [1, -1]
    points = on_map()
    # As many dots lie near it as near any dot, or nearly.
    number = (np.linalg.norm(points - found, axis=1) < 0.15).sum()
    most = max((np.linalg.norm(points - point, axis=1) < 0.15).sum() for point in points)
    assert number >= most - 1


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_nobody_is_barred_with_all_of_it_open(visit, trial, size, dark):
    everything = "#map=pca&names=yes&dense=yes&apart=yes&filter=split:training&tool=lasso"
    area = "&area=-1.1,-1.1;1.1,-1.1;1.1,1.1;-1.1,1.1&on=AE/pca"
    visited = visit(trial, size, dark, hash=everything + area)
    visited.view.wait_for_selector("html[data-ready]", state="attached")
    assert visited.barriers() == []
    assert visited.too_wide() <= 0
    assert said(visited.view) == "32 pictures selected"
    assert [one for one in visited.complaints if "GL Driver" not in one] == []


def test_a_context_that_is_lost_comes_back(opened):
    view = opened().view
    before = on_screen(view)
    lost = """() => {
      const layer = document.querySelectorAll("#map canvas.layer")[1];
      const trick = layer.getContext("webgl").getExtension("WEBGL_lose_context");
      trick.loseContext();
      setTimeout(() => trick.restoreContext(), 50);
      return layer.getContext("webgl").isContextLost();
    }"""
    assert view.evaluate(lost)
    view.wait_for_timeout(400)
    seen = classes_seen(view, before.values())
    assert sum(name is not None for name in seen) >= 25


def test_a_link_with_areas_that_are_none_shows_the_map(opened):
    for area in ("1,2", "a,b;c,d;e,f", ";;;", "1,1;2,2;NaN,3"):
        visited = opened(f"#map=pca&area={area}&on=AE/pca")
        assert visited.view.locator("#selection").is_hidden()
        assert len(on_screen(visited.view)) == COUNT
        assert [one for one in visited.complaints if "GL Driver" not in one] == []


def test_pictures_beside_the_page_are_loaded_when_they_are_seen(visit, tmp_path):
    count = 2 * sprites.PER_SHEET + 30  # three sheets
    beside = tmp_path / "explorer_pictures"
    beside.mkdir()
    path = tmp_path / "explorer.html"
    path.write_text(page.render(*explorer(count), beside=beside), encoding="utf-8")
    assert sorted(file.name for file in beside.iterdir()) == ["0000.webp", "0001.webp", "0002.webp"]
    assert path.stat().st_size < 700_000
    visited = visit(path, hash=f"#map=pca&picture={count - 1}")
    view = visited.view
    view.wait_for_selector("html[data-ready]", state="attached")
    asked = {request.rsplit("/", 2)[-2:][1] for request in visited.requests}
    assert "0002.webp" in asked
    # As it is seen: the chosen picture has the colours of its file.
    number = count - 1
    view.wait_for_timeout(300)
    shot = view.locator("#picture .thumb").first.screenshot()
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), float)
    left = pictures(count)[number][0, 0]
    assert np.abs(pixels[64, 20] - left).max() < 25
    assert "explorer_pictures" in view.locator("footer").inner_text()
    # They may be looked at and not read: there is no mean picture, and no complaint.
    view.locator("#select-seen").click()
    view.wait_for_timeout(300)
    assert said(view) == f"{count:,} pictures selected"
    assert view.locator("#selection figure").is_hidden()
    assert [one for one in visited.complaints if "GL Driver" not in one] == []
    assert all(
        re.match(r"file://.*/explorer_pictures/\d{4}\.webp$", one) for one in visited.requests
    )
