"""Model families: one module each, found by the name of the family in the config.

Every family's module has a class ``Model`` (a :class:`torch.nn.Module`) with

- ``encode(images (B, 3, S, S) in 0..1) -> latents (B, d)``: the point of each image,
- ``decode(latents (B, d)) -> images (B, 3, S, S) in 0..1``,
- ``losses(images, labels (B,), generator) -> {term: scalar}``: the terms, unweighted,
- ``weights``: the weight of each term in the sum that training minimises (others only inform),
- ``parameter_groups(learning_rate)``: what Adam takes, with a learning rate for each group.

Modules are imported by name, when asked for, so that a job reaches the source of its family alone.
"""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from stylewalk.errors import StylewalkError
from stylewalk.randomness import derived_seed

_PARTS = ("trunk",)  # modules of this folder that are no families


def families() -> list[str]:
    """Names of the families, without importing them."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _PARTS)


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
    model_class = _model_class(settings.get("family"))
    own = {key: value for key, value in settings.items() if key != "family"}
    _check_settings(settings["family"], own, model_class)
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
        model = model_class(
            arguments["image_size"], arguments["latent_size"], arguments["channels"], **own
        )
    # A round trip through JSON now shows a value that a weights file could not hold.
    model.arguments = json.loads(json.dumps(arguments))
    return model.to(memory_format=torch.channels_last)


def _model_class(family: Any) -> type[torch.nn.Module]:
    """The class of a family, whose module is imported here and nowhere else."""
    if family not in families():
        raise StylewalkError(
            f"The family of models '{family}' is not known; known: {', '.join(families())}. "
            "A new family is a module of its name in stylewalk/models/."
        )
    return importlib.import_module(f"stylewalk.models.{family}").Model


def _check_settings(family: str, own: Mapping[str, Any], model_class: type) -> None:
    """Refuse a setting that the family does not have."""
    parameters = inspect.signature(model_class.__init__).parameters.values()
    known = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    unknown = [key for key in own if key not in known]
    if unknown:
        raise StylewalkError(
            f"The family '{family}' has no setting {', '.join(unknown)}; "
            f"it has {', '.join(known) or 'none'}."
        )


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
