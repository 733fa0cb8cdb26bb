"""The summary of a run on the terminal."""

import contextlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.trajectories import DEPENDS, TOO_FEW
from stylewalk.pages import duplicates, own_shapes
from stylewalk.pages.cells import sentences
from stylewalk.pages.facts import Study
from stylewalk.pages.glance import Glance, glance
from stylewalk.pages.own_shapes import OwnShapes, Walk
from stylewalk.pages.sentences.collapse import collapsed
from stylewalk.pages.sentences.wording import Missing


def render(study: Study, tables: Mapping[str, pd.DataFrame], page: str | Path) -> str:
    """Plain text: one line per model, one column per experiment's verdict, and the page's path.

    Args:
        study: the head of the study.
        tables: by name, as :func:`stylewalk.pages.glance.glance` takes them.
        page: path of the study page.
    """
    rows = glance(study, tables)
    first = next(iter(study.experiments))
    lines = textwrap.wrap(f"Study {study.run}: {study.data}", _WIDTH)
    if study.procedural:
        lines.append("Procedural data: painted by the workflow itself, not real artworks.")
    left_out = len(tables["rejected"]) if "rejected" in tables else 0
    if left_out:
        some = "1 artwork was" if left_out == 1 else f"{left_out:,} artworks were"
        lines.append(f"{some} left out; the page says which and why.")
    lines += textwrap.wrap(duplicates.sentence(tables), _WIDTH)
    with contextlib.suppress(Missing):
        lines += ["", *textwrap.wrap(collapsed(study, tables), _WIDTH)]
    lines += ["", *_columns(_HEADER, [_cells(row, first) for row in rows])]
    own = own_shapes.read(study, tables)
    lines += ["", *_shapes(study, own)]
    lines += [
        "",
        "too few: with so few pairs not even a level profile could be called flat;",
        "undetermined: the interval holds both, flat and a shape;",
        *["depends: on the metric, of those that see style;"] * (DEPENDS in own.verdicts.values()),
        "reconstruction: validation mean squared error, of a latent drawn from the posterior",
        "where there is one, and that of the posterior's mean over that of PCA with as many",
        "dimensions; eff. dims: effective latent dimensions (participation ratio);",
        "first comp.: share of the variance;",
        f"style loss: mean over the steps of {first}",
        *textwrap.wrap(f"style network: {study.style_network}", _WIDTH),
        "",
        f"Study page: {page}",
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


_WIDTH = 88  # letters of a line
_SHORT = {TOO_FEW: "too few", DEPENDS: "depends"}
_HEADER = ["model", "reconstruction", "over PCA's", "eff. dims", "first comp.", "best k (silh.)"]
_HEADER += ["style loss"]


def _cells(row: Glance, experiment: str) -> list[str]:
    clusters = numbers.DASH if row.k is None else f"{row.k} ({row.silhouette:.2f})"
    return [
        row.model,
        numbers.loss(row.reconstruction),
        numbers.plain(row.over_pca),
        numbers.significant(row.effective),
        numbers.percent(row.first_share),
        clusters,
        numbers.large(row.style_losses.get(experiment, float("nan"))),
    ]


def _shapes(study: Study, own: OwnShapes) -> list[str]:
    """The verdicts on mean profiles, in blocks of experiments that fit a line."""
    about = "Shape of the style-loss profile, all classes together"
    if own.metrics:
        about += f": the study's own verdict, {own.by}"
    beside = f"In brackets, where it differs: {own.by_first}." if own.other else ""
    said = sentences([f"{about}.", beside, "" if own.metrics else own.note])
    columns = [
        [name, *(_shape(own, (model, name)) for model in study.models)]
        for name in study.experiments
    ]
    blocks = [
        "\n".join(_columns(header, rows))
        for header, *rows in _blocks(["model", *study.models], columns)
    ]
    return [*textwrap.wrap(said, _WIDTH), *"\n\n".join(blocks).split("\n")]


def _shape(own: OwnShapes, walk: Walk) -> str:
    """A verdict, and in brackets what the first metric says where that is something else."""
    names = [
        own.verdicts.get(walk, numbers.DASH),
        *([own.other[walk]] if walk in own.other else []),
    ]
    first, *beside = (_SHORT.get(name, name) for name in names)
    return f"{first} ({beside[0]})" if beside else first


def _blocks(
    names: Sequence[str], columns: Sequence[Sequence[str]]
) -> Iterator[list[tuple[str, ...]]]:
    """The rows of as many columns as a line holds, then of the next, each after the names."""
    block = [names]
    for column in columns:
        wide = [max(map(len, each)) for each in (*block, column)]
        if len(block) > 1 and sum(wide) + 2 * len(block) > _WIDTH:
            yield list(zip(*block, strict=True))
            block = [names]
        block.append(column)
    yield list(zip(*block, strict=True))


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns under a ruled header."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    table = [header, ["-" * width for width in widths], *rows]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        for row in table
    ]
