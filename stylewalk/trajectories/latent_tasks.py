"""Samples, neighbours, attribute vectors and analogies of one model, and what is shown of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int, Real, UInt8
from sklearn.neighbors import NearestNeighbors

from stylewalk.catalogue.samples import ANALOGIES, ATTRIBUTE_MAP, ATTRIBUTES, SAMPLES
from stylewalk.latent_space import samples
from stylewalk.latent_space.encoding import decode, to_bytes
from stylewalk.latent_space.geometry import check_latents
from stylewalk.pixels import mean_picture
from stylewalk.randomness import generator
from stylewalk.training.classifier import Classifier, features_of, probabilities_of
from stylewalk.trajectories import attributes
from stylewalk.trajectories.attribute_map import rows_of_map
from stylewalk.trajectories.attributes import Raw, Space

SHOWN = 5  # pictures of a kind
NEIGHBOURS = 5
_TABLES = (SAMPLES, ATTRIBUTES, ATTRIBUTE_MAP, ANALOGIES)
_Bytes = UInt8[np.ndarray, "cells side side 3"]


@dataclass(frozen=True)
class Study:
    """What the tasks of all models share.

    Attributes:
        images: (N, S, S, 3) of all artworks.
        artworks: table ARTWORKS.
        columns: texts of every artwork by attribute.
        splits: rows of training and validation.
        networks: of the study, by what they name.
        seed: of draws, the same for all models.
        device: where to compute.
    """

    images: UInt8[np.ndarray, "artworks side side 3"]
    artworks: pd.DataFrame
    columns: pd.DataFrame
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]
    networks: Mapping[str, Classifier]
    seed: int
    device: torch.device

    @cached_property
    def groups(self) -> Int[np.ndarray, " artworks"]:
        """The same number for artworks that show the same: see :func:`groups_of`."""
        return groups_of(self.artworks)

    @cached_property
    def mean(self) -> Float[np.ndarray, "side side 3"]:
        """The mean picture of the training split, on a 0..255 scale."""
        return mean_picture(self.images, self.splits[0]).astype(np.float64) * 255

    def space(self, latents: np.ndarray, decoder: attributes.Decoder) -> Space:
        """Latents with what is needed to look at them."""
        namers = {
            target: (network.names, partial(probabilities_of, network))
            for target, network in self.networks.items()
        }
        of_study = self.splits, self.groups, namers, self.mean, self.seed
        return Space(latents, decoder, *of_study)


@dataclass(frozen=True)
class TaskResults:
    """What the tasks say of a model: rows of four tables, strips of pictures, and single numbers.

    The last are what other models are compared with.
    """

    samples: list[dict[str, Any]]
    attributes: list[dict[str, Any]]
    attribute_map: list[dict[str, Any]]
    analogies: list[dict[str, Any]]
    strips: dict[str, _Bytes]
    raw: Raw


def of_model(
    study: Study,
    model: Any,
    latents: Float[np.ndarray, "artworks dimensions"],
    pixels: TaskResults,
) -> TaskResults:
    """All tasks of one model.

    Args:
        study: what its models share.
        model: of :mod:`stylewalk.models`.
        latents: (N, d) of all artworks.
        pixels: what :func:`of_pixels` found.
    """
    latents = check_latents(latents).astype(np.float32)
    network = study.networks.get("class")
    features = None if network is None else partial(features_of, network)
    rows, shown = samples.compare(
        *(model, study.images, latents, study.splits, study.groups, features, study.seed),
        device=study.device,
    )
    space = study.space(latents, lambda z: decode(model, z, study.device))
    strips = {"samples": _sampled(shown)} if shown else {}
    strips |= {"neighbours": _neighbours(study, space)} if len(study.splits[1]) else {}
    return _task_results(study, space, rows, strips, pixels.raw)


def of_pixels(study: Study) -> TaskResults:
    """The same arithmetic on pixels, the baseline; it has no samples."""
    return _task_results(study, study.space(*attributes.of_pixels(study.images)), [], {}, None)


def originals(study: Study) -> dict[str, _Bytes]:
    """The first rows of the strips of samples and of neighbours: artworks as they are."""
    mine, _ = samples.halves(study.splits[1], study.groups, study.seed)
    first_rows = {}
    if len(mine) >= samples.FEWEST:
        # Evenly, since artworks lie class by class.
        spread = np.linspace(0, len(mine) - 1, 2 * SHOWN).round().astype(int)
        first_rows["samples"] = np.asarray(study.images[mine[spread]])
    return first_rows


def _task_results(
    study: Study,
    space: Space,
    rows: list[dict[str, Any]],
    strips: dict[str, _Bytes],
    pixels: Raw | None,
) -> TaskResults:
    judged, scores = attributes.judge(space, study.columns, pixels)
    compared, single = attributes.analogies(space, study.artworks, pixels)
    strips = strips | _moved(study, space) | _analogy(study, space)
    mapped = list(rows_of_map(space, study.columns))
    return TaskResults(rows, judged, mapped, compared, strips, scores | single)


def _sampled(shown: Mapping[str, Real[np.ndarray, "pictures side side 3"]]) -> _Bytes:
    """Five samples of the prior, of the Gaussian where there is none, and five of the posterior."""
    first = shown.get(samples.PRIOR, shown[samples.GAUSSIAN])
    cells = [*first[:SHOWN], *shown[samples.POSTERIOR][:SHOWN]]
    return to_bytes(np.stack(cells))


def _neighbours(study: Study, space: Space) -> _Bytes:
    """A held-out artwork, its reconstruction, and its nearest artworks of training, decoded."""
    training, validation = study.splits
    chosen = generator(study.seed, "samples", "neighbours").choice(validation)
    count = min(NEIGHBOURS, len(training))
    search = NearestNeighbors(n_neighbors=count).fit(space.latents[training])
    near = training[search.kneighbors(space.latents[[chosen]], return_distance=False)[0]]
    decoded = to_bytes(space.decode(space.latents[[chosen, *np.resize(near, NEIGHBOURS)]]))
    return np.concatenate([np.asarray(study.images[[chosen]]), decoded])


def _moved(study: Study, space: Space) -> dict[str, _Bytes]:
    """A held-out artwork that lacks the first attribute, moved along its vector."""
    first = next(attributes.attributes(study.columns, space.splits), None)
    if first is None:
        return {}
    rng = generator(space.seed, "attributes", first.column, first.value, "shown")
    start = rng.choice(first.rows(space.splits[1], False))
    direction = attributes.vector(space.latents, first, space.splits[0])
    return {"attributes": to_bytes(attributes.walk(space, np.array([start]), direction)[0])}


def _analogy(study: Study, space: Space) -> dict[str, _Bytes]:
    """Mean of class a, mean of class b, an artwork c of b, and a - b + c."""
    labels = study.artworks["class"].to_numpy(dtype=object)
    training, validation = space.splits
    a, b = (*dict.fromkeys(labels[training]), None, None)[:2]
    mine = validation[labels[validation] == b]
    if b is None or not len(mine):
        return {}
    c = space.latents[generator(space.seed, "analogies", "shown").choice(mine)]
    means = [space.latents[training[labels[training] == x]].mean(axis=0) for x in (a, b)]
    points = np.stack([means[0], means[1], c, means[0] - means[1] + c]).astype(np.float32)
    return {"analogies": to_bytes(space.decode(points))}


class Gathered:
    """Rows and strips of all models, as tables and arrays."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
        self.strips: dict[str, list[_Bytes]] = {
            name: [] for name in ("samples", "neighbours", "attributes", "analogies")
        }

    def add(self, tasks: TaskResults, model: str, seed: int, is_shown: bool) -> None:
        """Take what was found of a model; the strips of those that are shown."""
        named = {"model": model, "seed": seed}
        for name, rows in self.rows.items():
            rows += [{**named, **row} for row in getattr(tasks, name)]
        if is_shown:
            self.show(tasks.strips)

    def show(self, strips: Mapping[str, _Bytes]) -> None:
        """Take further rows of strips."""
        for name, cells in strips.items():
            self.strips[name].append(cells)

    def table(self, name: str) -> pd.DataFrame:
        """One of the four tables."""
        tables = {table.name: table for table in _TABLES}
        return pd.DataFrame(self.rows[name], columns=list(tables[name]))

    def array(self, name: str) -> UInt8[np.ndarray, "rows cells side side 3"]:
        """Strips below each other; one black pixel where there are none."""
        rows = self.strips[name]
        return np.stack(rows) if rows else np.zeros((1, 1, 1, 1, 3), np.uint8)


def groups_of(artworks: pd.DataFrame) -> Int[np.ndarray, " artworks"]:
    """The same number for artworks that show the same; each its own where that is unknown.

    Args:
        artworks: table ARTWORKS.
    """
    content = artworks["content"].to_numpy(dtype=object)
    own = [name or f"\0{place}" for place, name in enumerate(content)]
    codes: np.ndarray = pd.factorize(np.array(own, dtype=object))[0]
    return codes


def known_columns(artworks: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Texts of every artwork for each attribute: class, kind of content, century, and the user's.

    Args:
        artworks: table ARTWORKS.
        more: further columns, a row for each artwork.
    """
    century = artworks["century"].map(lambda x: "" if pd.isna(x) else f"{int(x)}th")
    known = {"class": artworks["class"], "content_group": artworks["content_group"]}
    texts = {**known, "century": century, **{name: more[name] for name in more}}
    return pd.DataFrame({name: list(column.astype(str)) for name, column in texts.items()})
