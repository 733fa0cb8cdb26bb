"""The study page shows everything in order, and refers to nothing but what lies beside it."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import study_tables
from pages.outline import NAMES, Outline
from study_tables import facts
from stylewalk.errors import StylewalkError
from stylewalk.pages import pictures, study, summary
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn


def test_the_page_is_whole_and_refers_to_nothing_outside(tables, figures):
    page = study.render(facts(), tables, figures)
    outline = Outline(page)
    assert len(outline.sources) == len(NAMES)
    assert all(source.startswith("data:image/") for source in outline.sources)
    inside = {link.removeprefix("#") for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert not re.search(r"https?://|@import|url\(", page)
    # What else is linked lies in the folder of the run.
    outside = {link for link in outline.links if not link.startswith("#")}
    assert outside
    assert all(re.match(r"(tables|figures|trajectories)/|\w+\.parquet$", link) for link in outside)


def shown(path):
    """What the page holds of a figure, and the figure; RGB."""
    picture = pictures.read_picture(path)
    kind, data = re.fullmatch(r"data:image/(\w+);base64,(.+)", picture.source).groups()
    with Image.open(io.BytesIO(base64.b64decode(data))) as image, Image.open(path) as drawn:
        assert image.format.lower() == kind
        both = [np.asarray(x.convert("RGB"), float) for x in (image, drawn)]
    assert both[0].shape == (picture.height, picture.width, 3) == both[1].shape
    return kind, *both


@pytest.mark.slow
def test_charts_keep_their_colours_and_pictures_become_small(figures):
    for path in figures:
        kind, image, drawn = shown(path)
        assert kind == ("jpeg" if path.stem.endswith("strips") else "webp")
        if kind == "webp":
            np.testing.assert_array_equal(image, drawn)  # of few colours
        else:  # all noise, the worst that can be
            assert np.abs(image - drawn).mean() < 50


@pytest.mark.slow
def test_a_chart_of_many_colours_is_shown_nearly_as_it_is(tmp_path):
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot()
    for number, colour in enumerate(("#0072b2", "#d55e00", "#009e73", "#cc79a7")):
        axes.fill_between([0, 1], [number, 0], [number + 2, 3], color=colour, alpha=0.3)
        axes.plot([0, 1], [number, number % 2], color=colour)
    theme.save(figure, tmp_path, Drawn("bands", "Bands", "Bands that lie over each other"))
    kind, image, drawn = shown(tmp_path / "bands.png")
    assert kind == "webp"
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 256
    lost = np.abs(image - drawn).max(axis=2)
    assert np.sqrt((lost**2).mean()) < 2.5
    assert np.quantile(lost, 0.99) < 16


@pytest.mark.parametrize(
    ("largest", "expected"),
    [({"WEBP": 99, "JPEG": 999}, "jpeg"), ({"WEBP": 99, "JPEG": 99}, "png")],
)
def test_a_chart_too_large_for_a_format_takes_the_next(figures, monkeypatch, largest, expected):
    monkeypatch.setattr(pictures, "_LARGEST_SIDE", largest)
    kind, image, drawn = shown(figures[0])
    assert kind == expected
    assert np.abs(image - drawn).mean() < 5


def picture(name, size, **about):
    return pictures.Picture(name, name, "", "data:".ljust(size, "x"), 1, 1, **about)


def test_what_matters_most_stays_inside_and_small_before_large():
    some = [
        picture("large", 500),
        picture("folded small", 10, folded=True),
        picture("small", 200),
        picture("glance", 300, at_a_glance=True),
    ]
    kept = {
        most: [x.name for x in pictures.within(some, most) if not x.beside]
        for most in (290, 300, 500, 1000, 1010, None)
    }
    assert kept == {
        290: ["folded small", "small"],
        300: ["glance"],
        500: ["small", "glance"],
        1000: ["large", "small", "glance"],
        1010: ["large", "folded small", "small", "glance"],
        None: ["large", "folded small", "small", "glance"],
    }
    assert pictures.within(some, 0)[1].beside == "figures/folded%20small.png"


@pytest.mark.slow
def test_figures_stand_in_their_chapters_in_order(tables, figures):
    outline = Outline(study.render(facts(), tables, list(reversed(figures))))
    expected = [
        *("found", "glance", "trajectories_overview", "data", "dataset_overview"),
        *("models", "training_losses", "latent-space", "latent_space_spectra"),
        *("clusters", "clusters_silhouette", "metrics", "trajectories", "trajectories_shapes"),
        *("trajectories-near", "trajectories_near_profiles", "trajectories_near_strips"),
        *("trajectories-far_apart", "trajectories_far_apart_profiles"),
    ]
    assert [name for name in outline.ids if not name.endswith("-title")] == expected


@pytest.mark.slow
def test_names_are_escaped(tables, figures):
    for name in ("profile_shapes", "style_profiles"):
        tables[name]["model"] = tables[name]["model"].replace("AE", "<i>AE")
    named = facts(run="<script>alert(1)</script>", models=["<i>AE", "beta-VAE"])
    page = study.render(named, tables, figures)
    assert Outline(page).scripts == Outline(study.render(facts(), tables, figures)).scripts
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "Caption &amp; of dataset_overview" in page


@pytest.mark.slow
@pytest.mark.parametrize("procedural", [True, False])
def test_procedural_data_are_told_first(tables, figures, procedural):
    page = study.render(facts(procedural), tables, figures)
    assert ("<strong>Procedural data.</strong>" in page) == procedural
    assert ("Procedural data" in summary.render(facts(procedural), tables, "x.html")) == procedural
    if procedural:
        assert page.index("<strong>Procedural data.") < page.index("<table")


def test_unusable_figures_are_named(tables, tmp_path):
    with pytest.raises(StylewalkError, match=r"absent\.png"):
        study.render(facts(), tables, [tmp_path / "absent.png"])
    Image.new("RGB", (4, 4)).save(tmp_path / "foreign.png")
    with pytest.raises(StylewalkError, match=r"foreign\.png"):
        study.render(facts(), tables, [tmp_path / "foreign.png"])
    (tmp_path / "broken.png").write_bytes(b"no image")
    with pytest.raises(StylewalkError, match=r"broken\.png"):
        study.render(facts(), tables, [tmp_path / "broken.png"])
    theme.save(Figure(figsize=(1, 1)), tmp_path, Drawn("lost", "a", "b"))
    with pytest.raises(StylewalkError, match="lost belongs to no chapter"):
        study.render(facts(), tables, [tmp_path / "lost.png"])


@pytest.mark.slow
def test_a_page_says_which_split_an_experiment_keeps_to(tables, figures):
    seen, unseen = (
        {**study_tables.EXPERIMENTS["near"], "split": split, "sample": 2}
        for split in ("training", "validation")
    )
    frame = tables["style_profiles"]
    tables["style_profiles"] = frame.assign(high=frame["mean"])
    page = study.render(facts(experiments={"near": seen, "far_apart": unseen}), tables, figures)
    words = " ".join("".join(Outline(page).words).replace("\u00a0", " ").split())
    assert "The closest pair of training artworks within each class, 10 steps." in words
    assert "The closest pair of validation artworks within each class, 10 steps." in words
    assert "near walks between training artworks and far_apart between validation" in words
    assert "1.00 (1.00 to 1.00)" in words
    # Four and three artworks of training, none and two of validation: only training is sampled.
    assert "sought among 2 training artworks of each class, drawn at random from 3 to 4" in words
    assert "2 validation artworks" not in words
