"""Every figure of a study in one place: its chapter, the files behind it, what it shows in words.

The files are named by their tables: ``silhouette`` is ``tables/silhouette.csv``. A name with a
slash or a suffix is a path inside the run's folder; ``{model}``, ``{experiment}`` and ``{seed}``
in it stand for each model of the study, the figure's experiment and the study's first seed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from stylewalk.pages import wrapping
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import clusters, dataset, latent_space, training, trajectories
from stylewalk.pages.sentences.wording import Missing

OVERVIEW = "trajectories_overview"
ARTWORKS = "artworks.parquet"
EPOCHS = "epoch_losses.parquet"
MAPS = "models/{model}/seed-{seed}/latent_map.parquet"
STEPS = "trajectories/{experiment}/{model}/seed-{seed}/style_loss.parquet"
CHAPTERS = {
    "dataset": "data",
    "training": "models",
    "latent_sizes": "models",
    "latent_space": "latent-space",
    "clusters": "clusters",
    "trajectories": "trajectories",
}


@dataclass(frozen=True)
class Shown:
    """What is behind a figure, and the function that says what it shows."""

    behind: tuple[str, ...]
    sentence: Callable[..., str]


FIGURES = {
    "dataset_overview": Shown((ARTWORKS,), dataset.overview),
    "dataset_examples": Shown((ARTWORKS,), dataset.examples),
    "dataset_style_similarity": Shown(
        ("class_style_loss", "artwork_style_loss", ARTWORKS), dataset.style_similarity
    ),
    "training_losses": Shown(("losses", EPOCHS), training.losses),
    "training_reconstructions": Shown(("losses",), training.reconstructions),
    "latent_sizes": Shown(("latent_sizes",), training.latent_sizes),
    "latent_space_spectra": Shown(("pca_variance", "class_spectrum_null"), latent_space.spectra),
    "latent_space_maps": Shown(("classifier_accuracy", MAPS), latent_space.maps),
    "latent_space_classes": Shown(
        ("class_offset_null", "first_component_angle", "mean_distance", "posterior_use"),
        latent_space.classes,
    ),
    "latent_space_use": Shown(("posterior_use", "pca_variance"), latent_space.use),
    "clusters_silhouette": Shown(("silhouette",), clusters.silhouette),
    "clusters_composition": Shown(("cluster_composition", "silhouette"), clusters.composition),
    "clusters_agreement": Shown(
        (
            *("silhouette", "cluster_agreement", "cluster_agreement_by_split"),
            "classifier_accuracy",
        ),
        clusters.agreement,
    ),
    "trajectories_overview": Shown(("style_profiles", "profile_shapes"), trajectories.overview),
    "trajectories_shapes": Shown(("profile_shapes",), trajectories.shapes),
    "trajectories_dissolve": Shown(("trajectory_measures", "shape_rho"), trajectories.dissolve),
    "trajectories_control": Shown(("trajectory_measures", "control_tests"), trajectories.control),
}
OF_EXPERIMENT = {
    "profiles": Shown(("style_profiles", "profile_shapes"), trajectories.profiles),
    "spread": Shown(("style_profiles",), trajectories.spread),
    "strips": Shown(("profile_shapes", STEPS), trajectories.strips),
}


def find(name: str, experiments: Sequence[str]) -> tuple[Shown | None, str]:
    """What is known of a figure, and the experiment that it is about, if any."""
    for experiment in experiments:
        for kind, shown in OF_EXPERIMENT.items():
            if name == f"trajectories_{experiment}_{kind}":
                return shown, experiment
    return FIGURES.get(name), ""


def sentence(name: str, study: Study, tables: Mapping[str, pd.DataFrame]) -> str:
    """What a figure shows in this study; empty where its tables say nothing, or it is unknown.

    Args:
        name: the figure's file name without suffix.
        study: the head of the study.
        tables: by name, as their schemas say; those that were not made may be absent.
    """
    shown, experiment = find(name, list(study.experiments))
    if shown is None:
        return ""
    try:
        said = shown.sentence(study, tables, *([experiment] if experiment else []))
    except Missing:
        return ""
    return wrapping.unbroken(said)


def files_behind(name: str, study: Study) -> list[str]:
    """Paths, inside the run's folder, of the tables that a figure was drawn from."""
    shown, experiment = find(name, list(study.experiments))
    paths = []
    for behind in shown.behind if shown else ():
        path = table_file(behind)
        models = study.models if "{model}" in path else [""]
        seed = study.seeds[0] if len(study.seeds) else 0
        paths += [path.format(model=m, experiment=experiment, seed=seed) for m in models]
    return paths


def table_file(name: str) -> str:
    """The path of a table inside the run's folder."""
    return name if PurePosixPath(name).suffix else f"tables/{name}.csv"
