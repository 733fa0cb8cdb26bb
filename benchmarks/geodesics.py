"""Geodesics of a trained decoder: ours beside stochman's, for the same energy on the same curves.

Both begin with the same straight lines of ten steps under the metric of the same decoder. stochman
has its defaults (Adam, 150 passes). Ours stops once its mean energy is that of stochman or less, so
that what is compared is the time for one result.
"""

import time

import numpy as np
import torch

from benchmarks import rounds
from stylewalk.data.painter import STYLES
from stylewalk.data.painter.picture import CONTENTS, draw_scene, paint_scene
from stylewalk.latent_space import encoding
from stylewalk.latent_space.autoencoder import Autoencoder
from stylewalk.training import loop
from stylewalk.trajectories.geodesics import least_energy
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.geodesic import SETTINGS
from stylewalk.trajectories.paths.space import PIXELS, Space

SCENES, PAIRS, STEPS, LATENT_SIZE, EPOCHS = 60, 24, 10, 256, 12
TRAINING = {
    "latent_size": LATENT_SIZE,
    "channels": [16, 32, 64, 128],
    "epochs": EPOCHS,
    "batch_size": 32,
    "learning_rate": 0.004,
    "precision": "float32",
    "trunk": "silu",
    "optimiser": "muon",
    "muon_rate": 0.02,
    "muon_decay": 0.5,
}


def trained() -> tuple[Space, np.ndarray]:
    """An autoencoder of procedural pictures, and the straight lines between some of them."""
    images = np.stack(
        [
            paint_scene(draw_scene(CONTENTS[n % len(CONTENTS)], 0, n, 64), style, 0, n, 64)
            for n in range(SCENES)
            for style in STYLES
        ]
    )
    rows = np.arange(len(images))
    model, _ = loop.train(
        images,
        rows % len(STYLES),
        rows,
        np.arange(0),
        settings={"family": "autoencoder"},
        training=TRAINING,
        seed=0,
        device="cpu",
        threads=1,
    )
    latents = np.concatenate(list(encoding.encode(model, images)))
    ends = np.random.default_rng(0).permutation(len(latents))[: 2 * PAIRS].reshape(2, PAIRS)
    space = Space(model, latents, [STYLES[n % len(STYLES)] for n in rows])
    return space, between(latents[ends[0]], latents[ends[1]], STEPS)


def stochman(space: Space, lines: np.ndarray) -> tuple[float, float]:
    """Seconds, and the mean energy that stochman's curves have then."""
    from stochman.curves import DiscreteCurve
    from stochman.geodesic import geodesic_minimizing_energy
    from stochman.manifold import EmbeddedManifold

    class Decoder(EmbeddedManifold):
        def embed(self, points, jacobian=False):
            shown = embed(points.reshape(-1, points.shape[-1]))
            return shown.reshape(*points.shape[:-1], -1)

    embed = space.embedding(PIXELS)
    ends = torch.from_numpy(lines[:, [0, -1]])
    curve = DiscreteCurve(ends[:, 0], ends[:, 1], num_nodes=STEPS + 1)
    start = time.perf_counter()
    geodesic_minimizing_energy(curve, Decoder(), eval_grid=STEPS + 1)
    seconds = time.perf_counter() - start
    with torch.no_grad():
        points = curve(torch.linspace(0, 1, STEPS + 1))
    return seconds, energy(space, points.numpy())


def energy(space: Space, points: np.ndarray) -> float:
    """Mean energy of curves (P, T + 1, d)."""
    with torch.no_grad():
        shown = space.embedding(PIXELS)(torch.from_numpy(points).flatten(0, 1))
    steps = shown.reshape(*points.shape[:2], -1).diff(dim=1)
    return float((STEPS * steps.square().sum(dim=(1, 2))).mean())


def ours(space: Space, lines: np.ndarray, wanted: float) -> float:
    """Seconds until our mean energy is what was wanted."""
    embed = space.embedding(PIXELS)
    for passes in range(2, 200, 2):
        start = time.perf_counter()
        found = least_energy(embed, lines, SETTINGS["tolerance"]["default"] / 100, passes)
        seconds = time.perf_counter() - start
        if found.energies.mean() <= wanted:
            return seconds
    raise RuntimeError(f"an energy of {wanted} was not reached: {found.energies.mean()}")


def main() -> None:
    arguments = rounds.arguments(__doc__)
    torch.set_num_threads(1)
    space, lines = trained()
    assert isinstance(space.model, Autoencoder)
    wanted = 0.0

    def theirs() -> float:
        nonlocal wanted
        seconds, wanted = stochman(space, lines)
        return PAIRS / seconds

    theirs()
    passes: list[float] = []

    def own() -> float:
        passes.append(ours(space, lines, wanted))
        return PAIRS / passes[-1]

    rows = rounds.measure("geodesics", "pairs/s", own, {"stochman": theirs}, arguments.rounds)
    rows.append(rounds.alone("geodesics_energy_over_line", wanted / energy(space, lines), "of 1"))
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
