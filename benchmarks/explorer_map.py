"""How large the explorer's page of very many pictures is, and how fast its map opens and moves.

Makes up a study of one model and one map, opens its page from a file in Chromium without a window,
and measures there: until the page is ready, until something is painted, frames a second while the
map is dragged, and how long a lasso around a third of the map takes.

    python -m benchmarks.explorer_map 100000 1000000
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from stylewalk.explorer import page
from stylewalk.explorer.reading import Made

CLASSES = ["Expressionism", "Impressionism", "Realism", "Romanticism"]
TILE = 8  # pixels of a picture, so that making them up takes no hours


def study(count: int) -> list:
    """The arguments of :func:`stylewalk.explorer.page.render`, without walks."""
    rng = np.random.default_rng(0)
    ids = np.arange(count)
    own = rng.integers(0, len(CLASSES), count)
    year = rng.integers(1750, 1950, count)
    artworks = pd.DataFrame(
        {
            "id": ids,
            "class": np.array(CLASSES)[own],
            "split": np.where(rng.random(count) < 0.2, "validation", "training"),
            "artist": np.char.add("Artist ", rng.integers(0, 200, count).astype(str)),
            "title": "",
            "year": pd.array(year, dtype="Int64"),
            "century": pd.array(year // 100 + 1, dtype="Int64"),
            "filename": np.char.add(np.char.zfill(ids.astype(str), 7), ".jpg"),
        }
    )
    centres = rng.normal(0, 1.5, (len(CLASSES), 2))
    places = centres[own] + rng.normal(0, 1, (count, 2))
    about = {"model": "AE", "seed": 0}
    maps = pd.DataFrame({"method": "umap", "id": ids, "class": artworks["class"]})
    maps = maps.assign(x=places[:, 0], y=places[:, 1], **about)
    clusters = pd.DataFrame({"method": "kmeans", "k": 4, "id": ids, "cluster": own, **about})
    near = pd.DataFrame({"id": ids, "rank": 8, "neighbour": ids, "l2": 1.0, **about})
    shares = pd.DataFrame({"class": "all", "component": [1, 2], "share": [0.3, 0.2], **about})
    made = {"AE": Made(maps, clusters, near, shares)}
    shapes = pd.DataFrame(columns=["experiment", "model", "class_a", "verdict"])
    explorer = {"walks": 1, "steps": 10}
    images = np.broadcast_to(
        rng.integers(0, 256, (TILE, TILE, 3), np.uint8), (count, TILE, TILE, 3)
    )
    about = page.Study("made up", ["AE"], CLASSES, 0, {}, explorer, True, "snakemake")
    return [about, artworks, images, made, {}, shapes]


# Frames that are drawn while the map is dragged to and fro, one move a frame.
DRAG = """(seconds) => new Promise((done) => {
  const map = document.getElementById("map"), box = map.getBoundingClientRect();
  const send = (name, target, x) => target.dispatchEvent(new PointerEvent(name, {
    bubbles: true, button: 0, buttons: 1, pointerType: "mouse",
    clientX: box.left + x, clientY: box.top + 300,
  }));
  send("pointerdown", map, 300);
  const [start, before] = [performance.now(), Number(map.dataset.frames)];
  let turn = 0;
  const move = () => {
    send("pointermove", window, 300 + 80 * Math.sin(turn++ / 5));
    if (performance.now() - start < 1000 * seconds) return requestAnimationFrame(move);
    send("pointerup", window, 300);
    done((Number(map.dataset.frames) - before) / ((performance.now() - start) / 1000));
  };
  requestAnimationFrame(move);
})"""
LASSO = """() => {
  const map = document.getElementById("map"), box = map.getBoundingClientRect();
  document.querySelector("#tools input[value=lasso]").click();
  const send = (name, target, share) => target.dispatchEvent(new PointerEvent(name, {
    bubbles: true, button: 0, buttons: 1, pointerType: "mouse",
    clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(6.28 * share)),
    clientY: box.top + box.height * (0.5 + 0.3 * Math.sin(6.28 * share)),
  }));
  send("pointerdown", map, 0);
  for (let i = 1; i < 50; i++) send("pointermove", window, i / 50);
  const start = performance.now();
  send("pointerup", window, 1);
  return [performance.now() - start, document.getElementById("selection-title").textContent];
}"""
READY = (
    "document.documentElement.dataset.ready"
    " && Number(document.getElementById('map').dataset.frames) > 0"
)


def measure(view: Page, path: Path) -> dict:
    """What the browser takes for the page, in seconds and frames a second."""
    start = time.perf_counter()
    view.goto(path.as_uri())
    while not view.evaluate(READY):
        time.sleep(0.02)
    opened = time.perf_counter() - start
    painted = view.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    frames = view.evaluate(DRAG, 3)
    lasso, words = view.evaluate(LASSO)
    return {
        "opened s": round(opened, 2),
        "first paint s": round((painted or 0) / 1000, 2),
        "frames a second": round(frames, 1),
        "lasso ms": round(lasso),
        "selected": words,
        "drawn by": view.locator("#map").get_attribute("data-drawn-by"),
    }


def main() -> None:
    """Print a line for each number of pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pictures", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="a folder to keep the pages in")
    options = parser.parse_args()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        for count in options.pictures:
            folder = (options.keep or Path(made)) / str(count)
            (folder / "explorer_pictures").mkdir(parents=True, exist_ok=True)
            path = folder / "explorer.html"
            text = page.render(*study(count), beside=folder / "explorer_pictures")
            path.write_text(text, encoding="utf-8")
            view = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            facts = {"pictures": count, "MB": round(path.stat().st_size / 1e6, 1)}
            print(json.dumps(facts | measure(view, path)), flush=True)
            view.context.close()


if __name__ == "__main__":
    main()
