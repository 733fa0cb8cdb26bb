"""The tables of the study page, from the tables of a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.trajectories import CONFIRMATORY, UNDETERMINED
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.pages import own_shapes, sampling
from stylewalk.pages.cells import Cell, Table, Verdict, seeds_note, sentences, spread
from stylewalk.pages.facts import Study
from stylewalk.pages.glance import Glance, glance, mean_losses
from stylewalk.pages.own_shapes import OwnShapes
from stylewalk.pages.sentences.wording import given_runs

METHODS = {"kmeans": "k-means", "spectral": "spectral"}
# The terms of the losses in the order in which they are shown, and their names on the page.
_TERMS = {
    "reconstruction": "reconstruction",
    "kl": "KL",
    "calibrated_kl": "KL, weighted",
    "perceptual": "perceptual",
    "triplet": "triplet",
    "adversarial": "adversarial",
    "discriminator": "discriminator",
    "mixing": "mixing found by the critic",
    "critic": "critic",
    "cycle": "cycle",
    "smoothness": "smoothness",
    "accuracy": "discriminator right",
}
_DISCRIMINATOR_RIGHT = (
    "Discriminator right: how often a discriminator judges right, in families that have one: of "
    "latents and draws of the prior, or of mixtures and pictures, which is which; in ACAI, that a "
    "mixture holds more of another picture than a reconstruction does; in GAIA, by being worse at "
    "reproducing mixtures than pictures. At 50 % it cannot tell them apart."
)


_OVER_PCA = "reconstruction over PCA's"
_LEFT_OUT_SHOWN = 20  # the rest stands in the table's file


def at_a_glance(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Each model's figures in one row, and the shape of its profiles in another table."""
    rows = glance(study, tables)
    own = own_shapes.read(study, tables)
    return [_figures_at_a_glance(study, rows), _shapes_at_a_glance(study, rows, own)]


def _figures_at_a_glance(study: Study, rows: Sequence[Glance]) -> Table:
    """One row per model: reconstruction, first component, clusters, style loss."""
    first = next(iter(study.experiments))
    header = ["model", "reconstruction", "over PCA's", "effective dimensions", "first component"]
    header += ["best k (silhouette)", "style loss"]
    lines: list[list[Cell]] = []
    for row in rows:
        clusters = numbers.DASH
        if row.method is not None:
            clusters = f"{row.k} ({METHODS[row.method]}, {row.silhouette:.2f})"
        lines.append(
            [
                row.model,
                numbers.loss(row.reconstruction),
                numbers.plain(row.over_pca),
                numbers.significant(row.effective),
                numbers.percent(row.first_share),
                clusters,
                numbers.large(row.style_losses.get(first, float("nan"))),
            ]
        )
    note = (
        "Reconstruction: mean squared error on the validation artworks, of a latent drawn from the "
        "posterior where the model has one. Over PCA's: of the mean of the posterior, divided by "
        "the error of as many principal components of the pixels as there are latent dimensions; "
        "below 1 the model is better. "
        "Effective dimensions: as many principal components of equal variance would spread as "
        "much as the latents (participation ratio). First component: its share "
        f"of the variance of all latents. Style loss: mean over the steps of {first}."
    )
    behind = ["losses", "reconstruction", "posterior_use", "pca_variance", "silhouette"]
    behind += ["style_profiles"]
    return Table("Each model in one row", header, lines, note, behind)


def _shapes_at_a_glance(study: Study, rows: Sequence[Glance], own: OwnShapes) -> Table:
    """One row per model, one verdict per experiment."""
    lines: list[list[Cell]] = [[row.model, *_verdicts(study, row)] for row in rows]
    note = (
        "The shape of the mean style-loss profile over all trajectories of an experiment: a hump "
        "is a horseshoe, two humps with a dip between a wave. Flat: both contrasts surely lie "
        "within the margin of flatness. Too few pairs: so few, or so different, that not even a "
        "profile without any shape could be called flat. Undetermined: the interval holds both, "
        "flat and a shape."
    )
    small = f"In small letters: by {study.metric}, the first metric, where it differs."
    header = ["model", *study.experiments]
    whose = ": the study's own verdicts," if own.metrics else ""
    title = " ".join(filter(None, [f"Shapes of the profiles{whose}", own.by]))
    note = sentences([own.note, small * bool(own.other), note])
    return Table(title, header, lines, note, ["study_shapes", "profile_shapes"])


def _verdicts(study: Study, row: Glance) -> Iterator[Verdict]:
    """One for each experiment, with what the first metric says where that is something else."""
    for name in study.experiments:
        beside = f"{study.metric}: {row.beside[name]}" if name in row.beside else ""
        yield Verdict(row.verdicts.get(name, UNDETERMINED), beside)


def artworks(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Artworks per class and split, and those left out by reason."""
    table = tables["artworks"]
    counts = pd.crosstab(table["class"], table["split"])
    counts = counts.reindex(index=study.classes, columns=["training", "validation"], fill_value=0)
    counts["all"] = counts.sum(axis=1)
    rows = [[name, *(f"{value:,}" for value in row)] for name, row in counts.iterrows()]
    total = [["all classes", *(f"{value:,}" for value in counts.sum())]]
    header, behind = ["class", *counts.columns], ["artworks.parquet"]
    made = [Table("Artworks", header, rows, behind=behind, foot=total)]
    rejected = tables.get("rejected")
    if rejected is not None and len(rejected):
        kinds = rejected["kind"].value_counts()
        lines = [[str(kind).replace("_", " "), f"{count:,}"] for kind, count in kinds.items()]
        header, behind = ["reason", "artworks"], ["rejected.parquet"]
        made.append(Table("Artworks left out", header, lines, behind=behind))
        made.append(_left_out(rejected))
    return made


def _left_out(rejected: pd.DataFrame) -> Table:
    """The first of the artworks that were left out, by name."""
    shown = rejected.head(_LEFT_OUT_SHOWN)
    lines = [[row.filename, row.reason] for row in shown.itertuples()]
    more = len(rejected) - len(shown)
    note = f"And {more:,} more, all in rejected.parquet." if more else ""
    title = "Why artworks were left out"
    return Table(title, ["file", "reason"], lines, note, ["rejected.parquet"])


def losses(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Loss terms of the last epoch, one column per model; the discriminator's score in per cent."""
    table = tables["losses"]
    values_of = dict(iter(table.groupby(["term", "split", "model"])["value"]))
    terms = [term for term in _TERMS if term in set(table["term"])]
    terms += sorted(set(table["term"]) - set(terms))
    rows: list[Sequence[Cell]] = []
    for term in terms:
        write = numbers.percent if term == "accuracy" else numbers.loss
        for split in ("validation", "training"):
            values = [values_of.get((term, split, model), ()) for model in study.models]
            rows.append([f"{_TERMS.get(term, term)}, {split}", *(spread(v, write) for v in values)])
            if term == "reconstruction":
                rows += _beside_pca(study, tables, split)
    notes = ["Unweighted terms.", seeds_note(table)]
    behind = ["losses"]
    if len(rows) > 2 * len(terms):  # more than the terms of both splits
        notes.insert(1, "Over PCA's: as in the first table of the page, of the posterior's mean.")
        behind.append("reconstruction")
    if "accuracy" in terms:
        notes.insert(1, _DISCRIMINATOR_RIGHT)
    title, header = "Losses of the last epoch", ["term", *study.models]
    return Table(title, header, rows, sentences(notes), behind)


def _beside_pca(
    study: Study, tables: Mapping[str, pd.DataFrame], split: str
) -> list[Sequence[Cell]]:
    """The row of reconstruction errors over those of PCA; none where they are not known."""
    if "reconstruction" not in tables:
        return []
    table = tables["reconstruction"]
    known = dict(iter(table[table["split"] == split].groupby("model")["over_pca"]))
    values = [spread(known.get(model, ()), numbers.plain) for model in study.models]
    return [[f"{_OVER_PCA}, {split}", *values]] if known else []


def first_components(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Share of the first principal component, one row per model."""
    table = tables["pca_variance"]
    first = table[table["component"] == 1]
    shares = dict(iter(first.groupby(["model", "class"])["share"]))
    rows = [
        [
            model,
            *(
                spread(shares.get((model, name), ()), numbers.percent)
                for name in ("all", *study.classes)
            ),
        ]
        for model in study.models
    ]
    header = ["model", "all classes", *study.classes]
    title = "Share of variance of the first principal component"
    return Table(title, header, rows, seeds_note(table), ["pca_variance"])


def clusters(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Best number of clusters by model and method, with its silhouette."""
    table = tables["silhouette"]
    best = best_clusterings(table).set_index(["model", "method"])["k"]
    # Repeats are averaged first: the interval is over seeds.
    means = table.groupby(["model", "method", "k", "seed"])["score"].mean()
    methods = [name for name in METHODS if name in best.index.get_level_values("method")]
    rows = []
    for model in study.models:
        cells = [model]
        for method in methods:
            if (model, method) in best.index:
                k = int(best[model, method])
                cells += [f"{k}", spread(means[model, method, k], "{:.3f}".format)]
            else:
                cells += [numbers.DASH] * 2
        rows.append(cells)
    header = [f"{METHODS[name]}: {what}" for name in methods for what in ("k", "silhouette")]
    samples = [sampling.components(tables), sampling.silhouettes(tables)]
    note = sentences([*samples, seeds_note(table)])
    return Table("Best number of clusters", ["model", *header], rows, note, ["silhouette"])


def shapes(
    study: Study, tables: Mapping[str, pd.DataFrame], experiment: str
) -> tuple[Table, Table]:
    """Shapes of the profiles of one experiment: over all classes, and class by class."""
    table = tables["profile_shapes"]
    table = table[table["experiment"] == experiment]
    keys = ["model", "experiment", "class_a", "class_b"]
    table = table.join(mean_losses(tables["style_profiles"]), on=keys)
    order = {model: place for place, model in enumerate(study.models)}
    table = table.sort_values("model", key=lambda names: names.map(order), kind="stable")
    pooled = table["class_a"] == "all"
    # The verdict comes first: on a narrow screen, the rest is scrolled to.
    whole, own = own_shapes.read(study, tables), own_shapes.of_classes(study, tables)
    header = ["shape", f"by {study.metric}"] if own else ["shape"]
    header += ["trajectories", "style loss", "quadratic", "95 % interval", "p"]
    header += ["quartic", "95 % interval", "p", "residual", "Gram path"]
    rows = [[row.model, *_shape(row, own)] for row in table[pooled].itertuples()]
    apart = [[row.model, _classes(row), *_shape(row, own)] for row in table[~pooled].itertuples()]
    about = f"Shape: the study's own verdict; all else is by {study.metric}."
    note = (
        "Contrasts of the mean profile divided by its mean. Quadratic: negative is a hump, "
        "positive a valley. Quartic: negative is two humps with a dip between them. p: two-sided. "
        "Residual: mean distance of the images from a dissolve of their ends, "
        "0 for a pure one at any speed. Gram path: median length of the path of Gram matrices over "
        "the distance of its ends."
    )
    families = set(table.loc[pooled, "family"])
    if CONFIRMATORY in families:
        note += (
            " Shapes over all trajectories of random pairs are confirmatory, and p is adjusted by "
            "Holm over these alone; all others explore, and p is adjusted by false discovery rate."
        )
    else:
        note += " These shapes explore: p is adjusted by false discovery rate."
    note = sentences([about if own else whole.note, note, given_runs(study)])
    behind = ["study_shapes", "profile_shapes"]
    return (
        Table("Shape over all trajectories", ["model", *header], rows, note, behind),
        Table("Shape class by class", ["model", "classes", *header], apart, behind=behind),
    )


def _shape(row: Any, own: Mapping[tuple[str, ...], str]) -> list[Cell]:
    """The cells of one row of PROFILE_SHAPES, after the study's own verdict, if any."""
    keys = row.model, row.experiment, row.class_a, row.class_b
    return [
        *([Verdict(own[keys])] if keys in own else []),
        Verdict(row.verdict),
        f"{row.n:,}",
        numbers.large(row.mean),
        numbers.signed(row.quadratic),
        numbers.interval(row.quadratic_low, row.quadratic_high),
        numbers.p_value(row.quadratic_p),
        numbers.signed(row.quartic),
        numbers.interval(row.quartic_low, row.quartic_high),
        numbers.p_value(row.quartic_p),
        numbers.plain(row.rho),
        numbers.plain(row.gram_path_ratio),
    ]


def _classes(row: Any) -> str:
    return row.class_a if row.class_a == row.class_b else f"{row.class_a} → {row.class_b}"
