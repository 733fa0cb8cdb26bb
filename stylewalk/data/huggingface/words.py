"""What the library ``datasets`` could not do, said in words."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from stylewalk.errors import StylewalkError

_WAITS_S = (1, 4, 15)  # the library waits likewise where it reads
_UNREACHABLE = {"ConnectionError", "TimeoutError", "TransportError", "HfHubHTTPError"}
_REFUSALS = {"RepositoryNotFoundError", "RevisionNotFoundError", "DatasetNotFoundError"}
_ANSWERS = _REFUSALS | {"EntryNotFoundError"}  # the hub was reached


@contextlib.contextmanager
def in_words(name: str) -> Iterator[None]:
    """Tell in words what the library could not do; its errors are of many kinds."""
    try:
        yield
    except StylewalkError:
        raise
    except Exception as error:
        raise StylewalkError(_advice(name, error)) from error


def patiently(ask: Callable[[], Any]) -> Any:
    """The answer of the hub, which is asked again where it could not be reached."""
    for wait in _WAITS_S:
        try:
            return ask()
        except Exception as error:
            if not _kinds(error) & _UNREACHABLE or _kinds(error) & _ANSWERS:
                raise
            print(f"The hub could not be reached ({error}); once more in {wait} s.", flush=True)
            time.sleep(wait)
    return ask()


def _kinds(error: Exception) -> set[str]:
    """Names of an error's classes: which client of the hub raises them depends on its version."""
    return {kind.__name__ for kind in type(error).__mro__}


def _advice(name: str, error: Exception) -> str:
    """What went wrong with a data set, and what to do."""
    kinds = _kinds(error)
    page = f"https://huggingface.co/datasets/{name}"
    why = " ".join(str(error).split())[:400] or type(error).__name__
    # Whole numbers: the address in a message may have such figures, too.
    if "GatedRepoError" in kinds or re.search(r"\b40[13]\b", why):
        return (
            f"The data set {name} is not open to everyone, or does not exist. Look at {page}, "
            f"accept its terms there, log in with `hf auth login`, and run again. ({why})"
        )
    if kinds & {"RevisionNotFoundError"}:
        return f"The data set {name} has no such dataset.huggingface.revision: see {page}. ({why})"
    if kinds & _REFUSALS:
        return (
            f"dataset.huggingface.name: there is no data set {name} on the Hugging Face hub, and "
            f"no folder of this name here. Correct the name. ({why})"
        )
    if kinds & _UNREACHABLE:
        return (
            f"The data set {name} could not be read from the Hugging Face hub, after several "
            f"attempts: {why}. See to the connection to the internet and run again, or copy the "
            "data set here and give its folder as dataset.huggingface.name."
        )
    if "OSError" in kinds and getattr(error, "errno", None):
        return f"The data set {name} could not be read: {why}."
    return (
        f"The data set {name} cannot be used: {why}. Correct dataset.huggingface in the config, or "
        "replace the files of the data set if they are damaged."
    )
