"""Templates of the pages, which escape all that they are given, and what a page may run."""

import base64
import hashlib
from collections.abc import Iterable

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(package: str) -> Environment:
    """The templates in the folder ``templates`` of a package; a name that is missing is refused."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def policy(styles: Iterable[str], scripts: Iterable[str], beside: bool = False) -> str:
    """A content security policy: nothing from outside, no style and no script but the page's own.

    Args:
        styles: what stands inside the page's style elements, to the last blank.
        scripts: the same of its script elements.
        beside: whether it shows pictures that lie beside it.
    """
    # A file's own origin is none: without "file:" browsers need not take its neighbours for it.
    pictures = "data: blob: 'self' file:" if beside else "data: blob:"
    return (
        f"default-src 'none'; img-src {pictures}; style-src {_sums(styles)}; "
        f"script-src {_sums(scripts)}; base-uri 'none'; form-action 'none'"
    )


def _sums(texts: Iterable[str]) -> str:
    sums = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{one}'" for one in sums)
