"""Reconstruction errors beside those of linear baselines."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Table, seeds_note, sentences, spread
from stylewalk.pages.facts import Study
from stylewalk.training.baselines import CALIBRATED, LINEAR_VAE, PCA, error_of_mean_picture

Tables = Mapping[str, pd.DataFrame]
BEHIND = "baselines"


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


def over_pca(study: Study, tables: Tables, split: str) -> list[str]:
    """A cell for each model: its reconstruction loss over that of PCA, with its interval."""
    losses, reference = tables["losses"], pca(tables, split)
    mine = losses[(losses["split"] == split) & (losses["term"] == "reconstruction")]
    values = dict(iter(mine.groupby("model")["value"]))
    none = pd.Series(dtype=float)
    return [spread(values.get(model, none) / reference, numbers.plain) for model in study.models]


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
    values = dict(iter(mine.groupby(["model", "band"])["ratio"]))
    bands = list(dict.fromkeys(mine["band"]))
    rows = [
        [model, *(spread(values.get((model, band), ()), numbers.percent) for band in bands)]
        for model in study.models
    ]
    note = (
        f"Energy of the {split} artworks' reconstructions over that of the originals: of the "
        "differences of neighbouring pixels, and of three bands of spatial frequency (below an "
        "eighth of the highest, up to a half, and above). A style loss is made of the fine ones."
    )
    header = ["model", *bands]
    return [Table("How sharp", header, rows, sentences([note, seeds_note(mine)]), ["sharpness"])]


def worse(study: Study, tables: Tables) -> tuple[list[str], list[str]]:
    """Models that reconstruct validation artworks worse than the mean picture, and than PCA.

    The second list has those alone that are not in the first.
    """
    if "losses" not in tables:
        return [], []
    found = reconstruction(tables).reindex(study.models)
    of_mean = error_of_mean_picture(tables[BEHIND]) if BEHIND in tables else np.nan
    nothing = [model for model in study.models if found[model] >= of_mean]
    behind = [m for m in study.models if found[m] > pca(tables) * _ROUNDING and m not in nothing]
    return nothing, behind


_ROUNDING = 1 + 1e-4  # PCA as a model is PCA, to the last digits of float32
