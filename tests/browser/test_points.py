"""Points that are no picture's: sliders, the map of components, the plane of three pictures."""

import numpy as np
import pandas as pd
import pytest
import torch

from browser.conftest import DESKTOP, LONELY, PHONE, until
from explorer_study import CLASSES, MODELS, explorer
from stylewalk import models
from stylewalk.explorer import decoders, page, vectors
from stylewalk.latent_space.maps import map_latents

SIZE, WIDTH, COUNT, CELLS, BETWEEN = 16, 6, 40, 5, 2
PIXELS = """(id) => {
  const canvas = document.querySelector(id);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [canvas.width, ...data];
}"""
# Between the dots: the place on the screen that is farthest from all of them.
EMPTY = """() => {
  const map = document.getElementById("map"), box = map.getBoundingClientRect(), dots = map.dots();
  let [best, most] = [null, 0];
  for (let i = 3; i <= 17; i++) for (let j = 3; j <= 17; j++) {
    const [a, b] = [box.left + (i / 20) * box.width, box.top + (j / 20) * box.height];
    const far = Math.min(...dots.map(([, x, y]) => Math.hypot(x - a, y - b)));
    if (far > most) [best, most] = [[a, b], far];
  }
  return best;
}"""


class Study:
    """Two small models, their latents, and the page of them."""

    def __init__(self, folder, titles=()):
        self.models = [
            models.build({"family": family}, SIZE, WIDTH, [4, 8, 8], seed).eval()
            for seed, family in enumerate(("autoencoder", "hyperspherical"))
        ]
        with torch.no_grad():  # else all is grey
            for model in self.models:
                model.decoder[-1].weight.mul_(30)
        rng = np.random.default_rng(0)
        spread = np.linspace(2, 0.5, WIDTH)
        self.latents = [
            rng.normal(0.3, spread, (COUNT, WIDTH)).astype(np.float32) for _ in self.models
        ]
        arguments = explorer(COUNT, titles, size=SIZE)
        for made, latents in zip(arguments[3].values(), self.latents, strict=True):
            maps, table = made.maps, arguments[1]
            found = map_latents(table, latents, ["pca"], COUNT, 0).set_index("id")
            rows = maps["method"] == "pca"
            maps.loc[rows, ["x", "y"]] = found.loc[maps.loc[rows, "id"], ["x", "y"]].to_numpy()
        self.artworks = arguments[1].assign(content="", content_group="")
        self.data = page.page_data(*arguments, decoded_by=self.decoded_by)
        self.path = folder / "explorer.html"
        text = page.render(*arguments, decoded_by=self.decoded_by)
        self.path.write_text(text, encoding="utf-8")

    def decoded_by(self, ids, places):
        none = pd.DataFrame(index=range(COUNT))
        known = vectors.of_artworks(self.artworks, none, CLASSES, 0)
        towards = [vectors.of_latents(points, known) for points in self.latents]
        latents = [points[ids] for points in self.latents]
        return decoders.of_models(self.models, latents, places, towards)

    def towards(self, model, name, deviations):
        """So many standard deviations towards a class, from the latents alone."""
        points = self.latents[model].astype(np.float64)
        has = (self.artworks["class"] == name).to_numpy()
        training = (self.artworks["split"] == "training").to_numpy()
        vector = points[has & training].mean(axis=0) - points[~has & training].mean(axis=0)
        axis = vector / np.linalg.norm(vector)
        return deviations * (points @ axis).std() * axis

    def point(self, model, at, start=None):
        """The latent of a point, from the latents alone."""
        points = self.latents[model].astype(np.float64)
        _, values, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
        deviations = values / np.sqrt(COUNT)
        for k, axis in enumerate(axes):  # with the signs that the page has
            kept = np.frombuffer(self._axes(model), "<f2").reshape(-1, WIDTH)[k]
            axes[k] = axis * np.sign(axis @ kept)
        from_ = points.mean(axis=0) if start is None else points[start]
        return from_ + (np.array(at) * deviations[: len(at)]) @ axes[: len(at)]

    def _axes(self, model):
        import base64

        return base64.b64decode(self.data["decoders"][model]["directions"]["axes"]["h"])

    def decoded(self, model, latent):
        """(S, S, 3) in 0..255."""
        with torch.inference_mode():
            image = self.models[model].decode(torch.from_numpy(latent).float()[None])
        return image[0].clamp(0, 1).permute(1, 2, 0).numpy() * 255


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("points"))


@pytest.fixture
def opened(visit, study):
    def one(link="", size=DESKTOP, **options):
        visited = visit(study.path, size, hash=link, **options)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        return visited

    return one


def shown(view, selector):
    """(height, width, 3) of a canvas."""
    width, *values = view.evaluate(PIXELS, selector)
    return np.array(values).reshape(-1, width, 4)[..., :3]


def settled(view):
    """Once every model has decoded the point."""
    view.locator("#sliders").scroll_into_view_if_needed()
    until(view, "document.getElementById('point').dataset.done")
    view.evaluate("document.getElementById('point').dataset.done = ''")


def of_models(view, study, latents):
    """How far the page's pictures are from those of the models, at most."""
    found = [shown(view, f"#decoded [data-model='{place}'] canvas") for place in range(len(MODELS))]
    wanted = [study.decoded(place, latent) for place, latent in enumerate(latents)]
    assert min(image.std() for image in wanted) > 20
    return max(np.abs(a - b).max() for a, b in zip(found, wanted, strict=True))


def quiet(visited):
    # Of graphics without a GPU, and of canvases that the tests read back.
    known = ("GL Driver Message", "willReadFrequently")
    said = [said for said in visited.complaints if not any(words in said for words in known)]
    return not said and visited.requests == []


@pytest.mark.slow
def test_all_sliders_at_0_are_the_mean_or_the_chosen_picture(opened, study):
    visited = opened("#picture=7")
    view = visited.view
    settled(view)
    assert of_models(view, study, [points.mean(axis=0) for points in study.latents]) <= 1.5
    view.locator("#start [value=picture]").check(force=True)
    settled(view)
    assert of_models(view, study, [points[7] for points in study.latents]) <= 1.5
    assert "start=7" in view.evaluate("location.hash")
    assert quiet(visited)


@pytest.mark.slow
def test_a_slider_moves_along_a_component_by_keyboard(opened, study):
    visited = opened()
    view = visited.view
    settled(view)
    slider = view.locator("#component-3")
    slider.focus()
    for _ in range(12):
        view.keyboard.press("ArrowRight")
    view.locator("#component-1").fill("-2")
    settled(view)
    until(view, "document.querySelectorAll('#component-3 + output')[0].textContent === '+1.2 sd'")
    view.wait_for_timeout(100)
    at = [-2, 0, 1.2]
    assert of_models(view, study, [study.point(place, at) for place in range(2)]) <= 1.5
    assert slider.get_attribute("aria-valuetext") == "+1.2 standard deviations"
    link = view.evaluate("location.hash")
    assert "point=-2%2C0%2C1.2" in link
    assert "variance" in view.locator("label[for=component-1]").inner_text()
    again = opened(link).view
    settled(again)
    assert again.evaluate("location.hash") == link
    assert of_models(again, study, [study.point(place, at) for place in range(2)]) <= 1.5
    view.locator("#reset").click()
    settled(view)
    assert of_models(view, study, [points.mean(axis=0) for points in study.latents]) <= 1.5
    assert quiet(visited)


def decodes(view, study, latents):
    """Wait until every model shows what it decodes these latents to."""
    shown_all = (
        f"[...document.querySelectorAll('#decoded canvas')].every((x) => x.width === {SIZE})"
    )
    for _ in range(100):
        if view.evaluate(shown_all) and of_models(view, study, latents) <= 1.5:
            return
        view.wait_for_timeout(50)
    raise AssertionError("other pictures are shown")


@pytest.mark.slow
def test_a_slider_moves_towards_a_class_by_keyboard(opened, study):
    visited = opened("#map=pca&start=4&point=0,1")
    view = visited.view
    settled(view)
    before = view.locator("#map .cross").get_attribute("data-at")
    labels = view.locator("#towards label").all_inner_texts()
    assert [label.split("\n")[0] for label in labels] == [f"towards {name}" for name in CLASSES]
    slider = view.get_by_role("slider", name="towards Realism")
    slider.focus()
    for _ in range(15):
        view.keyboard.press("ArrowRight")
    until(view, "document.querySelector('#towards-2 + output').textContent === '+1.5 sd'")
    wanted = [
        study.point(place, [0, 1], 4) + study.towards(place, "Realism", 1.5) for place in range(2)
    ]
    decodes(view, study, wanted)
    assert of_models(view, study, [study.point(place, [0, 1], 4) for place in range(2)]) > 3
    assert slider.get_attribute("aria-valuetext") == "+1.5 standard deviations"
    words = view.locator("#spot-words").inner_text()
    assert "+1 sd along component 2, +1.5 sd towards Realism, from Picture 4" in words
    # On the map it goes as far as the vector does along the two components.
    assert view.locator("#map .cross").get_attribute("data-at") != before
    link = view.evaluate("location.hash")
    assert "towards=1.5%3Aclass%3ARealism" in link
    again = opened(link).view
    again.locator("#sliders").scroll_into_view_if_needed()
    assert again.evaluate("location.hash") == link
    decodes(again, study, wanted)
    view.locator("#reset").click()
    assert "towards" not in view.evaluate("location.hash")
    decodes(view, study, [points[4] for points in study.latents])
    assert quiet(visited)


@pytest.mark.slow
def test_the_cross_follows_a_vector_over_the_map(opened, study):
    """The map is an affine one of the latents: found from its dots."""
    view = opened("#map=pca&point=0&towards=2:class:Romanticism&towards=9:class:None").view
    view.locator("#map").scroll_into_view_if_needed()
    box = view.locator("#map").bounding_box()
    dots = np.array(view.evaluate("document.getElementById('map').dots()"))
    latents = study.latents[0].astype(np.float64)
    known = np.column_stack([latents[dots[:, 0].astype(int)], np.ones(len(dots))])
    affine = np.linalg.lstsq(known, dots[:, 1:] - [box["x"], box["y"]], rcond=None)[0]
    point = latents.mean(axis=0) + study.towards(0, "Romanticism", 2)
    cross = view.locator("#map .cross").get_attribute("data-at").split()
    np.testing.assert_allclose(np.array(cross, float), [*point, 1] @ affine, atol=1)


def at_of(view):
    """The coefficients in the address."""
    link = dict(part.split("=") for part in view.evaluate("location.hash")[1:].split("&"))
    return [float(text) for text in link["point"].split("%2C")]


@pytest.mark.slow
@pytest.mark.parametrize("touch", [False, True])
def test_a_press_between_the_dots_is_decoded(opened, study, touch):
    visited = opened("#map=pca", PHONE if touch else DESKTOP, has_touch=touch)
    view = visited.view
    assert view.locator("#spot").is_hidden()
    view.locator("#map").scroll_into_view_if_needed()
    left, top = view.evaluate(EMPTY)
    chosen = view.locator("#picture-title").inner_text()
    (view.touchscreen.tap if touch else view.mouse.click)(left, top)
    until(view, "!document.getElementById('spot').hidden")
    view.wait_for_timeout(150)
    assert view.locator("#picture-title").inner_text() == chosen
    at = at_of(view)
    found = shown(view, "#spot-picture")
    wanted = study.decoded(0, study.point(0, at))
    assert wanted.std() > 20
    assert np.abs(found - wanted).max() <= 1.5
    # The cross is where the map was pressed.
    box = view.locator("#map").bounding_box()
    cross = view.locator("#map .cross").get_attribute("data-at").split()
    np.testing.assert_allclose(
        np.add(np.array(cross, float), (box["x"], box["y"])), (left, top), atol=1.5
    )
    assert "sd along component 1" in view.locator("#spot-words").inner_text()
    view.locator("#leave-spot").click()
    assert view.locator("#spot").is_hidden()
    assert "point" not in view.evaluate("location.hash")
    assert quiet(visited)


@pytest.mark.slow
def test_a_press_on_a_dot_still_chooses_its_picture(opened):
    view = opened("#map=pca").view
    before = view.locator("#picture-title").inner_text()
    view.locator("#map").scroll_into_view_if_needed()
    left, top = view.evaluate(LONELY)
    view.mouse.move(left + 1, top)
    view.mouse.click(left, top)
    view.wait_for_timeout(150)
    assert view.locator("#picture-title").inner_text() != before
    assert view.locator("#spot").is_hidden()


@pytest.mark.slow
def test_the_point_on_the_map_is_moved_by_keys(opened, study):
    view = opened("#map=pca&point=0.5,1").view
    view.locator("#map").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        view.keyboard.press(f"Shift+{key}")
    np.testing.assert_allclose(at_of(view), [0.7, 0.9], atol=0.011)
    again = opened("#map=pca&start=4&point=0,0,2").view
    again.locator("#map").focus()
    again.keyboard.press("Shift+ArrowUp")  # what else is known of it stays
    assert at_of(again) == [0, 0.1, 2]
    assert "start=4" in again.evaluate("location.hash")
    assert view.locator("#status").inner_text().startswith("The point is +0.7 sd")
    view.get_by_role("radio", name="t-SNE").check(force=True)
    view.locator("#map").focus()
    view.keyboard.press("Shift+ArrowRight")  # this map has no such axes
    np.testing.assert_allclose(at_of(view), [0.7, 0.9], atol=0.011)
    assert view.locator("#spot").is_hidden()


@pytest.mark.slow
def test_the_corners_of_the_plane_are_the_three_pictures(opened, study):
    visited = opened("#model=VAE&corners=3,11,20&picture=5")
    view = visited.view
    view.locator("#plane-picture").scroll_into_view_if_needed()
    until(view, "document.getElementById('plane-picture').dataset.done")

    def cell(row, column):
        top, left = row * (SIZE + BETWEEN), column * (SIZE + BETWEEN)
        return shown(view, "#plane-picture")[top : top + SIZE, left : left + SIZE]

    a, b, c = (study.latents[1][place].astype(np.float64) for place in (3, 11, 20))
    wanted = {(0, 0): a, (0, 4): b, (4, 0): c, (4, 4): b + c - a, (1, 2): a + (b - a) / 2}
    wanted[1, 2] = wanted[1, 2] + (c - a) / 4
    for place, latent in wanted.items():
        assert np.abs(cell(*place) - study.decoded(1, latent)).max() <= 1.5, place
    view.locator("#corners .take").nth(1).click()
    assert "corners=3%2C5%2C20" in view.evaluate("location.hash")
    until(view, "document.getElementById('plane-picture').dataset.done === '1 3 5 20'")
    found = np.abs(cell(0, 4) - study.decoded(1, study.latents[1][5].astype(np.float64))).max()
    assert found <= 1.5
    assert "Picture 3" in view.locator("#plane-picture").get_attribute("aria-label")
    assert quiet(visited)


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_no_barriers(opened, size, dark):
    visited = opened("#map=pca&point=1,-1&start=4&picture=7", size, dark=dark)
    settled(visited.view)
    visited.view.locator("#plane-picture").scroll_into_view_if_needed()
    until(visited.view, "document.getElementById('plane-picture').dataset.done")
    assert visited.barriers() == []
    assert visited.too_wide() <= 0
    assert quiet(visited)


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_long_names_widen_nothing(visit, tmp_path, size):
    study = Study(
        tmp_path, ["W" * 240, "a_b\N{NO-BREAK SPACE}" * 60, "<b>\N{HEBREW LETTER SHIN}" * 90]
    )
    view = visit(study.path, size, hash="#map=pca&start=0&point=1&picture=1&corners=0,1,2").view
    view.wait_for_selector("html[data-ready]", state="attached")
    settled(view)
    assert "<b>" in view.locator("#corners").inner_text()
    assert view.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.slow
def test_links_that_make_no_sense_are_left_out(opened):
    visited = opened("#point=x,1e9,nan&start=999&corners=1,2")
    view = visited.view
    values = [view.locator(f"#component-{place}").input_value() for place in (1, 2, 3)]
    assert values == ["0", "20", "0"]
    assert view.locator("#start [value=mean]").is_checked()
    view.locator("#component-1").fill("1")
    assert at_of(view) == [1, 20]
    assert "corners" not in view.evaluate("location.hash")
    assert quiet(visited)


@pytest.mark.slow
def test_a_page_without_decoders_has_no_points(visit, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_text(page.render(*explorer(COUNT)), encoding="utf-8")
    visited = visit(path, hash="#map=pca&point=1&corners=1,2,3")
    view = visited.view
    view.wait_for_selector("html[data-ready]", state="attached")
    for part in ("#point-part", "#plane-part", "#spot"):
        assert view.locator(part).is_hidden()
    view.locator("#map").focus()
    view.keyboard.press("Shift+ArrowRight")
    assert quiet(visited)


def test_a_great_circle_is_drawn_where_it_goes(opened, study):
    view = opened("#map=pca&from=1&to=17&path=slerp").view
    view.locator("#map").scroll_into_view_if_needed()
    until(view, "document.querySelectorAll('#strips article').length === 2")
    box = view.locator("#map").bounding_box()
    dots = np.array(view.evaluate("document.getElementById('map').dots()"))
    latents = study.latents[0].astype(np.float64)
    # The map is an affine one of the latents: found from its dots.
    known = np.column_stack([latents[dots[:, 0].astype(int)], np.ones(len(dots))])
    affine = np.linalg.lstsq(known, dots[:, 1:] - [box["x"], box["y"]], rcond=None)[0]
    a, b = latents[1], latents[17]
    norms = np.linalg.norm(a), np.linalg.norm(b)
    angle = np.arccos(a @ b / norms[0] / norms[1])
    t = np.linspace(0, 1, 21)[:, None]
    around = np.sin((1 - t) * angle) * a / norms[0] + np.sin(t * angle) * b / norms[1]
    points = around / np.sin(angle) * ((1 - t) * norms[0] + t * norms[1])
    wanted = np.column_stack([points, np.ones(len(t))]) @ affine
    drawn = view.locator("#map svg polyline").get_attribute("points").split()
    np.testing.assert_allclose([list(map(float, p.split(","))) for p in drawn], wanted, atol=0.7)
    # Bent, and a straight line where the path is one.
    chord = wanted[0] + t * (wanted[-1] - wanted[0])
    assert np.abs(wanted - chord).max() > 5
    view.select_option("#path", "line")
    points = "document.querySelector('#map svg polyline').getAttribute('points')"
    until(view, f"{points}.split(' ').length === 2")
