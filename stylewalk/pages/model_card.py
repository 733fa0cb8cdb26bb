"""A model card in the form of the Hugging Face hub: Markdown with a head in YAML."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from markupsafe import Markup

from stylewalk.pages.html import environment

_REPOSITORY_TAGS = ["stylewalk", "autoencoder", "representation-learning", "interpolation"]
_SIGNS = re.compile(r"([\\`*_{}\[\]()#!|~])")  # that Markdown takes for markup within a line

TEMPLATE = "model_card.md.j2"


@dataclass(frozen=True)
class Pictures:
    """What a model was trained on.

    Args:
        source: kind of the data source, such as ``painter``.
        is_procedural: whether the workflow made the pictures by itself.
        name: of a data set of the hub; empty where it is none.
        classes: their names.
        training, validation: number of pictures.
        size: height and width in pixels.
    """

    source: str
    is_procedural: bool
    name: str
    classes: Sequence[str]
    training: int
    validation: int
    size: int

    @property
    def licence_in_words(self) -> str:
        """What is known of the licence of the pictures."""
        if self.is_procedural:
            return (
                "Stylewalk made the pictures by itself, under the MIT licence that it has itself."
            )
        if self.source == "emoji":
            return "The sets of emoji have a licence each: the column license of their table."
        if self.name:
            return "See the data set on the hub."
        return "Not known to Stylewalk: add that of the pictures that the study was given."


@dataclass(frozen=True)
class Trained:
    """What a card says of one model.

    Args:
        run: name of the study.
        model, seed: which of its models.
        family: name of the family, and ``description``, one sentence on it.
        settings: of the family, as in the config.
        training: the same of the training; empty where nothing was trained.
        machine: what it ran on, such as device and version of torch.
        latent_size: numbers in a latent vector.
        errors: of each split, ``mse``, ``over_pca``, ``low`` and ``high`` of table RECONSTRUCTION.
        pictures: that it was trained on.
        opset: of the ONNX files.
    """

    run: str
    model: str
    seed: int
    family: str
    description: str
    settings: Mapping[str, Any]
    training: Mapping[str, Any]
    machine: Mapping[str, Any]
    latent_size: int
    errors: Mapping[str, Mapping[str, float]]
    pictures: Pictures
    opset: int


def plain(text: object) -> Markup:
    """A text as it stands in Markdown, whatever signs it has: on one line, and never as markup."""
    one_line = " ".join(str(text).split())
    # Escaped for HTML after Markdown, whose backslashes HTML leaves alone.
    return Markup(html.escape(_SIGNS.sub(r"\\\1", one_line), quote=False))


def render(card: Trained) -> str:
    """The card of a model, to lie beside its ``encoder.onnx`` and ``decoder.onnx``."""
    environment_ = environment("stylewalk.pages")
    environment_.filters["plain"] = plain
    environment_.filters["value"] = _value
    template = environment_.get_template(TEMPLATE)
    settings = {key: value for key, value in card.settings.items() if key != "family"}
    return template.render(card=card, head=Markup(_head(card)), settings=settings)


def _value(value: object) -> Markup:
    """The value of a setting."""
    if value is None:
        return Markup("not set")
    return plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _head(card: Trained) -> str:
    """What the hub reads: https://huggingface.co/docs/hub/model-cards#model-card-metadata."""
    head: dict[str, Any] = {
        # The hub takes it for that of the weights, which whoever publishes them decides.
        "license": "other",
        "license_name": "see-below",
        "library_name": "onnx",
        "pipeline_tag": "image-feature-extraction",
        "tags": [*_REPOSITORY_TAGS, card.family],
    }
    if card.pictures.name:
        head["datasets"] = [card.pictures.name]
    return yaml.safe_dump(head, sort_keys=False, allow_unicode=True)
