"""The study page's tables of classes in the latent space, from the tables of a run."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.latent_space import ALL_DIMENSIONS
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.pages import sampling
from stylewalk.pages.cells import Table, seeds_note, sentences, spread
from stylewalk.pages.facts import Study
from stylewalk.pages.tabulate import METHODS

_AGREEMENT = {
    "ari": "ARI",
    "ami": "AMI",
    "v_measure": "V",
    "purity": "purity",
    "largest_class_rate": "largest class",
    "stability": "stability",
}
_TARGETS = {"class": "class read", "content_group": "kind of content read"}
CLASSIFIERS = {"linear_probe": "linear probe", "nearest_neighbours": "5 nearest neighbours"}


def class_geometry(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Class offsets, angles, distances, and the use of dimensions; none where not measured."""
    if "class_offset" not in tables:
        return []
    return [
        _by_class(
            study,
            tables,
            "class_offset_null",
            "Offset of each class from all artworks",
            _offset,
            "L1 distance of centroids over the mean L1 distance within the class; n.s.: no larger "
            "than under permuted labels (p of 0.05 or more).",
        ),
        _angles(study, tables),
        _by_class(
            study,
            tables,
            "mean_distance",
            "Mean distance within each class",
            lambda rows: " / ".join(spread(rows[norm], numbers.large) for norm in ("l1", "l2")),
            "L1 / L2 distance between two artworks of a class.",
        ),
        _posterior_use(study, tables["posterior_use"], tables["pca_variance"]),
    ]


def factors(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """What class and content explain, and what is read of them; none where they do not cross."""
    whole = tables.get("latent_factors")
    if whole is None or whole.empty:
        return []
    whole = whole[whole["dimension"] == ALL_DIMENSIONS]
    read = tables["content_probes"]
    names = ("class_share", "content_share", "rest_share")
    targets = [name for name in _TARGETS if name in set(read["target"])]
    lines = []
    for model in study.models:
        mine, probed = whole[whole["model"] == model], read[read["model"] == model]
        cells = [_interval(mine, name, f"{name}_low", f"{name}_high") for name in names]
        for target in targets:
            cells.append(_interval(probed[probed["target"] == target], "accuracy", "low", "high"))
        lines.append([model, *cells])
    chance = [numbers.percent(read.loc[read["target"] == t, "chance"].mean()) for t in targets]
    one = not seeds_note(whole)
    intervals = ", with 95 % intervals over contents, given these classes" if one else ""
    unseen = " and none of them trained on" if set(whole["split"]) == {"validation"} else ""
    note = (
        f"Of {int(whole['contents'].max()):,} contents, each in every class{unseen}: components "
        f"of the variance of all latent dimensions{intervals}. "
        "By chance each of the first two is 0. A linear probe is fitted on training artworks and "
        "reads artworks of contents never trained on; the last row has the most frequent kind."
    )
    header = ["model", "between classes", "between contents", "rest"]
    header += [_TARGETS[name] for name in targets]
    foot = [["chance", "0 %", "0 %", "100 %", *chance]]
    title = "What the latent spaces hold of class and of content"
    behind = ["latent_factors", "content_probes"]
    return [Table(title, header, lines, sentences([note, seeds_note(whole)]), behind, foot=foot)]


def disentanglement(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """MIG, SAP and DCI of each model; none where fewer than two factors are known."""
    table = tables.get("disentanglement")
    if table is None or table.empty:
        return []
    names = [name for name in _MEASURES if name in set(table["measure"])]
    lines = []
    for model in study.models:
        mine = table[table["model"] == model]
        by = [mine[mine["measure"] == name] for name in names]
        cells = [spread(rows["value"], _two_places) for rows in by]
        lines.append([model, *cells])
    nulls = [table.loc[table["measure"] == name, "null"].mean() for name in names]
    note = (
        f"Of {int(table['factors'].iloc[0])} known factors, 1 where each has a latent dimension to "
        "itself: mutual information gap (Chen et al. 2018), separated attribute predictability "
        "(Kumar et al. 2018), and disentanglement, completeness and informativeness (Eastwood and "
        "Williams 2018, with forests); the last is the accuracy on artworks not fitted on. Latent "
        "dimensions of an autoencoder may be turned at will, so that a low value need not mean "
        "that a factor is not there."
    )
    foot = [["factors shuffled", *map(_two_places, nulls)]]
    title = "Does a latent dimension stand for a factor?"
    words = [_MEASURES[name] for name in names]
    shown = sentences([note, seeds_note(table)])
    return [Table(title, ["model", *words], lines, shown, ["disentanglement"], foot=foot)]


_MEASURES = {
    "mig": "MIG",
    "sap": "SAP",
    "dci_disentanglement": "DCI disentanglement",
    "dci_completeness": "DCI completeness",
    "dci_informativeness": "DCI informativeness",
}


def _two_places(value: float) -> str:
    return f"{value:.2f}"


def _interval(rows: pd.DataFrame, name: str, low: str, high: str) -> str:
    """A share: of one seed with the interval of its table, of several with theirs."""
    text = spread(rows[name], numbers.percent)
    if len(rows) != 1 or text == numbers.DASH:
        return text
    ends = (numbers.percent(rows[end].iloc[0]) for end in (low, high))
    return f"{text} ({' to '.join(ends)})"


def _by_class(
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    name: str,
    title: str,
    write: Callable[[pd.DataFrame], str],
    note: str,
) -> Table:
    """One row per model, one column per class; ``write`` takes the rows of all seeds."""
    frame = tables[name]
    cells = dict(iter(frame.groupby(["model", "class"])))
    lines = [
        [
            model,
            *(
                write(cells[model, name]) if (model, name) in cells else numbers.DASH
                for name in study.classes
            ),
        ]
        for model in study.models
    ]
    note = sentences([note, seeds_note(frame)])
    return Table(title, ["model", *study.classes], lines, note, [name])


def _offset(rows: pd.DataFrame) -> str:
    """An offset, marked where chance would give as much."""
    text = spread(rows["relative_l1"], "{:.2f}".format)
    chance = int((rows["p_l1"] >= 0.05).sum())
    if not chance:
        return text
    return f"{text} (n.s.{f' in {chance} of {len(rows)} seeds' if len(rows) > 1 else ''})"


def _angles(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Angles with the bootstrap interval of one seed, or the t interval over several."""
    several = bool(seeds_note(tables["first_component_angle"]))

    def write(rows: pd.DataFrame) -> str:
        text = spread(rows["degrees"], "{:.0f}°".format)
        if several or text == numbers.DASH:
            return text
        return f"{text} ({rows['low'].iloc[0]:.0f} to {rows['high'].iloc[0]:.0f})"

    note = (
        "Acute angle; the interval is over seeds, the bootstrap intervals of single seeds are in "
        "the table first_component_angle."
        if several
        else "Acute angle with its 95 % bootstrap interval."
    )
    note += " In many dimensions two directions are near 90° by chance."
    title = "Angle of each class's first component to that of all artworks"
    return _by_class(study, tables, "first_component_angle", title, write, note)


def _posterior_use(study: Study, frame: pd.DataFrame, variance: pd.DataFrame) -> Table:
    """How each model uses its latent dimensions, above what draws of N(0, I) would show."""
    first = variance[(variance["class"] == "all") & (variance["component"] == 1)]
    shares = dict(iter(first.groupby("model")["share"]))
    rows_of = dict(iter(frame.groupby("model")))
    header = ["model", "active", "effective", "smallest SD", "largest SD", "norm / √d", "its SD"]
    header += ["excess kurtosis", "first component"]
    lines = []
    for model in study.models:
        if model not in rows_of:
            lines.append([model, *[numbers.DASH] * (len(header) - 1)])
            continue
        rows = rows_of[model]
        lines.append(
            [
                model,
                f"{spread(rows['active'], '{:.4g}'.format)} of {rows['dimensions'].iloc[0]}",
                spread(rows["effective"], numbers.significant),
                *(
                    spread(rows[n], numbers.plain)
                    for n in ("sd_min", "sd_max", "norm_mean", "norm_sd")
                ),
                spread(rows["kurtosis"], numbers.signed),
                spread(shares.get(model, ()), numbers.percent),
            ]
        )
    note = (
        "Active: dimensions of variance above 0.01 over artworks. Effective: as many principal "
        "components of equal variance would spread as much (participation ratio), whatever the "
        "scale of the latents. SD: of a dimension over "
        "artworks. The last row is what draws of N(0, I) show: every SD is 1, every norm is near "
        "√d, the excess kurtosis is 0, and the first component is as large as chance makes it "
        "(Marchenko and Pastur). A norm below √d is a space drawn in, or one with few dimensions "
        "in use; positive kurtosis has rare, far artworks, negative a flat spread or groups. Of a "
        "variational model the means of the posteriors are measured, which vary less than the "
        "prior by the variance of the posteriors."
    )
    note = sentences([note, seeds_note(frame)])
    behind = ["posterior_use", "pca_variance"]
    title = "Use of the latent dimensions"
    return Table(title, header, lines, note, behind, foot=_gaussian(frame))


def _gaussian(frame: pd.DataFrame) -> list[list[str]]:
    """The row of N(0, I); one for each latent size where they differ."""
    sizes = frame.drop_duplicates("dimensions")
    return [
        [
            "N(0, I)" if len(sizes) == 1 else f"N(0, I), d = {row.dimensions}",
            f"{row.dimensions} of {row.dimensions}",
            numbers.significant(_effective_of_draws(row)),
            *("1.00", "1.00", "1.00", numbers.plain(1 / np.sqrt(2 * row.dimensions)), "0.00"),
            _small_percent(row.gaussian_first_share),
        ]
        for row in sizes.itertuples()
    ]


def _effective_of_draws(row: Any) -> float:
    """The participation ratio to expect of n draws of N(0, I): d / (1 + d / n).

    The covariance of n draws has the trace d and the squared Frobenius norm d + d^2 / n; d / n
    follows from the expected first share, (1 + sqrt(d / n))^2 / d.
    """
    per_draw = (np.sqrt(row.gaussian_first_share * row.dimensions) - 1) ** 2
    return float(row.dimensions / (1 + per_draw))


def agreement(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Agreement of clusters with classes, and classifiers of classes; none where not measured."""
    if "cluster_agreement" not in tables:
        return []
    best = best_clusterings(tables["silhouette"]).set_index(["model", "method"])["k"]
    frame = tables["cluster_agreement"]
    rows_of = dict(iter(frame.groupby(["model", "method", "k"])))
    splits = tables["cluster_agreement_by_split"]
    unseen = splits[splits["split"] == "validation"]
    apart = dict(iter(unseen.groupby(["model", "method", "k"])))
    nothing = frame.iloc[:0]
    lines = []
    for model in study.models:
        for method in METHODS:
            if (model, method) not in best.index:
                continue
            k = int(best[model, method])
            rows = rows_of.get((model, method, k), nothing)
            cells = (spread(rows[kind], numbers.plain) for kind in _AGREEMENT)
            alone = spread(apart.get((model, method, k), nothing)["ari"], numbers.plain)
            lines.append([model, METHODS[method], f"{k}", *cells, alone])
    header = ["model", "method", "k", *_AGREEMENT.values(), "ARI, validation"]
    note = (
        "At the best k. ARI and AMI are 0 by chance; compare the purity with the share of the "
        "largest class. Stability: mean ARI between repeats. All artworks count, training ones "
        "included, so that a model that was trained on their classes (a triplet loss) finds them "
        "again; the last column is of the validation artworks alone, which are new to it."
    )
    note = sentences([note, sampling.silhouettes(tables), seeds_note(frame)])
    behind = ["silhouette", "cluster_agreement", "cluster_agreement_by_split"]
    return [
        Table("Agreement of clusters with classes", header, lines, note, behind),
        _accuracy(study, tables["classifier_accuracy"]),
    ]


def _accuracy(study: Study, frame: pd.DataFrame) -> Table:
    """How well classes are read from latents."""
    rows_of = dict(iter(frame.groupby(["model", "classifier"])))
    nothing = frame.iloc[:0]
    several = bool(seeds_note(frame))
    lines = []
    for model in study.models:
        cells = []
        for classifier in CLASSIFIERS:
            rows = rows_of.get((model, classifier), nothing)
            text = spread(rows["accuracy"], numbers.plain)
            if len(rows) and not several:
                low, high = (numbers.plain(rows[end].iloc[0]) for end in ("low", "high"))
                text += f" ({low} to {high})"
            cells.append(text)
        rate = frame.loc[frame["model"] == model, "largest_class_rate"].mean()
        lines.append([model, *cells, numbers.plain(rate)])
    note = "Share of validation artworks classified right, fitted on training"
    note += "." if several else ", with its 95 % Wilson interval over artworks."
    note = sentences([note, seeds_note(frame)])
    header = ["model", *CLASSIFIERS.values(), "largest class"]
    return Table("Classes read from latents", header, lines, note, ["classifier_accuracy"])


def _small_percent(share: float) -> str:
    """A share that may be far below one per cent: ``0.6 %``, ``0.043 %``."""
    return numbers.DASH if pd.isna(share) else f"{100 * share:.2g} %"
