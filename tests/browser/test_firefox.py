"""The pages in Firefox: walks, a picture of one's own, the lasso, files, a judge's session."""

import base64
import csv
import io
import time

import numpy as np
import pytest
import torch
from matplotlib.path import Path as Polygon
from PIL import Image

from alive_study import COUNT, GIVE, SIZE, STRIP_PIXELS, tiles_of, walked, write_study
from browser.firefox import FIREFOX, running
from judging_study import trials_and_key
from stylewalk.judging import page, weighing
from stylewalk.judging.answers import read_answers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("firefox")]
TRIALS = 24
# Machines without graphics have none for WebGL either: the map is drawn on a plain canvas.
KNOWN = ("WebGL",)
# What a page has loaded besides itself and what it made.
FETCHED = """performance.getEntriesByType("resource").map((entry) => entry.name)
  .filter((name) => !/^(data|blob):/.test(name))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if FIREFOX is None:
        pytest.skip("no Firefox is installed (neither firefox-esr nor firefox is on the path)")
    folder = tmp_path_factory.mktemp("firefox")
    with running(folder) as opened:
        opened.resize(1280, 1000)
        opened.folder = folder
        yield opened


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("alive"))


@pytest.fixture
def opened(browser, study):
    """Open the explorer; what it complains of while a test runs is a failure."""
    before = len(browser.errors())

    def one(link=""):
        browser.open(study[0].as_uri() + link)
        browser.until("document.documentElement.dataset.ready === 'true'")
        return browser

    yield one
    assert browser.evaluate(FETCHED) == []
    said = browser.errors(before)
    assert [one for one in said if not any(words in one for words in KNOWN)] == []


def strip(browser, model):
    """(images, S, S, 3) of a model's strip."""
    return tiles_of(browser.evaluate(f"({STRIP_PIXELS})(arguments[0])", model))


def saved(browser, ending):
    """The content of a file that the page saves."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [path for path in browser.folder.glob(f"*{ending}") if path.stat().st_size]
        if found and not list(browser.folder.glob("*.part")):
            content = found[0].read_bytes()
            found[0].unlink()
            return content
        time.sleep(0.1)
    raise AssertionError(f"no file *{ending} was saved")


def test_a_walk_that_nobody_computed_is_decoded_and_saved(opened, study):
    _, made, latents = study
    browser = opened("#from=1&to=17")
    browser.until("document.querySelectorAll('#strips article').length === 2")
    for place, model in enumerate(made):
        wanted = walked(model, latents[place], 1, 17)
        assert wanted.std() > 20
        assert np.abs(strip(browser, place) - wanted).max() <= 1.5
    browser.click("#save-png")
    picture = Image.open(io.BytesIO(saved(browser, ".png")))
    assert picture.width > 11 * 128
    browser.click("#save-gif")
    assert Image.open(io.BytesIO(saved(browser, ".gif"))).n_frames == 11


@pytest.mark.parametrize("how", ["file", "drop"])
def test_a_picture_of_ones_own_is_encoded(opened, study, tmp_path, how):
    _, made, latents = study
    pixels = np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    path = tmp_path / "mine.png"
    Image.fromarray(pixels).save(path)
    browser = opened("#picture=7")
    if how == "file":
        browser.keys("#file", str(path))
    else:
        text = base64.b64encode(path.read_bytes()).decode()
        browser.evaluate(f"({GIVE})(arguments[0])", [how, path.name, text])
    browser.until("document.getElementById('ends').innerText.includes('mine.png')")
    browser.until("document.querySelectorAll('#strips article').length === 2")
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    for place, model in enumerate(made):
        with torch.inference_mode():
            code = model.encode(batch).numpy()[0]
        ends = np.stack([code, latents[place][7]])
        assert np.abs(strip(browser, place) - walked(model, ends, 0, 1)).max() <= 4


def test_a_lasso_selects_and_saves_ids(opened):
    browser = opened("#map=pca&tool=lasso")
    browser.evaluate("document.getElementById('map').scrollIntoView({block: 'center'})")
    box = browser.evaluate("document.getElementById('map').getBoundingClientRect().toJSON()")
    shares = [(0.25, 0.25), (0.7, 0.3), (0.5, 0.55), (0.75, 0.8), (0.25, 0.75)]
    corners = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in shares]
    browser.drag(*corners)
    browser.until("!document.getElementById('selection').hidden")
    dots = browser.evaluate("document.getElementById('map').dots()")
    inside = {i for i, x, y in dots if Polygon(corners).contains_point((x, y))}
    assert 3 < len(inside) < COUNT
    browser.click("#save-selection")
    rows = csv.DictReader(io.StringIO(saved(browser, ".csv").decode()))
    assert {int(row["id"]) for row in rows} == inside


def test_a_judges_session_is_weighed(browser, tmp_path):
    trials, key = trials_and_key(TRIALS)
    path = tmp_path / "judge.html"
    path.write_text(page.render("tiny", trials, key, True), encoding="utf-8")
    before = len(browser.errors())
    browser.open(path.as_uri())
    browser.until("document.documentElement.dataset.ready !== undefined")
    browser.keys("input", "Ann\ue007")
    browser.until("!document.getElementById('trial').hidden")
    for number in range(TRIALS):
        browser.keys("#answers button", "1")
        browser.until(f"document.getElementById('done-of').value === {number + 1}")
    browser.click("#export")
    (tmp_path / "answers.csv").write_bytes(saved(browser, ".csv"))
    answers = read_answers([tmp_path / "answers.csv"], key)
    assert set(answers["trial"]) == set(key["trial"])
    assert weighing.weigh(key, answers)["judges"]["answers"].tolist() == [TRIALS]
    assert browser.errors(before) == []
