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

import study_tables
from study_tables import facts
from stylewalk import numbers
from stylewalk.errors import StylewalkError
from stylewalk.pages import cells, duplicates, latent_tables, pictures, study, summary, tabulate
from stylewalk.pages.findings import findings
from stylewalk.pages.glance import glance
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn

NAMES = (
    *("dataset_overview", "training_losses", "latent_space_spectra", "clusters_silhouette"),
    *("trajectories_overview", "trajectories_shapes", "trajectories_near_profiles"),
    *("trajectories_near_strips", "trajectories_far_apart_profiles"),
)


@pytest.fixture
def tables():
    return study_tables.tables()


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
        theme.save(figure, folder, Drawn(name, f"Title of {name}", f"Caption & of {name}"))
    return [folder / f"{name}.png" for name in NAMES]


class Outline(HTMLParser):
    """Checks that tags nest, and collects what the page refers to."""

    VOID = frozenset({"meta", "img", "br", "wbr", "link", "input", "hr"})

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.links, self.sources, self.words = [], [], [], [], []
        self.rows, self.scripts = [], 0
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.scripts += tag == "script"
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
    inside = {link.removeprefix("#") for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert not re.search(r"https?://|@import|url\(", page)
    # What else is linked lies in the folder of the run.
    outside = {link for link in outline.links if not link.startswith("#")}
    assert outside
    assert all(re.match(r"(tables|figures|trajectories)/|\w+\.parquet$", link) for link in outside)


def test_figures_are_inlined_as_they_are_unless_too_large(figures):
    for path in figures:
        picture = pictures.read_picture(path)
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
        *("found", "glance", "trajectories_overview", "data", "dataset_overview"),
        *("models", "training_losses", "latent-space", "latent_space_spectra"),
        *("clusters", "clusters_silhouette", "metrics", "trajectories", "trajectories_shapes"),
        *("trajectories-near", "trajectories_near_profiles", "trajectories_near_strips"),
        *("trajectories-far_apart", "trajectories_far_apart_profiles"),
    ]
    assert [name for name in outline.ids if not name.endswith("-title")] == expected


def test_tables_say_what_the_run_found(tables, figures):
    outline = Outline(study.render(facts(), tables, figures))
    figures_of_ae, shapes_of_ae, *_ = rows_of(outline, "AE")
    assert figures_of_ae == [
        *("AE", "0.0152", "0.80", "–", "37.1 %", "5 (k-means, 0.20)", "152,000")
    ]
    assert shapes_of_ae == ["AE", "∩ horseshoe", "∩ horseshoe"]
    assert rows_of(outline, "Realism") == [["Realism", "4", "0", "4"]]
    assert rows_of(outline, "all classes") == [["all classes", "7", "2", "9"]]
    assert rows_of(outline, "missing") == [["missing", "2"]]
    assert rows_of(outline, "reconstruction, validation") == [
        ["reconstruction, validation", "0.0152 ± 0.0661", "0.0250"]
    ]
    beside = ["AE", "0.0152 ± 0.0661", "0.80 ± 3.43"]  # t over seeds
    assert beside in rows_of(outline, "AE")
    # Of one seed, half of the interval over artworks.
    assert ["beta-VAE", "0.0240", "1.26 ± 0.05"] in rows_of(outline, "beta-VAE")
    assert rows_of(outline, "PCA, 8 components") == [["PCA, 8 components", "0.0190"]]
    assert rows_of(outline, "linear VAE, beta 0.4: 3 dimensions in use")[0][1] == "0.0260"
    assert rows_of(outline, "KL, validation") == [["KL, validation", "–", "0.00310"]]
    assert [*rows_of(outline, "beta-VAE")[-1]] == [
        *("beta-VAE", "Realism → <b>Sur</b>realism", "∪ valley", "9", "152,000"),
        *("+0.61", "+0.51 to +0.71", "< 0.001", "+0.20", "+0.10 to +0.30", "0.500"),
        *("0.21", "1.90"),
    ]


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


@pytest.mark.parametrize("procedural", [True, False])
def test_procedural_data_are_told_first(tables, figures, procedural):
    page = study.render(facts(procedural), tables, figures)
    assert ("<strong>Procedural data.</strong>" in page) == procedural
    assert ("Procedural data" in summary.render(facts(procedural), tables, "x.html")) == procedural
    if procedural:
        assert page.index("<strong>Procedural data.") < page.index("<table")


def test_a_spread_over_seeds_is_told_where_there_is_one(tables, figures):
    sentence = "Mean over 2 seeds ± half of its 95\N{NO-BREAK SPACE}% t interval."
    assert sentence in study.render(facts(), tables, figures)
    for name in ("losses", "reconstruction"):
        tables[name] = tables[name].query("seed == 0")
    page = study.render(facts(), tables, figures)
    assert sentence not in page
    assert "± half of the 95\N{NO-BREAK SPACE}% bootstrap interval over artworks" in page


def test_few_seeds_are_told(tables, figures):
    sentence = "from three seeds on intervals hold for others, too"
    assert sentence in study.render(facts(), tables, figures)
    assert sentence not in study.render(facts(seeds=range(3)), tables, figures)


def test_tables_without_rejected_artworks_leave_that_table_out(tables, figures):
    tables["rejected"] = tables["rejected"].iloc[:0]
    assert "left out" not in study.render(facts(), tables, figures)


def test_artworks_left_out_are_named_with_their_reasons(tables, figures):
    page = study.render(facts(), tables, figures)
    assert "too many pixels" in page
    assert "&lt;i&gt;b&lt;/i&gt;.jpg" in page
    assert "3 artworks were left out" in summary.render(facts(), tables, "x.html")
    tables["rejected"] = pd.concat([tables["rejected"]] * 10)
    shown = tabulate.artworks(facts(), tables)[-1]
    assert len(shown.rows) == 20
    assert "And 10 more" in shown.note


def doubles(*rows):
    """A table DUPLICATES of (group, id, class, split)."""
    copies = pd.DataFrame(rows, columns=["group", "id", "class", "split"])
    names = [f"<i>{number}</i>.png" for number in range(len(rows))]
    return copies.assign(filename=names, difference=0.0).astype({"id": "Int64"})


def test_pictures_that_stand_twice_are_counted_and_named_across_classes(tables, figures):
    same = [(1, 0, "Realism", "training"), (1, 1, "Realism", "training")]
    other = [(2, 2, "Realism", "training"), (2, 3, "<b>Sur</b>realism", "training")]
    tables["duplicates"] = doubles(*same, *other)
    page = study.render(facts(), tables, figures)
    sentence = (
        "2 pictures are there more than once, or nearly so: 1 within one class, 1 in several."
    )
    assert sentence in page
    assert "The copies of one lie in training or in validation, never in both." in page
    assert "The same picture in several classes" in page
    assert "&lt;i&gt;3&lt;/i&gt;.png" in page
    assert "&lt;i&gt;1&lt;/i&gt;.png" not in page
    text = " ".join(summary.render(facts(), tables, "x.html").split())
    assert sentence in text
    tables["duplicates"] = doubles(*other, (2, None, "Realism", ""))
    page = study.render(facts(), tables, figures)
    assert "1 of these files was left out." in page
    assert ">left out<" in page
    tables["duplicates"] = doubles((1, 0, "Realism", "training"), (1, 1, "Realism", "validation"))
    page = study.render(facts(), tables, figures)
    assert "1 of them is in training and in validation" in page
    assert "never in both" not in page
    assert "The same picture in several classes" not in page


def test_many_pictures_in_several_classes_are_shown_in_part(tables):
    rows = [(g, 2 * g + i, name, "training") for g in range(25) for i, name in enumerate("AB")]
    tables["duplicates"] = doubles(*rows)
    (shown,) = duplicates.across_classes(tables)
    assert len(shown.rows) == 40
    assert "And 5 more" in shown.note


def test_no_duplicates_no_word(tables, figures):
    page = study.render(facts(), tables, figures)
    tables["duplicates"] = doubles()
    assert study.render(facts(), tables, figures) == page
    assert "more than once" not in page


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
    used = pd.DataFrame(
        {"model": ["AE", "beta-VAE", "beta-VAE"], "effective": [8, 5, 6.2], "active": 7}
    )
    tables = {**tables, "posterior_use": used}
    text = summary.render(facts(), tables, Path("results/demo/study.html"))
    lines = text.splitlines()
    assert lines[-1] == "Study page: results/demo/study.html"
    columns = [re.split(r" {2,}", line) for line in lines if line.startswith("beta-VAE")]
    assert columns == [
        ["beta-VAE", "0.0250", "1.26", "5.60", "12.4 %", "7 (0.07)", "152,000"],
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


def table_of(made, title):
    """The rows of a table by their first cell, and its note."""
    table = next(table for table in made if title in table.title)
    return {row[0]: list(row[1:]) for row in [*table.rows, *table.foot]}, table.note


def geometry(seeds):
    """Tables of class geometry whose values differ by 0.1 from seed to seed."""
    rows = [(model, seed, name) for model in ("AE", "beta-VAE") for seed in seeds for name in "ab"]
    head = pd.DataFrame(rows, columns=["model", "seed", "class"])
    shift = 0.1 * head["seed"]
    one = head[head["class"] == "a"].drop(columns="class")
    use = {"active": 255, "effective": 81.25, "dimensions": 256}
    use |= {"sd_min": 0.5, "sd_max": 1.5, "norm_mean": 0.9 + shift}
    use |= {
        "norm_sd": 0.1,
        "kurtosis": -0.2 + shift,
        "gaussian_first_share": (1 + np.sqrt(256 / 400)) ** 2 / 256,
    }
    p = np.where(head["class"] == "a", 0.004, np.where(head["seed"] == 0, 0.5, 0.04))
    shares = head.assign(component=1, share=0.3 + 0.1 * shift)
    together = shares[head["class"] == "a"].assign(**{"class": "all"})
    return {
        "class_offset": head,
        "class_offset_null": head.assign(p_l1=p, relative_l1=0.2 + shift),
        "first_component_angle": head.assign(degrees=20 + 10 * shift, low=15.0, high=26.0),
        "mean_distance": head.assign(l1=1926.0 + 10 * shift, l2=16.086),
        "posterior_use": one.assign(**use),
        "pca_variance": pd.concat([shares, together]),
    }


def test_geometry_of_one_seed_shows_values_and_the_bootstrap_interval():
    made = latent_tables.class_geometry(facts(classes=["a", "b", "c"], seeds=[0]), geometry([0]))
    offsets, note = table_of(made, "Offset")
    assert offsets["AE"] == ["0.20", "0.20 (n.s.)", "–"]
    assert "seeds" not in note
    angles, note = table_of(made, "Angle")
    assert angles["AE"] == ["20° (15 to 26)", "20° (15 to 26)", "–"]
    assert "with its 95 % bootstrap interval" in note
    assert table_of(made, "distance within")[0]["AE"][0] == "1,930 / 16.1"
    use, note = table_of(made, "Use of")
    assert use["AE"] == ["255 of 256", "81.2", "0.50", "1.50", "0.90", "0.10", "−0.20", "30.0 %"]
    assert use["N(0, I)"] == ["256 of 256", "156", *["1.00"] * 3, "0.04", "0.00", "1.3 %"]
    assert "every norm is near √d, the excess kurtosis is 0" in note


def test_geometry_of_several_seeds_shows_the_mean_and_its_t_interval():
    study = facts(classes=["a", "b"], seeds=[0, 1, 2])
    made = latent_tables.class_geometry(study, geometry([0, 1, 2]))
    # Half of the interval of 0, 1, 2 is t(0.975, 2) / sqrt(3) = 4.3027 / 1.7321 = 2.484.
    offsets, _ = table_of(made, "Offset")
    assert offsets["AE"] == ["0.30 ± 0.25", "0.30 ± 0.25 (n.s. in 1 of 3 seeds)"]
    angles, note = table_of(made, "Angle")
    assert angles["AE"] == ["21° ± 2°"] * 2
    assert "the interval is over seeds" in note
    assert table_of(made, "distance within")[0]["AE"][0] == "1,930 ± 2 / 16.1 ± 0.0"
    use, _ = table_of(made, "Use of")
    assert use["AE"][4:] == ["1.00 ± 0.25", "0.10 ± 0.00", "−0.10 ± 0.25", "31.0 ± 2.5 %"]
    for table in made:
        assert "Mean over 3 seeds ± half of its 95 % t interval." in table.note


def test_latent_sizes_that_differ_have_a_row_of_the_normal_distribution_each():
    given = geometry([0])
    given["posterior_use"].loc[given["posterior_use"]["model"] == "AE", "dimensions"] = 64
    study = facts(classes=["a"], models=["AE", "beta-VAE", "new"])
    use, _ = table_of(latent_tables.class_geometry(study, given), "Use of")
    assert list(use) == ["AE", "beta-VAE", "new", "N(0, I), d = 64", "N(0, I), d = 256"]
    assert set(use["new"]) == {"–"}


def agreed(seeds):
    """Tables of agreement in which only the best k, which is 5, has the value 0.5 and above."""
    keys = [(m, s, k) for m in ("AE", "beta-VAE") for s in seeds for k in (4, 5)]
    head = pd.DataFrame(keys, columns=["model", "seed", "k"]).assign(method="kmeans")
    values = np.where(head["k"] == 5, 0.5 + 0.1 * head["seed"], 0.0)
    kinds = ("ari", "ami", "v_measure", "purity")
    agreement = head.assign(**dict.fromkeys(kinds, values), largest_class_rate=0.3)
    apart = [agreement.assign(split=split, n=40) for split in ("training", "validation")]
    apart[1]["ari"] /= 5
    read = [(m, s, c) for m in ("AE", "beta-VAE") for s in seeds for c in latent_tables.CLASSIFIERS]
    accuracy = pd.DataFrame(read, columns=["model", "seed", "classifier"])
    accuracy["accuracy"] = 0.4 + 0.1 * accuracy["seed"]
    return {
        "artworks": pd.DataFrame({"class": ["x"] * 40}),
        "silhouette": head.assign(
            repeat=0, score=0.1 * head["k"] + 0.1 * head["seed"], rows=40, dimensions=8
        ),
        "cluster_agreement": agreement.assign(stability=np.nan),
        "cluster_agreement_by_split": pd.concat(apart),
        "classifier_accuracy": accuracy.assign(largest_class_rate=0.3, low=0.35, high=0.45),
    }


def test_agreement_is_that_of_the_best_k_with_the_interval_over_seeds_if_any():
    one = latent_tables.agreement(facts(seeds=[0]), agreed([0]))
    rows, _ = table_of(one, "clusters with classes")
    assert rows["AE"] == ["k-means", "5", *["0.50"] * 4, "0.30", "–", "0.10"]
    rows, note = table_of(one, "read from latents")
    assert rows["AE"] == ["0.40 (0.35 to 0.45)"] * 2 + ["0.30"]
    assert "Wilson" in note
    many = latent_tables.agreement(facts(seeds=[0, 1, 2]), agreed([0, 1, 2]))
    rows, _ = table_of(many, "clusters with classes")
    assert rows["AE"] == ["k-means", "5", *["0.60 ± 0.25"] * 4, "0.30 ± 0.00", "–", "0.12 ± 0.05"]
    rows, note = table_of(many, "read from latents")
    assert rows["AE"] == ["0.50 ± 0.25"] * 2 + ["0.30"]
    assert "Wilson" not in note
    assert "t interval" in note
    silhouettes = tabulate.clusters(facts(), agreed([0, 1, 2]))
    assert silhouettes.rows[0] == ["AE", "5", "0.600 ± 0.248"]


def test_loss_terms_have_a_fixed_order_and_the_discriminator_is_judged_in_per_cent():
    terms = ("new", "accuracy", "discriminator", "kl", "adversarial", "triplet", "reconstruction")
    rows = [
        ("AE", seed, "validation", term, 0.5 + 0.01 * seed) for term in terms for seed in (0, 1)
    ]
    columns = ["model", "seed", "split", "term", "value"]
    table = tabulate.losses(facts(), {"losses": pd.DataFrame(rows, columns=columns)})
    names = [row[0].removesuffix(", validation") for row in table.rows[::2]]
    assert names == [
        *("reconstruction", "KL", "triplet", "adversarial", "discriminator"),
        *("discriminator right", "new"),
    ]
    # Of two seeds half of the interval is t(0.975, 1) / sqrt(2) = 8.985 standard deviations.
    assert table.rows[10] == ["discriminator right, validation", "50.5 ± 6.4 %", "–"]
    assert table.rows[0][1] == "0.505 ± 0.064"
    assert "at 50 % it cannot tell them apart" in table.note


def test_first_components_have_their_interval_over_seeds():
    given = geometry([0, 1, 2])
    table = tabulate.first_components(facts(classes=["a"], models=["AE", "new"]), given)
    assert table.rows == [["AE", "31.0 ± 2.5 %", "31.0 ± 2.5 %"], ["new", "–", "–"]]
    assert "t interval" in table.note


def test_a_spread_gets_as_many_decimals_as_its_mean_and_one_unit():
    # Half of the interval of x - 1, x, x + 1 is 2.484.
    assert cells.spread([0.01, 0.02, 0.03], numbers.percent) == "2.0 ± 2.5 %"
    assert cells.spread([1.5e6 - 1e5, 1.5e6, 1.5e6 + 1e5], numbers.large) == (
        "1.5 million ± 248,000"
    )
    assert cells.spread([np.nan, 2.0], "{:.1f}".format) == "2.0"
    assert cells.spread([np.nan], "{:.1f}".format) == "–"


def test_a_model_that_learnt_nothing_stands_above_all_else():
    tables = study_tables.tables()
    assert findings(facts(), tables)[0].chapter == "Data"
    used = pd.DataFrame({"model": ["AE", "beta-VAE"], "active": [3, 0], "effective": 2.0})
    tables["posterior_use"] = used
    first = findings(facts(), tables)[0]
    assert first.text.startswith("beta-VAE uses none of its latent dimensions")
    text = " ".join(summary.render(facts(), tables, "study.html").split())
    assert text.index("beta-VAE uses none") < text.index("reconstruction")
