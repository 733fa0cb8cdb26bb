"""A study for the explorer of two untrained small models, which the page decodes by itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from explorer_study import explorer
from stylewalk import models
from stylewalk.explorer import decoders, page, style
from tiny_network import write_tiny_network

SIZE, WIDTH, COUNT = 16, 6, 40
# Width, height and the pixels of a model's strip, for a browser: see tiles_of.
STRIP_PIXELS = """async (model) => {
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
# Let the page have a file by an event that carries it.
GIVE = """([how, name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "image/png" }));
  const about = { bubbles: true, cancelable: true };
  dispatchEvent(how === "drop"
    ? new DragEvent(how, { ...about, dataTransfer: carried })
    : new ClipboardEvent(how, { ...about, clipboardData: carried }));
}"""


def tiles_of(pixels: list[int]) -> np.ndarray:
    """(images, S, S, 3) of what STRIP_PIXELS gives."""
    width, height, *values = pixels
    tiles = np.array(values).reshape(height, width // SIZE, SIZE, 4)[..., :3]
    return tiles.transpose(1, 0, 2, 3)


def write_study(
    folder: Path, changed: Callable[..., tuple] = lambda *arguments: arguments
) -> tuple[Path, list, list[np.ndarray]]:
    """The page's file, beside it its style network, and the models and their latents.

    What the page is rendered from may be changed before.
    """
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

    path = folder / "explorer.html"
    write_tiny_network(folder / "style.safetensors")
    network = style.of_network(folder / "style.safetensors")
    about, *parts = explorer(COUNT, size=SIZE)
    # Of one experiment the page has the images, the other it decodes itself.
    straight = {**about.experiments, "within": {**about.experiments["within"], "straight": True}}
    about = replace(about, experiments=straight)
    text = page.render(*changed(about, *parts), decoded_by=decoded_by, style=network)
    path.write_text(text, encoding="utf-8")
    return path, made, latents


def walked(model, latents, a, b):
    """(11, S, S, 3), the straight walk between two artworks as the model decodes it, 0 to 255."""
    t = np.linspace(0, 1, 11, dtype=np.float32)[:, None]
    with torch.inference_mode():
        images = model.decode(torch.from_numpy((1 - t) * latents[a] + t * latents[b]))
    return (images.clamp(0, 1) * 255).permute(0, 2, 3, 1).numpy()
