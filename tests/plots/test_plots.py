"""Figures: what they show equals the tables, files are reproducible, colours can be told apart."""

import io
import itertools
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from stylewalk import catalogue
from stylewalk.colours import CLASS_COLOURS, MODEL_COLOURS, class_colours, class_markers
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.plots import (
    clusters,
    dataset,
    latent_space,
    profiles,
    shapes,
    strips,
    theme,
    training,
    trajectories,
)

CLASSES = ["Realism", "Romanticism"]
MODELS = ["AE", "AAE"]
EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 4},
    "far": {"classes": "between", "pairs": "random", "count": 9, "steps": 6},
}
# Machado, Oliveira and Fernandes (2009), severity 1: matrices on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.3039],
        ]
    ),
}


def render(figure):
    """Draw a figure to its end, which is when Matplotlib finds out what it cannot draw."""
    figure.savefig(io.BytesIO(), format="png", dpi=40)


def make_artworks(classes=CLASSES, count=7, centuries=(18, 19, None)):
    names = [name for name in classes for _ in range(count)]
    size = len(names)
    century = pd.array([centuries[i % len(centuries)] for i in range(size)], "Int64")
    return pd.DataFrame(
        {
            "id": range(size),
            "class": names,
            "split": ["validation" if i % 3 == 0 else "training" for i in range(size)],
            "artist": [f"Artist {i}" for i in range(size)],
            "title": [f"Cost $ {i} $_x" for i in range(size)],
            "year": century,
            "century": century,
            "filename": [f"{i}.jpg" for i in range(size)],
        }
    )


def make_images(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 16, 16, 3), dtype=np.uint8)


def make_losses(seeds=(0,), epochs=3, models=MODELS):
    rows = [
        (model, seed, epoch, split, term, 0.1 / epoch + 0.01 * seed)
        for model, seed, epoch in itertools.product(models, seeds, range(1, epochs + 1))
        for split in ("training", "validation")
        for term in (("reconstruction", "kl") if model == "AE" else ("reconstruction",))
    ]
    return pd.DataFrame(rows, columns=["model", "seed", "epoch", "split", "term", "value"])


def make_latent_tables(seeds=(0,), models=MODELS, classes=CLASSES):
    variance = [
        (model, seed, name, component, 0.5 / component)
        for model, seed, name in itertools.product(models, seeds, ["all", *classes])
        for component in range(1, 6)
    ]
    scores, clusters = [], []
    for model, seed, method, k in itertools.product(models, seeds, ["kmeans", "spectral"], [2, 3]):
        scores += [(model, seed, method, k, repeat, 0.1 * k) for repeat in range(2)]
        clusters += [
            (model, seed, method, k, cluster, name, 5 + cluster + place, 0.5)
            for cluster in range(k)
            for place, name in enumerate(classes)
        ]
    head = ["model", "seed"]
    return (
        pd.DataFrame(variance, columns=[*head, "class", "component", "share"]),
        pd.DataFrame(scores, columns=[*head, "method", "k", "repeat", "score"]),
        pd.DataFrame(
            clusters, columns=[*head, "method", "k", "cluster", "class", "count", "proportion"]
        ),
    )


def class_pairs(settings, classes=CLASSES):
    if settings["classes"] == "within":
        return [(name, name) for name in classes]
    return list(itertools.combinations(classes, 2))


def make_profiles(seeds=(0,), models=MODELS, classes=CLASSES, scale=1e5):
    rows, kinds = [], []
    for model, (name, settings) in itertools.product(models, EXPERIMENTS.items()):
        for a, b in [*class_pairs(settings, classes), ("all", "all")]:
            single = settings["count"] == 1
            spread = np.nan if single else 0.1 * scale
            for seed, step in itertools.product(seeds, range(1, settings["steps"] + 1)):
                mean = scale * (1 + 0.3 * step + 0.1 * seed)
                ends = (mean - spread, mean + spread)
                rows.append((model, seed, name, a, b, step, settings["count"], mean, spread, *ends))
            wide = (np.nan,) * 3 if single else (-0.5, 0.5, 0.2)
            verdict = "undetermined" if single else "wave"
            kind = (settings["count"], scale, 0.1, 0.2, *wide, 0.0, -0.3, *wide, verdict)
            kinds.append((model, name, a, b, *kind))
    contrast = ["linear", "quadratic", "quadratic_low", "quadratic_high", "quadratic_p", "cubic"]
    contrast += ["quartic", "quartic_low", "quartic_high", "quartic_p", "verdict"]
    where = ["experiment", "class_a", "class_b"]
    return (
        pd.DataFrame(
            rows, columns=["model", "seed", *where, "step", "n", "mean", "sd", "low", "high"]
        ),
        pd.DataFrame(kinds, columns=["model", *where, "n", "mean", *contrast]),
    )


def make_runs(artworks, models=MODELS, pairs_per_class=2):
    runs = {}
    for place, (model, (name, settings)) in enumerate(
        itertools.product(models, EXPERIMENTS.items())
    ):
        pairs, losses = [], []
        for a, b in class_pairs(settings):
            firsts = artworks.loc[artworks["class"] == a, "id"].to_numpy()
            lasts = artworks.loc[artworks["class"] == b, "id"].to_numpy()
            for pair in range(pairs_per_class):
                pairs.append((name, a, b, pair, firsts[pair], lasts[pair + 1], 1.0))
                for step in range(settings["steps"], 0, -1):  # written out of order
                    value = 1000 * place + 100 * pair + step
                    losses.append((model, 0, name, a, b, pair, step, "total", float(value)))
                    losses.append((model, 0, name, a, b, pair, step, "conv1_1", -1.0))
        where = ["experiment", "class_a", "class_b", "pair"]
        runs[name, model] = (
            pd.DataFrame(pairs, columns=[*where, "id_a", "id_b", "l2"]),
            pd.DataFrame(losses, columns=["model", "seed", *where, "step", "layer", "value"]),
            make_images(len(pairs), settings["steps"] + 1, seed=place),
        )
    return runs


def draw_trajectories(folder, procedural=False, flat_within=0.15, **options):
    artworks = make_artworks()
    order = (MODELS, CLASSES, EXPERIMENTS, folder, procedural)
    runs = make_runs(artworks)
    pairs = pd.concat([frame.assign(model=model) for (_, model), (frame, _, _) in runs.items()])
    losses = pd.concat([losses for _, losses, _ in runs.values()])
    decoded = {key: images for key, (_, _, images) in runs.items()}
    made = trajectories.draw(*make_profiles(**options), *order, flat_within)
    return [*made, *strips.draw(pairs, losses, decoded, artworks, *order)]


def draw_latent_space(variance, scores, composition, models, classes, *where):
    """The spectra and what stands on clusters, without agreement."""
    made = latent_space.draw(variance, models, classes, *where)
    with theme.theme():
        folder, procedural = where
        made.append(clusters._silhouette(scores, models, folder, procedural))
        about = models, classes, folder, procedural
        made.append(clusters._composition(scores, composition, *about))
    return made


def names_of(*modules):
    """What the catalogue says that these modules draw."""
    figures = [f for plot in catalogue.plots() if plot.module in modules for f in plot.figures]
    return [name for name, _, _ in catalogue.figures(list(EXPERIMENTS), ["far"], figures)]


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def both(names):
    return sorted(f"{name}{suffix}" for name in names for suffix in (".png", ".svg"))


@pytest.mark.slow
def test_every_chapter_writes_exactly_the_files_that_it_names(tmp_path):
    artworks = make_artworks()
    dataset.draw(artworks, make_images(len(artworks)), CLASSES, tmp_path / "a", True)
    shown = make_images(3)
    training.draw(
        make_losses(), dict.fromkeys(MODELS, (shown, shown)), MODELS, tmp_path / "b", True
    )
    draw_latent_space(*make_latent_tables(), MODELS, CLASSES, tmp_path / "c", True)
    made = draw_trajectories(tmp_path / "d")
    assert written(tmp_path / "a") == both(names_of("dataset"))
    assert written(tmp_path / "b") == both(names_of("training"))
    assert written(tmp_path / "c") == both([*names_of("latent_space"), *names_of("clusters")[:2]])
    assert written(tmp_path / "d") == both(names_of("trajectories", "strips"))
    assert [drawn.name for drawn in made] == names_of("trajectories", "strips")


@pytest.mark.slow
def test_a_figure_is_the_same_bytes_twice_and_carries_its_caption(tmp_path):
    artworks = make_artworks()
    for folder in ("one", "two"):
        made = dataset.draw(artworks, make_images(14), CLASSES, tmp_path / folder, False)
        where = MODELS, CLASSES, tmp_path / folder, False
        made += draw_latent_space(*make_latent_tables(seeds=(0, 1)), *where)
    assert len(made) == 5
    for drawn in made:
        for suffix in (".png", ".svg"):
            first, second = ((tmp_path / f / (drawn.name + suffix)) for f in ("one", "two"))
            assert first.read_bytes() == second.read_bytes()
        with Image.open(tmp_path / "one" / f"{drawn.name}.png") as image:
            assert image.info["Title"] == drawn.title
            assert image.info["Description"] == drawn.caption
            assert round(image.info["dpi"][0]) == 150
        assert drawn.title in (tmp_path / "one" / f"{drawn.name}.svg").read_text()


@pytest.mark.parametrize(
    ("colours", "count"),
    [(CLASS_COLOURS, 4), (CLASS_COLOURS, 6), (MODEL_COLOURS, 5)],
)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_stay_apart_under_colour_blindness(colours, count, kind):
    rgb = np.array([to_rgb(colour) for colour in colours[:count]])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ BLINDNESS[kind].T, 0, 1)
    seen = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(seen[None])[0]
    # CIEDE2000: 10 is a difference seen at a glance.
    assert min(deltaE_ciede2000(a, b) for a, b in itertools.combinations(lab, 2)) > 10


def test_no_colour_means_both_a_class_and_a_model_and_many_names_stay_distinct():
    assert not set(CLASS_COLOURS) & set(MODEL_COLOURS)
    names = [f"class {i}" for i in range(40)]
    colours, markers = class_colours(names), class_markers(names)
    assert len({(colours[name], markers[name]) for name in names}) == len(names)


@pytest.mark.slow
def test_a_class_keeps_its_colour_in_every_chapter(figures, tmp_path):
    artworks = make_artworks().sample(frac=1, random_state=1)
    dataset.draw(artworks, make_images(14), CLASSES, tmp_path, False)
    draw_latent_space(*make_latent_tables(), MODELS, CLASSES, tmp_path, False)
    draw_trajectories(tmp_path)
    for name in ("dataset_overview", "latent_space_spectra", "clusters_composition"):
        legend = {h.get_label(): h for h in figures[name].legends[0].legend_handles}
        for place, label in enumerate(CLASSES):
            handle = legend[label]
            colour = handle.get_color() if hasattr(handle, "get_color") else handle.get_facecolor()
            assert np.allclose(to_rgb(colour), to_rgb(CLASS_COLOURS[place])), name


def test_latents_that_coincide_are_drawn_without_a_warning(tmp_path):
    variance, *others = make_latent_tables()
    variance = variance.assign(share=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw_latent_space(variance, *others, MODELS, CLASSES, tmp_path, False)
    assert written(tmp_path) == both([figure.name for figure in drawn])


def test_bars_add_up_to_the_artworks(figures, tmp_path):
    artworks = make_artworks()
    drawn = dataset.draw(artworks, make_images(14), CLASSES, tmp_path, False)
    for axes in figures["dataset_overview"].axes:
        heights = [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
        assert sum(heights) == len(artworks)
    per_class = figures["dataset_overview"].axes[0].patches
    assert max(bar.get_y() + bar.get_height() for bar in per_class) == 7  # of each class
    undated = int(artworks["century"].isna().sum())
    assert f"{undated:,} have no date" in drawn[0].caption
    labels = [text.get_text() for text in figures["dataset_overview"].axes[1].get_xticklabels()]
    assert labels == ["18th", "19th", "no date"]


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (19, "19th"), (21, "21st")],
)
def test_ordinals(number, word):
    assert dataset._ordinal(number) == word


def test_reconstructions_show_shared_originals_once():
    originals, one, two = make_images(3), make_images(3, seed=1), make_images(3, seed=2)
    shared = training._rows({"AE": (originals, one), "AAE": (originals, two)}, MODELS)
    assert [label for label, _ in shared] == ["original", "AE", "AAE"]
    assert np.array_equal(shared[2][1], two)
    apart = training._rows({"AE": (originals, one), "AAE": (two, two)}, MODELS)
    assert [label for label, _ in apart] == ["original", "AE", "original", "AAE"]


def test_best_number_of_clusters_is_that_of_the_mean_over_repeats():
    rows = [("AE", 0, "kmeans", 2, 0, 0.9), ("AE", 0, "kmeans", 2, 1, 0.0)]
    rows += [("AE", 0, "kmeans", 3, repeat, 0.5) for repeat in range(2)]
    table = pd.DataFrame(rows, columns=["model", "seed", "method", "k", "repeat", "score"])
    assert best_clusterings(table).to_dict("records") == [
        {"model": "AE", "method": "kmeans", "k": 3, "score": 0.5}
    ]


def test_cluster_bars_reach_one_and_name_their_counts(figures, tmp_path):
    draw_latent_space(*make_latent_tables(), MODELS, CLASSES, tmp_path, False)
    axes = figures["clusters_composition"].axes[0]
    tops = {}
    for bar in axes.patches:
        tops[bar.get_x()] = tops.get(bar.get_x(), 0) + bar.get_height()
    assert len(tops) == 1 + 3  # all artworks, and the three clusters of the best k
    assert np.allclose(list(tops.values()), 1)
    # Clusters 0, 1, 2 hold 5 + 6, 6 + 7 and 7 + 8 artworks.
    assert {"39", "11", "13", "15"} <= {text.get_text() for text in axes.texts}


def test_profiles_show_the_mean_and_the_mean_over_its_mean(figures, tmp_path):
    draw_trajectories(tmp_path, scale=2e5)
    above, below = figures[profiles.name("near")].axes[0], figures[profiles.name("near")].axes[2]
    expected = 2e5 * (1 + 0.3 * np.arange(1, 5))
    assert above.get_ylabel() == "style loss / 10³"
    assert np.allclose(above.lines[0].get_ydata(), expected / 1e3)
    assert np.allclose(below.lines[0].get_ydata(), expected / expected.mean())


def test_profiles_name_the_split_that_an_experiment_keeps_to(figures, tmp_path):
    experiments = {**EXPERIMENTS, "near": {**EXPERIMENTS["near"], "split": "validation"}}
    order = (MODELS, CLASSES, experiments, tmp_path, False)
    drawn = {made.name: made for made in trajectories.draw(*make_profiles(), *order, 0.15)}
    near, far = drawn[profiles.name("near")], drawn[profiles.name("far")]
    assert near.title == "Style loss along trajectories: near, validation artworks"
    assert "the closest pair of validation artworks within each class" in near.caption
    assert far.title == "Style loss along trajectories: far"
    assert "artworks" not in far.caption
    notes = [t.get_text() for axes in figures[profiles.OVERVIEW].axes for t in axes.texts]
    assert notes == ["4 steps, validation artworks", "6 steps"]
    render(figures[shapes.NAME])


def test_seeds_are_averaged_after_each_is_divided_by_its_own_mean(figures, tmp_path):
    draw_trajectories(tmp_path, seeds=(0, 1))
    below = figures[profiles.name("near")].axes[2]
    seeds = [1 + 0.3 * np.arange(1, 5) + 0.1 * seed for seed in (0, 1)]
    expected = np.mean([values / values.mean() for values in seeds], axis=0)
    assert np.allclose(below.lines[2].get_ydata(), expected)


@pytest.mark.parametrize("scale", [0.0, 1e-7, 3.0, 4e9])
def test_profiles_of_any_size_are_drawn(figures, tmp_path, scale):
    draw_trajectories(tmp_path, scale=scale)
    assert set(figures) == set(names_of("trajectories", "strips"))
    for name in (profiles.OVERVIEW, profiles.name("near"), strips.name("near")):
        render(figures[name])


def test_a_line_between_classes_ends_in_the_colours_of_both(figures, tmp_path):
    draw_trajectories(tmp_path)
    pieces = figures[profiles.name("far")].axes[0].collections
    colours = next(
        c.get_colors() for c in pieces if hasattr(c, "get_colors") and len(c.get_colors()) > 9
    )
    assert np.allclose(colours[0][:3], to_rgb(CLASS_COLOURS[0]), atol=0.01)
    assert np.allclose(colours[-1][:3], to_rgb(CLASS_COLOURS[1]), atol=0.01)


def test_shapes_show_contrasts_intervals_and_verdicts(figures, tmp_path):
    draw_trajectories(tmp_path)
    near, far = figures[shapes.NAME].axes[0], figures[shapes.NAME].axes[3]
    dots = [line for line in far.lines if line.get_markersize() == 7]
    assert [line.get_xdata()[0] for line in dots] == [-0.3, -0.3]
    assert [text.get_text() for text in far.texts] == ["wave", "wave"]
    # One trajectory has no interval: a hollow dot.
    hollow = [line for line in near.lines if line.get_markersize() == 7]
    assert [line.get_markerfacecolor() for line in hollow] == ["white", "white"]


def test_strips_pair_each_model_with_its_own_images_and_losses():
    artworks = make_artworks()
    runs = make_runs(artworks)
    shown = strips.gather(runs, artworks, shown=1)
    assert [(s.experiment, s.class_a, s.class_b) for s in shown] == [
        ("near", "Realism", "Realism"),
        ("near", "Romanticism", "Romanticism"),
        ("far", "Realism", "Romanticism"),
    ]
    for strip in shown:
        for model, images, losses, label_a, _ in strip.rows:
            pairs, _, all_images = runs[strip.experiment, model]
            row = pairs[(pairs["class_a"] == strip.class_a) & (pairs["pair"] == 0)].index[0]
            assert np.array_equal(images, all_images[row])
            place = list(itertools.product(MODELS, EXPERIMENTS)).index((model, strip.experiment))
            steps = EXPERIMENTS[strip.experiment]["steps"]
            assert losses.tolist() == [1000 * place + step for step in range(1, steps + 1)]
            assert label_a == f"Artist {pairs['id_a'][row]}, “Cost $ {pairs['id_a'][row]} $_x”"
    assert len(strips.gather(runs, artworks, shown=2)) == 2 * len(shown)


def test_the_style_loss_stands_at_the_gap_between_its_two_images(figures, tmp_path):
    draw_trajectories(tmp_path)
    axes = figures[strips.name("near")].axes[0]
    row = next(image for image in axes.images if image.get_array().shape[0] == 16)
    left, right, *_ = row.get_extent()
    columns = row.get_array().shape[1]
    curve = next(line for line in axes.lines if len(line.get_xdata()) == 4)
    at = (curve.get_xdata() - left) / (right - left) * columns
    # Five images of 16 pixels, and white columns between them.
    gaps = np.flatnonzero((row.get_array() == 255).all(axis=(0, 2)))
    assert len(gaps) == 4
    assert np.abs(at - gaps - 0.5).max() < 1


def test_long_trajectories_show_both_ends(figures, tmp_path):
    images = make_images(101)
    row = strips.Row("AE", images, np.ones(100), "a", "b")
    strip = strips.Strip("x", "Realism", "Realism", 0, [row])
    about = ("x", {"classes": "within", "pairs": "random", "count": 1, "steps": 100})
    strips.draw_experiment([strip], MODELS, CLASSES, *about, tmp_path, False)
    drawn = figures[strips.name("x")].axes[0].images
    (shown,) = [image.get_array() for image in drawn if len(image.get_array()) == 16]
    assert shown.shape == (16, 11 * 16 + 10, 3)
    assert np.array_equal(shown[:, :16], images[0])
    assert np.array_equal(shown[:, -16:], images[100])


@pytest.mark.slow
@pytest.mark.parametrize("procedural", [True, False])
def test_procedural_data_are_marked_on_every_figure(figures, tmp_path, procedural):
    draw_trajectories(tmp_path, procedural)
    for figure in figures.values():
        assert ("procedural data" in [text.get_text() for text in figure.texts]) == procedural


@pytest.mark.slow
def test_one_class_one_model_one_epoch_and_no_dates(figures, tmp_path):
    artworks = make_artworks(["Realism"], count=2, centuries=(None,))
    dataset.draw(artworks, make_images(2), ["Realism"], tmp_path, True)
    shown = make_images(1)
    training.draw(
        make_losses(epochs=1, models=["AE"]), {"AE": (shown,) * 2}, ["AE"], tmp_path, True
    )
    draw_latent_space(
        *make_latent_tables(models=["AE"], classes=["Realism"]), ["AE"], ["Realism"], tmp_path, True
    )
    assert len(figures) == 7
    for figure in figures.values():
        render(figure)


def test_a_model_of_a_single_epoch_is_a_level_line_beside_the_curves_of_others(figures, tmp_path):
    losses = make_losses(seeds=(0, 1))
    losses = losses[(losses["model"] != "AE") | (losses["epoch"] == 1)]
    shown = make_images(1)
    training.draw(losses, dict.fromkeys(MODELS, (shown, shown)), MODELS, tmp_path, True)
    axes = figures["training_losses"].axes[0]
    level = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert level
    for line in level:
        assert list(line.get_xdata()) == [1, losses["epoch"].max()]
        assert np.ptp(line.get_ydata()) == 0
    assert {len(line.get_xdata()) for line in axes.lines} == {2, 3}
    render(figures["training_losses"])


def test_training_of_one_epoch_is_drawn_as_dots(figures, tmp_path):
    losses = make_losses(seeds=(0, 1)).query("epoch == 1")
    shown = make_images(1)
    training.draw(losses, dict.fromkeys(MODELS, (shown, shown)), MODELS, tmp_path, True)
    lines = figures["training_losses"].axes[0].lines
    assert [line.get_marker() for line in lines if len(line.get_xdata()) == 1]
    assert {line.get_marker() for line in lines if len(line.get_xdata()) == 1} == {"o"}


def test_an_artwork_is_named_by_what_is_known():
    rows = pd.DataFrame(
        {
            "artist": ["Claude Monet", "", "Claude Monet", ""],
            "title": ["Haystacks", "Haystacks", "", ""],
        }
    ).assign(filename="7.jpg")
    labels = [strips.artwork_label(row) for row in rows.itertuples()]
    assert labels == ["Claude Monet, “Haystacks”", "“Haystacks”", "Claude Monet", "7.jpg"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0152, "0.0152"),
        (152, "152"),
        (999.9, "1k"),
        (152_000, "152k"),
        (1.53e6, "1.53M"),
    ],
)
def test_compact_numbers(value, text):
    assert theme.compact(value) == text


@pytest.mark.slow
def test_figures_and_pages_load_neither_torch_nor_sklearn():
    code = (
        "import sys, stylewalk.plots.dataset, stylewalk.plots.training, "
        "stylewalk.plots.trajectories, stylewalk.pages.study, stylewalk.pages.summary; "
        "print(sorted({'torch', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_figures_need_no_display_and_stay_out_of_pyplot(tmp_path):
    """seaborn imports pyplot, which asks for a display only where figures are made with it.

    A figure that pyplot knows is kept for as long as the process lives, and shown where it can be.
    """
    code = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1]); import test_plots\n"
        "about = test_plots.MODELS, test_plots.CLASSES, pathlib.Path(sys.argv[2]), True\n"
        "test_plots.draw_latent_space(*test_plots.make_latent_tables(), *about)\n"
        "import matplotlib.pyplot as plt; print(plt.get_fignums())"
    )
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={key: value for key, value in os.environ.items() if key not in unset},
    )
    assert done.stdout.strip() == "[]"
    assert len(list(tmp_path.glob("*.png"))) == 3
