"""Where pictures lie: in a folder, or in a zip file that is read as it is and never unpacked."""

import contextlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stylewalk.errors import StylewalkError

SUFFIX = ".zip"
_LARGEST_FILE = 2**30  # bytes: no picture, but what a few kilobytes of zeros can unpack to
_START = 16  # bytes, enough to know a kind by
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class Undecodable(StylewalkError):
    """A picture that cannot be used.

    Attributes:
        kind: path, missing, format, unreadable or too_large, as in ``REJECTED``.
        reason: the reason in words, without the file's name.
    """

    def __init__(self, kind: str, reason: str):
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def plain_path(filename: str) -> str:
    """The same for ``a.jpg`` and ``./a.jpg``, ``b/a.jpg`` and ``b//a.jpg``: one file, not two."""
    return str(PurePosixPath(filename))


def locate(folder: str | os.PathLike[str], filename: str) -> Path:
    """The file of this name inside a folder, with symbolic links followed.

    Raises:
        Undecodable: the name leads out of the folder, or there is no such file.
    """
    folder = Path(folder).resolve()
    try:
        path = (folder / filename).resolve()
        exists, regular = path.exists(), path.is_file()
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, a loop of links, NUL
        reason = getattr(error, "strerror", None) or error
        raise Undecodable("path", f"the path cannot be followed: {reason}") from error
    if not path.is_relative_to(folder):
        raise Undecodable("path", "the path or a symbolic link leads out of the folder of images")
    if not exists:
        hint = "; folders are parted by /, not by \\" if "\\" in filename else ""
        raise Undecodable("missing", f"there is no such file{hint}")
    if not regular:
        raise Undecodable("unreadable", "it is no file")
    return path


class Folder:
    """A folder of pictures."""

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path)

    def names(self) -> list[str]:
        """``Class/file`` of every file in a sub-folder; hidden ones are passed over."""
        return [
            f"{folder.name}/{file.name}"
            for folder in self.path.iterdir()
            if folder.is_dir() and not folder.name.startswith(".")
            for file in folder.iterdir()
            if not file.name.startswith(".")
        ]

    def deeper(self) -> list[str]:
        """``Class/folder/.../file`` of every file below a sub-folder's own folders."""
        names = []
        for top in self.path.iterdir():
            if top.name.startswith(".") or not top.is_dir():
                continue
            for place, folders, files in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                if place != str(top):
                    inside = os.path.relpath(place, self.path)
                    names += [f"{inside}/{name}" for name in files if not name.startswith(".")]
        return names

    def find(self, filename: str) -> Path:
        """The file of this name.

        Raises:
            Undecodable: the name leads out of the folder, or there is no such file.
        """
        return locate(self.path, filename)

    def start(self, filename: str) -> bytes:
        """The first bytes of a file, none where it cannot be read."""
        try:
            with self.find(filename).open("rb") as file:
                return file.read(_START)
        except (Undecodable, OSError):
            return b""


class Archive:
    """A zip file of pictures.

    A folder that holds all others, as of a folder that was zipped whole, need not be named.
    """

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        # Some programs on Windows part folders by backslashes.
        self._infos = {info.filename.replace("\\", "/"): info for info in archive.infolist()}
        names = [info.filename.replace("\\", "/") for info in archive.infolist()]
        self._files = [PurePosixPath(name) for name in names if not name.endswith("/")]
        files = [path for path in self._files if not _hidden(path)]
        tops = {path.parts[0] for path in files}
        whole = len(tops) == 1 and all(len(path.parts) > 1 for path in files)
        self._root = f"{tops.pop()}/" if whole else ""
        self._deep = whole and all(len(path.parts) > 2 for path in files)

    def names(self) -> list[str]:
        """``Class/file`` of every file in a sub-folder; hidden ones are passed over."""
        return [str(path) for path in self._below() if len(path.parts) == 2]

    def deeper(self) -> list[str]:
        """``Class/folder/.../file`` of every file below a sub-folder's own folders."""
        return [str(path) for path in self._below() if len(path.parts) > 2]

    def _below(self) -> Iterator[PurePosixPath]:
        """Every file that is not hidden, without the folder that holds all others."""
        for path in self._files:
            if self._deep and path.parts[0] == self._root[:-1]:
                path = path.relative_to(path.parts[0])
            if not _hidden(path):
                yield path

    def find(self, filename: str) -> io.BytesIO:
        """The content of the file of this name; its checksum is verified.

        Raises:
            Undecodable: there is no such file, it is damaged, encrypted, or no picture's size.
        """
        info = self._info(plain_path(filename))
        if info.flag_bits & 1:
            raise Undecodable("unreadable", "it is encrypted in the zip file")
        if info.file_size > _LARGEST_FILE:
            raise Undecodable("too_large", f"it unpacks to {info.file_size:,} bytes")
        try:
            return io.BytesIO(self._archive.read(info))
        except _DAMAGED as error:
            raise Undecodable("unreadable", f"it is damaged in the zip file: {error}") from error

    def start(self, filename: str) -> bytes:
        """The first bytes of a file, none where it cannot be read."""
        try:
            with self._archive.open(self._info(filename)) as file:
                return file.read(_START)
        except (Undecodable, *_DAMAGED):
            return b""

    def _info(self, filename: str) -> zipfile.ZipInfo:
        plain = filename.replace("\\", "/")
        for name in (filename, self._root + filename, plain, self._root + plain):
            if info := self._infos.get(name):
                return info
        raise Undecodable("missing", "there is no such file in the zip file")


def _hidden(path: PurePosixPath) -> bool:
    """Whether a file is hidden, litter of a Mac, or would lie outside the zip file's folder."""
    return any(part.startswith(".") or part in ("__MACOSX", "/") for part in path.parts)


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Whether a path is meant as a zip file, by its name."""
    return Path(path).suffix.lower() == SUFFIX


def are_there(path: str | os.PathLike[str]) -> bool:
    """Whether the path is a folder, or a file that is meant as a zip file."""
    return os.path.isdir(path) or (is_archive(path) and os.path.isfile(path))


@contextlib.contextmanager
def open_pictures(path: str | os.PathLike[str]) -> Iterator[Folder | Archive]:
    """The pictures of a folder or of a zip file.

    Raises:
        StylewalkError: there is neither, or the zip file is damaged.
    """
    if os.path.isdir(path):
        yield Folder(path)
        return
    if not are_there(path):
        raise StylewalkError(
            f"The folder of images {path} does not exist or is no folder and no {SUFFIX} file."
        )
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise StylewalkError(
            f"The zip file of images {path} cannot be read: {error}. Copy it again, or unpack it "
            "and name the folder (dataset.images)."
        ) from error
    with archive:
        yield Archive(archive)
