"""What a data set may have opened: its own files, and nothing else.

A data set is somebody else's. Its rows name pictures by paths, its README says which files belong
to it, and the libraries that read it would follow both anywhere: into the user's other files, to
other servers, through formats that run what they hold. So its own word is looked at first, and the
pictures are opened here, by plain paths.
"""

import functools
import json
import math
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from stylewalk.data.huggingface.words import patiently
from stylewalk.data.picture_files import Undecodable, locate
from stylewalk.errors import StylewalkError

LARGEST_PICTURE = 2**28  # bytes: more than any picture, and little enough to hold
_CARD, _SETTINGS, _INFOS, _STATE, _SPLITS, _ABOUT = (
    *("README.md", ".huggingface.yaml", "dataset_infos.json"),  # say which files there are
    *("state.json", "dataset_dict.json", "dataset_info.json"),  # the same, by save_to_disk
)
#: Layouts whose files hold their data themselves. Others can name files elsewhere (HDF5, Lance).
_KINDS = ("arrow", "csv", "imagefolder", "json", "parquet", "webdataset")
_TEXTS = ("txt", "text", "transcript", "cls", "cls2", "index", "inx", "id", "json", "jsn")
_PROTOCOLS = {"file", "local", "hf", "zip", "gzip", "bz2", "xz", "lz4", "zstd"}
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")  # of a URL; a drive of Windows, too
_ODD = re.compile(r"[\x00-\x1f\x7f\\]")
_ARCHIVES_OPEN = 8
_LARGEST_CARD = 10**6  # values in a README
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
OUTSIDE = "the path leads out of the data set"


class Folder:
    """A data set in a folder.

    Attributes:
        name: the folder as the user names it.
        path: the folder, absolute and with links followed.
    """

    def __init__(self, name: str):
        self.name, self.path = name, os.path.realpath(name)
        self._roots = [self.path]
        if os.path.basename(os.path.dirname(self.path)) == "snapshots":
            # In the hub's cache, a snapshot's files are links to the blobs beside it.
            self._roots.append(os.path.realpath(os.path.join(self.path, "..", "..", "blobs")))

    def find(self, place: str, hidden: bool = False) -> str:
        """The file at a path, relative to the folder or absolute, with links followed.

        Args:
            place: the path.
            hidden: whether hidden files count, such as a checkout's ``.git/config``.

        Raises:
            Undecodable: it leads out, is hidden, or there is no such file.
        """
        if "://" in place or "::" in place:
            raise Undecodable("path", "the path names a protocol, which is not followed")
        faults = []
        for root in self._roots:
            try:
                located = locate(root, os.path.join(self.path, place))
            except Undecodable as error:
                faults.append(error)
                continue
            if not hidden and any(part[0] == "." for part in located.relative_to(root).parts):
                raise Undecodable("path", "the path leads to a hidden file")
            return str(located)
        fault = next((fault for fault in faults if fault.kind != "path"), faults[0])
        reason = fault.reason.replace("the folder of images", "the data set")
        raise Undecodable(fault.kind, f"at the path {reason}" if fault.kind != "path" else reason)

    def open(self, place: str) -> BinaryIO:
        """The content of a file; see :meth:`find`."""
        try:
            return open(self.find(place), "rb")
        except OSError as error:
            reason = f"it cannot be read: {error.strerror or error}"
            raise Undecodable("unreadable", reason) from error

    def own(self, name: str) -> str | None:
        """The path of a file that the data set may have, None where there is none.

        Raises:
            StylewalkError: it leads out of the data set or is no file.
        """
        if not os.path.lexists(os.path.join(self.path, name)):
            return None
        try:
            return self.find(name, hidden=True)
        except Undecodable as error:
            raise _refusal(self.name, name, error.reason) from error


class Hub:
    """A data set of the hub, at one commit.

    Attributes:
        name: ``owner/name``.
        commit: the commit; files of no other are opened.
    """

    def __init__(self, name: str, commit: str):
        self.name, self.commit = name, commit

    @functools.cached_property
    def _files(self) -> Any:
        from huggingface_hub import HfFileSystem

        return HfFileSystem()

    def find(self, place: str) -> str:
        """The address of a file that a path ``hf://datasets/owner/name[@commit]/...`` names.

        Raises:
            Undecodable: it is another data set's, or another commit's, or no plain path.
        """
        home = f"hf://datasets/{self.name}"
        inside = place.removeprefix(f"{home}@{self.commit}/")
        inside = place.removeprefix(f"{home}/") if inside == place else inside
        plain = _decoded(inside)
        if inside == place or "::" in place or "://" in plain or _ODD.search(plain):
            raise Undecodable("path", OUTSIDE)
        if any(part in ("", ".", "..") for part in plain.split("/")):
            raise Undecodable("path", OUTSIDE)
        return f"{home}@{self.commit}/{inside}"

    def open(self, place: str) -> BinaryIO:
        """The content of a file; see :meth:`find`."""
        try:
            content: BinaryIO = self._files.open(self.find(place), "rb")
        except FileNotFoundError as error:
            raise Undecodable("missing", "at the path there is no such file") from error
        return content

    def own(self, name: str) -> str | None:
        """The path of a copy of a file that the data set may have, None where there is none."""
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError

        def download() -> str:
            return hf_hub_download(self.name, name, repo_type="dataset", revision=self.commit)

        try:
            path: str = patiently(download)
        except EntryNotFoundError:
            return None
        return path


def _decoded(text: str) -> str:
    """A path without its percent signs, however often they were put in."""
    for _ in range(5):
        text = unquote(text)
    return text


def _parts(path: str) -> list[str]:
    return path.replace(os.sep, "/").split("/")


def _refusal(data_set: str, path: str, reason: str) -> StylewalkError:
    return StylewalkError(
        f"The data set {data_set} is not read because of {path[:200]!r}: "
        f"{reason}. Only plain files inside a data set are opened. Take another data set, or "
        "correct this one if it is yours."
    )


class Pictures:
    """The pictures that rows name by paths.

    A path is that of a file in the data set, or ``zip://member::`` and that of a zip file in it.
    """

    def __init__(self, home: Folder | Hub):
        self._home = home
        self._archives: dict[str, zipfile.ZipFile] = {}

    def read(self, path: str) -> tuple[bytes, str]:
        """The bytes at a path, or why there are none."""
        member, chain, place = path.rpartition("::")
        try:
            if not chain:
                with self._home.open(place) as file:
                    return file.read(LARGEST_PICTURE + 1), ""
            if not member.startswith("zip://") or "::" in member:
                raise Undecodable("path", "the path is a chain of protocols, which is not followed")
            return self._unpacked(member.removeprefix("zip://"), place), ""
        except Undecodable as error:
            return b"", error.reason
        except FileNotFoundError:  # on the hub, known when it is read
            return b"", "at the path there is no such file"

    def _unpacked(self, member: str, place: str) -> bytes:
        """A member of a zip file: by its name as it stands there, and no further than a picture."""
        if ".." in member.split("/") or "://" in member:
            raise Undecodable("path", OUTSIDE)
        try:
            with self._archive(place).open(member) as file:
                return file.read(LARGEST_PICTURE + 1)
        except KeyError as error:
            raise Undecodable("missing", "the zip file has no such member") from error
        except _BAD_ZIP as error:
            raise Undecodable("unreadable", f"the zip file cannot be read: {error}") from error

    def _archive(self, place: str) -> zipfile.ZipFile:
        """A zip file, open as long as few others were asked for."""
        if place not in self._archives:
            archive = zipfile.ZipFile(self._home.open(place))
            if len(self._archives) == _ARCHIVES_OPEN:
                self._archives.pop(next(iter(self._archives))).close()
            self._archives[place] = archive
        return self._archives[place]


@functools.cache
def bar_protocols() -> None:
    """Let fsspec, through which the library reads, open nothing but local files and the hub.

    For the rest of the process; whatever a path says that the library finds for itself.
    """
    import datasets  # noqa: F401 - adds protocols of its own
    import fsspec

    class Barred(fsspec.AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
        cachable = False

        def __init__(self, *_: Any, **__: Any):
            raise StylewalkError(
                f"A path of the data set names the protocol {self.protocol!r}, which is not "
                "followed: only files of a data set itself are opened. Take another data set."
            )

    for protocol in sorted({*fsspec.available_protocols()} - _PROTOCOLS):
        barred = type("Barred", (Barred,), {"protocol": protocol})
        fsspec.register_implementation(protocol, barred, clobber=True)


def check_card(home: Folder | Hub) -> None:
    """Look at what a data set says of its own files, before the library follows it.

    Raises:
        StylewalkError: it names a file elsewhere.
    """
    import yaml
    from huggingface_hub import DatasetCard

    sources: list[tuple[str, Any]] = []
    if isinstance(home, Folder):
        home.own(_INFOS)  # which the library opens, too
    if card := home.own(_CARD):
        # As the library reads it: another reader could see another text.
        sources.append((_CARD, vars(DatasetCard.load(card).data)))
    if settings := home.own(_SETTINGS):
        sources.append((_SETTINGS, yaml.safe_load(Path(settings).read_text(encoding="utf-8"))))
    for source, values in sources:
        if not _weight(values, {}) < _LARGEST_CARD:
            raise _refusal(
                home.name, source, "its aliases would unfold to more than fits in memory"
            )
        for pattern in _patterns(values.get("configs") if isinstance(values, dict) else None):
            if not _is_plain(pattern):
                raise _refusal(home.name, str(pattern), "this is no plain path inside it")


def _weight(value: Any, known: dict[int, float]) -> float:
    """How many values there are once the aliases of YAML are unfolded; endless where they loop."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = math.inf  # until it is known, it holds itself
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_weight(item, known) for item in inner)
    return known[id(value)]


def _patterns(configs: Any) -> Iterator[Any]:
    """What configurations name as files, in each of the forms that the library takes."""
    for configuration in configs if isinstance(configs, list) else []:
        if not isinstance(configuration, dict):
            continue
        yield configuration.get("data_dir") or ""
        patterns = configuration.get("data_files") or ""
        for item in patterns if isinstance(patterns, list) else [patterns]:
            item = item.get("path") if isinstance(item, dict) else item
            yield from item if isinstance(item, list) else [item]


def _is_plain(pattern: Any) -> bool:
    """Whether it is a relative path that leads no way but down."""
    if not isinstance(pattern, str):
        return False
    text = _decoded(pattern)
    apart = "://" in text or "::" in text or _SCHEME.match(text) or _ODD.search(text)
    return not (apart or text.startswith(("/", "~")) or ".." in text.split("/"))


def check_builder(builder: Any, home: Folder | Hub) -> None:
    """Look at the files that the library found, and how it means to read them.

    Raises:
        StylewalkError: one lies elsewhere, or they are of a kind that can lead elsewhere.
    """
    kind = type(builder).__module__.rpartition(".")[2]
    if kind not in _KINDS:
        raise StylewalkError(
            f"The data set {home.name} cannot be read: its files are of the kind {kind!r}. Those "
            "that are read are Parquet, Arrow, JSON, CSV, folders or zip files of images, and tar "
            "files of images. Convert it, or take another."
        )
    if kind == "webdataset":
        # Of what a tar file holds beside pictures, texts are decoded: no arrays or networks.
        cls = type(builder)
        cls.DECODERS = {name: cls.DECODERS[name] for name in _TEXTS if name in cls.DECODERS}
    pictures = type(builder).EXTENSIONS if kind == "imagefolder" else ()
    for path in (str(path) for files in builder.config.data_files.values() for path in files):
        if os.path.splitext(path)[1].lower() in pictures and isinstance(home, Folder):
            continue  # not opened by the library, but by its row
        try:
            home.find(path)
        except Undecodable as error:
            raise _refusal(home.name, path, error.reason) from error


def was_saved(home: Folder) -> bool:
    """Whether ``save_to_disk`` wrote a folder."""
    return any(os.path.exists(os.path.join(home.path, name)) for name in (_STATE, _SPLITS))


def saved_part(home: Folder, split: str) -> tuple[str, list[str]]:
    """The folder of a split of what ``save_to_disk`` wrote, and all splits that there are.

    Returns:
        The folder, blank where there is no such split; the names of the splits.

    Raises:
        StylewalkError: it names a file elsewhere, or does not say what it should.
    """
    part, splits = "", [split]
    if not all(home.own(name) for name in (_STATE, _ABOUT)):
        listed = _json(home, _SPLITS).get("splits")
        if not isinstance(listed, list):
            raise _refusal(home.name, _SPLITS, "it lists no splits")
        splits = list(map(str, listed))
        if split not in listed:
            return "", splits
        part = split
    files = _json(home, os.path.join(part, _STATE)).get("_data_files")
    names = [file.get("filename") if isinstance(file, dict) else file for file in files or []]
    for name in [os.path.join(part, _ABOUT), *(os.path.join(part, str(name)) for name in names)]:
        try:
            if not _is_plain(name):
                raise Undecodable("path", "this is no plain path inside it")
            home.find(name)
        except Undecodable as error:
            raise _refusal(home.name, name, error.reason) from error
    return os.path.join(home.path, part), splits


def _json(home: Folder, name: str) -> dict[str, Any]:
    """A JSON file of a data set, which must be there."""
    path = home.own(name)
    contents = json.loads(Path(path).read_text(encoding="utf-8")) if path else None
    if not isinstance(contents, dict):
        raise _refusal(home.name, name, "there is no such file, or it does not say which files")
    return contents
