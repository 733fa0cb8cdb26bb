"""The figure of maps: its points are the table's, its numbers are those of the measure."""

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from stylewalk.colours import class_colours
from stylewalk.plots import maps

CLASSES = ["Realism", "Romanticism"]
MODELS = ["AE", "AAE"]


def _tables(models=MODELS, methods=("tsne", "umap"), classes=CLASSES, points=30, artworks=30):
    rng = np.random.default_rng(0)
    rows = [
        (model, 4, method, place, classes[place % len(classes)], *rng.normal(size=2))
        for model in models
        for method in methods
        for place in range(points)
    ]
    table = pd.DataFrame(rows, columns=["model", "seed", "method", "id", "class", "x", "y"])
    kept = table.groupby(["model", "method"], sort=False).size().index.to_frame(index=False)
    kept["kept"] = 0.1234 + 0.1 * np.arange(len(kept))
    same = {"points": points, "artworks": artworks, "neighbours": 15, "chance": 15 / 29}
    return table, kept.assign(**same, trustworthiness=0.876)


def draw(table, kept, *rest):
    """The maps of artworks of which every fifth was held out."""
    ids = np.arange(table["id"].max() + 1)
    split = np.where(ids % 5 == 3, "validation", "training")
    return maps.draw(table, kept, pd.DataFrame({"id": ids, "split": split}), *rest)


@pytest.fixture
def figures(monkeypatch):
    """Every figure that is saved."""
    saved = []
    write = matplotlib.figure.Figure.savefig

    def keep(figure, *args, **options):
        if figure not in saved:
            saved.append(figure)
        return write(figure, *args, **options)

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", keep)
    return saved


def _drawn(figure):
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.axison}


def test_every_point_is_drawn_once_in_the_colour_of_its_class(figures, tmp_path):
    table, kept = _tables()
    draw(table, kept, MODELS, CLASSES, tmp_path, False)
    panels = _drawn(figures[0])
    assert list(panels) == ["AE, t-SNE", "AAE, t-SNE", "AE, UMAP", "AAE, UMAP"]
    colours = class_colours(CLASSES)
    for title, axes in panels.items():
        model, method = title.split(", ")
        rows = table[(table["model"] == model) & (table["method"].map(maps.METHODS) == method)]
        (points,) = axes.collections
        inks = [to_hex(ink).upper() for ink in points.get_facecolors()]
        drawn = sorted((*place, ink) for place, ink in zip(points.get_offsets(), inks, strict=True))
        inked = rows.assign(ink=rows["class"].map(colours))[["x", "y", "ink"]]
        wanted = sorted(inked.itertuples(index=False, name=None))
        assert drawn == wanted
        (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert rows["x"].between(low, high).all()
        assert rows["y"].between(bottom, top).all()
        assert high - low == pytest.approx(top - bottom)
        assert not len(axes.get_xticks())


def test_artworks_held_out_of_training_have_an_edge(figures, tmp_path):
    table, kept = _tables(models=["AE"], methods=["tsne"])
    draw(table, kept, ["AE"], CLASSES, tmp_path, False)
    (points,) = figures[0].axes[0].collections
    edged = points.get_offsets()[np.array(points.get_linewidths()) > 0, 0]
    assert sorted(edged) == sorted(table.loc[table["id"] % 5 == 3, "x"])


def test_no_class_lies_above_another(figures, tmp_path):
    table, kept = _tables(models=["AE"], methods=["tsne"], points=2000)
    table["class"] = np.repeat(CLASSES, 1000)
    draw(table, kept, ["AE"], CLASSES, tmp_path, False)
    (points,) = figures[0].axes[0].collections
    first = points.get_facecolors()[:1000, 0] == points.get_facecolors()[0, 0]
    assert 0.45 < first.mean() < 0.55


def test_the_distortion_is_told_in_the_figure_and_in_the_caption(figures, tmp_path):
    table, kept = _tables()
    drawn = draw(table, kept, MODELS, CLASSES, tmp_path, False)[0]
    labels = [axes.get_xlabel() for axes in figures[0].axes]
    assert labels[0] == "12 % of neighbours kept\n(by chance 52 %)\ntrustworthiness 0.88"
    assert [label[:4] for label in labels] == ["12 %", "32 %", "22 %", "42 %"]
    assert "sizes of clusters and distances" in figures[0].legends[0].get_title().get_text()
    assert [text.get_text() for text in figures[0].legends[0].get_texts()] == [
        *CLASSES,
        "held out of training",
    ]
    for words in ("mean little", "15 nearest neighbours", "all 30 artworks", "seed 4"):
        assert words in drawn.caption


def test_a_sample_is_told_in_the_caption(tmp_path):
    table, kept = _tables(artworks=12345)
    caption = draw(table, kept, MODELS, CLASSES, tmp_path, False)[0].caption
    assert "30 of 12,345 artworks, drawn at random" in caption


@pytest.mark.slow
def test_files_are_those_named_and_the_same_bytes_twice(tmp_path):
    contents = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        assert [d.name for d in draw(*_tables(), MODELS, CLASSES, folder, True)] == [
            "latent_space_maps"
        ]
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert set(contents[0]) == {f"latent_space_maps.{ext}" for ext in ("png", "svg")}
    assert contents[0] == contents[1]


@pytest.mark.slow
@pytest.mark.parametrize(("models", "methods"), [(1, 1), (1, 2), (3, 1), (5, 2), (8, 2)])
def test_any_number_of_models_and_methods_is_drawn(figures, tmp_path, models, methods):
    names = [f"model-with-a-very-long-name-{place}" for place in range(models)]
    classes = [f"Abstract Expressionism {place}" for place in range(10)]
    table, kept = _tables(names, list(maps.METHODS)[:methods], classes)
    draw(table, kept, names, classes, tmp_path, False)
    panels = _drawn(figures[0])
    assert len(panels) == models * methods
    canvas = FigureCanvasAgg(figures[0])
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [text for axes in panels.values() for text in (axes._left_title, axes.xaxis.label)]
    boxes = [text.get_window_extent(renderer) for text in texts]
    boxes.append(figures[0].legends[0].get_window_extent(renderer))
    boxes.append(figures[0]._suptitle.get_window_extent(renderer))
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_equal_latents_and_a_model_without_map_are_told(figures, tmp_path):
    table, kept = _tables(methods=["umap"])
    table.loc[table["model"] == "AE", ["x", "y"]] = 0.0
    kept.loc[kept["model"] == "AE", "kept"] = np.nan
    draw(table, kept, [*MODELS, "VAE"], CLASSES, tmp_path, False)
    labels = [axes.get_xlabel() for axes in figures[0].axes]
    assert labels[0] == "all latents are equal"
    assert labels[2] == "not drawn"


@pytest.mark.parametrize(
    ("share", "text"), [(0.00334, "0.33 %"), (0.0837, "8.4 %"), (0.0996, "10 %"), (1.0, "100 %")]
)
def test_percent(share, text):
    assert maps._percent(share) == text
