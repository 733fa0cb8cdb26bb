"""The summary of a run on the terminal."""

import contextlib
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from stylewalk import numbers
from stylewalk.pages import duplicates
from stylewalk.pages.facts import Study
from stylewalk.pages.glance import Glance, glance
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
    lines += ["", "Shape of the style-loss profile, all classes together"]
    verdicts = [[row.model, *map(row.verdicts.get, study.experiments)] for row in rows]
    named = [[cell or numbers.DASH for cell in row] for row in verdicts]
    lines += _columns(["model", *study.experiments], named)
    lines += [
        "",
        "too few pairs: not even a profile without a shape could be called flat;",
        "undetermined: the interval holds both, flat and a shape;",
        "reconstruction: validation mean squared error, and over that of PCA with as many",
        "dimensions; eff. dims: effective latent dimensions (participation ratio);",
        "first comp.: share of the variance;",
        f"style loss: mean over the steps of {first}",
        *textwrap.wrap(f"style network: {study.style_network}", _WIDTH),
        "",
        f"Study page: {page}",
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


_WIDTH = 88  # letters of a line
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


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns under a ruled header."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    table = [header, ["-" * width for width in widths], *rows]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        for row in table
    ]
