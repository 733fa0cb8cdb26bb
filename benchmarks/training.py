"""Training: ours beside pythae's own trainer and beside the loop that everybody writes.

The same networks, batches and number of threads; pythae with its trainer's defaults. Time runs from
the end of the first step to the end of the last, over two epochs, so that neither the making of a
network nor the first allocations count, and what happens between two epochs does.
"""

import contextlib
import io
import logging
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import nn

from benchmarks import rounds
from stylewalk import models
from stylewalk.training import devices, loop

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


# The defaults of a config, beside those of the report, which all peers are compared with.
NEW = {"trunk": "silu", "optimiser": "muon", "muon_rate": 0.02, "muon_decay": 0.5}
NEW |= {"flips": True, "shifts": 3}


def ours(
    name: str,
    count: int,
    latent_size: int,
    threads: int = 1,
    how: Mapping[str, object] | None = None,
) -> float:
    """Images per second of a training as the workflow's job does it, without validation."""
    devices.keep_freed_memory()
    images, clock = pictures(count), Clock()
    loop.train(
        images,
        np.arange(len(images)) % 4,
        np.arange(len(images)),
        np.arange(0),
        settings=MODELS[name],
        training={
            "latent_size": latent_size,
            "channels": CHANNELS,
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "learning_rate": RATE,
            "precision": "float32",
            **(how or {}),
        },
        seed=0,
        device="cpu",
        threads=threads,
        progress=clock,
    )
    return clock.images_per_second()


def plain_loop(name: str, count: int, latent_size: int) -> float:
    """The loop of PyTorch's tutorials: a DataLoader of floats, Adam, the loss read at each step."""
    torch.set_num_threads(1)
    images, clock = pictures(count), Clock()
    torch.manual_seed(0)
    model = models.build(MODELS[name], 64, latent_size, CHANNELS, 0)
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


def pythae(name: str, count: int, latent_size: int) -> float:
    """pythae's model of this name, around our networks, in pythae's trainer."""
    torch.set_num_threads(1)
    from pythae import trainers
    from pythae.data.datasets import BaseDataset

    class Beat(trainers.training_callbacks.TrainingCallback):
        def on_train_step_end(self, training_config, **kwargs):
            clock()

    logging.disable(logging.CRITICAL)
    images, clock = pictures(count), Clock()
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


def compare(latent_size: int, count: int, number_of_rounds: int) -> list[rounds.Row]:
    """Rows ``train_<model>_d<latent size>``, on one thread, each way in a process of its own."""
    rows = []
    for name in MODELS:
        peers = {"plain_loop": plain_loop}
        if name != "tvae":  # pythae has no such model
            peers["pythae"] = pythae
        with contextlib.ExitStack() as stack:
            ways = {
                key: stack.enter_context(rounds.apart(way, name, count, latent_size))
                for key, way in {"ours": ours, **peers}.items()
            }
            mine = ways.pop("ours")
            title = f"train_{name}_d{latent_size}"
            rows += rounds.measure(title, "images/s", mine, ways, number_of_rounds)
    return rows


def trunks(latent_size: int, count: int, number_of_rounds: int) -> list[rounds.Row]:
    """Rows ``train_<model>_silu_d<latent size>``: the default way to train beside the report's."""
    rows = []
    for name in MODELS:
        with (
            rounds.apart(ours, name, count, latent_size, 1, NEW) as new,
            rounds.apart(ours, name, count, latent_size) as old,
        ):
            title = f"train_{name}_silu_d{latent_size}"
            rows += rounds.measure(title, "images/s", new, {"report": old}, number_of_rounds)
    return rows


def side_by_side(number_of_rounds: int) -> list[rounds.Row]:
    """Two trainings with a thread each, beside one after the other with two threads."""
    work = "vae", 1024, 256
    with rounds.apart(ours, *work) as one, rounds.apart(ours, *work) as other:

        def together() -> float:
            with ThreadPoolExecutor(2) as pool:
                return sum(pool.map(lambda way: way(), (one, other)))

        with rounds.apart(ours, *work, 2) as with_two_threads:
            peers = {"in_turn_two_threads": with_two_threads}
            name = "train_two_models_d256"
            return rounds.measure(name, "images/s", together, peers, number_of_rounds)


def main() -> None:
    arguments = rounds.arguments(__doc__)
    rows = compare(256, 512, arguments.rounds)
    rows += compare(4096, 256, arguments.rounds)
    rows += trunks(256, 512, arguments.rounds)
    rows += side_by_side(arguments.rounds)
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
