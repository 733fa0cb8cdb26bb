"""The explorer decodes walks between any two pictures by itself, as the models do."""

import base64
import io
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from snakemake.cli import parse_config

from alive_study import COUNT, GIVE, SIZE, STRIP_PIXELS, tiles_of, walked, write_study
from browser.conftest import DESKTOP, PHONE, until
from explorer_study import MODELS, explorer
from stylewalk.explorer import page, style
from stylewalk.style.gram import layer_style_loss
from stylewalk.style.network import load_network
from stylewalk.trajectories.dissolve import dissolve_residual
from stylewalk.trajectories.transformation import PARTS, decompose


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """An explorer of two small models, their latents, and its file."""
    return write_study(tmp_path_factory.mktemp("alive"))


def shown(view, model):
    """(images, S, S, 3) of a model's strip."""
    return tiles_of(view.evaluate(STRIP_PIXELS, model))


DECODED = f"document.querySelectorAll('#strips article').length === {len(MODELS)}"


def opened(visit, path, link, size=DESKTOP):
    """The page with the walk of a link, once every model has decoded it."""
    visited = visit(path, size, hash=link)
    visited.view.wait_for_selector("html[data-ready]", state="attached")
    until(visited.view, DECODED)
    return visited


@pytest.mark.slow
@pytest.mark.parametrize("path", ["line", "slerp"])
def test_a_walk_that_nobody_computed_is_decoded_by_the_page(visit, study, path):
    file, made, latents = study
    visited = opened(visit, file, "#from=1&to=17")
    view = visited.view
    if path == "slerp":
        view.select_option("#path", "slerp")
        until(view, DECODED)
        assert "path=slerp" in view.evaluate("location.hash")
    for place, model in enumerate(made):
        a, b = (latents[place][i].astype(np.float64) for i in (1, 17))
        t = np.linspace(0, 1, 11)[:, None]
        points = (1 - t) * a + t * b
        if path == "slerp":
            norms = np.linalg.norm(a), np.linalg.norm(b)
            angle = np.arccos(a @ b / norms[0] / norms[1])
            around = np.sin((1 - t) * angle) * a / norms[0] + np.sin(t * angle) * b / norms[1]
            points = around / np.sin(angle) * ((1 - t) * norms[0] + t * norms[1])
        with torch.inference_mode():
            images = model.decode(torch.from_numpy(points).float()).clamp(0, 1) * 255
        wanted = images.permute(0, 2, 3, 1).numpy()
        assert wanted.std() > 20
        found = shown(view, place)
        assert found.shape == wanted.shape
        # Rounding, and weights in half precision.
        assert np.abs(found - wanted).max() <= 1.5
    assert "decoded by this page" in view.locator("#strips").inner_text()
    said = "decoded the walk by itself" if path == "line" else "on a great circle by itself"
    assert said in view.locator("#offer-text").inner_text()
    *_, explorer_key, paths_key = ["", *shlex.split(view.locator("#command").inner_text())]
    if path == "line":
        assert parse_config([paths_key]) == {"explorer": {"pairs": [["1.jpg", "17.jpg"]]}}
    else:
        # The study has no such path yet.
        kinds = {"line": {"kind": "line"}, "slerp": {"kind": "slerp"}}
        wanted = {"pairs": [["1.jpg", "17.jpg"]], "paths": ["line", "slerp"]}
        given = parse_config([explorer_key, paths_key])
        assert given == {"explorer": wanted, "paths": kinds}
        entry = yaml.safe_load(view.locator("#entry").inner_text())
        assert entry == {"explorer": wanted}
        said = "and under paths the line slerp: {kind: slerp}"
        assert said in view.locator("#entry-path").inner_text()
        assert said in view.locator("#lasting-path").inner_text()
    told = view.locator("#rounding").inner_text()
    for name in MODELS:
        assert re.search(rf"{name} 0\.\d+ \(0\.\d+\)", told)
    assert not [said for said in visited.complaints if "GL Driver Message" not in said]
    assert visited.requests == []


def test_fade_blur_and_structure_are_those_of_the_study(visit, study):
    file, made, latents = study
    view = opened(visit, file, "#from=1&to=17").view
    until(view, "document.querySelectorAll('#strips .facts p').length === 10")
    for place, model in enumerate(made):
        said = view.locator(f"article[data-model='{place}'] .facts").inner_text()
        found = [float(re.search(rf"{name} ([\d.e-]+)", said)[1]) for name in PARTS]
        parts = decompose(walked(model, latents[place], 1, 17)[None])
        wanted = [parts[name][0] for name in PARTS]
        assert wanted[2] > 0.001
        # Of weights in half precision, in two digits.
        np.testing.assert_allclose(found, wanted, rtol=0.07, atol=2e-4)


def test_the_style_loss_of_two_blocks_is_that_of_their_network(visit, study):
    file, made, latents = study
    visited = opened(visit, file, "#from=1&to=17")
    view = visited.view
    view.locator("#tell-style").click()
    until(view, "document.getElementById('tell-style').parentElement.hidden")
    network = load_network(file.with_name("style.safetensors"), style.LAYERS)
    for place, model in enumerate(made):
        images = torch.from_numpy(walked(model, latents[place], 1, 17)).permute(0, 3, 1, 2)
        features = network(images)
        wanted = sum(layer_style_loss(f[:-1], f[1:]) for f in features.values()).numpy()
        article = view.locator(f"article[data-model='{place}']")
        label = article.locator("svg").get_attribute("aria-label")
        assert label.startswith("Style loss by conv1_1 and conv2_1")
        assert f"largest at step {wanted.argmax() + 1}," in label
        found = [inexact(re.search(rf"{end} ([\d.]+\w?)", label)[1]) for end in ("first", "last")]
        np.testing.assert_allclose(found, wanted[[0, -1]], rtol=0.02)
        most = re.search(r"conv2_1 ([\d.]+\w?)", article.locator(".facts").inner_text())[1]
        np.testing.assert_allclose(inexact(most), wanted.max(), rtol=0.02)
        heights = [
            float(point.split(",")[1])
            for point in article.locator("polyline").get_attribute("points").split()
        ]
        np.testing.assert_allclose(
            [49 - height for height in heights], 42 * wanted / wanted.max(), atol=1
        )
    assert not [said for said in visited.complaints if "GL Driver Message" not in said]
    # A walk of the study has its own, and asks for none.
    other = visit(file, DESKTOP)
    other.view.wait_for_selector("html[data-ready]", state="attached")
    assert other.view.locator("#tell-style").is_hidden()
    assert "structure 0.004\nfade 0.01, blur 0.002" in other.view.locator("#strips").inner_text()


def inexact(text):
    """A number as the page shortens it."""
    units = {"k": 1e3, "M": 1e6, "G": 1e9}
    return float(text[:-1]) * units[text[-1]] if text[-1] in units else float(text)


@pytest.mark.slow
def test_rho_is_that_of_the_study(visit, study):
    file, made, latents = study
    view = opened(visit, file, "#from=2&to=10").view
    t = np.linspace(0, 1, 11)[:, None]
    points = (1 - t) * latents[0][2] + t * latents[0][10]
    with torch.inference_mode():
        images = made[0].decode(torch.from_numpy(points).float()).clamp(0, 1) * 255
    rho = dissolve_residual(images.permute(0, 2, 3, 1).numpy()[None])[0][0]
    said = view.locator("#strips article").first.locator(".facts").inner_text()
    found = float(said.split("ρ")[1].split()[0])
    assert found == pytest.approx(rho, rel=0.02)


def along(model, a, b, shares):
    """What a model decodes between two latents, (images, S, S, 3), 0 to 255."""
    t = np.array(shares)[:, None]
    with torch.inference_mode():
        images = model.decode(torch.from_numpy((1 - t) * a + t * b).float()).clamp(0, 1) * 255
    return images.permute(0, 2, 3, 1).numpy()


TENTHS = np.linspace(0, 1, 11)


@pytest.mark.slow
def test_straight_walks_of_the_study_are_decoded_when_they_are_seen(visit, study):
    file, made, latents = study
    visited = visit(file)
    view = visited.view
    view.wait_for_selector("html[data-ready]", state="attached")
    until(view, "document.querySelector('#strips').dataset.left === '0'")
    for place, model in enumerate(made):
        wanted = along(model, latents[place][0], latents[place][3], TENTHS)
        assert np.abs(shown(view, place) - wanted).max() <= 1.5
    assert "peak style loss" in view.locator("#strips").inner_text()  # as the study scored it
    # Those of the other experiment come as they are.
    view.select_option("#experiment", "fine")
    until(view, "document.querySelector('#strips article .strip > div').style.backgroundImage")
    assert view.evaluate("document.querySelector('#strips').dataset.left") == "0"
    assert not [said for said in visited.complaints if "GL Driver Message" not in said]


def brought(view):
    until(view, "document.querySelector('#brought').textContent.includes('is brought')")
    until(view, DECODED)


@pytest.fixture
def photo(tmp_path):
    """A picture that no study has, of the size of the models', and its file."""
    pixels = np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    path = tmp_path / "my photo.png"
    Image.fromarray(pixels).save(path)
    return pixels, path


@pytest.mark.slow
@pytest.mark.parametrize("how", ["file", "drop", "paste"])
def test_a_picture_of_ones_own_is_encoded_and_walked_from(visit, study, photo, how):
    file, made, latents = study
    pixels, path = photo
    visited = visit(file, hash="#picture=7")
    view = visited.view
    view.wait_for_selector("html[data-ready]", state="attached")
    if how == "file":
        view.set_input_files("#file", path)
    else:
        text = base64.b64encode(path.read_bytes()).decode()
        view.evaluate(GIVE, [how, path.name, text])
    brought(view)
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    for place, model in enumerate(made):
        with torch.inference_mode():
            code = model.encode(batch).numpy()[0]
        wanted = along(model, code, latents[place][7], TENTHS)
        # Dense matrices of the encoder are in whole numbers of one byte.
        assert np.abs(shown(view, place) - wanted).max() <= 4
        near = np.linalg.norm(latents[place] - code, axis=1)
        view.locator("#models label").nth(place).click()
        said = view.locator("#neighbours li button").first.get_attribute("aria-label")
        assert float(said.split()[-1]) == pytest.approx(near.min(), rel=0.02)
    assert "my photo.png" in view.locator("#ends").inner_text()
    assert view.locator("#command").is_hidden()
    assert view.locator("#entry").is_hidden()
    assert "style loss it cannot tell" in view.locator("#offer-text").inner_text()
    assert visited.barriers() == []
    assert visited.requests == []
    assert not [said for said in visited.complaints if "GL Driver Message" not in said]


@pytest.mark.slow
def test_another_picture_takes_the_place_of_the_first_and_may_be_an_end(visit, study, photo):
    file, made, latents = study
    pixels, path = photo
    view = visit(file, PHONE, hash="#picture=7").view
    view.wait_for_selector("html[data-ready]", state="attached")
    first = io.BytesIO()
    Image.fromarray(255 - pixels).save(first, "PNG")
    for name, content in (("first.png", first.getvalue()), ("second.png", path.read_bytes())):
        view.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": content})
        until(view, f"document.querySelector('#brought').textContent.includes('{name}')")
    brought(view)
    assert "first.png" not in view.locator("body").inner_text()
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        code = made[0].encode(batch).numpy()[0]
    assert np.abs(shown(view, 0) - along(made[0], code, latents[0][7], TENTHS)).max() <= 4
    # Nothing else that it can do breaks the page: a corner of the plane, a start of the sliders.
    view.locator("#corners button.take").first.click()
    view.locator("#start input[value=picture]").check(force=True)
    assert "second.png" in view.locator("#corners").inner_text()


@pytest.mark.slow
def test_a_link_to_a_picture_that_is_gone_shows_no_half_of_its_walk(visit, study):
    view = visit(study[0], hash="#picture=own&from=own&to=17&point=1&start=own").view
    view.wait_for_selector("html[data-ready]", state="attached")
    until(view, "document.querySelector('#strips').dataset.left === '0'")
    assert view.locator("#experiment").input_value() == "within"


@pytest.mark.slow
def test_a_walk_that_is_left_while_it_is_decoded_is_saved_whole(visit, study):
    file, made, _ = study
    view = visit(file, accept_downloads=True).view
    view.wait_for_selector("html[data-ready]", state="attached")
    ends = view.locator("#ends").inner_text()
    with view.expect_download() as download:
        view.evaluate(
            """() => {
              document.querySelector('#pair').selectedIndex = 1;
              document.querySelector('#pair').dispatchEvent(new Event('change'));
              document.querySelector('#save-png').click();
              document.querySelector('#pair').selectedIndex = 0;
              document.querySelector('#pair').dispatchEvent(new Event('change'));
            }"""
        )
    assert download.value.suggested_filename == "walk-6-9.png"
    until(view, "document.querySelector('#save-png').getAttribute('aria-disabled') === 'false'")
    assert view.locator("#ends").inner_text() == ends
    with Image.open(download.value.path()) as picture:
        assert picture.height > 128 * len(made)
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 100


@pytest.mark.slow
def test_what_is_no_picture_is_told(visit, study):
    file, *_ = study
    visited = visit(file)
    visited.view.wait_for_selector("html[data-ready]", state="attached")
    before = visited.view.evaluate("location.hash")
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    visited.view.set_input_files("#file", notes)
    until(visited.view, "document.querySelector('#brought').textContent.includes('notes.txt')")
    assert "bring a PNG, JPEG or WebP" in visited.view.locator("#brought").inner_text()
    assert visited.view.evaluate("location.hash") == before


@pytest.fixture(scope="module")
def curved(tmp_path_factory):
    """An explorer whose study walked a pair on a geodesic, too, but not every pair."""

    def on_a_geodesic(about, *parts):
        kinds = {"line": "line", "bent": "geodesic", "circle": "slerp"}
        within = {**about.experiments["within"], "path": "bent", "straight": False}
        explorer = {**about.explorer, "kinds": kinds}
        experiments = {**about.experiments, "within": within}
        return (replace(about, explorer=explorer, experiments=experiments), *parts)

    return write_study(tmp_path_factory.mktemp("curved"), on_a_geodesic)[0]


@pytest.mark.slow
def test_the_studys_geodesic_of_the_chosen_pictures_is_listed_under_path(visit, curved):
    view = opened(visit, curved, "#from=3&to=0").view
    words = view.locator("#path option").all_inner_texts()
    assert words == ["straight line", "great circle", "bent (walked by the study)"]
    assert "decoded by this page" in view.locator("#strips").inner_text()
    view.select_option("#path", "bent")
    until(view, "document.querySelector('#strips').innerText.includes('peak style loss')")
    assert view.locator("#strips article").count() == len(MODELS)
    assert "walked in the other direction" in view.locator("#ends").inner_text()
    assert view.locator("#offer").is_hidden()
    entry = yaml.safe_load(view.locator("#entry").inner_text())
    assert entry["explorer"]["paths"] == ["line", "bent"]
    link = view.evaluate("location.hash")
    assert "path=bent" in link
    assert opened(visit, curved, link).view.locator("#path").input_value() == "bent"


@pytest.mark.slow
def test_a_path_that_was_not_walked_is_offered_as_a_command(visit, curved):
    view = visit(curved, PHONE, hash="#from=1&to=17&path=bent").view
    view.wait_for_selector("html[data-ready]", state="attached")
    words = view.locator("#path option").all_inner_texts()
    assert words[-1] == "bent (by a command)"
    assert view.locator("#player").is_hidden()
    assert "On the path bent" in view.locator("#offer-text").inner_text()
    *_, given = shlex.split(view.locator("#command").inner_text())
    wanted = {"pairs": [["1.jpg", "17.jpg"]], "paths": ["line", "bent"]}
    assert parse_config([given]) == {"explorer": wanted}
    # A great circle has the name that the config gives it, and nothing to be added.
    view.select_option("#path", "slerp")
    until(view, DECODED)
    *_, given = shlex.split(view.locator("#command").inner_text())
    assert parse_config([given])["explorer"]["paths"] == ["line", "circle"]
    assert view.locator("#lasting-path").inner_text() == ""


def test_a_page_without_decoders_says_how_a_walk_is_added(visit, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_text(page.render(*explorer(COUNT)), encoding="utf-8")
    view = visit(path, PHONE, hash="#from=1&to=17").view
    view.wait_for_selector("html[data-ready]", state="attached")
    assert view.locator("#offer").is_visible()
    assert "carries no decoders for it" in view.locator("#offer-text").inner_text()
    assert view.locator("#path").is_hidden()
    assert view.locator("#bring").is_hidden()


def test_a_walk_between_the_centres_of_two_selections(visit, study):
    file, made, latents = study
    view = visit(file, hash="#map=pca").view
    view.wait_for_selector("html[data-ready]", state="attached")
    places = view.evaluate("document.getElementById('map').dots()")
    box = view.locator("#map").bounding_box()
    middle = box["x"] + box["width"] / 2
    sides = [[i for i, x, _ in places if (x < middle) == left] for left in (True, False)]
    for press, (low, high) in zip(
        ("#from-centre", "#to-centre"), ((-1.2, 0), (0, 1.2)), strict=True
    ):
        corners = f"{low},-1.2;{high},-1.2;{high},1.2;{low},1.2"
        view.evaluate(f"location.hash += '&area={corners}&on=AE/pca'")
        until(view, "!document.getElementById('selection').hidden")
        view.locator(press).click()
        view.evaluate("location.hash = location.hash.replace(/&area=[^&]*/, '')")
    until(view, "document.querySelectorAll('#strips article').length === 2")
    for place, model in enumerate(made):
        ends = np.stack([latents[place][side].mean(axis=0) for side in sides])
        assert np.abs(shown(view, place) - walked(model, ends, 0, 1)).max() <= 1.5
    words = view.locator("#ends").inner_text()
    assert all(f"Centre of {len(side)} pictures" in words for side in sides)
    assert view.locator("#command").is_hidden()
    # The centre of another selection takes the place of the first.
    for low, high in ((-0.5, 0.5), (-1.2, -0.2)):
        corners = f"{low},-1.2;{high},-1.2;{high},1.2;{low},1.2"
        view.evaluate(f"location.hash += '&area={corners}&on=AE/pca'")
        until(view, "document.getElementById('selection-mean').dataset.of !== ''")
        name = view.locator("#selection-title").inner_text().removesuffix(" selected")
        view.locator("#to-centre").click()
        until(view, f"document.getElementById('ends').innerText.includes('Centre of {name}')")
        until(view, "document.querySelectorAll('#strips article').length === 2")
        view.evaluate("location.hash = location.hash.replace(/&area=[^&]*/, '')")
    # A link has no selections' centres: the study's walk is shown in its place.
    again = visit(file, hash=view.evaluate("location.hash")).view
    again.wait_for_selector("html[data-ready]", state="attached")
    assert again.locator("#experiment").input_value() == "within"


def test_a_walk_whose_ends_coincide_opens(visit, tmp_path):
    """Its parts are not defined, as its rho is not."""
    about, table, images, made, runs, shapes = explorer(COUNT, size=SIZE)
    nothing = ["rho", "fade", "blur", "structure"]
    runs = {
        key: (pairs, losses, measures.assign(**dict.fromkeys(nothing, np.nan)), pictures)
        for key, (pairs, losses, measures, pictures) in runs.items()
    }
    path = tmp_path / "explorer.html"
    path.write_text(page.render(about, table, images, made, runs, shapes), encoding="utf-8")
    visited = visit(path)
    visited.view.wait_for_selector("html[data-ready]", state="attached")
    words = visited.view.locator("#strips").inner_text()
    assert "not defined" in words
    assert "structure" not in words
