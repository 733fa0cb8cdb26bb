"""Emoji: the same contents drawn by four hands, out of npm packages of SVG.

Content and style are both known, so that a metric of style, or a model, can be told right or wrong.
The packages are Iconify's; the numbers that follow a package's name are its version and the SHA-256
of the file that ``npm pack`` writes.
"""

from typing import NamedTuple


class Hand(NamedTuple):
    """One set of emoji.

    Attributes:
        prefix: of its icons, and of the names of the pictures.
        version: of its package.
        sha256: of the package's file.
        artist: who drew it.
        license: of its pictures.
    """

    prefix: str
    version: str
    sha256: str
    artist: str
    license: str

    @property
    def package(self) -> str:
        """The name on npm."""
        return f"@iconify-json/{self.prefix}"

    @property
    def file(self) -> str:
        """The name that ``npm pack`` gives to its file."""
        return f"iconify-json-{self.prefix}-{self.version}.tgz"

    @property
    def url(self) -> str:
        """Where the file lies."""
        name = self.file.removeprefix("iconify-json-")
        return f"https://registry.npmjs.org/{self.package}/-/{name}"


HANDS = {
    "Noto": Hand(
        "noto",
        "1.2.9",
        "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
        "Google Inc",
        "Apache-2.0",
    ),
    "Twemoji": Hand(
        "twemoji",
        "1.2.5",
        "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
        "Twitter",
        "CC-BY-4.0",
    ),
    "OpenMoji": Hand(
        "openmoji",
        "1.2.29",
        "03181e2c156cab35cf4a62f1f7886bd971d59212e75ac3f189d5a4cae3930fc5",
        "OpenMoji",
        "CC-BY-SA-4.0",
    ),
    "Fluent": Hand(
        "fluent-emoji-flat",
        "1.2.6",
        "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
        "Microsoft Corporation",
        "MIT",
    ),
}
CONTENTS = 1586
"""Code points that all four packages draw, without flags and tones of skin."""
