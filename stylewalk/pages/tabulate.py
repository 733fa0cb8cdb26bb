"""The tables of the study page, from the tables of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stylewalk.pages import numbers
from stylewalk.pages.facts import Glance, Study, glance
from stylewalk.selection import best_clusterings

METHODS = {"kmeans": "k-means", "spectral": "spectral"}
_GLYPHS = {"horseshoe": "∩", "valley": "∪", "wave": "∿", "flat": "—"}


@dataclass(frozen=True)
class Verdict:
    """A cell that holds a verdict, shown with a glyph of its shape."""

    text: str

    @property
    def glyph(self) -> str:
        """A sign that looks like the shape."""
        return _GLYPHS.get(self.text, "?")


Cell = str | Verdict


@dataclass(frozen=True)
class Table:
    """A table as it is shown: the first column names the row."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def at_a_glance(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Each model's figures in one row, and the shape of its profiles in another table."""
    rows = glance(study, tables)
    return [_figures_at_a_glance(study, rows), _shapes_at_a_glance(study, rows)]


def _figures_at_a_glance(study: Study, rows: Sequence[Glance]) -> Table:
    """One row per model: reconstruction, first component, clusters, style loss."""
    first = next(iter(study.experiments))
    header = ["model", "reconstruction", "first component", "best k (silhouette)", "style loss"]
    lines: list[list[Cell]] = []
    for row in rows:
        clusters = numbers.DASH
        if row.k is not None:
            clusters = f"{row.k} ({METHODS[row.method]}, {row.silhouette:.2f})"
        lines.append(
            [
                row.model,
                numbers.loss(row.reconstruction),
                numbers.percent(row.first_share),
                clusters,
                numbers.large(row.style_losses.get(first, float("nan"))),
            ]
        )
    note = (
        "Reconstruction: mean squared error on the validation artworks, of a latent drawn from the "
        "posterior where the model has one. First component: its share "
        f"of the variance of all latents. Style loss: mean over the steps of {first}."
    )
    return Table("At a glance", header, lines, note)


def _shapes_at_a_glance(study: Study, rows: Sequence[Glance]) -> Table:
    """One row per model, one verdict per experiment."""
    lines = [
        [row.model, *(Verdict(row.verdicts.get(e, "undetermined")) for e in study.experiments)]
        for row in rows
    ]
    note = (
        "The shape of the mean style-loss profile over all trajectories of an experiment: a hump "
        "is a horseshoe, two humps with a dip between a wave. Undetermined: the trajectories are "
        "too few or too different to say; one for each class is always too few."
    )
    return Table("Shapes of the profiles", ["model", *study.experiments], lines, note)


def artworks(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Artworks per class and split, and those left out by reason."""
    found = tables["artworks"]
    counts = pd.crosstab(found["class"], found["split"])
    counts = counts.reindex(index=study.classes, columns=["training", "validation"], fill_value=0)
    counts["all"] = counts.sum(axis=1)
    rows = [[name, *(f"{value:,}" for value in row)] for name, row in counts.iterrows()]
    rows.append(["all classes", *(f"{value:,}" for value in counts.sum())])
    made = [Table("Artworks", ["class", *counts.columns], rows)]
    rejected = tables.get("rejected")
    if rejected is not None and len(rejected):
        kinds = rejected["kind"].value_counts()
        lines = [[str(kind).replace("_", " "), f"{count:,}"] for kind, count in kinds.items()]
        made.append(Table("Artworks left out", ["reason", "artworks"], lines))
    return made


def losses(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Loss terms of the last epoch, one column per model."""
    table = tables["losses"]
    mean = table.groupby(["term", "split", "model"], sort=False)["value"].mean()
    spread = table.groupby(["term", "split", "model"], sort=False)["value"].std()
    rows = []
    for term in dict.fromkeys(table["term"]):
        for split in ("validation", "training"):
            cells = [f"{'KL' if term == 'kl' else term}, {split}"]
            for model in study.models:
                text = numbers.loss(mean.get((term, split, model), float("nan")))
                sd = spread.get((term, split, model), float("nan"))
                cells.append(text if pd.isna(sd) else f"{text} ± {numbers.loss(sd)}")
            rows.append(cells)
    note = "Unweighted terms." + (" Mean and standard deviation over seeds." * _many(table))
    return Table("Losses of the last epoch", ["term", *study.models], rows, note)


def first_components(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Share of the first principal component, one row per model."""
    table = tables["pca_variance"]
    first = table[table["component"] == 1]
    shares = first.pivot_table(index="model", columns="class", values="share")
    shares = shares.reindex(index=study.models, columns=["all", *study.classes])
    rows = [[name, *map(numbers.percent, row)] for name, row in shares.iterrows()]
    header = ["model", "all classes", *study.classes]
    note = "Mean over seeds." * _many(table)
    return Table("Share of variance of the first principal component", header, rows, note)


def clusters(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Best number of clusters by model and method."""
    best = best_clusterings(tables["silhouette"]).set_index(["model", "method"])
    methods = [name for name in METHODS if name in best.index.get_level_values("method")]
    rows = []
    for model in study.models:
        cells = [model]
        for method in methods:
            if (model, method) in best.index:
                k, score = best.loc[(model, method), ["k", "score"]]
                cells += [f"{int(k)}", f"{score:.3f}"]
            else:
                cells += [numbers.DASH] * 2
        rows.append(cells)
    header = [f"{METHODS[name]}: {what}" for name in methods for what in ("k", "silhouette")]
    return Table("Best number of clusters", ["model", *header], rows)


def shapes(
    study: Study, tables: Mapping[str, pd.DataFrame], experiment: str
) -> tuple[Table, Table]:
    """Shapes of the profiles of one experiment: over all classes, and class by class."""
    table = tables["profile_shapes"]
    table = table[table["experiment"] == experiment]
    order = {model: place for place, model in enumerate(study.models)}
    table = table.sort_values("model", key=lambda names: names.map(order), kind="stable")
    pooled = table["class_a"] == "all"
    header = ["trajectories", "style loss", "quadratic", "95 % interval", "p"]
    header += ["quartic", "95 % interval", "p", "shape"]
    rows = [[row.model, *_shape(row)] for row in table[pooled].itertuples()]
    apart = [[row.model, _classes(row), *_shape(row)] for row in table[~pooled].itertuples()]
    note = (
        "Contrasts of the mean profile divided by its mean. Quadratic: negative is a hump, "
        "positive a valley. Quartic: negative is two humps with a dip between them. p: two-sided, "
        "adjusted by Holm."
    )
    if len(study.seeds) < 5:
        note += " The intervals hold for these seeds: fewer than five were trained."
    return (
        Table("Shape over all trajectories", ["model", *header], rows, note),
        Table("Shape class by class", ["model", "classes", *header], apart),
    )


def _shape(row) -> list[Cell]:
    """The cells of one row of PROFILE_SHAPES."""
    return [
        f"{row.n:,}",
        numbers.large(row.mean),
        numbers.signed(row.quadratic),
        numbers.interval(row.quadratic_low, row.quadratic_high),
        numbers.p_value(row.quadratic_p),
        numbers.signed(row.quartic),
        numbers.interval(row.quartic_low, row.quartic_high),
        numbers.p_value(row.quartic_p),
        Verdict(row.verdict),
    ]


def _classes(row) -> str:
    return row.class_a if row.class_a == row.class_b else f"{row.class_a} → {row.class_b}"


def _many(table: pd.DataFrame) -> bool:
    return len(set(table["seed"])) > 1
