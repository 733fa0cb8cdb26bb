"""The command ``stylewalk``: style loss of pictures, what a study needs, how two runs differ."""

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast

from stylewalk.errors import StylewalkError
from stylewalk_workflow import checkout, differences, doctor, judging, streams, style_loss
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.terminal import printable, tell

Command = Callable[[argparse.Namespace], tuple[str, int]]
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
        warnings.showwarning = lambda message, *_, **__: tell(f"Note: {message}")
        try:
            options = _parser().parse_args(argv)
            text, code = cast(Command, options.run)(options)
            _print(text)
            return code
        except (StylewalkError, OSError) as error:
            tell(f"Error: {' '.join(str(error).split())}")
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
    style_loss.add_command(commands)
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


def _doctor(options: argparse.Namespace) -> tuple[str, int]:
    home, findings = checkout.find(), []
    config: dict[str, Any] | None = None
    if home is None:
        missing = f"this is no checkout of Stylewalk: there is no {checkout.SOURCES}"
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

    home = checkout.find()
    if home is None:
        raise StylewalkError(
            f"This is no checkout of Stylewalk: there is no {checkout.SOURCES}. Clone the "
            "repository, and run the command in it."
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


if __name__ == "__main__":
    sys.exit(main())
