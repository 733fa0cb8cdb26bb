"""A study for the explorer without any training: random latents and random pictures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stylewalk.explorer import CHOSEN, page
from stylewalk.explorer.reading import Made
from stylewalk.latent_space.neighbours import nearest_neighbours

CLASSES = ["Expressionism", "Realism", "Romanticism"]
MODELS = ["AE", "VAE"]


def artworks(count: int, titles: Sequence[str] = ()) -> pd.DataFrame:
    """A table ARTWORKS; the first titles are given."""
    numbers = np.arange(count)
    named = [*titles, *(f"Picture {n}" for n in numbers[len(titles) :])]
    return pd.DataFrame(
        {
            "id": numbers,
            "class": [CLASSES[n % len(CLASSES)] for n in numbers],
            "split": np.where(numbers % 5 == 0, "validation", "training"),
            "artist": [f"Artist {n % 7}" for n in numbers],
            "title": named,
            "year": pd.array([None if n % 3 else 1700 + n % 300 for n in numbers], dtype="Int64"),
            "century": pd.array([None if n % 3 else 18 + n % 3 for n in numbers], dtype="Int64"),
            "filename": [f"{n}.jpg" for n in numbers],
        }
    )


def pictures(count: int, size: int = 16) -> np.ndarray:
    """Pictures that differ: two colours each, beside each other."""
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, 256, (2, count, 1, 1, 3), dtype=np.uint8)
    images = np.empty((count, size, size, 3), np.uint8)
    images[:, :, : size // 2], images[:, :, size // 2 :] = left, right
    return images


def made(table: pd.DataFrame, model: str, dimensions: int = 6) -> Made:
    """Maps, clusters and neighbours of random latents."""
    rng = np.random.default_rng(len(model))
    latents = rng.standard_normal((len(table), dimensions))
    about = {"model": model, "seed": 0}
    maps = [
        pd.DataFrame({"method": name, "id": table["id"], "class": table["class"]}).assign(
            x=latents[:, place], y=latents[:, place + 1], **about
        )
        for place, name in enumerate(("pca", "tsne", "umap"))
    ]
    clusters = pd.DataFrame({"method": "kmeans", "k": 4, "id": table["id"]}).assign(
        cluster=table["id"] % 4, **about
    )
    shares = pd.DataFrame({"class": "all", "component": [1, 2, 3], "share": [0.3, 0.2, 0.1]})
    near = nearest_neighbours(table["id"], latents, 4).assign(**about)
    return Made(pd.concat(maps), clusters, near, shares.assign(**about))


def trajectories(
    experiment: str, model: str, ends: Sequence[tuple[int, int]], steps: int, size: int = 16
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, np.ndarray]:
    """A model's trajectories between these ids, whose images get lighter step by step."""
    names = [[CLASSES[i % len(CLASSES)] for i in pair] for pair in ends]
    keys = pd.DataFrame(names, columns=["class_a", "class_b"])
    keys["pair"] = keys.groupby(["class_a", "class_b"]).cumcount()
    pairs = keys.assign(experiment=experiment, l2=1.5)
    pairs[["id_a", "id_b"]] = ends
    rows = keys.loc[np.repeat(keys.index, steps)].reset_index(drop=True)
    losses = rows.assign(step=np.tile(np.arange(1, steps + 1), len(ends)), layer="total")
    losses["value"] = losses["step"] * 1000.0
    measures = keys.assign(
        rho=0.125,
        fade=0.01,
        blur=0.002,
        structure=0.004,
        quadratic=-0.3,
        quartic=0.1,
        gram_path_ratio=1.2,
    )
    light = np.linspace(0, 255, steps + 1).round().astype(np.uint8)
    images = np.broadcast_to(
        light[None, :, None, None, None], (len(ends), steps + 1, size, size, 3)
    )
    return pairs, losses, measures, images


def explorer(
    count: int = 40,
    titles: Sequence[str] = (),
    chosen: Sequence[tuple[int, int]] = (),
    walks: int = 2,
    size: int = 16,
) -> tuple:
    """The arguments of :func:`stylewalk.explorer.page.render`."""
    settings = {"classes": "within", "pairs": "random", "count": 3, "steps": 10}
    experiments = {"within": settings, "fine": {**settings, "count": 1, "steps": 100}}
    study = page.Study(
        run="trial",
        models=MODELS,
        classes=CLASSES,
        seed=0,
        experiments=experiments,
        explorer={"pairs": [list(pair) for pair in chosen], "steps": 10, "walks": walks},
        procedural=True,
        command="snakemake --cores 2 --configfile trial.yaml --config",
    )
    table = artworks(count, titles)
    runs = {}
    for model in MODELS:
        runs["within", model] = trajectories("within", model, [(0, 3), (6, 9), (12, 15)], 10, size)
    for model in MODELS:
        # Each model has its own ends.
        runs["fine", model] = trajectories(
            "fine", model, [(1, 4 + 3 * MODELS.index(model))], 100, size
        )
    for model in MODELS if chosen else []:
        runs[CHOSEN, model] = trajectories(CHOSEN, model, chosen, 10, size)
    shapes = pd.DataFrame(
        [(model, name, "all", "wave") for model in MODELS for name in experiments],
        columns=["model", "experiment", "class_a", "verdict"],
    )
    parts = {model: made(table, model) for model in MODELS}
    return study, table, pictures(count, size), parts, runs, shapes
