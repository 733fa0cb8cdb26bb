"""The pictures that ``explorer.pairs`` names, by number or by file name.

A number is the row of a picture in this study, which is another picture once one is added before
it. So numbers are written down with the file that each meant when it was first taken.
"""

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from stylewalk.errors import StylewalkError, did_you_mean

End = int | str
_NUMBER = re.compile("0|[1-9][0-9]*", re.ASCII)  # 0012 is no number, but may be a file
_SHOWN = 3  # file names in an error
_DIGITS = 20  # of a number in it


def check(
    pairs: Sequence[Sequence[End]],
    count: float,
    names: Sequence[str] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> None:
    """Refuse ends that no picture of a study can be.

    Args:
        pairs: ``explorer.pairs`` of the config.
        count: pictures of the study, at most.
        names: their file names, as far as these are known; more than there will be do no harm.
        left_out: file names that are not among them, with the reason.

    Raises:
        StylewalkError: a number is too large, or a file name is not among the names; all such ends
            are named.
    """
    faults = []
    rows = None if names is None else _rows(names)
    for place, ends in enumerate(pairs):
        for end in ends:
            if fault := _fault(end, count, rows, left_out or {}):
                faults.append(f"explorer.pairs[{place}]: {fault}")
    _refuse(faults)


def resolve(
    pairs: Sequence[Sequence[End]],
    names: Sequence[str],
    left_out: Mapping[str, str] | None = None,
    earlier: Mapping[str, str] | None = None,
) -> list[list[int]]:
    """The ids of the artworks that pairs name.

    Args:
        pairs: ``explorer.pairs`` of the config.
        names: file name of each artwork of the study, by its id.
        left_out: file names that are not among them, with the reason.
        earlier: which file a number once meant: see :func:`numbers`.

    Raises:
        StylewalkError: there is no such artwork, a text is both a number and the name of another
            artwork's file, both ends are one artwork, or a pair is there twice.
    """
    rows = _rows(names)
    resolved: list[list[int]] = []
    faults: list[str] = []
    for place, ends in enumerate(pairs):
        where = f"explorer.pairs[{place}]"
        own = [_fault(end, len(names), rows, left_out or {}, earlier) for end in ends]
        own += [_ambiguous(end, rows) for end in ends]
        if any(own):
            faults += [f"{where}: {fault}" for fault in own if fault]
            continue
        ids = [_row(end, rows) for end in ends]
        if ids[0] == ids[1]:
            faults.append(
                f"{where}: {ends[0]} and {ends[1]} are one picture ({names[ids[0]]}); "
                "a walk has two different ends."
            )
        elif ids in resolved:
            same = f"explorer.pairs[{resolved.index(ids)}]"
            faults.append(f"{where}: the same as {same}; leave it out.")
        resolved.append(ids)
    _refuse(faults)
    return resolved


def numbers(pairs: Sequence[Sequence[End]], names: Sequence[str]) -> dict[str, str]:
    """The file that each number of some pairs means, by the number."""
    rows = _rows(names)
    ends = [end for pair in pairs for end in pair if _is_number(end) and _plain(end) not in rows]
    return {str(end): names[int(end)] for end in ends}


def changes(
    pairs: Sequence[Sequence[End]], now: Mapping[str, str], earlier: Mapping[str, str]
) -> str:
    """What to say where numbers mean other pictures than when they were first taken.

    Args:
        pairs: ``explorer.pairs`` of the config.
        now, earlier: the files that numbers mean and meant: see :func:`numbers`.

    Returns:
        Sentences; blank where every number means what it meant.
    """
    moved = [number for number in now if earlier.get(number, now[number]) != now[number]]
    if not moved:
        return ""
    moves = "; ".join(f"{n} was {earlier[n]} and is {now[n]} now" for n in moved)
    return (
        "The artworks of this study have changed since the pairs of explorer.pairs were first "
        f"taken, and so have the pictures that numbers name: {moves}. Name them by file, which "
        f"stays. As they are now: {as_config(_named(pairs, now))}; as they were, where these are "
        f"still there: {as_config(_named(pairs, dict(now) | dict(earlier)))}."
    )


def spelled(name: str) -> str:
    """A file name as it stands in ``explorer.pairs``, where digits alone are a number."""
    return f"./{name}" if _NUMBER.fullmatch(name) else name


def as_config(pairs: Iterable[Sequence[End]]) -> str:
    """Pairs as they stand in a config."""
    text = json.dumps([list(pair) for pair in pairs], ensure_ascii=False)
    # YAML takes these for line breaks, or not at all.
    text = re.sub("[\x7f-\xa0\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign[0]):04x}", text)
    return f"explorer: {{pairs: {text}}}"


def read_numbers(path: str | os.PathLike[str]) -> dict[str, str]:
    """What :func:`numbers` gave when each was first taken; none where that is not known."""
    try:
        files = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(files, dict):
        return {}
    return {number: name for number, name in files.items() if isinstance(name, str)}


def read_ids(path: str | os.PathLike[str]) -> tuple[list[list[int]], str]:
    """The ids of the ends of pairs, and what :func:`changes` said of them.

    Raises:
        StylewalkError: the file is absent or damaged.
    """
    try:
        written = json.loads(Path(path).read_text(encoding="utf-8"))
        return written["pairs"], written["changes"]
    except (OSError, ValueError, RecursionError, TypeError, KeyError) as error:
        raise StylewalkError(
            f"{path} does not say which pictures pairs join ({error}). Delete it and run again: "
            "the workflow makes it again."
        ) from error


def _named(pairs: Sequence[Sequence[End]], names: Mapping[str, str]) -> Iterator[list[End]]:
    """Pairs with file names for numbers."""
    for pair in pairs:
        yield [spelled(names[str(end)]) if str(end) in names else end for end in pair]


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in dict.fromkeys(faults))
        raise StylewalkError(f"Pairs of explorer.pairs are none of this study.\n{lines}")


def _plain(end: End) -> str:
    """One text for ``a.jpg``, ``./a.jpg`` and ``b//a.jpg``'s like."""
    return str(PurePosixPath(str(end)))


def _rows(names: Sequence[str]) -> dict[str, int]:
    """The row of each file name."""
    return {_plain(name): row for row, name in enumerate(names)}


def _is_number(end: End) -> bool:
    return isinstance(end, int) or _NUMBER.fullmatch(end) is not None


def _row(end: End, rows: Mapping[str, int]) -> int:
    """The row of an end that is without fault."""
    if isinstance(end, str) and _plain(end) in rows:
        return rows[_plain(end)]
    return int(end)


def _fault(
    end: End,
    count: float,
    rows: Mapping[str, int] | None,
    left_out: Mapping[str, str],
    earlier: Mapping[str, str] | None = None,
) -> str:
    """Why an end is no picture of the study; blank where it may be one."""
    if isinstance(end, str) and (rows is None or _plain(end) in rows):
        return ""
    if not _is_number(end):
        return _unknown(str(end), rows or {}, left_out)
    digits = str(end)
    # Python refuses to read thousands of them.
    if count == math.inf or (len(digits) <= len(str(count)) and int(digits) < count):
        return ""
    short = digits if len(digits) <= _DIGITS else f"{digits[:_DIGITS]}…"
    text = f"there is no picture {short}: they are numbered from 0 to {count - 1:,}"
    if was := (earlier or {}).get(digits):
        text += f"; when it was first taken, it was {was!r}"
    return f"{text}. See the column id of artworks.parquet, or write a file's name."


def _unknown(name: str, rows: Iterable[str], left_out: Mapping[str, str]) -> str:
    """A file name that is none of the study's, with the nearest."""
    if reason := {_plain(n): why for n, why in left_out.items()}.get(_plain(name)):
        return f"the picture {name!r} is not in this study: {reason}."
    last = PurePosixPath(name).name.casefold()
    same = [other for other in rows if PurePosixPath(other).name.casefold() == last]
    if re.fullmatch("0+[0-9]+", name):
        hint = f" (the picture of this number is written {int(name)})"
    elif same and last:
        more = f" and {len(same) - _SHOWN:,} more" if len(same) > _SHOWN else ""
        shown = ", ".join(repr(other) for other in same[:_SHOWN])
        hint = f" (did you mean {shown}{more}?)"
    else:
        hint = did_you_mean(name, rows)
    return (
        f"there is no picture {name!r} in this study{hint}. Write its path inside the folder of "
        "images, as it stands in the column filename of artworks.parquet."
    )


def _ambiguous(end: End, rows: Mapping[str, int]) -> str:
    """Why a text may mean two pictures; blank where it means one."""
    if not isinstance(end, str) or not _NUMBER.fullmatch(end) or end not in rows:
        return ""
    if rows[end] == int(end) or int(end) >= len(rows):
        return ""
    return (
        f"{end!r} is a picture's number and another one's file. Write './{end}' for the file; "
        "the number is written without quotes in a config file, or by its own file's name."
    )


def read_names(artworks: str | Path, rejected: str | Path) -> tuple[list[str], dict[str, str]]:
    """The file names of a study's artworks, and of those that were left out with the reason.

    Raises:
        StylewalkError: a table is absent or damaged.
    """
    from stylewalk import tables  # every call of the workflow reads this module, few read tables
    from stylewalk.catalogue.data import ARTWORKS, REJECTED

    names = tables.read_table(artworks, ARTWORKS)["filename"]
    out = tables.read_table(rejected, REJECTED)
    return list(names), dict(zip(out["filename"], out["reason"], strict=True))
