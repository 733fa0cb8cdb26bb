"""Reconstruction errors beside those of linear baselines."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Table, plus_minus, seeds_note, sentences, spread
from stylewalk.pages.facts import Study
from stylewalk.statistics import over_seeds
from stylewalk.training.baselines import CALIBRATED, LINEAR_VAE, PCA, error_of_mean_picture

Tables = Mapping[str, pd.DataFrame]
Write = Callable[[float], str]
BEHIND, RECONSTRUCTION = "baselines", "reconstruction"


def pca(tables: Tables, split: str = "validation") -> float:
    """The error of PCA with as many components as the latent size; NaN where it is not known."""
    errors = _of(tables, split, PCA)
    return float(errors.loc[errors["components"].idxmax(), "mse"]) if len(errors) else np.nan


def linear_vae(tables: Tables, beta: float | str, split: str = "validation") -> float:
    """The error of the best linear VAE of a beta; NaN where it is not known."""
    errors = _of(tables, split, CALIBRATED if isinstance(beta, str) else LINEAR_VAE)
    if not isinstance(beta, str):
        errors = errors[np.isclose(errors["beta"], beta)]
    return float(errors["mse"].iloc[0]) if len(errors) else np.nan


def _of(tables: Tables, split: str, baseline: str) -> pd.DataFrame:
    table = tables.get(BEHIND, pd.DataFrame(columns=["split", "baseline", "components", "mse"]))
    return table[(table["split"] == split) & (table["baseline"] == baseline)]


def reconstruction(tables: Tables, split: str = "validation") -> pd.Series:
    """The reconstruction loss of each model, mean over seeds, by its name."""
    losses = tables["losses"]
    mine = losses[(losses["split"] == split) & (losses["term"] == "reconstruction")]
    errors: pd.Series = mine.groupby("model")["value"].mean()
    return errors


def over_pca(tables: Tables, split: str = "validation") -> pd.DataFrame:
    """By model, its error over that of PCA: ``over_pca`` with ``low`` and ``high``, and ``mse``.

    Of one seed with the interval over artworks; of several their mean, and Student's interval.
    """
    columns = ["mse", "over_pca", "low", "high"]
    if RECONSTRUCTION not in tables:
        return pd.DataFrame(columns=columns, dtype=float)
    table = tables[RECONSTRUCTION]
    by_model = table[table["split"] == split].groupby("model")[columns].mean()
    for model, values in table[table["split"] == split].groupby("model")["over_pca"]:
        if len(values) > 1:
            by_model.loc[model, ["over_pca", "low", "high"]] = over_seeds(values)
    return by_model


def beside_pca(study: Study, tables: Tables) -> list[Table]:
    """Errors of reconstructions and what they are of PCA's, one row for each model."""
    table = tables.get(RECONSTRUCTION)
    if table is None or table.empty:
        return []
    splits = [split for split in ("validation", "training") if (table["split"] == split).any()]
    groups = dict(iter(table.groupby(["model", "split"])))
    none = table.iloc[:0]
    rows = []
    for model in study.models:
        row = [model]
        for split in splits:
            mine = groups.get((model, split), none)
            row += [spread(mine["mse"], numbers.loss), _with_interval(mine)]
        rows.append(row)
    header = ["model", *(h for split in splits for h in (f"{split} error", "over PCA's"))]
    note = (
        "Mean squared errors of pixels in 0 to 1, decoded from latents as trajectories have them "
        "(of a posterior, its mean), and over those of PCA with as many dimensions on the same "
        "artworks: below 1 the model is better. PCA is fitted to the training artworks, and nearly "
        "knows them by heart where they are few. "
    )
    note += seeds_note(table) or "± half of the 95 % bootstrap interval over artworks."
    title = "Reconstruction beside PCA's"
    return [Table(title, header, rows, note, [RECONSTRUCTION, BEHIND])]


def _with_interval(
    rows: pd.DataFrame, value: str = "over_pca", write: Write = numbers.plain
) -> str:
    """The mean over seeds ± its interval over seeds, or of one seed that over pictures."""
    if len(rows) != 1:
        return spread(rows[value], write)
    return plus_minus(rows[value].iloc[0], (rows["high"] - rows["low"]).iloc[0] / 2, write)


def errors(study: Study, tables: Tables) -> list[Table]:
    """The baselines of a study, one row each."""
    table = tables.get(BEHIND)
    if table is None or table.empty:
        return []
    wide = table.pivot_table(
        index=["baseline", "components", "beta"], columns="split", values="mse", dropna=False,
        sort=False,
    ).dropna(how="all")  # fmt: skip
    splits = [split for split in ("validation", "training") if split in wide]
    rows = []
    for (baseline, components, beta), mse in wide.iterrows():
        what = f"{baseline}, {components:,} components" if baseline == PCA else str(baseline)
        if np.isfinite(beta):
            what = f"{baseline}, beta {beta:.3g}: {components:,} dimensions in use"
        rows.append([what, *(numbers.loss(mse[split]) for split in splits)])
    note = (
        "Mean squared errors of pixels in 0 to 1, of baselines computed on the training split: "
        "what a model should be better than. A linear VAE is the best that is linear, in closed "
        "form (probabilistic PCA), with sampled latents as in the models' own losses."
    )
    return [Table("Linear baselines", ["baseline", *splits], rows, note, [BEHIND])]


def sharpness(study: Study, tables: Tables) -> list[Table]:
    """How much of the originals' fine detail each model keeps, on validation where there is any."""
    table = tables.get("sharpness")
    if table is None or table.empty:
        return []
    split = "validation" if (table["split"] == "validation").any() else "training"
    mine = table[table["split"] == split]
    groups, none = dict(iter(mine.groupby(["model", "band"]))), mine.iloc[:0]
    bands = list(dict.fromkeys(mine["band"]))
    rows = [
        [
            model,
            *(
                _with_interval(groups.get((model, band), none), "ratio", numbers.percent)
                for band in bands
            ),
        ]
        for model in study.models
    ]
    note = (
        f"Energy of the {split} artworks' reconstructions over that of the originals: of the "
        "differences of neighbouring pixels, and of three bands of spatial frequency (below an "
        "eighth of the highest, up to a half, and above). A style loss is made of the fine ones."
    )
    interval = seeds_note(mine) or "± half of the 95 % bootstrap interval over artworks."
    header = ["model", *bands]
    return [Table("How sharp", header, rows, sentences([note, interval]), ["sharpness"])]


def worse(study: Study, tables: Tables) -> tuple[list[str], list[str]]:
    """Models that reconstruct validation artworks worse than the mean picture, and than PCA.

    The second list has those alone that are not in the first, and whose interval lies above PCA's.
    """
    by_model = over_pca(tables).reindex(study.models)
    of_mean = error_of_mean_picture(tables[BEHIND]) if BEHIND in tables else np.nan
    nothing = [model for model in study.models if by_model.loc[model, "mse"] >= of_mean]
    behind = [m for m in study.models if by_model.loc[m, "low"] > 1 and m not in nothing]
    return nothing, behind
