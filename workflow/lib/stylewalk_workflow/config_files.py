"""Config files, and values given with --config: read strictly, and refused with line and remedy.

Snakemake reads a config before a study's own code runs, as JSON or else as YAML, and takes what a
person can hardly have meant: the last of two keys of one name, aliases that stand for more values
than any memory holds, and a YTE template, which is Python code. So what is read here is refused
first; what passes reads the same to Snakemake.
"""

import difflib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from stylewalk.errors import StylewalkError

_MOST_BYTES = 1_000_000  # a config of ten thousand pairs has a third of it
_DEEPEST = 50  # Snakemake's own limit depends on how it was called
_MOST_VALUES = 100_000  # with every alias written out
_TEMPLATE = "__use_yte__"
_TYPED = re.compile(r"[a-zA-Z_][\w-]*\w$")  # as Snakemake wants a key of --config
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xff\xfe\0\0": "UTF-32"}

# What YAML says, and what a person does about it.
_REMEDIES = {
    r"'\\t'": "YAML takes no tabs for indentation: put blanks in their place",
    r"that cannot start any token": "put a text that begins with this character in quotes",
    r"mapping values are not allowed": "keys of one map begin in the same column, and a text that "
    "holds a colon and a blank wants quotes",
    r"could not find expected ':'": "after a key come a colon and a blank",
    r"expected <block end>": "keys of one map, and entries of one list, begin in the same column",
    r"undefined alias": "put a text that begins with * in quotes",
    r"expected ',' or|expected the node": "close the bracket, or part its entries by commas",
    r"end of stream": "close the quotes or the bracket",
    r"single document": "keep one of the documents: delete the line --- and what follows",
    r"constructor for the tag": "write plain values, without a tag (!)",
}


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that is refused nevertheless, with its remedy in the problem."""


# What the mixin stands before, as far as types are concerned.
if TYPE_CHECKING:
    _Composer = yaml.SafeLoader
else:
    _Composer = object


class _Bounded(_Composer):
    """What a loader refuses while it composes, before any value is made."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML's
            raise _Refused(problem=f"nested too deep, beyond {_DEEPEST} levels", problem_mark=mark)
        node = super().compose_node(parent, index)
        assert node is not None  # a document that has begun
        self.depth -= 1
        return node

    # PyYAML's stub has a map for the anchor, which is a name.
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    text = f"the key '{key.value}' is given twice; keep one of them"
                    raise _Refused(problem=text, problem_mark=key.start_mark)
                seen.add((key.tag, key.value))
        return node

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        if node is not None:
            _count(node, {})
        return node


class _Loader(_Bounded, yaml.SafeLoader):
    """Reads a file; every fault has its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            value = super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
            what = f"'{_short(node.value)}'" if isinstance(node, yaml.ScalarNode) else "this part"
            kind = node.tag.rpartition(":")[2]
            why = f" ({error})" if kind == "timestamp" and isinstance(error, ValueError) else ""
            text = f"{what} reads as {kind}, and is none{why}; put a text in quotes"
            raise _Refused(problem=text, problem_mark=node.start_mark) from error
        if isinstance(value, int | float) and re.match(r"[-+]?0[0-7_]+$|.*:", node.value):
            text = (
                f"'{_short(node.value)}' is {value} to YAML: a leading zero means base 8, and "
                "a colon base 60; write the number without them, or a text in quotes"
            )
            raise _Refused(problem=text, problem_mark=node.start_mark)
        return value


class _TypedLoader(_Bounded, yaml.BaseLoader):
    """Reads a value as Snakemake reads those of --config."""


def load_config(path: str | Path) -> dict[str, Any]:
    """Read a config file.

    Raises:
        StylewalkError: the file is absent or cannot be read, is neither YAML nor JSON, is no map,
            has a key twice, stands for too many values, or is a template, which would run code.
    """
    text = _decode(_content(path), path)
    try:
        config = _parse(text)
    except StylewalkError as error:
        raise StylewalkError(f"The config {path} cannot be read: {error}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise StylewalkError(
            f"The config {path} cannot be read: line {line}: the character "
            f"{chr(error.character)!r} is not allowed; delete it, or save the file as UTF-8."
        ) from error
    except yaml.YAMLError as error:
        raise StylewalkError(f"The config {path} cannot be read: {_in_words(error)}") from error
    except RecursionError as error:
        raise StylewalkError(f"The config {path} cannot be read: it is nested too deep.") from error
    if not isinstance(config, dict):
        raise StylewalkError(
            f"The config {path} holds no map of keys to values. It wants lines such as `run: mine`;"
            " config/README.md describes every key."
        )
    if _TEMPLATE in config:
        raise StylewalkError(
            f"The config {path} has the key {_TEMPLATE}: Snakemake would run the Python code in it."
            " No config of a study needs any; delete the key, and look well at what else the file"
            " holds."
        )
    return config


def check_typed(entry: str) -> None:
    """Look at one KEY=VALUE of --config, before Snakemake reads it.

    Raises:
        StylewalkError: it is none, its key is inside a map, or its value stands for too many.
    """
    key, equals, value = entry.partition("=")
    if not equals:
        raise StylewalkError(f"--config {entry}: expected KEY=VALUE, such as --config run=mine.")
    if not _TYPED.match(key):
        advice = "config/README.md lists the keys"
        if inner := re.fullmatch(r"(\w[\w-]*)[.:/\[]+(\w[\w-]*)\]?", key):
            advice = (
                f"write `{inner[1]}: {{{inner[2]}: {value}}}` into a file, and give it after the "
                "study's own: --configfile config/config.yaml that_file.yaml"
            )
        raise StylewalkError(
            f"--config {entry}: '{key}' is no key of the first level, which alone --config takes; "
            f"{advice}."
        )
    loader = _TypedLoader(value.lstrip("\ufeff")) if _is_printable(value) else None
    try:
        if loader:
            loader.get_single_node()
    except _Refused as error:
        raise StylewalkError(f"--config {key}=...: {_in_words(error)}") from error
    except (yaml.YAMLError, RecursionError):
        pass  # Snakemake takes it as text, and the schema says what it thinks of that


def _is_printable(text: str) -> bool:
    return yaml.reader.Reader.NON_PRINTABLE.search(text) is None


def _content(path: str | Path) -> bytes:
    try:
        state = os.stat(path)
        if stat.S_ISDIR(state.st_mode):
            raise StylewalkError(f"The config {path} is a folder. Give the path of a file in it.")
        if not stat.S_ISREG(state.st_mode):
            raise StylewalkError(
                f"The config {path} is a pipe or a device, and is read more than once. Write it "
                "into a file first."
            )
        if state.st_size > _MOST_BYTES:
            raise StylewalkError(
                f"The config {path} has {state.st_size:,} bytes, and no config has more than "
                f"{_MOST_BYTES:,}. Is it another file?"
            )
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise StylewalkError(
            f"There is no config {path}{_close(Path(path))} Give the path of a YAML file, from "
            f"where the command is called ({os.getcwd()})."
        ) from error
    except PermissionError as error:
        raise StylewalkError(
            f"The config {path} cannot be read: you have no permission. Ask its owner for a copy, "
            f"or make it readable (chmod a+r '{path}')."
        ) from error
    except OSError as error:
        raise StylewalkError(
            f"The config {path} cannot be read: {error.strerror}. Give the path of another file, "
            "or copy it again."
        ) from error


def _close(path: Path) -> str:
    """A file beside it that may have been meant, or else a full stop."""
    try:
        names = [name for name in os.listdir(path.parent) if name.endswith((".yaml", ".yml"))]
    except OSError:
        return f": there is no folder {path.parent}."
    value = difflib.get_close_matches(path.name, names, n=1)
    return f"; did you mean {path.parent / value[0]}?" if value else "."


def _decode(content: bytes, path: str | Path) -> str:
    mark = next((_MARKS[m] for m in sorted(_MARKS, reverse=True) if content.startswith(m)), None)
    if mark is None and content.count(b"\0") > len(content) / 4:
        mark = "UTF-16"
    if mark:
        raise StylewalkError(
            f"The config {path} cannot be read: it is written in {mark}. Save it as UTF-8."
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StylewalkError(
            f"The config {path} cannot be read: line {line} holds the byte "
            f"0x{content[error.start]:02x}, which is no utf-8. Save the file as UTF-8 (it may be "
            "in Latin-1 or Windows-1252; or it is no text at all)."
        ) from error


def _parse(text: str) -> Any:
    """As Snakemake does: JSON where it is any, else YAML."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs)
    except ValueError:
        loader = _Loader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    _measure(value)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A map of JSON, each key of which is given once."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise StylewalkError(f"the key '{twice}' is given twice; keep one of them.")
    return value


def _measure(value: Any, depth: int = 1) -> None:
    """Hold JSON to the depth that YAML is held to."""
    if depth > _DEEPEST:
        raise StylewalkError(f"it is nested too deep, beyond {_DEEPEST} levels.")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _measure(part, depth + 1)


def _count(node: yaml.Node, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values a node stands for, and how deep they are nested, aliases written out.

    One that holds itself, or stands for too much, is refused.
    """
    if id(node) not in known:
        known[id(node)] = (0, 0)  # is being counted
        value = [_count(part, known) for part in _parts(node)]
        values = 1 + sum(count for count, _ in value)
        known[id(node)] = (values, 1 + max((depth for _, depth in value), default=0))
    values, depth = known[id(node)]
    if not 0 < values <= _MOST_VALUES or depth > _DEEPEST:
        what = f"aliases (*) that stand for more than {_MOST_VALUES:,} values"
        if depth > _DEEPEST:
            what = f"aliases (*) that are nested too deep, beyond {_DEEPEST} levels"
        if not values:
            what = "a part that holds itself"
        text = f"{what}; write the values out, without aliases"
        raise _Refused(problem=text, problem_mark=node.start_mark)
    return values, depth


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _in_words(error: yaml.YAMLError) -> str:
    """What YAML says of a fault, in one line with its place and its remedy."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return f"{error}."
    said = ", ".join(str(t) for t in (error.context, error.problem) if t)
    mark, begun = error.problem_mark, error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    if begun and mark and begun.line != mark.line:
        place += f"(begun in line {begun.line + 1}) "
    if isinstance(error, _Refused):
        return f"{place}{said}."
    remedies = (remedy for words, remedy in _REMEDIES.items() if re.search(words, said))
    return f"{place}{said}. What to do: {next(remedies, 'correct this line')}."


def _short(text: str) -> str:
    return f"{text[:40]}..." if len(text) > 40 else text
