"""The explorer as one HTML file that needs nothing but itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from jaxtyping import Float, Int, UInt8
from markupsafe import Markup
from matplotlib.colors import to_hex

from stylewalk.colours import class_colours, model_colours
from stylewalk.explorer import CHOSEN, places, trajectories
from stylewalk.explorer.packing import embedded_json, embedded_script, significant
from stylewalk.explorer.reading import Made, Trajectories
from stylewalk.pages import html
from stylewalk.trajectories.experiments import describe

_SCRIPTS = (
    "store.js", "decoder.js", "text.js", "pictures.js", "own.js", "painter.js", "scatter.js",
    "map.js", "select.js", "filters.js", "search.js", "walk.js", "strips.js", "towards.js",
    "point.js", "plane.js", "gif.js", "saving.js", "parts.js", "style.js", "main.js",
)  # fmt: skip


# Walks on other paths than lines that are kept of each class: all their pictures come along.
_CURVED = 2
# From the ids of the artworks on the page, and where they lie on each model's map of components, to
# what it decodes with.
Decoding = Callable[
    [Int[np.ndarray, " shown"], list[Float[np.ndarray, "shown 2"]]], list[dict[str, Any]] | None
]


@dataclass(frozen=True)
class Study:
    """What the explorer is about.

    Args:
        run: name of the study.
        models: models in the order of the config.
        classes: classes in the order of the config.
        seed: seed of the models that are shown.
        experiments: settings of every experiment by its name.
        explorer: the config's section; ``chosen``, of each experiment of pairs that are chosen by
            hand its ``path`` and whether that is ``straight``; and ``kinds``, by name those of the
            config's paths that lead from one artwork to another.
        procedural: whether the pictures were painted by the workflow itself.
        command: the command that makes the study again, up to the key that adds pairs.
        fit: how pictures became squares, ``stretch`` or ``crop``.
    """

    run: str
    models: Sequence[str]
    classes: Sequence[str]
    seed: int
    experiments: Mapping[str, Mapping[str, Any]]
    explorer: Mapping[str, Any]
    procedural: bool
    command: str
    fit: str = "stretch"


def render(
    study: Study,
    artworks: pd.DataFrame,
    images: UInt8[np.ndarray, "artworks side side 3"],
    made: Mapping[str, Made],
    runs: Mapping[tuple[str, str], Trajectories],
    shapes: pd.DataFrame,
    pairs: Sequence[Sequence[int]] = (),
    changes: str = "",
    decoded_by: Decoding | None = None,
    beside: Path | None = None,
    style: dict[str, Any] | None = None,
) -> str:
    """The page as HTML.

    Args:
        study: what it is about.
        artworks: table ARTWORKS.
        images: row i of artwork i.
        made: maps, clusters and neighbours by model.
        runs: trajectories of each (experiment, model), also of pairs that are chosen by hand.
        shapes: table PROFILE_SHAPES.
        pairs: ids of the artworks of the pairs that are chosen by hand.
        changes: what to say where their numbers mean other pictures than they did.
        decoded_by: from the ids of the artworks on the page, and where they lie on each model's map
            of components, to what :func:`stylewalk.explorer.decoders.of_models` makes of them; None
            where the page should decode nothing by itself.
        beside: a folder beside the page for its thumbnails, where a study is larger than one file
            holds; None keeps them inside.
        style: what :func:`stylewalk.explorer.style.of_network` gives; None where the page should
            tell no style loss by itself.
    """
    data = page_data(study, artworks, images, made, runs, shapes, pairs, decoded_by, beside)
    data["style"] = style if data["decoders"] else None
    folder = resources.files("stylewalk.explorer") / "templates"
    code = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    looks = (folder / "explorer.css").read_text(encoding="utf-8")
    program = embedded_script(f'\n(() => {{\n"use strict";\n{code}\n}})();\n')
    template = html.environment("stylewalk.explorer").get_template("explorer.html.j2")
    return template.render(
        study=study,
        changes=changes,
        artworks=len(artworks),
        shown=len(made[study.models[0]].maps["id"].unique()),
        looks=Markup(looks),
        data=Markup(embedded_json(data)),
        program=Markup(program),
        policy=html.policy([looks], [program], beside is not None),
        beside=beside,
        brings=any(one.get("encoder") for one in data["decoders"] or []),
    )


def page_data(
    study: Study,
    artworks: pd.DataFrame,
    images: UInt8[np.ndarray, "artworks side side 3"],
    made: Mapping[str, Made],
    runs: Mapping[tuple[str, str], Trajectories],
    shapes: pd.DataFrame,
    pairs: Sequence[Sequence[int]] = (),
    decoded_by: Decoding | None = None,
    beside: Path | None = None,
) -> dict[str, Any]:
    """All that the page's script reads; arguments as for :func:`render`."""
    limits = {name: _kept_walks(study, name) for name, _ in runs}
    maps = pd.concat([part.maps for part in made.values()])
    ids = places.shown_ids(maps, trajectories.ends(runs, limits))
    place_of = {number: place for place, number in enumerate(ids.tolist())}
    on_components = [places.on_map(made[name].maps, "pca", ids) for name in study.models]
    networks = decoded_by(ids, on_components) if decoded_by else None
    able = {place for place, one in enumerate(networks or []) if one["steps"]}
    # It walks on straight lines: images on other paths have to come along.
    decoded = {name: able for name, about in study.experiments.items() if about.get("straight")}
    kept = trajectories.gather(runs, limits, study.models, place_of, decoded)
    colours = model_colours(study.models), class_colours(study.classes)
    files = artworks.set_index("id")["filename"]
    return {
        "run": study.run,
        "models": [{"name": name, "colour": colours[0][name]} for name in study.models],
        "classes": [{"name": name, "colour": colours[1][name]} for name in study.classes],
        "centuries": _centuries(artworks),
        "artworks": places.artworks(artworks, ids, study.classes),
        "thumbnails": places.thumbnails(images, ids, beside),
        "maps": [places.coordinates(made[name].maps, ids) for name in study.models],
        "clusters": [places.clusters(made[name].clusters, ids) for name in study.models],
        "neighbours": [
            places.neighbours(made[name].neighbours, ids, place_of) for name in study.models
        ],
        "shares": [_first_two(made[name].variance) for name in study.models],
        "experiments": _experiments(study, runs, kept, shapes),
        "walks": kept,
        "decoders": networks,
        "fit": study.fit,
        "steps": study.explorer["steps"],
        "command": study.command,
        "pairs": [[files[number] for number in pair] for pair in pairs],
        "paths": dict(study.explorer.get("kinds", {"line": "line"})),
        "chosen_paths": [about["path"] for about in _chosen(study).values()],
        "procedural": study.procedural,
    }


def _chosen(study: Study) -> Mapping[str, Mapping[str, Any]]:
    """The experiments of pairs that are chosen by hand: of each its path, and how it goes."""
    default = {CHOSEN: {"path": "line", "straight": True}}
    chosen: Mapping[str, Mapping[str, Any]] = study.explorer.get("chosen", default)
    return chosen


def _kept_walks(study: Study, name: str) -> int | None:
    """Walks of an experiment that are kept of each class or pair of classes; None keeps all."""
    if name in _chosen(study):
        return None
    most = int(study.explorer["walks"])
    return most if _is_straight(study, name) else min(most, _CURVED)


def _is_straight(study: Study, name: str) -> bool:
    """Whether an experiment, or what was chosen by hand, walks on straight lines."""
    return bool(_about(study, name).get("straight", True))


def _about(study: Study, name: str) -> Mapping[str, Any]:
    return _chosen(study).get(name) or study.experiments.get(name, {})


def _first_two(variance: pd.DataFrame) -> float:
    """Share of the variance that the first two components of all artworks hold, 0 to 1."""
    rows = variance[(variance["class"] == "all") & (variance["component"] <= 2)]
    return significant(rows["share"].sum()) or 0.0


def _centuries(artworks: pd.DataFrame) -> dict[str, str]:
    """A colour for each century that occurs, the earliest darkest."""
    known = sorted(set(artworks["century"].dropna().astype(int)))
    shades = mpl.colormaps["viridis"](np.linspace(0.08, 0.95, max(len(known), 2)))
    return {str(name): to_hex(shade) for name, shade in zip(known, shades, strict=False)}


def _experiments(
    study: Study,
    runs: Mapping[tuple[str, str], Trajectories],
    kept: Sequence[Mapping[str, Any]],
    shapes: pd.DataFrame,
) -> list[dict[str, Any]]:
    """Every experiment in words, its number of trajectories here, and the verdict on each model."""
    pooled = shapes[shapes["class_a"] == "all"]
    verdicts = pooled.set_index(["experiment", "model"])["verdict"].to_dict()
    described = {name: describe(settings) for name, settings in study.experiments.items()}
    for name, about in _chosen(study).items():
        along = "" if about["straight"] else f", along the path {about['path']}"
        described[name] = f"pairs chosen by hand, {study.explorer['steps']} steps{along}"
    return [
        {
            "name": name,
            "title": described[name],
            "path": _about(study, name).get("path", "line"),
            "straight": _is_straight(study, name),
            "kept": sum(trajectory["experiment"] == name for trajectory in kept),
            "total": total,
            "verdicts": [verdicts.get((name, model)) for model in study.models],
        }
        for name, total in trajectories.totals(runs).items()
    ]
