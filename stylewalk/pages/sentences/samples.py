"""Sentences on samples, attribute vectors and analogies."""

import pandas as pd

from stylewalk import numbers
from stylewalk.pages.facts import Study
from stylewalk.pages.sample_tables import CHANCE, HELD_OUT, PIXELS, VECTOR
from stylewalk.pages.sentences.wording import Missing, Tables, counted, listing, percent, rows


def _first(tables: Tables, name: str) -> pd.DataFrame:
    """The rows of the first seed.

    Raises:
        Missing: they were not asked for.
    """
    table = rows(tables, name)
    return table[table["seed"] == table["seed"].iloc[0]]


def measures(study: Study, tables: Tables) -> str:
    """How near samples come to artworks.

    Raises:
        Missing: no samples were asked for.
    """
    table = _first(tables, "samples")
    sharp = table[table["measure"] == "sharpness"]
    drawn = sharp[sharp["of"].isin(["prior", "gaussian", "posterior"])]
    if drawn.empty:
        raise Missing
    low, high = (drawn.loc[place] for place in (drawn["value"].idxmin(), drawn["value"].idxmax()))
    text = (
        f"Samples hold from {percent(low['value'])} ({low['model']}, {low['of']}) to "
        f"{percent(high['value'])} ({high['model']}, {high['of']}) of the energy of gradients of "
        "held-out artworks."
    )
    return f"{text} {_told(table)} Of one training run."


def _told(table: pd.DataFrame) -> str:
    """Which samples a classifier does not tell from artworks."""
    told = table[table["measure"] == "told_apart"]
    null = told[told["of"] == HELD_OUT]
    if null.empty:
        return "No network knows the classes, so that nothing else tells samples from artworks."
    drawn = told[told["of"].isin(["prior", "gaussian", "posterior"])]
    alike = drawn[drawn["low"] <= 0.5]
    row = null.iloc[0]
    known = listing([f"{m} ({of})" for m, of in zip(alike["model"], alike["of"], strict=True)])
    said = (
        "every kind of sample of every model"
        if alike.empty
        else f"every kind of sample but those of {known}, of which nothing is shown,"
        if len(alike) < len(drawn)
        else "not surely any of them"
    )
    return (
        f"A classifier on features of the study's small network tells {said} from held-out "
        f"artworks; other held-out artworks it tells from these with an area under the curve of "
        f"{numbers.plain(row['value'])} ({numbers.plain(row['low'])} to "
        f"{numbers.plain(row['high'])})."
    )


def strips(study: Study, tables: Tables) -> str:
    """What the strips of samples are.

    Raises:
        Missing: no samples were asked for.
    """
    _first(tables, "samples")
    return (
        "What a model decodes besides artworks: draws of its prior, or of a Gaussian fitted to its "
        "latents where it has none, and of its aggregate posterior."
    )


def neighbours(study: Study, tables: Tables) -> str:
    """What the strips of neighbours are.

    Raises:
        Missing: no samples were asked for.
    """
    _first(tables, "samples")
    return (
        "What each model takes for near: the training artworks nearest to a held-out one, as the "
        "model decodes them."
    )


def attributes(study: Study, tables: Tables) -> str:
    """Whose attribute vectors tell more than pixels do, and whose show something new.

    Raises:
        Missing: no attribute vectors were asked for.
    """
    table = _first(tables, "attributes")
    over = table[table["measure"] == "auc_over_pixels"]
    if over.empty:
        raise Missing
    count = len(over[["column", "value"]].drop_duplicates())
    text = (
        f"Of {counted(count, 'attribute')}, vectors that tell held-out artworks apart better than "
        f"the same arithmetic on pixels: {_by_model(over[over['low'] > 0])} (of {len(over)} "
        f"comparisons one in forty is chance)."
    )
    structure = table[(table["measure"] == "structure") & (table["model"] != PIXELS)]
    if structure.empty:
        return f"{text} Of one training run."
    accepted = structure[structure["low"] > CHANCE]
    return (
        f"{text} Accepted as transformations, since more of their walks than chance allows show "
        f"structure that no dissolve of the same ends has: {_by_model(accepted)} of "
        f"{len(structure)} vectors. Of one training run."
    )


def _by_model(table: pd.DataFrame) -> str:
    """How many rows each model has, in words."""
    counts = table["model"].value_counts(sort=False)
    return ", ".join(f"{model} {number}" for model, number in counts.items()) or "none"


def mapped(study: Study, tables: Tables) -> str:
    """How much of the vectors the map shows.

    Raises:
        Missing: no attribute vectors were asked for.
    """
    table = _first(tables, "attribute_map")
    vectors = table[(table["kind"] == VECTOR) & (table["model"] != PIXELS)]
    shares = ["in_plane", "in_plane_shuffled"]
    seen = vectors.groupby("model", sort=False)[shares].median().dropna(subset=["in_plane"])
    if seen.empty:
        raise Missing
    each = [
        f"{model} {percent(own)} (of shuffled labels {_share(by_chance)})"
        for model, own, by_chance in seen.itertuples()
    ]
    return (
        f"Of a vector's squared length, at the median, the plane shows in {listing(each)}: what "
        "lies across it is not seen, and arrows that look alike need not be. Of one training run."
    )


def _share(share: float) -> str:
    return "unknown" if pd.isna(share) else percent(share)


def moved(study: Study, tables: Tables) -> str:
    """What the strips of attribute vectors are.

    Raises:
        Missing: no attribute vectors were asked for.
    """
    first = _first(tables, "attributes").iloc[0]
    return (
        f"One held-out artwork without {first['column']} {first['value']}, moved along the vector "
        "of it: a veil of colour is what pixels give, too."
    )


def analogies(study: Study, tables: Tables) -> str:
    """Whether a - b + c comes to c in a.

    Raises:
        Missing: no analogies were asked for, or no network knows the classes.
    """
    table = _first(tables, "analogies").set_index(["measure", "model"])
    parts = []
    for measure, words in (
        ("named_over_pixels", "the network's probability of class a rises by more than on pixels"),
        (
            "found_over_unmoved",
            "the artwork of a that shows the same as c is the nearest more often than to c itself",
        ),
        ("found_over_pixels", "and more often than on pixels"),
    ):
        if measure in table.index.get_level_values(0):
            mine = table.loc[measure]
            above = [m for m in study.models if m in mine.index and mine.loc[m, "low"] > 0]
            parts.append(f"{words} in {listing(above) if above else 'no model'}")
    if not parts:
        raise Missing
    return f"Of a - b + c, {'; '.join(parts)}. Intervals are over artworks, given one training run."
