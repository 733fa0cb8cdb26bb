"""How numbers of a study become words: extremes, ties, and how sure a difference is."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.pages.facts import Study
from stylewalk.statistics import FEWEST_SEEDS, over_seeds

Tables = Mapping[str, pd.DataFrame]
Write = Callable[[float], str]


class Missing(Exception):
    """A table that a sentence is written from is absent or holds no number for it."""


def rows(tables: Tables, name: str, **where: object) -> pd.DataFrame:
    """The rows of a table with these values.

    Raises:
        Missing: there are none.
    """
    frame = tables.get(name)
    if frame is None:
        raise Missing(name)
    for column, value in where.items():
        frame = frame[frame[column.rstrip("_")] == value]
    if frame.empty:
        raise Missing(name)
    return frame


def means(frame: pd.DataFrame, value: str, order: Sequence[str], key: str = "model") -> pd.Series:
    """The mean of a column by model, over seeds and all else, in the study's order.

    Raises:
        Missing: no model has a number.
    """
    by_name = frame.groupby(key)[value].mean().reindex(list(order)).dropna()
    if by_name.empty:
        raise Missing(value)
    return by_name


def listing(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    names = list(map(str, names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def given_runs(study: Study) -> str:
    """That all is given the study's training runs, where they are too few for an interval."""
    if len(study.seeds) >= FEWEST_SEEDS:
        return ""
    runs = "this training run" if len(study.seeds) == 1 else "these two training runs"
    return f"All of it is given {runs}: from three seeds on intervals hold for others, too."


def given_these_runs(study: Study) -> str:
    """That what is said of means over training runs is given these, where others seem meant.

    With fewer runs :func:`given_runs` says so of all of it.
    """
    if len(study.seeds) < FEWEST_SEEDS:
        return ""
    return f", given these {len(study.seeds)} training runs"


def counted(count: int, noun: str, many: str = "") -> str:
    """``1 artwork``, ``960 artworks``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def out_of(count: int, total: int, nouns: str) -> str:
    """``none of the 12 profiles``, ``all 12 profiles``, ``3 of the 12 profiles``."""
    if count == total > 1:
        return f"all {total:,} {nouns}"
    return f"{f'{count:,}' if count else 'none'} of the {total:,} {nouns}"


def extremes(values: pd.Series, subject: str, write: Write, where: str = "in") -> str:
    """From where to where a number runs; numbers that read alike are a tie.

    Args:
        values: by name, without NaN, not empty.
        subject: what the number is, as the sentence begins.
        write: how a value is written.
        where: the word before a name, if any.

    Returns:
        A clause without its full stop, such as ``The loss runs from 0.1 in A to 0.3 in B and C``.
    """
    where = f"{where} ".lstrip()
    texts = values.map(write)
    low, high = write(values.min()), write(values.max())
    if len(values) == 1:
        return f"{subject} is {high} {where}{values.index[0]}"
    if low == high:
        return f"{subject} is {high} {where}{listing(values.index)} alike"
    first, last = (listing(texts.index[texts == text]) for text in (low, high))
    return f"{subject} runs from {low} {where}{first} to {high} {where}{last}"


def sureness(frame: pd.DataFrame, value: str, order: Sequence[str]) -> str:
    """How far the order of models is to be trusted, from the seeds.

    Returns:
        A clause for brackets; empty where there is only one model.
    """
    seeds = frame.groupby(["model", "seed"])[value].mean().dropna().groupby("model").apply(list)
    seeds = seeds.reindex([name for name in order if name in seeds.index])
    if len(seeds) < 2:
        return ""
    if max(map(len, seeds)) < 2:
        return "one training run each"
    ends = {name: over_seeds(runs) for name, runs in seeds.items()}
    first, last = min(ends, key=lambda n: ends[n][0]), max(ends, key=lambda n: ends[n][0])
    high, low = ends[first][2], ends[last][1]
    if not np.isfinite(high + low):
        return "no interval for a model of one training run"
    apart = "do not overlap" if high < low else "overlap"
    return f"95 % intervals over seeds of the two {apart}"


def compared(
    frame: pd.DataFrame, value: str, order: Sequence[str], subject: str, write: Write
) -> str:
    """Extremes over models with how sure they are: a sentence with its full stop.

    Raises:
        Missing: no model has a number.
    """
    clause = extremes(means(frame, value, order), subject, write)
    sure = sureness(frame, value, order)
    return f"{clause} ({sure})." if sure else f"{clause}."


def label_use_note(study: Study, tables: Tables) -> str:
    """Which models were trained on the classes, and so find them again; empty where none was."""
    losses = tables.get("losses")
    if losses is None:
        return ""
    knowing = set(losses.loc[losses["term"] == "triplet", "model"])
    names = [name for name in study.models if name in knowing]
    return f" {listing(names)} learnt from the classes (triplet loss)." if names else ""


def between(values: pd.Series, write: Write) -> str:
    """``0.1 to 0.4``, or one number where both ends read alike.

    Raises:
        Missing: there is no number.
    """
    values = values.dropna()
    if values.empty:
        raise Missing("values")
    low, high = write(values.min()), write(values.max())
    if low == high:
        return low
    for unit in (" %", "°"):  # one unit for both
        if low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
    return f"{low} to {high}"


def percent(share: float) -> str:
    """A share in whole per cent, with a decimal below ten: ``34 %``, ``3.6 %``."""
    if not np.isfinite(share):
        return numbers.DASH
    value = 100 * share
    text = f"{value:.1f}" if 0 < abs(value) < 9.95 else f"{value:.0f}"
    return f"{text} %".replace("-", "−")


def magnitude(value: float) -> str:
    """A style loss: ``152,000``, ``1.53 million``, ``8.75 billion``."""
    if 1e9 <= abs(value) < 1e12:
        return f"{value / 1e9:.3g} billion"
    return numbers.large(value)


def times(ratio: float) -> str:
    """``1.4``, ``23``: how many times as much."""
    if not np.isfinite(ratio):
        return numbers.DASH
    return f"{ratio:,.1f}" if ratio < 9.95 else f"{ratio:,.0f}"
