"""The study page's tables of classes in the latent space, from the tables of a run."""

from collections.abc import Callable, Mapping

import pandas as pd

from stylewalk.pages import numbers
from stylewalk.pages.facts import Study
from stylewalk.pages.tabulate import METHODS, Table
from stylewalk.selection import best_clusterings


def class_geometry(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Class offsets, angles, distances, and the use of dimensions; none where not measured."""
    if "class_offset" not in tables:
        return []
    return [
        _by_class(
            study,
            tables["class_offset_null"],
            "Offset of each class from all artworks",
            lambda row: f"{row['relative_l1']:.2f}{'' if row['p_l1'] < 0.05 else ' (n.s.)'}",
            "L1 distance of centroids over the mean L1 distance within the class; n.s.: no larger "
            "than under permuted labels (p of 0.05 or more).",
        ),
        _by_class(
            study,
            tables["first_component_angle"],
            "Angle of each class's first component to that of all artworks",
            lambda row: f"{row['degrees']:.0f}° ({row['low']:.0f} to {row['high']:.0f})",
            "Acute angle with its 95 % bootstrap interval. In many dimensions two directions are "
            "near 90° by chance.",
        ),
        _by_class(
            study,
            tables["mean_distance"],
            "Mean distance within each class",
            lambda row: f"{row['l1']:,.3g} / {row['l2']:,.3g}",
            "L1 / L2 distance between two artworks of a class.",
        ),
        _posterior_use(study, tables["posterior_use"]),
    ]


def _by_class(
    study: Study, frame: pd.DataFrame, title: str, write: Callable[[pd.Series], str], note: str
) -> Table:
    """One row per model, one column per class; of the first seed."""
    seed = study.seeds[0]
    rows = frame[frame["seed"] == seed].set_index(["model", "class"])
    lines = [
        [
            model,
            *(
                write(rows.loc[(model, name)]) if (model, name) in rows.index else numbers.DASH
                for name in study.classes
            ),
        ]
        for model in study.models
    ]
    note += f" Seed {seed}." if len(study.seeds) > 1 else ""
    return Table(title, ["model", *study.classes], lines, note)


def _posterior_use(study: Study, frame: pd.DataFrame) -> Table:
    """How each model uses its latent dimensions, beside draws of N(0, I)."""
    rows = frame[frame["seed"] == study.seeds[0]].set_index("model")
    lines = []
    for model in study.models:
        row = rows.loc[model]
        lines.append(
            [
                model,
                f"{row['active']:.0f} of {row['dimensions']:.0f}",
                f"{row['sd_min']:.2f} to {row['sd_max']:.2f}",
                f"{row['norm_mean']:.2f} ± {row['norm_sd']:.2f}",
                f"{row['kurtosis']:+.2f}",
                numbers.percent(row["gaussian_first_share"]),
            ]
        )
    header = ["model", "active", "SD per dimension", "norm / √d", "excess kurtosis", "N(0, I)"]
    note = (
        "Active: dimensions of variance above 0.01 over artworks. N(0, I): the first component's "
        "share that draws of the prior would have. Of N(0, I) itself every SD is 1, the norm over "
        "√d is 1 and the kurtosis 0."
    )
    return Table("Use of the latent dimensions", header, lines, note)


def agreement(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Agreement of clusters with classes, and classifiers of classes; none where not measured."""
    if "cluster_agreement" not in tables:
        return []
    best = best_clusterings(tables["silhouette"])
    found = tables["cluster_agreement"].groupby(["model", "method", "k"]).mean(numeric_only=True)
    lines = []
    for row in best.itertuples():
        mine = found.loc[(row.model, row.method, row.k)]
        kinds = ("ari", "ami", "v_measure", "purity", "largest_class_rate", "stability")
        lines.append(
            [row.model, METHODS[row.method], f"{row.k}", *(_plain(mine[kind]) for kind in kinds)]
        )
    header = ["model", "method", "k", "ARI", "AMI", "V", "purity", "largest class", "stability"]
    note = (
        "At the best k. ARI and AMI are 0 by chance; compare the purity with the share of the "
        "largest class. Stability: mean ARI between repeats."
    )
    return [
        Table("Agreement of clusters with classes", header, lines, note),
        _accuracy(study, tables),
    ]


def _accuracy(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """How well classes are read from latents."""
    frame = tables["classifier_accuracy"]
    frame = frame[frame["seed"] == study.seeds[0]]
    lines = []
    for model in study.models:
        rows = frame[frame["model"] == model].set_index("classifier")
        cells = [
            f"{rows.loc[name, 'accuracy']:.2f} ({rows.loc[name, 'low']:.2f} to "
            f"{rows.loc[name, 'high']:.2f})"
            for name in ("linear_probe", "nearest_neighbours")
        ]
        lines.append([model, *cells, f"{rows['largest_class_rate'].iloc[0]:.2f}"])
    header = ["model", "linear probe", "5 nearest neighbours", "largest class"]
    note = "Share of validation artworks classified right, fitted on training, with 95 % interval."
    return Table("Classes read from latents", header, lines, note)


def _plain(value: float) -> str:
    """Two decimals, a dash where there is none."""
    return numbers.DASH if pd.isna(value) else f"{value:.2f}"
