"""The procedural painter: small paintings whose content and manner are known.

The embedded default data. Every picture is made in two steps: a scene (``scene.py`` and the
modules of the contents) fixes what is seen, and a manner puts it into paint. The same scene is
painted in all manners, so that style and content vary independently of each other.
"""

from stylewalk.painter.collection import contact_sheet, paint_collection, save_contact_sheet
from stylewalk.painter.picture import CONTENTS, MANNERS, paint

__all__ = [
    "CONTENTS",
    "MANNERS",
    "contact_sheet",
    "paint",
    "paint_collection",
    "save_contact_sheet",
]
