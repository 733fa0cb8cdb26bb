"""The study page holds everything it shows; the summary says the same in few lines."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from stylewalk.errors import StylewalkError
from stylewalk.pages import numbers, study, summary
from stylewalk.pages.facts import Study, glance
from stylewalk.plots import style
from stylewalk.plots.style import Drawn

EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 10},
    "far_apart": {"classes": "between", "pairs": "random", "count": 9, "steps": 10},
}
NAMES = (
    *("dataset_overview", "training_losses", "latent_space_spectra", "clusters_silhouette"),
    *("trajectories_overview", "trajectories_shapes", "trajectories_near_profiles"),
    *("trajectories_near_strips", "trajectories_far_apart_profiles"),
)


def facts(procedural=True, **changes):
    given = {
        "run": "demo",
        "data": "Nine artworks.",
        "procedural": procedural,
        "models": ["AE", "beta-VAE"],
        "classes": ["Realism", "<b>Sur</b>realism"],
        "experiments": EXPERIMENTS,
        "seeds": [0, 1],
        "style_network": "VGG16, conv1_1 to conv5_1",
        "versions": {"stylewalk": "0.1.0"},
        "date": "1 May 2026",
    }
    return Study(**(given | changes))


@pytest.fixture
def tables():
    head = ["model", "seed", "split", "term", "value"]
    losses = [
        ("AE", 0, "validation", "reconstruction", 0.0100),
        ("AE", 1, "validation", "reconstruction", 0.0204),
        ("AE", 0, "training", "reconstruction", 0.0090),
        ("AE", 1, "training", "reconstruction", 0.0090),
        ("beta-VAE", 0, "validation", "reconstruction", 0.0250),
        ("beta-VAE", 0, "validation", "kl", 0.0031),
    ]
    variance = [
        (model, 0, name, component, share / component)
        for model, share in (("AE", 0.371), ("beta-VAE", 0.124))
        for name in ("all", "Realism")
        for component in (1, 2)
    ]
    silhouette = [
        ("AE", 0, "kmeans", 4, 0, 0.10),
        ("AE", 0, "kmeans", 5, 0, 0.20),
        ("AE", 0, "spectral", 6, 0, 0.15),
        ("beta-VAE", 0, "kmeans", 4, 0, 0.05),
        ("beta-VAE", 0, "spectral", 7, 0, 0.07),
    ]
    shapes = [
        (
            model,
            name,
            a,
            b,
            9,
            152_340.0,
            0.1,
            q,
            q - 0.1,
            q + 0.1,
            0.0004,
            0.0,
            0.2,
            0.1,
            0.3,
            0.5,
            v,
        )
        for model, q, v in (("AE", -1.25, "horseshoe"), ("beta-VAE", 0.61, "valley"))
        for name in EXPERIMENTS
        for a, b in (("all", "all"), ("Realism", "<b>Sur</b>realism"))
    ]
    contrasts = ["n", "mean", "linear", "quadratic", "quadratic_low", "quadratic_high"]
    contrasts += ["quadratic_p", "cubic", "quartic", "quartic_low", "quartic_high", "quartic_p"]
    artworks = {
        "class": ["Realism"] * 4 + ["<b>Sur</b>realism"] * 5,
        "split": ["training"] * 7 + ["validation"] * 2,
    }
    return {
        "artworks": pd.DataFrame(artworks),
        "rejected": pd.DataFrame({"kind": ["missing", "missing", "too_large"]}),
        "losses": pd.DataFrame(losses, columns=head),
        "pca_variance": pd.DataFrame(
            variance, columns=["model", "seed", "class", "component", "share"]
        ),
        "silhouette": pd.DataFrame(
            silhouette, columns=["model", "seed", "method", "k", "repeat", "score"]
        ),
        "profile_shapes": pd.DataFrame(
            shapes,
            columns=["model", "experiment", "class_a", "class_b", *contrasts, "verdict"],
        ),
    }


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for name in NAMES:
        figure = Figure(figsize=(1, 1))
        axes = figure.add_axes((0, 0, 1, 1))
        if name.endswith("strips"):  # noise does not compress: too large to stay a PNG
            figure.set_size_inches(6, 6)
            noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3), dtype=np.uint8)
            axes.imshow(noise)
        style.save(figure, folder, Drawn(name, f"Title of {name}", f"Caption & of {name}"))
    return [folder / f"{name}.png" for name in NAMES]


class Outline(HTMLParser):
    """Checks that tags nest, and collects what the page refers to."""

    VOID = frozenset({"meta", "img", "br", "wbr", "link", "input", "hr"})

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.sources, self.words = [], [], [], [], []
        self.rows = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.sources += [values["src"]] if "src" in values else []
        assert "alt" in values or tag != "img"
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def rows_of(outline, name):
    return [row for row in outline.rows if row and row[0] == name]


def test_the_page_is_whole_and_refers_to_nothing_outside(tables, figures):
    page = study.render(facts(), tables, figures)
    outline = Outline(page)
    assert len(outline.sources) == len(NAMES)
    assert all(source.startswith("data:image/") for source in outline.sources)
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert not re.search(r"https?://|@import|url\(|<script", page)


def test_figures_are_inlined_as_they_are_unless_too_large(figures):
    for path in figures:
        picture = study.read_picture(path)
        kind, data = re.fullmatch(r"data:image/(\w+);base64,(.+)", picture.source).groups()
        data = base64.b64decode(data)
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (picture.width, picture.height)
            assert image.format.lower() == kind
        if path.stat().st_size <= 600_000:
            assert data == path.read_bytes()
        else:
            assert len(data) < path.stat().st_size
    assert any(path.stat().st_size > 600_000 for path in figures)


def test_figures_stand_in_their_chapters_in_order(tables, figures):
    outline = Outline(study.render(facts(), tables, list(reversed(figures))))
    expected = [
        *("glance", "trajectories_overview", "data", "dataset_overview"),
        *("models", "training_losses", "latent-space", "latent_space_spectra"),
        *("clusters", "clusters_silhouette", "trajectories", "trajectories_shapes"),
        *("trajectories-near", "trajectories_near_profiles", "trajectories_near_strips"),
        *("trajectories-far_apart", "trajectories_far_apart_profiles"),
    ]
    assert outline.ids == expected


def test_tables_say_what_the_run_found(tables, figures):
    outline = Outline(study.render(facts(), tables, figures))
    figures_of_ae, shapes_of_ae, *_ = rows_of(outline, "AE")
    assert figures_of_ae == ["AE", "0.0152", "37.1 %", "5 (k-means, 0.20)", "152,000"]
    assert shapes_of_ae == ["AE", "∩ horseshoe", "∩ horseshoe"]
    assert rows_of(outline, "Realism") == [["Realism", "4", "0", "4"]]
    assert rows_of(outline, "all classes") == [["all classes", "7", "2", "9"]]
    assert rows_of(outline, "missing") == [["missing", "2"]]
    assert rows_of(outline, "reconstruction, validation") == [
        ["reconstruction, validation", "0.0152 ± 0.00735", "0.0250"]
    ]
    assert rows_of(outline, "KL, validation") == [["KL, validation", "–", "0.00310"]]
    assert [*rows_of(outline, "beta-VAE")[-1]] == [
        *("beta-VAE", "Realism → <b>Sur</b>realism", "9", "152,000"),
        *("+0.61", "+0.51 to +0.71", "< 0.001", "+0.20", "+0.10 to +0.30", "0.500", "∪ valley"),
    ]


def test_names_are_escaped(tables, figures):
    page = study.render(facts(run="<script>alert(1)</script>"), tables, figures)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "Caption &amp; of dataset_overview" in page


@pytest.mark.parametrize("procedural", [True, False])
def test_procedural_data_are_told_first(tables, figures, procedural):
    page = study.render(facts(procedural), tables, figures)
    assert ("<strong>Procedural data.</strong>" in page) == procedural
    assert ("Procedural data" in summary.render(facts(procedural), tables, "x.html")) == procedural
    if procedural:
        assert page.index("<strong>Procedural data.") < page.index("<table")


def test_a_spread_over_seeds_is_told_where_there_is_one(tables, figures):
    sentence = "Mean and standard deviation over seeds."
    assert sentence in study.render(facts(), tables, figures)
    tables["losses"] = tables["losses"].query("seed == 0")
    page = study.render(facts(), tables, figures)
    assert sentence not in page
    assert "±" not in page


def test_few_seeds_are_told(tables, figures):
    sentence = "fewer than five were trained"
    assert sentence in study.render(facts(), tables, figures)
    assert sentence not in study.render(facts(seeds=range(5)), tables, figures)


def test_tables_without_rejected_artworks_leave_that_table_out(tables, figures):
    tables["rejected"] = tables["rejected"].iloc[:0]
    assert "left out" not in study.render(facts(), tables, figures)


def test_unusable_figures_are_named(tables, tmp_path):
    with pytest.raises(StylewalkError, match=r"absent\.png"):
        study.render(facts(), tables, [tmp_path / "absent.png"])
    Image.new("RGB", (4, 4)).save(tmp_path / "foreign.png")
    with pytest.raises(StylewalkError, match=r"foreign\.png"):
        study.render(facts(), tables, [tmp_path / "foreign.png"])
    (tmp_path / "broken.png").write_bytes(b"no image")
    with pytest.raises(StylewalkError, match=r"broken\.png"):
        study.render(facts(), tables, [tmp_path / "broken.png"])
    style.save(Figure(figsize=(1, 1)), tmp_path, Drawn("lost", "a", "b"))
    with pytest.raises(StylewalkError, match="lost belongs to no chapter"):
        study.render(facts(), tables, [tmp_path / "lost.png"])


def test_a_glance_takes_the_better_clustering_and_means_over_seeds(tables):
    first, second = glance(facts(), tables)
    assert (first.method, first.k, first.silhouette) == ("kmeans", 5, 0.20)
    assert (second.method, second.k, second.silhouette) == ("spectral", 7, 0.07)
    assert first.reconstruction == pytest.approx(0.0152)
    assert first.first_share == pytest.approx(0.371)
    assert second.verdicts == {"near": "valley", "far_apart": "valley"}


def test_a_model_without_results_is_shown_with_dashes(tables, figures):
    outline = Outline(study.render(facts(models=["new"]), tables, figures))
    assert rows_of(outline, "new")[0][1:5] == ["–", "–", "–", "–"]
    assert "new" in summary.render(facts(models=["new"]), tables, "x.html")


def test_the_summary_has_a_line_for_each_model_and_ends_with_the_page(tables):
    text = summary.render(facts(), tables, Path("results/demo/study.html"))
    lines = text.splitlines()
    assert lines[-1] == "Study page: results/demo/study.html"
    found = [re.split(r" {2,}", line) for line in lines if line.startswith("beta-VAE")]
    assert found == [
        ["beta-VAE", "0.0250", "12.4 %", "7 (0.07)", "152,000"],
        ["beta-VAE", "valley", "valley"],
    ]
    assert max(map(len, lines)) <= 90
    assert text.isascii()


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (numbers.loss, 0.01523, "0.0152"),
        (numbers.loss, 1.2349, "1.23"),
        (numbers.loss, 0.0, "0"),
        (numbers.large, 152_340, "152,000"),
        (numbers.large, 1_534_000, "1.53 million"),
        (numbers.large, 0.01523, "0.0152"),
        (numbers.percent, 0.1234, "12.3 %"),
        (numbers.signed, -0.514, "−0.51"),
        (numbers.p_value, 0.0004, "< 0.001"),
        (numbers.p_value, 0.0344, "0.034"),
    ],
)
def test_numbers_as_a_person_reads_them(write, value, text):
    assert write(value) == text


@pytest.mark.parametrize(
    "write", [numbers.loss, numbers.large, numbers.percent, numbers.signed, numbers.p_value]
)
def test_what_is_not_known_is_a_dash(write):
    assert write(float("nan")) == numbers.DASH
    assert numbers.interval(float("nan"), 1.0) == numbers.DASH


@given(st.floats(min_value=1e-5, max_value=99.0))
def test_a_loss_keeps_three_digits(value):
    assert float(numbers.loss(value)) == pytest.approx(value, rel=0.0051)


@given(st.floats(min_value=100, max_value=1e12))
def test_a_style_loss_keeps_three_digits(value):
    text = numbers.large(value).replace(",", "").replace(" million", "e6")
    assert float(text) == pytest.approx(value, rel=0.0051)
