"""Model families: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every family's module has a class ``Model`` (a
:class:`torch.nn.Module`) with

- ``encode(images (B, 3, S, S) in 0..1) -> latents (B, d)``: the point of each image,
- ``decode(latents (B, d)) -> images (B, 3, S, S) in 0..1``,
- ``losses(images, labels (B,), generator) -> {term: scalar}``: the terms, unweighted,
- ``weights``: the weight of each term in the sum that training minimises (others only inform),
- ``parameter_groups(learning_rate)``: what Adam takes, with a learning rate for each group.

It is made from the image size, the latent size and the channels, and the settings by name.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from stylewalk import registry
from stylewalk.errors import StylewalkError
from stylewalk.randomness import derived_seed

PARTS = ("trunk",)  # modules of this folder that are no families


def families() -> list[str]:
    """Names of the families, without importing them."""
    return registry.names(__name__)


def build(
    settings: Mapping[str, Any],
    image_size: int,
    latent_size: int,
    channels: Sequence[int],
    seed: int,
) -> torch.nn.Module:
    """A model with the starting weights that belong to its seed.

    Args:
        settings: ``family`` and the settings of that family, as in the config.
        image_size: height and width of an image in pixels, a multiple of 16.
        latent_size: numbers in a latent vector.
        channels: channels of the four convolutions of the encoder.
        seed: the run's seed; the global random state is left as it was.

    Returns:
        The model on the CPU. Its ``arguments`` are what this function was given.

    Raises:
        StylewalkError: an unknown family or setting, or a size that the trunk cannot have.
    """
    settings = dict(settings)
    family = registry.load(__name__, settings.get("family"), "family of models")
    own = {key: value for key, value in settings.items() if key != "family"}
    own = registry.complete(family.SETTINGS, own, f"family '{settings['family']}'")
    _check_sizes(image_size, latent_size, channels)
    arguments = {
        "settings": settings,
        "image_size": int(image_size),
        "latent_size": int(latent_size),
        "channels": [int(c) for c in channels],
        "seed": int(seed),
    }
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(derived_seed(seed, "starting weights"))
        model: torch.nn.Module = family.Model(
            arguments["image_size"], arguments["latent_size"], arguments["channels"], **own
        )
    # A round trip through JSON now shows a value that a weights file could not hold.
    model.arguments = json.loads(json.dumps(arguments))
    return model.to(memory_format=torch.channels_last)


def _check_sizes(image_size: int, latent_size: int, channels: Sequence[int]) -> None:
    """Refuse sizes that four halvings, or a latent vector, cannot have."""
    if image_size < 16 or image_size % 16:
        raise StylewalkError(
            f"The image size {image_size} cannot be halved four times: "
            "it must be a multiple of 16 pixels."
        )
    if latent_size < 1 or len(channels) != 4 or min(channels) < 1:
        raise StylewalkError(
            f"A model needs a latent size of at least 1 (found {latent_size}) and the channels of "
            f"four convolutions (found {list(channels)})."
        )
