"""Training: ours beside pythae's own trainer and beside the loop that everybody writes.

The same networks, batches and number of threads; pythae with its trainer's defaults. Time runs from
the end of the first step to the end of the last, over two epochs, so that neither the making of a
network nor the first allocations count, and what happens between two epochs does.
"""

import argparse
import contextlib
import io
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks import rounds
from stylewalk import models, training

CHANNELS = [32, 64, 128, 256]
BATCH = 64
EPOCHS = 2
RATE = 1e-3
MODELS: dict[str, dict] = {
    "ae": {"family": "autoencoder"},
    "vae": {"family": "variational", "beta": 1.0},
    "beta_vae": {"family": "variational", "beta": 0.4},
    "aae": {"family": "adversarial"},
    "tvae": {"family": "triplet", "beta": 0.4},
}


class Clock:
    """Counts steps and knows when the first and the last ended."""

    def __init__(self):
        self.ends: list[float] = []

    def __call__(self, *_):
        self.ends.append(time.perf_counter())

    def images_per_second(self) -> float:
        return BATCH * (len(self.ends) - 1) / (self.ends[-1] - self.ends[0])


def pictures(count: int) -> np.ndarray:
    """(count, 64, 64, 3) uint8: noise, since what is in a picture does not change its cost."""
    return np.random.default_rng(0).integers(0, 256, (count, 64, 64, 3), dtype=np.uint8)


def ours(settings: Mapping, images: np.ndarray, latent_size: int) -> float:
    """``stylewalk.training.train`` without validation."""
    clock = Clock()
    training.train(
        images,
        np.arange(len(images)) % 4,
        np.arange(len(images)),
        np.arange(0),
        settings=settings,
        training={
            "latent_size": latent_size,
            "channels": CHANNELS,
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "learning_rate": RATE,
            "precision": "float32",
        },
        seed=0,
        device="cpu",
        progress=clock,
    )
    return clock.images_per_second()


def plain_loop(settings: Mapping, images: np.ndarray, latent_size: int) -> float:
    """The loop of PyTorch's tutorials: a DataLoader of floats, Adam, the loss read at each step."""
    clock = Clock()
    torch.manual_seed(0)
    model = models.build(settings, 64, latent_size, CHANNELS, 0)
    model = model.to(memory_format=torch.contiguous_format).train()
    data = torch.utils.data.TensorDataset(
        torch.from_numpy(images).permute(0, 3, 1, 2).float().contiguous() / 255,
        torch.arange(len(images)) % 4,
    )
    loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
    groups = model.parameter_groups(RATE)
    optimiser = torch.optim.Adam(groups)
    draws = torch.Generator().manual_seed(0)
    total = 0.0
    for _ in range(EPOCHS):
        for batch, labels in loader:
            terms = model.losses(batch, labels, draws)
            loss = sum(weight * terms[name] for name, weight in model.weights.items())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item()
            clock()
    return clock.images_per_second()


def pythae(name: str, images: np.ndarray, latent_size: int) -> float:
    """pythae's model of this name, around our networks, in pythae's trainer."""
    from pythae import trainers
    from pythae.data.datasets import BaseDataset

    class Beat(trainers.training_callbacks.TrainingCallback):
        def on_train_step_end(self, training_config, **kwargs):
            clock()

    logging.disable(logging.CRITICAL)
    clock = Clock()
    model = _pythae_model(name, latent_size)
    adversarial = name == "aae"
    with tempfile.TemporaryDirectory() as folder:
        common = {"output_dir": folder, "num_epochs": EPOCHS, "no_cuda": True}
        common |= {"per_device_train_batch_size": BATCH}
        kind = trainers.AdversarialTrainer if adversarial else trainers.BaseTrainer
        config = (
            trainers.AdversarialTrainerConfig(**common)
            if adversarial
            else trainers.BaseTrainerConfig(**common)
        )
        data = torch.from_numpy(images).permute(0, 3, 1, 2).float().contiguous() / 255
        trainer = kind(
            model=model,
            train_dataset=BaseDataset(data, torch.zeros(len(data))),
            training_config=config,
            callbacks=[Beat()],
        )
        # After the last step, and so outside the time; it cannot pickle a spectral norm.
        trainer.save_model = lambda *_, **__: None
        with contextlib.redirect_stderr(io.StringIO()):  # its progress bars
            trainer.train()
    logging.disable(logging.NOTSET)
    return clock.images_per_second()


def _pythae_model(name: str, latent_size: int) -> nn.Module:
    """Our encoder, decoder and discriminator inside pythae's model."""
    from pythae import models as theirs
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder

    mine = models.build(MODELS[name], 64, latent_size, CHANNELS, 0)
    mine = mine.to(memory_format=torch.contiguous_format)

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.network = mine.encoder

        def forward(self, x):
            found = self.network(x)
            if mine.heads == 2:
                mean, log_variance = found.chunk(2, dim=1)
            else:  # pythae's adversarial autoencoder draws its latents; ours has no second head
                mean, log_variance = found, torch.zeros_like(found)
            return ModelOutput(embedding=mean, log_covariance=log_variance)

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            self.network = mine.decoder

        def forward(self, z):
            return ModelOutput(reconstruction=self.network(z))

    class Discriminator(BaseDiscriminator):
        def __init__(self):
            super().__init__()
            self.network = mine.discriminator

        def forward(self, z):
            return ModelOutput(embedding=torch.sigmoid(self.network(z)))

    sizes = {"input_dim": (3, 64, 64), "latent_dim": latent_size}
    parts = {"encoder": Encoder(), "decoder": Decoder()}
    if name == "ae":
        return theirs.AE(theirs.AEConfig(**sizes), **parts)
    if name == "vae":
        return theirs.VAE(theirs.VAEConfig(**sizes), **parts)
    if name == "beta_vae":
        return theirs.BetaVAE(theirs.BetaVAEConfig(**sizes, beta=0.4), **parts)
    parts["discriminator"] = Discriminator()
    return theirs.Adversarial_AE(theirs.Adversarial_AE_Config(**sizes), **parts)


def compare(
    latent_size: int, count: int, names: list[str], number_of_rounds: int
) -> list[rounds.Row]:
    """Rows ``train_<model>_d<latent size>``, on one thread."""
    images = pictures(count)
    rows = []
    for name in names:
        peers: dict[str, Callable[[], float]] = {
            "plain_loop": lambda name=name: plain_loop(MODELS[name], images, latent_size)
        }
        if name != "tvae":  # pythae has no such model
            peers["pythae"] = lambda name=name: pythae(name, images, latent_size)
        rows += rounds.measure(
            f"train_{name}_d{latent_size}",
            "images/s",
            lambda name=name: ours(MODELS[name], images, latent_size),
            peers,
            number_of_rounds,
        )
    return rows


def side_by_side(number_of_rounds: int) -> list[rounds.Row]:
    """Two trainings with a thread each, beside one after the other with two threads."""

    def train(threads: int) -> subprocess.Popen:
        command = [sys.executable, "-m", "benchmarks.training", "--one", str(threads)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def together() -> float:
        both = [train(1), train(1)]
        return sum(float(process.communicate()[0]) for process in both)

    def in_turn() -> float:
        return float(np.mean([float(train(2).communicate()[0]) for _ in range(2)]))

    peers = {"in_turn_two_threads": in_turn}
    return rounds.measure("train_two_models", "images/s", together, peers, number_of_rounds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", type=int, help="threads of one training, whose rate is printed")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    if arguments.one:
        torch.set_num_threads(arguments.one)
        print(ours(MODELS["vae"], pictures(2048), 256))
        return
    torch.set_num_threads(1)
    rows = compare(256, 1024, list(MODELS), arguments.rounds)
    rows += compare(4096, 384, list(MODELS), arguments.rounds)
    rows += side_by_side(max(3, arguments.rounds // 2))
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
