"""The colours that several pages share."""

from importlib import resources


def palette() -> str:
    """Custom properties of CSS, light and dark.

    Whoever takes them by this function is made again when they change.
    """
    path = resources.files("stylewalk.pages") / "templates" / "palette.css"
    return path.read_text(encoding="utf-8")
