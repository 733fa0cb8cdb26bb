"""The explorer under use that was not foreseen: very many steps, no encoders, a walk that plays."""

from dataclasses import replace

import pytest

from alive_study import write_study
from browser.conftest import until
from explorer_study import MODELS

DROP = """() => {
  const carried = new DataTransfer();
  carried.items.add(new File(["x"], "own.png", { type: "image/png" }));
  const event = new DragEvent("drop", { dataTransfer: carried, cancelable: true, bubbles: true });
  dispatchEvent(event);
  return event.defaultPrevented;
}"""
DECODED = f"document.querySelectorAll('#strips article').length === {len(MODELS)}"


def of_long_walks(about, *rest):
    return replace(about, explorer={**about.explorer, "steps": 5000}), *rest


def with_contents(about, artworks, *rest):
    contents = artworks.assign(content=[f"thing {n % 3}" for n in artworks["id"]])
    return about, contents.assign(content_group=""), *rest


@pytest.fixture
def opened(tmp_path, visit):
    def open_page(changed, link="#from=1&to=17"):
        visited = visit(write_study(tmp_path, changed)[0], hash=link)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        until(visited.view, DECODED)
        return visited

    return open_page


def complaints(visited):
    return [said for said in visited.complaints if "GL Driver Message" not in said]


def test_a_walk_of_thousands_of_steps_is_decoded_in_twenty(opened):
    visited = opened(of_long_walks)
    assert visited.view.locator("#step").get_attribute("max") == "20"
    assert "of 21" in visited.view.locator("#where").inner_text()
    assert complaints(visited) == []


def test_lists_keep_their_entries_while_a_walk_plays(opened):
    visited = opened(lambda *arguments: arguments)
    view = visited.view
    view.evaluate("document.querySelector('#path option').dataset.mark = 'kept'")
    view.locator("#step").fill("4")
    until(view, "document.getElementById('where').textContent.startsWith('image 5')")
    assert view.evaluate("document.querySelector('#path option').dataset.mark") == "kept"
    view.select_option("#path", "slerp")
    until(view, "location.hash.includes('path=slerp')")
    assert complaints(visited) == []


def test_pictures_are_filtered_by_what_they_show(opened):
    visited = opened(with_contents)
    view = visited.view
    view.locator("#more > summary").click()
    options = view.locator("#filter-column option").evaluate_all("all => all.map((o) => o.value)")
    assert "content" in options
    assert "content_group" not in options
    view.select_option("#filter-column", "content")
    view.select_option("#filter-values", "thing 1")
    view.locator("#filter button").click()
    until(view, "document.getElementById('map-said').textContent.startsWith('13 of 40 pictures')")
    assert complaints(visited) == []


def test_a_page_without_encoders_says_why_it_takes_no_picture(tmp_path, visit, monkeypatch):
    from stylewalk.explorer import encoders

    monkeypatch.setattr(encoders, "steps_of", lambda model: None)
    visited = visit(write_study(tmp_path)[0])
    view = visited.view
    view.wait_for_selector("html[data-ready]", state="attached")
    assert "bring a picture of your own" not in view.locator("header").inner_text()
    assert view.evaluate(DROP)
    assert "no encoders" in view.locator("#found").inner_text()
    assert complaints(visited) == []


def test_keys_bring_their_picture_into_a_map_that_is_zoomed(opened):
    visited = opened(lambda *arguments: arguments)
    view = visited.view
    view.locator("#map").press("ArrowRight")
    for _ in range(8):
        view.locator("#map").press("+")
    for key in ["ArrowLeft"] * 3 + ["ArrowUp"] * 3:
        view.locator("#map").press(key)
        inside = view.evaluate(
            "(() => { const [a, b] = ['cursor', 'map'].map((id) => "
            "document.getElementById(id).getBoundingClientRect()); const [x, y] = "
            "[a.left + a.width / 2, a.top + a.height / 2]; return x >= b.left - 1 && "
            "x <= b.right + 1 && y >= b.top - 1 && y <= b.bottom + 1; })()"
        )
        assert inside
    assert complaints(visited) == []
