"""Sentences on the figures of the data."""

from collections.abc import Mapping

import pandas as pd

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.withheld import of_style
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    between,
    counted,
    extremes,
    listing,
    magnitude,
    out_of,
    percent,
    rows,
    times,
)


def overview(study: Study, tables: Tables) -> str:
    """How many artworks, how even the classes are, how many are held out, when they were made."""
    artworks = rows(tables, "artworks")
    counts = artworks["class"].value_counts().reindex(list(study.classes), fill_value=0)
    held_out = percent((artworks["split"] == "validation").mean())
    if len(counts) > 1 and counts.min() < counts.max():
        sizes = extremes(counts, "The number of artworks", "{:,}".format) + "."
    else:
        sizes = f"{'Each class has' if len(counts) > 1 else 'Its class has'} {counts.iloc[0]:,}."
    start = f"{counted(len(artworks), 'artwork')} in {counted(len(counts), 'class', 'classes')}"
    return f"{start}, {held_out} of them held out. {sizes} {_years(artworks)}".strip()


def _years(artworks: pd.DataFrame) -> str:
    if "year" not in artworks:
        return ""
    years = artworks["year"].dropna()
    if years.empty:
        return "No year is known, so classes cannot be told from periods here."
    known = out_of(len(years), len(artworks), "artworks")
    return f"The years, known of {known}, run from {int(years.min())} to {int(years.max())}."


def examples(study: Study, tables: Tables) -> str:
    """Whose artworks they are, since a class of few artists may show these rather than a style."""
    artworks = rows(tables, "artworks")
    start = f"The pictures shown stand for {counted(len(artworks), 'artwork')}"
    if (
        "artist" not in artworks
        or not (known := artworks[artworks["artist"].fillna("") != ""]).size
    ):
        return f"{start}, of which no artist is named."
    artists = known.groupby("class")["artist"].nunique().reindex(list(study.classes)).dropna()
    total = known["artist"].nunique()
    if total == 1:
        return f"{start}, all by one hand ({known['artist'].iloc[0]})."
    many = known["artist"].value_counts()
    most = f"{many.index[0]} alone made {percent(many.iloc[0] / len(artworks))}"
    each = extremes(artists, "The number of artists", "{:,.0f}".format)
    return f"{start} by {counted(total, 'artist')}; {most}. {each}."


@of_style
def style_similarity(study: Study, tables: Tables) -> str:
    """Whether artworks of one class are more alike in style than artworks of two."""
    losses = rows(tables, "class_style_loss").dropna(subset="median")
    if losses.empty:
        raise Missing("class_style_loss")
    ends = list(zip(losses["class_a"], losses["class_b"], strict=True))
    names = [f"within {a}" if a == b else f"between {a} and {b}" for a, b in ends]
    medians = pd.Series(losses["median"].to_numpy(), index=names)
    text = extremes(medians, "The median style loss of two pictures", magnitude, where="")
    if len(medians) > 1 and medians.min() > 0:
        text += f", {times(medians.max() / medians.min())} times as much"
    return f"{text}. {_apart(dict(zip(ends, losses['median'], strict=True)))}".strip()


def _apart(medians: Mapping[tuple[str, str], float]) -> str:
    """In how many pairs of classes two pictures across are less alike than two within."""
    across = {
        (a, b): max(medians[a, a], medians[b, b]) < value
        for (a, b), value in medians.items()
        if a != b and (a, a) in medians and (b, b) in medians
    }
    if not across:
        return ""
    apart = sum(across.values())
    if len(across) == 1 and not apart:
        return "Two pictures of different classes are no less alike than two of one of the classes."
    if apart == len(across):
        return (
            "For every pair of classes, two pictures across are less alike than two within either."
        )
    return (
        f"For {out_of(apart, len(across), 'pairs of classes')}, two pictures across are less alike "
        "than two within either; else one of the classes is as varied in itself."
    )


def sentence_of_data(study: Study, tables: Tables) -> str:
    """The overview of the page's head."""
    artworks = rows(tables, "artworks")
    counts = artworks["class"].value_counts().reindex(list(study.classes), fill_value=0)
    text = f"{counted(len(artworks), 'picture')} of {listing(list(study.classes))}"
    return f"{text}, {between(counts.astype(float), '{:,.0f}'.format)} of each class."
