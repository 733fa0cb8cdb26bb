"""What is looked at before Snakemake itself reads a config or writes a file.

Snakemake reads the configs, and makes its own folders, before it reads the Snakefile, and ends in
tracebacks where it cannot. Of all that belongs to the workflow, it reads only the profile earlier:
``profiles/default/config.yaml``, which comes here. Jobs read no profile.
"""

import contextlib
import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stylewalk.errors import StylewalkError
from stylewalk_workflow import streams
from stylewalk_workflow.config_files import check_typed, load_config
from stylewalk_workflow.writable import check_file, check_folder

_RECORDS = "where Snakemake keeps its records"
_reading = False


def check_call() -> None:
    """Look at what the command of a person names, and at where Snakemake writes.

    Raises:
        SystemExit: something of it cannot be used; standard error says what, and what to do.
    """
    global _reading
    if _reading:  # another profile of the command names this one again
        return
    _reading = True
    streams.hold()
    try:
        options = _options()
        if options is None:
            return
        _check_configs(options.configfile)
        for entry in options.config or []:
            check_typed(entry)
        _check_places(options)
    except StylewalkError as error:
        with contextlib.suppress(OSError):
            print(f"Error: {error}", file=sys.stderr, flush=True)
        raise SystemExit(1) from None
    finally:
        _reading = False


def _options() -> Namespace | None:
    """The command line as Snakemake reads it; None where that is another program's."""
    try:
        from snakemake.cli import get_argument_parser

        given = sys.argv[1:]
        given = given[: given.index("--")] if "--" in given else given
        options: Namespace
        options, _ = get_argument_parser().parse_known_args(given)
        if options.profile and "none" not in options.profile:
            options, _ = get_argument_parser(options.profile).parse_known_args(given)
        return options
    except (ImportError, AttributeError, SystemExit):
        return None


def _check_configs(paths: Sequence[Path]) -> None:
    for place, path in enumerate(paths):
        if place and path.suffix not in (".yaml", ".yml", ".json") and not _is_config(path):
            raise StylewalkError(
                f"{path} is no config. Snakemake takes all that follows --configfile for "
                f"configs: a target stands first, as in `snakemake {path} --configfile {paths[0]}`."
            )
        load_config(path)


def _is_config(path: Path) -> bool:
    try:
        load_config(path)
    except StylewalkError:
        return False
    return True


def _check_places(options: Namespace) -> None:
    """Look where Snakemake and its jobs write, whatever the study."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        raise StylewalkError(
            f"There is no folder for temporary files: {error.strerror}. Name one with the "
            "variable TMPDIR, such as `export TMPDIR=$PWD/tmp`, and make it."
        ) from error
    _check_cache()
    folder = Path(options.directory or ".")
    records = folder / ".snakemake"
    if not records.is_dir():
        check_folder(folder, "where results are made")
    check_folder(records, _RECORDS)
    if options.dryrun:  # makes no more than folders in it
        return
    for kind in (path for path in records.glob("*") if path.is_dir()):
        check_folder(kind, _RECORDS)
        # What else lies there, such as environments, is not written again.
        for path in kind.rglob("*") if kind.name in ("metadata", "incomplete") else ():
            if path.is_dir():
                check_folder(path, _RECORDS)
            else:
                check_file(path)


def _check_cache() -> None:
    """Look at the user's folder of what can be made again, which libraries write to, too."""
    from snakemake.common import get_appdirs

    advice = "Name another folder for it, such as `export XDG_CACHE_HOME=/tmp/cache-of-mine`"
    try:
        place = Path(get_appdirs().user_cache_dir)
    except RuntimeError:
        place = Path("~")
    if place.parts[0] == "~":
        raise StylewalkError(
            "There is no home folder, in which Snakemake keeps a cache: HOME is not set, and the "
            f"system does not know user {os.getuid()}. {advice}, and run again."
        )
    place = place / "snakemake/source-cache/snakemake-runtime-cache"
    check_folder(place, "Snakemake's cache, in your home", advice)
