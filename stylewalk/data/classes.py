"""How many pictures each class has, and whether those of a study are there.

Apart from what reads the metadata, since every call of the workflow comes through here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from stylewalk.errors import StylewalkError, did_you_mean

_CLASSES_SHOWN = 20


def class_counts(labels: Iterable[str]) -> dict[str, int]:
    """Rows of each class, most frequent first; rows without a class are not counted."""
    counts = Counter(labels)
    pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {name: count for name, count in pairs if name}


def held_out(count: int, validation_fraction: float) -> int:
    """How many of so many pictures of a class, 2 or more, the split gives to validation."""
    return max(1, min(round(validation_fraction * count), count - 1))


def check_classes(
    counts: Mapping[str, float], classes: Sequence[str], where: str, hint: str = ""
) -> None:
    """Check that every class asked for is there and can be split.

    Args:
        counts: rows of each class: see :func:`class_counts`; infinite where there are enough.
        classes: classes asked for.
        where: what was counted, in words: ``column style of metadata.csv``.
        hint: a sentence to add to an error, after a space.

    Raises:
        StylewalkError: a class is absent or has one row; all such classes are named.
    """
    faults = [
        f"there is no class {name!r}{did_you_mean(name, counts)}"
        if not counts.get(name)
        else f"class {name!r} has one picture and cannot be split into training and validation; "
        "at least 2 are needed"
        for name in classes
        if counts.get(name, 0) < 2
    ]
    if faults:
        present = some([f"{name} ({count:,})" for name, count in counts.items()])
        raise StylewalkError(
            f"In {where} {'; '.join(faults)}. Classes there: {present or 'none'}.{hint}"
        )


def some(names: Sequence[str]) -> str:
    """The first of many names."""
    more = len(names) - _CLASSES_SHOWN
    return ", ".join(names[:_CLASSES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
