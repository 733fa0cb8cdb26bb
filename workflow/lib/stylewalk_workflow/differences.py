"""Why two runs may differ, and where they do, in words, from their records."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError

RECORD = "provenance.json"
FORMAT = 1  # of the record, raised when its layout or a content hash changes
_PARTS = ("versions", "machine", "config", "sources", "jobs", "data")
_WORK = {
    "trained_on": "training",
    "encoded_on": "encoding",
    "scored_on": "scoring of walks",
    "compared_on": "comparison of artworks",
    "fitted_on": "fitting of style metrics",
    "judged_on": "judging of style metrics",
    "known_walks_on": "scoring of known walks",
}
_WIDTH, _INDENT, _NAMED = 100, 17, 3
_SHOWN = 200  # characters of a value or a name
_LARGEST, _DEEPEST = 100_000_000, 50  # bytes of a record; maps in maps
_ADVICE = "Run the study again: the workflow writes it as its last step."


Nested = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Stage:
    """Where two runs differ in one stage of the pipeline.

    Attributes:
        name: the stage.
        changed: the files that both runs have with different content, in the pipeline's order.
        alone: the files that only one of them has.
        common: how many files both have.
    """

    name: str
    changed: list[str]
    alone: list[str]
    common: int


@dataclass(frozen=True)
class Differences:
    """What two records say.

    Attributes:
        reasons: subject and words of everything that may make two runs differ.
        stages: the stages whose files differ, in the pipeline's order.
    """

    reasons: list[tuple[str, str]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)


def read_record(folder: str | Path) -> dict[str, Any]:
    """The record of a finished run.

    Args:
        folder: its results folder.

    Raises:
        StylewalkError: there is none, or it is damaged or of another version of Stylewalk.
    """
    path = Path(folder) / RECORD
    if not path.is_file():
        what = "is no folder"
        if Path(folder).is_dir():
            what = f"has a {RECORD} that is no file" if path.exists() else f"has no {RECORD}"
        raise StylewalkError(
            f"{folder} {what}. Give the results folder of a finished study, such as results/demo."
        )
    record = _read(path)
    if not isinstance(record, dict) or "format" not in record:
        raise StylewalkError(f"{path} is no record of a run of Stylewalk. {_ADVICE}")
    if type(record["format"]) is not int or record["format"] != FORMAT:
        raise StylewalkError(
            f"{path} has format {_text(record['format'])}, and this Stylewalk reads format "
            f"{FORMAT}. Compare the runs with the Stylewalk that made them."
        )
    broken = [part for part in _PARTS if not isinstance(record.get(part), dict)]
    for part in [part for part in ("jobs", "data") if part not in broken]:
        broken += [f"{part}.{k}" for k, facts in record[part].items() if type(facts) is not dict]
    if broken:
        raise StylewalkError(f"{path} lacks a map of {_some(broken)}. {_ADVICE}")
    sums = {"sources": record["sources"]} | {f"data.{k}": v for k, v in record["data"].items()}
    broken = [f"{part}.{k}" for part in sums for k, v in sums[part].items() if type(v) is not str]
    if broken:
        raise StylewalkError(f"{path} has no sum, which is a text, at {_some(broken)}. {_ADVICE}")
    return record


def _read(path: Path) -> Any:
    """What is in a JSON file of a moderate size and depth."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"it has more than {_LARGEST:,} bytes, and a record has far fewer")
        record = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_map)
        if _is_deeper(record, _DEEPEST):
            raise RecursionError
    except RecursionError:
        reason = f"its maps and lists lie more than {_DEEPEST} deep in one another"
        raise StylewalkError(f"{path} cannot be read as JSON ({reason}). {_ADVICE}") from None
    except (OSError, ValueError) as error:
        raise StylewalkError(f"{path} cannot be read as JSON ({error}). {_ADVICE}") from error
    return record


def _map(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A map in JSON; of two values under one key, which one counts would be chance."""
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {_text(twice)} is given twice in a map")
    return record


def _is_deeper(value: Any, most: int) -> bool:
    """Whether maps and lists lie deeper in one another; without recursion, which they may break."""
    level = [value]
    for _ in range(most):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(value, dict | list) for value in level)


def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> Differences:
    """Compare two records, as :func:`read_record` gives them."""
    reasons = [
        *(("config", words) for words in _config(a["config"], b["config"])),
        *(("source", words) for words in _sources(a["sources"], b["sources"])),
        *(("versions", words) for words in _facts(a["versions"], b["versions"])),
        *(("machine", words) for words in _facts(a["machine"], b["machine"])),
        *(("jobs", words) for words in _jobs(a["jobs"], b["jobs"])),
    ]
    return Differences(reasons, list(_stages(a["data"], b["data"])))


def _config(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    """Keys with other values; the name of the run is none of them, since it changes nothing."""
    leaves = [dict(_leaves({key: facts[key] for key in facts if key != "run"})) for facts in (a, b)]
    yield from _facts(*leaves)
    for key in a:
        here, there = a[key], b.get(key)
        if not (isinstance(here, dict) and isinstance(there, dict)):
            continue
        if [name for name in here if name in there] != [name for name in there if name in here]:
            yield f"{key}: in another order, which is that of the tables' rows"


def _leaves(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no map, with the path of its key."""
    for key, value in facts.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _facts(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[str]:
    """Facts of one name and another value."""
    for key in dict.fromkeys([*a, *b]):
        texts = [_json(facts[key]) if key in facts else "not there" for facts in (a, b)]
        if texts[0] != texts[1]:
            yield f"{_text(key)}: {_cut(texts[0])} | {_cut(texts[1])}"


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(value: Any) -> str:
    """A value as a person is to read it, of a long one the beginning."""
    return _cut(_json(value))


def _cut(text: str) -> str:
    shown = text[:_SHOWN]
    return shown if shown == text else f"{shown}... ({len(text):,} characters)"


def _sources(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[str]:
    """The scripts behind which the source has changed, in one line."""
    changed = [name for name in dict.fromkeys([*a, *b]) if a.get(name) != b.get(name)]
    if changed:
        yield f"other source behind {_some(changed, len(changed))}"


def _jobs(a: Nested, b: Nested) -> Iterator[str]:
    """Facts of the same jobs that differ: one line for all jobs that differ alike."""
    totals = Counter(_work(name) for name in a if name in b)
    works_of: dict[str, Counter[str]] = {}
    for name in a:
        for words in _facts(a[name], b[name]) if name in b else ():
            works_of.setdefault(words, Counter()).update([_work(name)])
    for words, works in works_of.items():
        total = sum(totals[work] for work in works)
        yield f"{words} ({', '.join(works)}: {works.total()} of {total} jobs)"


def _work(name: str) -> str:
    """What a job does, by the name of the file that says what it ran on."""
    return _WORK.get(Path(name).stem, Path(name).stem)


def _stages(a: Nested, b: Nested) -> Iterator[Stage]:
    """The stages with a difference, in the order of the pipeline."""
    for name in dict.fromkeys([*a, *b]):
        here, there = a.get(name, {}), b.get(name, {})
        common = [path for path in here if path in there]
        changed = [path for path in common if here[path] != there[path]]
        alone = [path for path in [*here, *there] if (path in here) != (path in there)]
        if changed or alone:
            yield Stage(name, changed, alone, len(common))


def report(names: tuple[str, str], compared: Differences) -> str:
    """Differences as lines for the terminal.

    Args:
        names: how the two runs are called.
        compared: what :func:`compare` gives.
    """
    lines = [f"{names[0]} | {names[1]}", ""]
    if compared.reasons:
        lines.append("Why they may differ:")
        for subject, words in compared.reasons:
            lines += _line(subject, words)
    else:
        lines.append("The records give no reason to differ.")
    lines += ["", *_results(compared)]
    return "\n".join(lines)


def _results(compared: Differences) -> Iterator[str]:
    if not compared.stages:
        yield "Nothing differs: every picture, weight, latent and table has the same content."
        return
    yield "What differs, in the order of the pipeline:"
    for stage in compared.stages:
        name = stage.name.replace("_", " ")
        if stage.changed:
            words = f"{len(stage.changed)} of {stage.common} files: {_some(stage.changed)}"
            yield from _line(name, words)
        if stage.alone:
            yield from _line(name, f"in one run only: {_some(stage.alone)}")
    changed = [path for stage in compared.stages for path in stage.changed]
    if changed:
        yield f"The first to differ is {changed[0]}."
        if not compared.reasons:
            yield "Look for a file that was damaged or changed by hand, or an operation on a GPU"
            yield "that has no deterministic version: the logs warn of it."


def _some(names: list[str], most: int = _NAMED) -> str:
    """A few of many names."""
    more = len(names) - most
    return ", ".join(map(_cut, names[:most])) + (f" and {more} more" if more > 0 else "")


def _line(subject: str, words: str) -> list[str]:
    return textwrap.wrap(
        words,
        _WIDTH,
        initial_indent=f"  {subject:<{_INDENT - 2}}",
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
