"""Decoders and latents in a form with which the page computes by itself.

See :mod:`stylewalk.explorer.steps`. Latents are kept in half precision, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from stylewalk.explorer import directions, encoders, rounding, steps
from stylewalk.explorer.packing import packed
from stylewalk.explorer.steps import LARGEST, Step
from stylewalk.models import hyperspherical, linear
from stylewalk.models.trunk import STRIDE, Decoder

#: Bytes of all networks and latents together, above which a page carries no encoders, or nothing.
MOST_BYTES = 40_000_000


def steps_of(model: nn.Module) -> list[Step] | None:
    """A model's decoder as the page computes it; None where it has other layers than ours.

    Args:
        model: of a family of :mod:`stylewalk.models`.
    """
    if isinstance(model, linear.Model):
        return [steps.dense(model.directions.T, model.mean_picture)]
    decoder = getattr(model, "decoder", None)
    if not isinstance(decoder, Decoder):
        return None
    made: list[Step] = []
    if isinstance(model, hyperspherical.Model):
        made.append({"do": "direction", "length": float(model.latent_size**0.5)})
    made += _layers(decoder)
    if decoder.bounded:
        made.append({"do": "sigmoid"})
    if getattr(model, "centred", False):
        mean = cast(torch.Tensor, model.mean_picture)
        made.append({"do": "add", "values": steps.half(mean.permute(1, 2, 0).flatten())})
    return made


def _layers(decoder: Decoder) -> Iterator[Step]:
    first, shape, *layers = decoder
    assert isinstance(first, nn.Linear)
    assert isinstance(shape, nn.Unflatten)
    channels, side, _ = map(int, shape.unflattened_size)
    order = steps.in_rows(channels, side)
    yield steps.dense(first.weight[order], first.bias[order])
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            yield steps.normalisation(layer)
        elif isinstance(layer, nn.ConvTranspose2d):
            yield steps.transposed(layer, side)
            side *= STRIDE
        else:
            yield steps.activation(layer)


def of_models(
    models: Sequence[nn.Module],
    latents: Sequence[Float[np.ndarray, "artworks dimensions"]],
    places: Sequence[Float[np.ndarray, "artworks 2"]],
    towards: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]] | None:
    """What the page decodes with: for each model its steps and the latents of its artworks.

    Args:
        models: in the order of the page.
        latents: of each the (n, d) latents of the artworks on the page.
        places: of each where they lie on its map of components, (n, 2); NaN for those that do not.
        towards: of each its attribute vectors (see :mod:`stylewalk.explorer.vectors`); none where
            the page should offer none.

    Returns:
        A map for each model, ``size`` (of its images), ``width`` (d), ``steps``, ``encoder``,
        ``latents``, ``rounding`` (see :mod:`stylewalk.explorer.rounding`), ``directions`` (see
        :mod:`stylewalk.explorer.directions`) and ``towards``, null where it is not given;
        ``steps``, ``rounding`` and ``encoder`` are null where a model has other layers than ours,
        the encoder also where all together are too large for a page. None where they are without
        encoders.
    """
    made: list[dict[str, Any]] = []
    vectors: list[dict[str, Any] | None] = [*towards] or [None for _ in models]
    for model, points, on_map, vector in zip(models, latents, places, vectors, strict=True):
        about = {"size": int(getattr(model, "image_size", 0)), "width": points.shape[1]}
        own = steps_of(model)
        networks = {"steps": own, "encoder": encoders.steps_of(model)}
        kept = packed(np.clip(points, -LARGEST, LARGEST), "h")
        off = own and rounding.differences(model, own, points, kept)
        along = {"directions": directions.of_latents(points, on_map), "towards": vector}
        made.append({**about, **networks, "latents": kept, "rounding": off, **along})
    if _bytes(made) > MOST_BYTES:
        made = [{**one, "encoder": None} for one in made]
    return made if _bytes(made) <= MOST_BYTES else None


def _bytes(value: object) -> int:
    """Bytes of all arrays, as they are before they become text."""
    if isinstance(value, str):
        return len(value) * 3 // 4
    if isinstance(value, Mapping):
        return sum(map(_bytes, value.values()))
    return sum(map(_bytes, value)) if isinstance(value, list) else 0
