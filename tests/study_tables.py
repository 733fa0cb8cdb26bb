"""A small study that was made up: its head and its tables."""

import pandas as pd

from stylewalk.catalogue.trajectories import PROFILE_SHAPES
from stylewalk.pages.facts import Study

EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 10},
    "far_apart": {"classes": "between", "pairs": "random", "count": 9, "steps": 10},
}


def facts(procedural=True, **changes):
    """The head of the study."""
    given = {
        "run": "demo",
        "data": "Nine artworks.",
        "procedural": procedural,
        "models": ["AE", "beta-VAE"],
        "classes": ["Realism", "<b>Sur</b>realism"],
        "experiments": EXPERIMENTS,
        "seeds": [0, 1],
        "style_network": "VGG16, conv1_1 to conv5_1",
        "versions": {"stylewalk": "0.1.0"},
        "date": "1 May 2026",
        "with_beta": ["beta-VAE"],
        "betas": {"beta-VAE": 0.4},
    }
    return Study(**(given | changes))


def frame(columns, rows):
    return pd.DataFrame(rows, columns=columns.split())


def shapes_of(model, quadratic, verdict):
    """Rows of PROFILE_SHAPES of one model, in every experiment the same."""
    around = [quadratic, quadratic - 0.1, quadratic + 0.1]
    rest = [0.1, *around, 0.0004, 0.0, 0.2, 0.1, 0.3, 0.5, 0.21, 1.9]
    ends = (("all", "all"), ("Realism", "<b>Sur</b>realism"))
    walked = [(name, *pair) for name in EXPERIMENTS for pair in ends]
    rows = [[model, name, "any", "straight", "gram", *pair] for name, *pair in walked]
    family = {("far_apart", "all"): "confirmatory"}
    return [[*row, *rest, family.get((row[1], row[5]), "exploratory"), verdict] for row in rows]


def tables():
    """Tables of two models, of which one was trained twice."""
    validation = ("validation", "reconstruction")
    losses = [("AE", 0, *validation, 0.0100), ("AE", 1, *validation, 0.0204)]
    losses += [("AE", seed, "training", "reconstruction", 0.0090) for seed in (0, 1)]
    losses += [("beta-VAE", 0, *validation, 0.0250), ("beta-VAE", 0, "validation", "kl", 0.0031)]
    variance = [
        (model, 0, name, component, share / component)
        for model, share in (("AE", 0.371), ("beta-VAE", 0.124))
        for name in ("all", "Realism")
        for component in (1, 2)
    ]
    silhouette = [("AE", 0, "kmeans", k, 0, score) for k, score in ((4, 0.10), (5, 0.20))]
    silhouette += [("AE", 0, "spectral", 6, 0, 0.15), ("beta-VAE", 0, "kmeans", 4, 0, 0.05)]
    silhouette += [("beta-VAE", 0, "spectral", 7, 0, 0.07)]
    shapes = [*shapes_of("AE", -1.25, "horseshoe"), *shapes_of("beta-VAE", 0.61, "valley")]
    profiles = [
        (*row[:1], 0, *row[1:7], step, 9, 152_340.0 + change)
        for row in shapes
        for step, change in ((1, -100.0), (2, 100.0))
    ]
    classes = ["Realism"] * 4 + ["<b>Sur</b>realism"] * 5
    splits = ["training"] * 7 + ["validation"] * 2
    trajectory = "model seed experiment split path metric class_a class_b"
    return {
        "artworks": pd.DataFrame({"class": classes, "split": splits}),
        "rejected": pd.DataFrame(
            {
                "kind": ["missing", "missing", "too_large"],
                "filename": ["a.jpg", "<i>b</i>.jpg", "c.jpg"],
                "reason": ["there is no file", "there is no file", "too many pixels"],
            }
        ),
        "losses": frame("model seed split term value", losses),
        "baselines": frame(
            "split baseline components beta mse",
            [
                ("validation", "mean picture", 0, None, 0.06),
                ("validation", "PCA", 4, None, 0.0300),
                ("validation", "PCA", 8, None, 0.0190),
                ("validation", "linear VAE", 3, 0.4, 0.0260),
            ],
        ).astype({"beta": float}),
        "reconstruction": frame(
            "model seed split pictures mse over_pca low high",
            [
                ("AE", 0, "validation", 2, 0.0100, 0.53, 0.48, 0.58),
                ("AE", 1, "validation", 2, 0.0204, 1.07, 1.02, 1.12),
                ("beta-VAE", 0, "validation", 2, 0.0240, 1.26, 1.21, 1.31),
            ],
        ),
        "pca_variance": frame("model seed class component share", variance),
        "silhouette": frame("model seed method k repeat score", silhouette).assign(
            rows=len(classes), dimensions=8
        ),
        "style_profiles": frame(f"{trajectory} step n mean", profiles).assign(sd=10_000.0),
        "profile_shapes": pd.DataFrame(shapes, columns=list(PROFILE_SHAPES)),
    }
