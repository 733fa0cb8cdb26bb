"""The explorer decodes walks between any two pictures by itself, as the models do."""

import numpy as np
import pytest
import torch

from browser.conftest import DESKTOP, PHONE, until
from explorer_study import MODELS, explorer
from stylewalk import models
from stylewalk.explorer import decoders, page
from stylewalk.trajectories.dissolve import dissolve_residual

SIZE, WIDTH, COUNT = 16, 6, 40
# The pixels of a strip, image by image: [image][row][column][channel].
PIXELS = """async (model) => {
  const strip = document.querySelector(`article[data-model="${model}"] .strip > div`);
  const picture = new Image();
  picture.src = strip.style.backgroundImage.slice(5, -2);
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  return [picture.width, picture.height, ...data];
}"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """An explorer of two small models, their latents, and its file."""
    made = [
        models.build({"family": family}, SIZE, WIDTH, [4, 8, 8], seed).eval()
        for seed, family in enumerate(("autoencoder", "hyperspherical"))
    ]
    with torch.no_grad():  # else all is grey
        for model in made:
            model.decoder[-1].weight.mul_(30)
    rng = np.random.default_rng(0)
    latents = [rng.normal(size=(COUNT, WIDTH)).astype(np.float32) for _ in made]

    def decoded_by(ids, places):
        return decoders.of_models(made, [points[ids] for points in latents], places)

    path = tmp_path_factory.mktemp("alive") / "explorer.html"
    text = page.render(*explorer(COUNT, size=SIZE), decoded_by=decoded_by)
    path.write_text(text, encoding="utf-8")
    return path, made, latents


def shown(view, model):
    """(images, S, S, 3) of a model's strip."""
    width, height, *values = view.evaluate(PIXELS, model)
    tiles = np.array(values).reshape(height, width // SIZE, SIZE, 4)[..., :3]
    return tiles.transpose(1, 0, 2, 3)


DECODED = f"document.querySelectorAll('#strips article').length === {len(MODELS)}"


def opened(visit, path, link, size=DESKTOP):
    """The page with the walk of a link, once every model has decoded it."""
    visited = visit(path, size, hash=link)
    visited.view.wait_for_selector("html[data-ready]", state="attached")
    until(visited.view, DECODED)
    return visited


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
    assert "decoded the walk by itself" in view.locator("#offer-text").inner_text()
    assert not [said for said in visited.complaints if "GL Driver Message" not in said]
    assert visited.requests == []


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


def test_a_page_without_decoders_says_how_a_walk_is_added(visit, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_text(page.render(*explorer(COUNT)), encoding="utf-8")
    view = visit(path, PHONE, hash="#from=1&to=17").view
    view.wait_for_selector("html[data-ready]", state="attached")
    assert view.locator("#offer").is_visible()
    assert "cannot decode pictures by itself" in view.locator("#offer-text").inner_text()
    assert view.locator("#path").is_hidden()
