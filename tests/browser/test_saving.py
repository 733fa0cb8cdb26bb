"""Walks saved from the explorer: strips, animations and entries of a config."""

import io

import numpy as np
import pytest
import yaml
from PIL import Image

from browser.conftest import until
from browser.test_points import SIZE, Study, quiet

GAP, LINE, SIDE = 8, 22, 128


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("saving"))


@pytest.fixture
def opened(visit, study):
    def one(link):
        visited = visit(study.path, hash=link, accept_downloads=True)
        visited.view.wait_for_selector("html[data-ready]", state="attached")
        return visited

    return one


def saved(view, button):
    with view.expect_download() as waiting:
        view.locator(button).click()
    download = waiting.value
    return download.suggested_filename, open(download.path(), "rb").read()


def walked(study, model, steps=10):
    """The images of the walk from 1 to 17, enlarged as files have them."""
    a, b = (study.latents[model][place].astype(np.float64) for place in (1, 17))
    images = [study.decoded(model, a + step / steps * (b - a)) for step in range(steps + 1)]
    grown = SIDE // SIZE
    return [image.repeat(grown, axis=0).repeat(grown, axis=1) for image in images]


@pytest.mark.slow
def test_the_strips_of_a_walk_that_the_page_decoded(opened, study):
    visited = opened("#from=1&to=17")
    name, content = saved(visited.view, "#save-png")
    assert name == "walk-1-17.png"
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(float)
    assert picture.shape == (2 * GAP + LINE + 2 * (LINE + SIDE + GAP), 2 * GAP + 11 * SIDE, 3)
    for model in range(2):
        top = GAP + LINE + model * (LINE + SIDE + GAP) + LINE
        strip = picture[top : top + SIDE, GAP:-GAP]
        assert np.abs(strip - np.hstack(walked(study, model))).max() <= 1.5
    assert quiet(visited)


@pytest.mark.slow
def test_the_animation_has_the_walk_in_every_frame(opened, study):
    visited = opened("#from=1&to=17")
    name, content = saved(visited.view, "#save-gif")
    assert name == "walk-1-17.gif"
    film = Image.open(io.BytesIO(content))
    assert film.n_frames == 11
    assert film.info["loop"] == 0
    wanted = [walked(study, model) for model in range(2)]
    for place in range(film.n_frames):
        film.seek(place)
        assert film.info["duration"] == (900 if place in (0, 10) else 200)
        frame = np.asarray(film.convert("RGB")).astype(float)
        found = [frame[GAP : GAP + SIDE, left : left + SIDE] for left in (GAP, 2 * GAP + SIDE)]
        truth = np.hstack([images[place] for images in wanted])
        error = np.abs(np.hstack(found) - truth)
        assert error.max() < 60
        # 512 colours of noise, brought to 256: no worse than Pillow does it, names left aside.
        image = Image.fromarray(truth.round().astype(np.uint8))
        by_pillow = image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reference = np.abs(np.asarray(by_pillow.convert("RGB")) - truth)
        assert error.mean() < 1.2 * reference.mean() + 0.5, place
    assert "saved as GIF" in visited.view.locator("#saved").inner_text()
    assert quiet(visited)


@pytest.mark.slow
def test_a_walk_of_the_study_is_saved_as_it_is_shown(opened):
    """Its images get lighter step by step, from sheets that the study made."""
    visited = opened("")
    film = Image.open(io.BytesIO(saved(visited.view, "#save-gif")[1]))
    middle = []
    for place in range(film.n_frames):
        film.seek(place)
        middle.append(np.asarray(film.convert("RGB"))[GAP + SIDE // 2, GAP + SIDE // 2].mean())
    np.testing.assert_allclose(middle, np.linspace(0, 255, film.n_frames), atol=6)
    saved(visited.view, "#save-png")
    assert quiet(visited)


@pytest.mark.slow
def test_the_walk_as_an_entry_of_a_config(opened):
    view = opened("#from=1&to=17").view
    entry = yaml.safe_load(view.locator("#entry").inner_text())
    assert entry == {"explorer": {"pairs": [["1.jpg", "17.jpg"]]}}
    view.locator("#copy-entry").click()
    until(view, "/^(Copied|Marked)$/.test(document.getElementById('copy-entry').textContent)")
    until(view, "document.getElementById('copy-entry').textContent === 'Copy entry'")


# A frame of any size and colours, given back by another program.
NOISE = """([width, height, count]) => {
  const frames = [];
  let seed = 1;
  for (let frame = 0; frame < count; frame++) {
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < pixels.length; i++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      pixels[i] = i % 4 === 3 ? 255 : seed >> 16;
    }
    frames.push(new ImageData(pixels, width, height));
  }
  return [frames.map(({ data }) => [...data]), [...gifOf(frames, frames.map(() => 7))]];
}"""


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (16, 16), (120, 90)])
def test_any_frame_comes_back(browser, width, height):
    """Noise of up to 10,800 colours, so that LZW fills its table more than once."""
    from importlib.resources import files

    code = (files("stylewalk.explorer") / "templates/gif.js").read_text(encoding="utf-8")
    view = browser.new_page()
    view.evaluate(f"() => {{ {code}; window.gifOf = gifOf; }}")
    given, content = view.evaluate(NOISE, [width, height, 2])
    view.close()
    film = Image.open(io.BytesIO(bytes(content)))
    assert film.size == (width, height)
    assert film.n_frames == 2
    for place, pixels in enumerate(given):
        film.seek(place)
        wanted = np.array(pixels).reshape(height, width, 4)[..., :3]
        error = np.abs(np.asarray(film.convert("RGB")).astype(int) - wanted)
        if width * height <= 256:
            assert error.max() <= 8
        else:
            assert error.mean() < 16  # of noise, 256 colours lie some 20 apart
