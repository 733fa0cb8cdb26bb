"""The procedural painter: small paintings whose content and style are known.

The embedded default data. Every picture is made in two steps: a scene (``scene.py`` and the
modules of the contents) fixes what is seen, and a style puts it into paint. The same scene is
painted in all styles, so that style and content vary independently of each other.
"""

STYLES = ("Expressionism", "Impressionism", "Realism", "Romanticism")
