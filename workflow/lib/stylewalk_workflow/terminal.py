"""Text for a terminal: what it would take for a command is shown, not sent."""

import contextlib
import sys
import unicodedata

# Controls, invisible marks (such as those that turn the direction of text round), halves of
# characters, and ends of lines and paragraphs.
_COMMANDS = ("Cc", "Cf", "Cs", "Zl", "Zp")


def printable(text: str, encoding: str | None = None) -> str:
    """A text in which a terminal finds no command: ESC becomes the four characters ``\\x1b``.

    Args:
        text: ends of lines stay.
        encoding: of the stream; characters that it lacks are written as escapes, too.
    """
    shown = "".join(
        char
        if char == "\n" or unicodedata.category(char) not in _COMMANDS
        else char.encode("unicode-escape").decode("ascii")
        for char in text
    )
    encoding = encoding or "utf-8"
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def tell(line: str) -> None:
    """Say a line on standard error, where somebody reads it."""
    with contextlib.suppress(OSError):  # nobody reads it
        print(printable(line, getattr(sys.stderr, "encoding", None)), file=sys.stderr, flush=True)
