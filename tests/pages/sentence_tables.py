"""Tables of up to three models, made up for the sentences on figures."""

import numpy as np
import pandas as pd

from study_tables import facts

MODELS = ["A", "B", "C"]


def study(**changes):
    given = {"models": MODELS, "classes": ["x", "y"], "seeds": [0]}
    return facts(**(given | changes))


def frame(columns, *rows):
    return pd.DataFrame(list(rows), columns=columns.split())


def of_models(values, column, **rest):
    """One row per model and seed: ``values`` of each model, one for each seed."""
    rows = [
        {"model": model, "seed": seed, column: value, **rest}
        for model, seeds in zip(MODELS, values, strict=False)
        for seed, value in enumerate(np.atleast_1d(seeds))
    ]
    return pd.DataFrame(rows)


def losses(validation, training_=None):
    parts = [of_models(validation, "value", split="validation", term="reconstruction")]
    if training_ is not None:
        parts.append(of_models(training_, "value", split="training", term="reconstruction"))
    return {"losses": pd.concat(parts)}


def reconstructed(**errors):
    """Losses of models, and baselines: PCA has .02, the mean picture .06, a linear VAE .03."""
    losses = [
        (model, seed, "validation", "reconstruction", value)
        for model, value in errors.items()
        for seed in (0, 1)
    ]
    baselines = [
        ("validation", "mean picture", 0, None, 0.06),
        ("validation", "PCA", 4, None, 0.04),
        ("validation", "PCA", 8, None, 0.02),
        ("validation", "linear VAE", 3, 0.4, 0.03),
        ("validation", "linear sigma-VAE", 8, 0.01, 0.021),
    ]
    over = [
        (model, 0, "validation", 90, value, value / 0.02, value / 0.02 - 0.04, value / 0.02 + 0.04)
        for model, value in errors.items()
    ]
    return {
        "losses": frame("model seed split term value", *losses),
        "baselines": frame("split baseline components beta mse", *baselines).astype(
            {"beta": float}
        ),
        "reconstruction": frame("model seed split pictures mse over_pca low high", *over),
    }


def variance(*shares, classes=()):
    table = of_models(shares, "share", component=1).assign(**{"class": "all"})
    parts = [table, *(table.assign(**{"class": name}) for name in classes)]
    return {"pca_variance": pd.concat(parts)}
