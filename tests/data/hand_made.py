"""Small collections made by hand, and what the tests of several modules do with them."""

import pandas as pd
from PIL import Image

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, REJECTED, SELECTED
from stylewalk.data.packing import pack_images
from stylewalk.data.selection import select_artworks


def metadata(rows):
    """Rows of (class, file name) in the layout of read_metadata."""
    frame = pd.DataFrame(rows, columns=["style", "new_filename"], dtype=object)
    return frame.assign(artist="Somebody", title="", date="c. 1880", content="", content_group="")


def many(name, count):
    return [(name, f"{name}{number}.png") for number in range(count)]


def select(rows, classes, per_class=None, seed=0):
    selected, rejected = select_artworks(metadata(rows), classes, "style", per_class, seed)
    tables.conform(selected, SELECTED)
    tables.conform(rejected, REJECTED)
    return selected, rejected


def write_pictures(folder, names):
    """A picture of one colour for each name: its red is its place among the names."""
    for place, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16), (place, 100, 200)).save(folder / name)


def pack(selected, folder, share=0.0, **options):
    images, artworks, rejected = pack_images(
        selected, folder, 16, "stretch", 0.2, 0, share, **options
    )
    tables.conform(artworks, ARTWORKS)
    tables.conform(rejected, REJECTED)
    return images, artworks, rejected
