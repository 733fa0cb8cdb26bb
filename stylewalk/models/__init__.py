"""Model families: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every family's module has a class ``Model`` (a
:class:`torch.nn.Module`) with

- ``encode(images (B, 3, S, S) in 0..1) -> latents (B, d)``: the point of each image,
- ``decode(latents (B, d)) -> images (B, 3, S, S)``, about 0..1; whoever shows them clips,
- ``losses(images, labels (B,), generator) -> {term: scalar}``: the terms, unweighted,
- ``weights``: the weight of each term in the sum that training minimises (others only inform),
  and ``weights_at(share)``: the same once a share of the steps is done,
- ``prepare(images, rows)``: what is taken from the training split before the first step,
- ``add_perceptual(error, weight)``: a further error of decoded pictures, for whoever trains,
- where it has a prior, ``sample_prior(count, generator) -> latents (count, d)``, and where its
  encoder is random, ``sample_posterior(images, generator) -> latents (B, d)``,
- ``parameter_groups(learning_rate)``: what Adam takes, with a learning rate for each group, and
  ``matrices()``: those of the parameters that Muon may take instead.

It is made from a :class:`~stylewalk.models.trunk.Shape`, and the settings by name. A family without
parameters, such as ``linear``, is ready once it is prepared, and is not trained.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from stylewalk import registry
from stylewalk.errors import StylewalkError
from stylewalk.models.trunk import FEWEST, MOST, TRUNKS, Shape, TrunkName
from stylewalk.randomness import derived_seed

PARTS = (
    "foreign",
    "trunk",
    "untrained",
    "von_mises_fisher",
)  # modules of this folder that are no families


def families() -> list[str]:
    """Names of the families, without importing them."""
    return registry.names(__name__)


def build(
    settings: Mapping[str, Any],
    image_size: int,
    latent_size: int,
    channels: Sequence[int],
    seed: int,
    trunk: TrunkName = "report",
) -> torch.nn.Module:
    """A model with the starting weights that belong to its seed.

    Args:
        settings: ``family`` and the settings of that family, as in the config.
        image_size: height and width of an image in pixels, divisible by 2 once for each
            convolution.
        latent_size: numbers in a latent vector.
        channels: channels of each convolution of the encoder, three to six.
        seed: the run's seed; the global random state is left as it was.
        trunk: the layers; weights that name none are of the first version, which had one trunk.

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
    if trunk not in TRUNKS:
        known = ", ".join(TRUNKS)
        raise StylewalkError(f"The trunk '{trunk}' is not known; known: {known}.")
    arguments: dict[str, Any] = {
        "settings": settings,
        "image_size": int(image_size),
        "latent_size": int(latent_size),
        "channels": [int(c) for c in channels],
        "seed": int(seed),
        "trunk": trunk,
    }
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(derived_seed(seed, "starting weights"))
        shape = Shape(int(image_size), int(latent_size), arguments["channels"], trunk)
        model: torch.nn.Module = family.Model(shape, **own)
    # A round trip through JSON now shows a value that a weights file could not hold.
    model.arguments = json.loads(json.dumps(arguments))
    return model.to(memory_format=torch.channels_last)


def _check_sizes(image_size: int, latent_size: int, channels: Sequence[int]) -> None:
    """Refuse sizes that the halvings, or a latent vector, cannot have."""
    if latent_size < 1 or not FEWEST <= len(channels) <= MOST or min(channels) < 1:
        raise StylewalkError(
            f"A model needs a latent size of at least 1 (found {latent_size}) and the channels of "
            f"{FEWEST} to {MOST} convolutions (found {list(channels)})."
        )
    smallest = 2 ** len(channels)
    if image_size < smallest or image_size % smallest:
        raise StylewalkError(
            f"The image size {image_size} cannot be halved {len(channels)} times, once for each of "
            f"the channels: it must be a multiple of {smallest} pixels."
        )
