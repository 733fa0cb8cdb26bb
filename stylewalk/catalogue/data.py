"""The chapter on the data: which artworks there are, and how alike they are in style."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Array, Chapter, Figure, Plot, Table

ARTWORKS = Table(
    "artworks",
    "artworks",
    {
        "id": columns.ID,
        "class": columns.CLASS,
        "split": ("str", "training or validation"),
        "artist": ("str", "artist, empty where unknown"),
        "title": ("str", "title, empty where unknown"),
        "content": ("str", "what is shown, alike in several classes; empty where unknown"),
        "content_group": ("str", "kind of what is shown; empty where unknown"),
        "year": ("int", "year in which the work was begun, null where unknown"),
        "century": ("int", "century, 19 for 1801 to 1900, null where unknown"),
        "filename": ("str", "path of the image inside the folder of images"),
    },
    file="artworks.parquet",
)
SELECTED = Table(
    "selected",
    "selected artworks, before their images are decoded",
    {
        "row": ("int", "row of the metadata, from 0"),
        "class": columns.CLASS,
        "artist": ARTWORKS.columns["artist"],
        "title": ARTWORKS.columns["title"],
        "content": ARTWORKS.columns["content"],
        "content_group": ARTWORKS.columns["content_group"],
        "year": ARTWORKS.columns["year"],
        "century": ARTWORKS.columns["century"],
        "filename": ARTWORKS.columns["filename"],
    },
    file="selected.parquet",
)
REJECTED = Table(
    "rejected",
    "artworks left out, with the reason",
    {
        "row": ("int", "row of the metadata, from 0"),
        "class": columns.CLASS,
        "filename": ("str", "name of the image as the metadata gives it"),
        "kind": ("str", "duplicate, path, format, missing, unreadable or too_large"),
        "reason": ("str", "the reason in words"),
    },
    file="rejected.parquet",
)
DUPLICATES = Table(
    "duplicates",
    "pictures that are the same, or nearly, as another",
    {
        "group": ("int", "number of the group, from 1, in the order of the metadata"),
        "id": ("int", "row of the artwork in images.npy, null where it was left out"),
        "class": columns.CLASS,
        "split": ("str", "training or validation, empty where it was left out"),
        "filename": ARTWORKS.columns["filename"],
        "difference": (
            "float",
            "mean absolute difference from the group's first, in levels of 255",
        ),
    },
    file="duplicates.parquet",
)
ARTWORK_STYLE_LOSS = Table(
    "artwork_style_loss",
    "artworks of most and least alike style, out of a sample",
    {
        "kind": ("str", "alike: the closest of two classes; unlike: the farthest of one class"),
        "class_a": ("str", "class of the first artwork"),
        "class_b": ("str", "class of the second artwork"),
        "rank": ("int", "rank within kind and classes, from 1"),
        "id_a": ("int", "first artwork"),
        "id_b": ("int", "second artwork"),
        "value": ("float", "Gatys style loss between the two images as packed"),
    },
)
CLASS_STYLE_LOSS = Table(
    "class_style_loss",
    "style loss between artworks of a sample, by their classes",
    {
        "class_a": ("str", "class of the first artwork"),
        "class_b": ("str", "class of the second artwork; the same as class_a within a class"),
        "n": ("int", "pairs of artworks"),
        "median": ("float", "median Gatys style loss"),
        "low": ("float", "5th percentile"),
        "high": ("float", "95th percentile"),
    },
)

IMAGES = Array("images", "images.npy")

CHAPTER = Chapter(
    "data",
    "Data",
    tables=(ARTWORK_STYLE_LOSS, CLASS_STYLE_LOSS),
    plots=(
        Plot(
            "dataset",
            (
                Figure("dataset_overview", (ARTWORKS,), "dataset.overview"),
                Figure("dataset_examples", (ARTWORKS,), "dataset.examples"),
            ),
            inputs=(IMAGES,),
            settings=("classes",),
        ),
        Plot(
            "similarity",
            (
                Figure(
                    "dataset_style_similarity",
                    (CLASS_STYLE_LOSS, ARTWORK_STYLE_LOSS, ARTWORKS),
                    "dataset.style_similarity",
                ),
            ),
            inputs=(IMAGES,),
            settings=("classes",),
        ),
    ),
    finding="dataset.sentence_of_data",
)
