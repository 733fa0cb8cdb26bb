"""Snakemake's records of a study's jobs, kept in the results folder, so that they travel with it.

Snakemake writes down what each file was made with: parameters, inputs and their checksums. These
records lie in ``.snakemake`` beside the results. A copy of the results alone, or a cleaned
checkout, has none, and Snakemake then takes every file for up to date, whatever the config says. So
the records are kept in the results folder, too, each with the checksum of the file that it is
about, and are given back to Snakemake where its own are gone or are about another file.

The layout of ``.snakemake`` is that of Snakemake 9: ``metadata/`` and ``incomplete/`` hold one JSON
file for each output, named by the URL-safe Base64 of the output's path.
"""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from snakemake.persistence import RECORD_FORMAT_VERSION

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, remove_leftovers
from stylewalk_workflow import checksums

NAME = "job_records.json"
_LONGEST = 254  # characters of a file's name: Snakemake cuts longer ones into folders
_LAYOUT = "metadata"
_UNFINISHED = "incomplete"
# No job has these parameters, so Snakemake makes again what was made with them.
_OF_NO_JOB = {"record_format_version": RECORD_FORMAT_VERSION, "params": ["not known"]}


def outputs(folder: str | os.PathLike[str]) -> list[str]:
    """The files and folders that jobs have finished in a results folder, by their checksums."""
    outputs = []
    for path in sorted(Path(folder).rglob(".*.sha256")):
        output = path.with_name(path.name[1 : -len(".sha256")])
        if output.exists():
            outputs.append(str(output))
    return outputs


def keep(
    folder: str | os.PathLike[str],
    paths: Iterable[str],
    of_snakemake: str | os.PathLike[str] = ".snakemake",
) -> None:
    """Write Snakemake's records of some outputs into the results folder.

    Args:
        folder: of the results.
        paths: outputs, as Snakemake names them. Of those that it has no record of, one that was
            kept earlier stays as long as the output does.
        of_snakemake: the folder of Snakemake.

    Raises:
        StylewalkError: the results folder cannot be written to.
    """
    # Nothing else writes it: Snakemake has locked the folder, and its jobs have ended.
    remove_leftovers(Path(folder) / NAME)
    kept, earlier = {}, _kept(folder)
    for path in paths:
        record = _read(_place(of_snakemake, _LAYOUT, path))
        if record not in (None, _OF_NO_JOB):
            kept[path] = {"checksum": _checksum(path), "record": record}
        elif path in earlier and earlier[path]["checksum"] == _checksum(path):
            kept[path] = earlier[path]
    if kept != earlier:
        with atomic(Path(folder) / NAME) as temporary:
            temporary.write_text(json.dumps(kept, indent=0), encoding="utf-8")


def restore(
    folder: str | os.PathLike[str],
    paths: Iterable[str],
    of_snakemake: str | os.PathLike[str] = ".snakemake",
) -> list[str]:
    """Give Snakemake the records that it lacks, or has of another file, and that were kept.

    Args:
        folder: of the results.
        paths: outputs, as Snakemake names them; no others are looked at.
        of_snakemake: the folder of Snakemake.

    Returns:
        The outputs concerned.

    Raises:
        StylewalkError: one of them is not as the workflow wrote it, or the folder of Snakemake
            cannot be written to.
    """
    kept, paths = _kept(folder), list(paths)
    _restore_checksums({path: kept[path]["checksum"] for path in paths if path in kept})
    wanting = [
        path
        for path in paths
        if path in kept
        and os.path.exists(path)
        and kept[path]["checksum"] == _checksum(path)
        and not _same(_read(_place(of_snakemake, _LAYOUT, path)), kept[path]["record"])
    ]
    checksums.verify(wanting)
    for path in wanting:
        _write(kept[path]["record"], path, of_snakemake)
    return wanting


def _restore_checksums(known: dict[str, str]) -> None:
    """Give files their checksums back, of which a copy without hidden files has none.

    Only where they are right: of a file that is another by now, nothing is known.
    """
    for path, checksum in known.items():
        place = checksums.checksum_file(path)
        if not checksum or place.exists() or not os.path.exists(path):
            continue
        with atomic(place) as temporary:
            temporary.write_text(checksum, encoding="utf-8", errors="surrogateescape")
        try:
            checksums.verify([path])
        except (StylewalkError, OSError):
            place.unlink(missing_ok=True)


def disown(paths: Iterable[str], of_snakemake: str | os.PathLike[str] = ".snakemake") -> None:
    """Let Snakemake make outputs again: give it records of other parameters than any job has.

    Raises:
        StylewalkError: the folder of Snakemake cannot be written to.
    """
    for path in paths:
        _write(_OF_NO_JOB, path, of_snakemake)


def forget(paths: Iterable[str], of_snakemake: str | os.PathLike[str] = ".snakemake") -> None:
    """Take from Snakemake the records of outputs that are gone.

    Of a file with a record, Snakemake asks for the parameters before any job; those that depend on
    what an earlier job makes are then not known yet, would be kept as they are, and make the whole
    study again with the next call.

    Raises:
        StylewalkError: the folder of Snakemake cannot be written to.
    """
    for path in paths:
        place = _place(of_snakemake, _LAYOUT, path)
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise StylewalkError(
                f"{place} could not be deleted: {error.strerror}. Make the folder {of_snakemake} "
                "writable, or run in a copy of the checkout that is yours."
            ) from error


def _write(record: dict[str, Any], path: str, of_snakemake: str | os.PathLike[str]) -> None:
    place = _place(of_snakemake, _LAYOUT, path)
    try:
        # Without this folder Snakemake takes the other for one of an earlier version.
        (Path(of_snakemake) / _UNFINISHED).mkdir(parents=True, exist_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        # As Snakemake does: the name may be too long for a temporary one beside it.
        place.write_text(json.dumps(record), encoding="utf-8")
    except OSError as error:
        raise StylewalkError(
            f"{place} could not be written: {error.strerror}. Make the folder {of_snakemake} "
            "writable, or run in a copy of the checkout that is yours."
        ) from error


def unknown(
    paths: Iterable[str], of_snakemake: str | os.PathLike[str] = ".snakemake"
) -> Iterator[str]:
    """Those outputs of which Snakemake has no record, whole or begun, or that of :func:`disown`."""
    for path in paths:
        begun = _place(of_snakemake, _UNFINISHED, path).exists()
        if not begun and _read(_place(of_snakemake, _LAYOUT, path)) in (None, _OF_NO_JOB):
            yield path


def _same(one: dict[str, Any] | None, other: dict[str, Any]) -> bool:
    """Whether two records lead Snakemake to the same decision."""
    keys = ("params", "input", "input_checksums", "software_stack_hash", "record_format_version")
    return one is not None and all(one.get(key) == other.get(key) for key in keys)


def _kept(folder: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    """Path to checksum and record; entries that are damaged are left out."""
    entries = _read(Path(folder) / NAME) or {}
    return {
        path: entry
        for path, entry in entries.items()
        if isinstance(entry, dict)
        and isinstance(entry.get("record"), dict)
        and isinstance(entry.get("checksum"), str)
    }


def _checksum(path: str) -> str:
    """What the file of an output's checksum says; blank where there is none."""
    try:
        return checksums.checksum_file(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _place(of_snakemake: str | os.PathLike[str], kind: str, path: str) -> Path:
    """Where Snakemake keeps the record of an output."""
    name = urlsafe_b64encode(path.encode()).decode()
    parts = [name[i : i + _LONGEST] for i in range(0, len(name), _LONGEST)]
    return Path(of_snakemake, kind, *(f"@{part}" for part in parts[:-1]), parts[-1])


def _read(path: Path) -> dict[str, Any] | None:
    """The map in a JSON file; None where there is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
