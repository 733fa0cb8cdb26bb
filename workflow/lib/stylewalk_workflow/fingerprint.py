"""Which source a script reaches, and what it says apart from comments and form.

A script reaches itself, every module of our packages that it imports, the modules that those
import, and so on, wherever in a module the import stands. A data file of a package counts for
each module that names it in a string and lies in the same folder or above it.

Of the catalogue of outputs, of which every script needs a few tables, an imported table alone
counts: a new figure must not train models again.

Of a source the syntax tree counts, without docstrings, without what describes an entry of a
registry, a setting or a table in words, and without the package's version, so that comments,
formatting, wording and releases rerun nothing. Only the standard library is needed, since the
Snakefile, and so every job on a cluster, comes through here.
"""

import ast
import functools
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import stylewalk
from stylewalk.errors import StylewalkError
from stylewalk_workflow.known_sources import KnownSources

# The science, and what ties it to Snakemake. The second lies with the workflow in a checkout.
PACKAGES = {"stylewalk": (".",), "stylewalk_workflow": ("workflow/lib", ".")}
ROOT = Path(stylewalk.__file__).parents[1]  # of the packages that jobs import, too

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# They follow from the rest of the tree, or are comments.
_IDLE_FIELDS = {"ctx", "kind", "type_comment", "type_ignores"}
# Its modules are made of constants, which are imported by name.
_CATALOGUE = "stylewalk.catalogue."
_LENGTH = 16  # hexadecimal digits of a fingerprint: 64 bits
_LONGEST_NAME = 255  # of a data file
_KNOWN = KnownSources()


@dataclass(frozen=True)
class _Source:
    """What one file says, and what it leads to."""

    digest: str
    modules: tuple[tuple[str, int], ...]  # with the line that imports them
    strings: frozenset[str]  # those that may name a file


def load_known(folder: str | Path) -> None:
    """Take what an earlier plan read in sources, from a folder such as ``.snakemake``."""
    # Another Python may write other trees of the same source.
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    _KNOWN.load(folder, f"{python} {_sum(Path(__file__).read_bytes())}")


def save_known(folder: str | Path) -> None:
    """Keep what was read for the next plan, where the folder is there."""
    _KNOWN.save(folder)


def fingerprint(script: str | Path, modules: Iterable[str] = (), root: str | Path = ROOT) -> str:
    """A short sum of all source that a script reaches.

    Args:
        script: path of the script.
        modules: further modules that it imports by a name known at run time only, such as
            ``stylewalk.models.triplet``.
        root: the folder that holds the package ``stylewalk``: a checkout, or an installation.

    Returns:
        16 hexadecimal digits.

    Raises:
        StylewalkError: a source cannot be read or is no Python, or imports a module of the
            package that is not there.
    """
    lines = [f"{name} {digest}\n" for name, digest in sources(script, modules, root).items()]
    return _sum("".join(lines).encode())


def sources(
    script: str | Path, modules: Iterable[str] = (), root: str | Path = ROOT
) -> dict[str, str]:
    """The sum of each file that a script reaches, by the file's name, in a fixed order.

    Arguments and errors are those of :func:`fingerprint`. The names are ``stylewalk/errors.py``
    and the like, the script's own ``scripts/plot_maps.py``.
    """
    return dict(_sources(Path(script), tuple(modules), Path(root)))


@functools.cache
def _sources(script: Path, modules: tuple[str, ...], root: Path) -> dict[str, str]:
    digests = {f"{script.parent.name}/{script.name}": _read(script, "").digest}
    waiting = list(_files_of(script, "", root))
    for module in modules:
        waiting += _files(module, root, f"{script} asks for")
    while waiting:
        path, module = waiting.pop()
        name = _name(path, module, root)
        if name not in digests:
            digests[name] = _read(path, module).digest
            waiting += _files_of(path, module, root)
    return dict(sorted(digests.items()))


@functools.cache
def _name(path: Path, module: str, root: Path) -> str:
    """A file's name among sources, with the constant of the catalogue that counts of it."""
    _, colon, constant = module.partition(":")
    return f"{path.relative_to(root).as_posix()}{colon}{constant}"


@functools.cache
def _files_of(path: Path, module: str, root: Path) -> tuple[tuple[Path, str], ...]:
    """The files that a source leads to, each with its module's name (none for data)."""
    source = _read(path, module)
    files: list[tuple[Path, str]] = []
    for imported, line in source.modules:
        files += _files(imported, root, f"{path}, line {line}, imports")
    for name, of_name in _data(root).items():
        if name in source.strings:
            files += [(file, "") for file in of_name if path.parent in file.parents]
    return tuple(dict.fromkeys(files))


def _files(module: str, root: Path, reason: str) -> Iterator[tuple[Path, str]]:
    """The file of a module and those of the packages around it.

    A last part with a ``?`` may also be a name inside the module before it.
    """
    module, _, constant = module.partition(":")
    *parents, last = module.split(".")
    optional = last.startswith("?")
    parts = [*parents, last.removeprefix("?")]
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        file = _file(name, root)
        if constant and length == len(parts) and file is not None:
            yield file, f"{name}:{constant}"
        elif file is not None and not (length < len(parts) and f"{name}." == _CATALOGUE):
            yield file, name
        elif file is not None:
            continue  # the package gathers all, and whoever needs all imports it
        elif length == len(parts) and optional:
            if f"{'.'.join(parents)}." == _CATALOGUE:
                yield _place(".".join(parents), root) / "__init__.py", ".".join(parents)
            return
        elif not _place(name, root).is_dir():  # a folder without __init__.py is one
            raise StylewalkError(
                f"{reason} {name}, and there is no such module in {_place(parts[0], root)}: "
                "correct the name, or bring the file back."
            )


@functools.cache
def _holder(package: str, root: Path) -> Path:
    """The folder that holds a package."""
    folders = [root / folder for folder in PACKAGES[package]]
    return next((folder for folder in folders if (folder / package).is_dir()), folders[-1])


def _place(module: str, root: Path) -> Path:
    """Where a module lies, without suffix."""
    parts = module.split(".")
    return _holder(parts[0], root).joinpath(*parts)


@functools.cache
def _file(module: str, root: Path) -> Path | None:
    """The file of a module or a package."""
    path = _place(module, root)
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)


@functools.cache
def _data(root: Path) -> dict[str, list[Path]]:
    """Files of the packages that are no source, by their name without folder."""
    paths: dict[str, list[Path]] = {}
    inside = (path for package in PACKAGES for path in _place(package, root).rglob("*"))
    for path in sorted(inside):
        if path.suffix not in (".py", ".pyc") and path.is_file():
            paths.setdefault(path.name, []).append(path)
    return paths


@functools.cache
def _read(path: Path, module: str) -> _Source:
    """Read a file once in this process.

    Args:
        path: the file.
        module: its name as a module, against which relative imports are read; else empty.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StylewalkError(f"The source {path} cannot be read: {error.strerror}.") from error
    if path.suffix != ".py":
        return _Source(_sum(data.replace(b"\r\n", b"\n")), (), frozenset())
    key = f"{hashlib.sha256(data).hexdigest()} {path.name} {module}"
    if (known := _KNOWN.get(key)) is not None:
        modules = tuple((name, line) for name, line in known["modules"])
        return _Source(known["digest"], modules, frozenset(known["strings"]))
    source = _said(data, path, module)
    strings = sorted(source.strings)
    _KNOWN.add(key, {"digest": source.digest, "modules": source.modules, "strings": strings})
    return source


def _said(data: bytes, path: Path, module: str) -> _Source:
    """What Python source says."""
    try:
        tree = ast.parse(data, str(path))
    except (SyntaxError, ValueError) as error:
        line = f", line {number}" if (number := getattr(error, "lineno", None)) else ""
        message = getattr(error, "msg", None) or error
        raise StylewalkError(
            f"{path}{line}: this is no valid Python ({message}). Correct it, or restore the file."
        ) from error
    module, _, constant = module.partition(":")
    if constant:
        tree = _part(tree, constant)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    said: list[str] = []
    strings: set[str] = set()
    _write(tree, said, strings)
    digest = _sum("\n".join(said).encode("utf-8", "surrogatepass"))
    names = {text for text in strings if len(text) <= _LONGEST_NAME and "\n" not in text}
    return _Source(digest, tuple(_imports(tree, package)), frozenset(names))


def _part(tree: ast.Module, name: str) -> ast.Module:
    """The statements of a module that one of its names is made of."""
    wanted: set[str] = {name}
    statements: list[ast.stmt] = []
    for statement in reversed(tree.body):
        if isinstance(statement, ast.ImportFrom):
            names = [alias for alias in statement.names if (alias.asname or alias.name) in wanted]
            if names:
                kept = ast.ImportFrom(statement.module, names, statement.level)
                statements.append(ast.copy_location(kept, statement))
        elif wanted & set(_given(statement)):
            statements.append(statement)
            wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return ast.Module(statements[::-1], [])


def _given(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        yield statement.name
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def _write(node: ast.AST, said: list[str], strings: set[str]) -> None:
    """Append what a tree says, and gather its strings.

    Much faster than :func:`ast.dump`, and the same for versions of Python that differ in which
    empty fields they have.
    """
    said.append(type(node).__name__)
    node = _without_prose(node)
    for name in node._fields:
        value = getattr(node, name, None)
        if name in _IDLE_FIELDS or value == [] or (value is None and name != "value"):
            continue
        elif isinstance(value, list):
            said.append(name)
            for part in _meaningful(node, value) if name == "body" else value:
                if isinstance(part, ast.AST):
                    _write(part, said, strings)
                else:
                    said.append(repr(part))
            said.append("]")
        elif isinstance(value, ast.AST):
            said.append(name)
            _write(value, said, strings)
        else:
            said += (name, repr(value))
            if isinstance(value, str) and isinstance(node, ast.Constant):
                strings.add(value)
    said.append(")")


def _without_prose(node: ast.AST) -> ast.AST:
    """A node without the words that describe a setting, or the rows of a table, to people."""
    if isinstance(node, ast.Dict):
        pairs = [
            (key, value)
            for key, value in zip(node.keys, node.values, strict=True)
            if not (isinstance(key, ast.Constant) and key.value == "description")
        ]
        return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Table":
        return ast.Call(node.func, [*node.args[:1], *node.args[2:]], node.keywords)
    return node


def _meaningful(node: ast.AST, body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements without the docstring, and without the version of the package."""
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        body = body[1:]
    return [statement for statement in body if not _is_version(statement)]


def _is_version(statement: ast.stmt) -> bool:
    """Whether a statement gives the version, or what an entry of a registry is in words."""
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id in ("__version__", "DESCRIPTION")
        for target in statement.targets
    )


def _imports(node: ast.AST, package: str) -> Iterator[tuple[str, int]]:
    """Modules of our packages that a tree imports at run time, with the line."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _own(alias.name, node.lineno)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            around = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*around, *([node.module] if node.module else [])])
        if base.startswith(_CATALOGUE):
            for alias in node.names:
                yield f"{base}:{alias.name}", node.lineno
            return
        if f"{base}." != _CATALOGUE:
            yield from _own(base, node.lineno)
        for alias in node.names:
            yield from _own(f"{base}.?{alias.name}", node.lineno)
    for child in _run(node):
        yield from _imports(child, package)


def _own(module: str, line: int) -> Iterator[tuple[str, int]]:
    if module.split(".")[0] in PACKAGES:
        yield module, line


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The statements inside a node, without those that only a type checker reads."""
    fields: tuple[str, ...] = ("body", "orelse", "handlers", "finalbody", "cases")
    if isinstance(node, ast.If) and _is_for_type_checkers(node.test):
        fields = ("orelse",)
    for field in fields:
        value = getattr(node, field, None)
        if isinstance(value, list):  # the body of a lambda is an expression
            yield from value


def _is_for_type_checkers(test: ast.expr) -> bool:
    """Whether a condition is ``TYPE_CHECKING`` or ``typing.TYPE_CHECKING``."""
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))
