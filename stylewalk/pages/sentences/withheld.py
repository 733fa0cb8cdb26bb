"""Where no metric sees style, nothing is said of style."""

from collections.abc import Callable
from functools import wraps

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Tables
from stylewalk.style.validity import passed, strictest


def of_style(write: Callable[..., str]) -> Callable[..., str]:
    """A sentence on style, in whose place one stands that says why there is none.

    So it is where the study's labels could tell whether its metrics see style, and none does.
    Without labels nobody knows, and the sentence stays.
    """

    @wraps(write)
    def written(study: Study, tables: Tables, *about: str) -> str:
        text = write(study, tables, *about)
        return _instead(study) if text and seeing(tables) == [] else text

    return written


def seeing(tables: Tables) -> list[str] | None:
    """The metrics that see style on the study's pictures; None where no label can tell."""
    table = tables.get("metric_validity")
    return passed(table) if table is not None and strictest(table) else None


def _instead(study: Study) -> str:
    by = f" by {study.metric}" if study.metric else ""
    return (
        "No metric is shown to see style on these pictures, so nothing is said of it here: what "
        f"is shown are distances of pictures{by}."
    )
