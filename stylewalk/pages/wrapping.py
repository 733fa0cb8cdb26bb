"""Where a text of the page may go on in the next line."""

from markupsafe import Markup


def unbroken(text: str) -> str:
    """A text whose per cent signs stay with their numbers."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def breakable(name: str) -> Markup:
    """A name that may wrap after its underscores."""
    return Markup("_<wbr>").join(name.split("_"))
