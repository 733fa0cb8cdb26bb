"""Sentences on the figures of the latent space."""

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.latent_space import ALL_DIMENSIONS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    between,
    compared,
    extremes,
    label_use_note,
    listing,
    means,
    out_of,
    percent,
    rows,
    sureness,
    times,
)


def shares(study: Study, tables: Tables) -> str:
    """How much of the variance the first component has."""
    variance = rows(tables, "pca_variance", class_="all", component=1)
    values = means(variance, "share", study.models)
    most, least = values.idxmax(), values.idxmin()
    if percent(values[most]) == percent(values[least]):
        return extremes(values, "The first component's share of variance", percent) + "."
    sure = sureness(variance, "share", study.models)
    return (
        f"{most} has {percent(values[most])} of its variance in the first component, {least} "
        f"{percent(values[least])}{f' ({sure})' if sure else ''}."
    )


def spectra(study: Study, tables: Tables) -> str:
    """The first component's share, and whether classes differ from random subsets in it."""
    text = shares(study, tables)
    try:
        null = rows(tables, "class_spectrum_null", component=1)
    except Missing:
        return text
    keys = ["model", "seed", "class"]
    own = tables["pca_variance"].query("component == 1")[[*keys, "share"]]
    both = own.merge(null[[*keys, "low", "high"]], on=keys).dropna()
    if both.empty:
        return text
    outside = int(((both["share"] < both["low"]) | (both["share"] > both["high"])).sum())
    return (
        f"{text} In {out_of(outside, len(both), 'spectra of single classes')} the first share is "
        "outside the range of random subsets of that size."
    )


def factors(study: Study, tables: Tables) -> str:
    """What the latent spaces hold of class and of content.

    Raises:
        Missing: no content is known to be in every class.
    """
    whole = rows(tables, "latent_factors", dimension=ALL_DIMENSIONS)
    by_class, by_content = (
        means(whole, f"{name}_share", study.models) for name in ("class", "content")
    )
    subject = "The share of a latent space's variance that lies between"
    text = (
        f"{extremes(by_class, f'{subject} classes', percent)}; "
        f"{extremes(by_content, 'between contents', percent)}."
    )
    if whole["split"].iloc[0] == "any":
        text += " Of these contents models have seen some in training."
    text += label_use_note(study, tables)
    try:
        read = rows(tables, "content_probes")
    except Missing:
        return text
    for target, words in (("class", "the class"), ("content_group", "the kind of content")):
        mine = read[read["target"] == target]
        if len(mine):
            subject = f"On contents never trained on, a linear probe's accuracy for {words}"
            accuracy = extremes(means(mine, "accuracy", study.models), subject, percent)
            text += f" {accuracy} ({percent(mine['chance'].mean())} are of the most frequent kind)."
    return text


def maps(study: Study, tables: Tables) -> str:
    """How well neighbours share a class in the latent space itself, since maps distort."""
    accuracy = rows(tables, "classifier_accuracy", classifier="nearest_neighbours")
    subject = (
        "Off the map, in the latent space itself, the share of held-out artworks whose nearest "
        "neighbours are mostly of their class"
    )
    text = compared(accuracy, "accuracy", study.models, subject, percent)
    chance = means(accuracy, "largest_class_rate", study.models).mean()
    text += f" Naming the largest class every time gives {percent(chance)}."
    return text + label_use_note(study, tables)


def classes(study: Study, tables: Tables) -> str:
    """Which class lies farthest from the rest, and whether offsets are beyond chance."""
    offsets = rows(tables, "class_offset_null").dropna(subset="relative_l1")
    if offsets.empty:
        raise Missing("class_offset_null")
    by = offsets.groupby(["model", "class"])["relative_l1"].mean()
    named = pd.Series(by.to_numpy(), index=[f"{name} in {model}" for model, name in by.index])
    subject = "The offset of a class from all artworks, in mean distances within it,"
    beyond = int((offsets["p_l1"] < 0.05).sum())
    text = (
        f"{extremes(named, subject, numbers.plain, where='for')}. Larger than under permuted "
        f"labels (p < 0.05 each, not adjusted): {out_of(beyond, len(offsets), 'offsets')}."
    )
    try:
        angles = rows(tables, "first_component_angle")["degrees"]
        return f"{text} Angles of first components are {between(angles, '{:.0f}°'.format)}."
    except Missing:
        return text


def use(study: Study, tables: Tables) -> str:
    """How many dimensions are in use, and how far from N(0, I) the latents are."""
    latents = rows(tables, "posterior_use")
    active = means(latents, "active", study.models)
    sizes = means(latents, "dimensions", study.models)
    idle = active.index[(sizes - active) >= 0.5]
    if len(idle):
        used = (active / sizes).reindex(idle)
        text = f"Not all dimensions are in use in {listing(idle)} ({between(used, percent)} are)."
    else:
        text = f"All latent dimensions are in use in {listing(active.index)}."
    norms = means(latents, "norm_mean", study.models)
    text += f" {extremes(norms, 'The mean norm over √d, 1 for N(0, I),', numbers.plain)}."
    try:
        first = rows(tables, "pca_variance", class_="all", component=1)
    except Missing:
        return text
    shares = means(first, "share", study.models)
    ratio = (shares / means(latents, "gaussian_first_share", study.models)).dropna()
    if ratio.empty:
        return text
    subject = "The first component, in multiples of what draws of N(0, I) would show,"
    return f"{text} {extremes(ratio, subject, times)}."
