"""The figure of alike and unlike artworks shows what the tables say."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk.plots import similarity, theme
from stylewalk.style.similarity import pick_pairs

CLASSES = ["Realism", "Romanticism", "Cubism"]


@pytest.fixture
def figures(monkeypatch):
    """The figures themselves instead of their files, by name."""
    kept = {}

    def keep(figure, folder, drawn):
        kept[drawn.name] = figure
        figure.savefig(io.BytesIO(), format="png", dpi=40)
        return drawn

    monkeypatch.setattr(theme, "save", keep)
    return kept


def make(classes=CLASSES, count=4, seed=0, titles="Untitled"):
    """Tables, artworks and pictures; artwork i has the grey i."""
    rng = np.random.default_rng(seed)
    names = [name for name in classes for _ in range(count)]
    size = len(names)
    half = rng.lognormal(size=(size, size))
    sample = pd.DataFrame({"id": range(size), "class": names})
    pairs, spread = pick_pairs(half + half.T, sample)
    artworks = sample.assign(
        artist=[f"Artist {i}" for i in range(size)],
        title=titles,
        filename=[f"{i}.jpg" for i in range(size)],
    )
    images = np.repeat(np.arange(size, dtype=np.uint8), 8 * 8 * 3).reshape(size, 8, 8, 3)
    return pairs, spread, artworks, images, list(classes)


def shown(figure):
    """Pairs of ids in the figure, with the left edge of each pair's first picture."""
    images = figure.axes[0].images
    greys = [int(np.asarray(image.get_array()).flat[0]) for image in images]
    edges = [image.get_extent()[0] for image in images]
    return list(zip(greys[::2], greys[1::2], edges[::2], strict=True))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_pairs_of_the_table_are_shown_in_their_halves_with_names_and_losses(figures):
    pairs, spread, artworks, images, classes = make(count=8)
    similarity.draw(pairs, spread, artworks, images, classes, "unused", False)
    figure = figures["dataset_style_similarity"]
    listed = {(row.id_a, row.id_b): row for row in pairs.itertuples()}
    listed_rows = [listed[a, b] for a, b, _ in shown(figure)]
    assert [(row.kind, row.class_a, row.class_b) for row in listed_rows] == [
        ("alike", "Realism", "Romanticism"),
        ("alike", "Realism", "Cubism"),
        ("alike", "Romanticism", "Cubism"),
        ("unlike", "Realism", "Realism"),
        ("unlike", "Romanticism", "Romanticism"),
        ("unlike", "Cubism", "Cubism"),
    ]
    for row, (_, _, left) in zip(listed_rows, shown(figure), strict=True):
        assert (left < theme.WIDTH / 2) == (row.kind == "alike")
    medians = spread.set_index(["class_a", "class_b"])["median"]
    losses = [text for text in texts(figure) if text.startswith("style loss")]
    assert losses == [
        f"style loss {theme.compact(row.value)}, "
        f"median {theme.compact(medians[row.class_a, row.class_b])}"
        for row in listed_rows
    ]
    named = [text for text in texts(figure) if text.startswith("Artist")]
    assert named == [f"Artist {i}, “Untitled”" for row in listed_rows for i in (row.id_a, row.id_b)]


def rows(*entries, kind="alike"):
    """Table ARTWORK_STYLE_LOSS from (class_a, class_b, rank, id_a, id_b, value)."""
    columns = ["class_a", "class_b", "rank", "id_a", "id_b", "value"]
    return pd.DataFrame(entries, columns=columns).assign(kind=kind)


def test_an_artwork_that_was_shown_gives_way_to_the_next_rank_where_there_is_one():
    table = rows(
        ("A", "C", 1, 1, 9, 1.0),
        ("A", "C", 2, 2, 8, 2.0),
        ("A", "B", 1, 1, 5, 1.0),
        ("B", "C", 1, 5, 8, 1.0),
        ("B", "C", 2, 6, 8, 3.0),
    )
    chosen = similarity.choose(table, ["A", "B", "C"])
    # A with B first, by the order of classes; all pairs of B with C hold a shown artwork.
    assert chosen[["id_a", "id_b"]].to_numpy().tolist() == [[1, 5], [2, 8], [5, 8]]


@pytest.mark.parametrize(("kind", "sign"), [("alike", 1), ("unlike", -1)])
def test_of_many_the_most_extreme_are_kept_in_order(kind, sign):
    values = [3, 9, 1, 8, 2, 7, 4, 5]
    names = "ABCDEFGH"
    entries = [(a, a, 1, 2 * i, 2 * i + 1, values[i]) for i, a in enumerate(names)]
    chosen = similarity.choose(rows(*entries, kind=kind), list(names))
    extreme = sorted(values, key=lambda value: sign * value)[: similarity.MOST]
    assert chosen["value"].tolist() == [value for value in values if value in extreme]


@pytest.mark.parametrize("count", [1, 10])
def test_one_class_and_ten_classes_with_long_names_stay_in_the_frame(figures, count):
    names = [f"A rather long name of a class of {i} artworks" for i in range(count)]
    pairs, spread, artworks, images, classes = make(names, titles="A very long title " * 9)
    (drawn,) = similarity.draw(pairs, spread, artworks, images, classes, "unused", True)
    figure = figures["dataset_style_similarity"]
    assert len(shown(figure)) == (1 if count == 1 else 2 * similarity.MOST)
    assert ("of 45)" in drawn.caption) == (count == 10)
    assert ("each two classes" in drawn.caption) == (count == 10)
    width, height = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert all(box.x0 >= 0 and box.x1 <= width - 4 for box in boxes)
    assert all(box.y0 >= 0 and box.y1 <= height for box in boxes)
    left = [box for box in boxes if box.x0 < width / 2]
    if count == 10:
        assert max(box.x1 for box in left) < width / 2 - 4


def test_files_are_written_and_the_same_again(tmp_path):
    pairs, spread, artworks, images, classes = make(["Realism", "Cubism"], 2)
    kept = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        (drawn,) = similarity.draw(pairs, spread, artworks, images, classes, folder, True)
        assert [drawn.name] == ["dataset_style_similarity"]
        kept.append([(folder / f"{drawn.name}{end}").read_bytes() for end in (".png", ".svg")])
        assert Image.open(folder / f"{drawn.name}.png").text["Description"] == drawn.caption
    assert kept[0] == kept[1]


def test_no_pair_at_all_leaves_a_title(figures):
    pairs, spread, artworks, images, classes = make(["Realism"], 1)
    similarity.draw(pairs, spread, artworks, images, classes, "unused", False)
    assert shown(figures["dataset_style_similarity"]) == []
