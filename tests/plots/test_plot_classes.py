"""Figures of classes in the latent space: what they show equals the tables, for all seeds."""

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image
from scipy import stats

from stylewalk.colours import CLASS_COLOURS
from stylewalk.plots import classes, clusters, latent_space, theme

MODELS = ["AE", "TVAE"]
CLASSES = ["Realism", "Romanticism"]
D = 64


@pytest.fixture
def figures(monkeypatch):
    """The figures themselves instead of their files, by name."""
    kept = {}

    def keep(figure, folder, drawn):
        kept[drawn.name] = figure
        figure.savefig(io.BytesIO(), format="png", dpi=40)  # Matplotlib draws only now
        return drawn

    monkeypatch.setattr(theme, "save", keep)
    return kept


def make_tables(seeds=(0,), models=MODELS, names=CLASSES):
    """Tables in which every value shows its model, class and seed; the order of ``draw``."""
    offsets, angles, distances, use, scores, agreement, accuracy = ([] for _ in range(7))
    for (m, model), seed in itertools.product(enumerate(models), seeds):
        for c, name in enumerate(names):
            head = (model, seed, name)
            offset = 0.1 * (1 + m) + 0.02 * c + 0.01 * seed
            offsets.append((*head, 5 + c, 1, 0.005 if c == 0 else 0.6, offset, offset))
            angles.append((*head, 20.0 + 10 * c + seed, 15 + 10 * c, 28 + 10 * c))
            distances.append((*head, 100.0 * (1 + c) + seed, 9.0))
        use.append((model, seed, D, D - m, 0.5, 1.5, 0.9 + 0.01 * seed, 0.1, -0.2 - m, 0.1))
        for place, (method, k) in enumerate(itertools.product(("kmeans", "spectral"), (4, 5))):
            scores.append((model, seed, method, k, 0, 0.1 * k))
            indices = (0.01 * k, 0.02, 0.03, 0.5, 0.3, np.nan if method == "spectral" else 0.9)
            agreement.append((model, seed, method, k, *indices[:5], indices[5] - 0.001 * place))
        accuracy += [
            (model, seed, kind, 0.5 + 0.1 * m + 0.01 * seed, 0.3, 0.45, 0.55)
            for kind in ("linear_probe", "nearest_neighbours")
        ]
    head, ends = ["model", "seed"], ["low", "high"]
    null = ["class", "null_l1", "null_l2", "p_l1", "relative_l1", "relative_l2"]
    used = ["dimensions", "active", "sd_min", "sd_max", "norm_mean", "norm_sd", "kurtosis"]
    kinds = ["method", "k", "ari", "ami", "v_measure", "purity", "largest_class_rate", "stability"]
    rate = ["classifier", "accuracy", "largest_class_rate", *ends]
    by_split = pd.DataFrame(agreement, columns=[*head, *kinds]).drop(columns="stability")
    by_split = pd.concat(
        [
            by_split.assign(split="training", n=80),
            by_split.assign(split="validation", n=20, ari=by_split["ari"] / 2),
        ]
    )
    return [
        pd.DataFrame(offsets, columns=[*head, *null]),
        pd.DataFrame(angles, columns=[*head, "class", "degrees", *ends]),
        pd.DataFrame(distances, columns=[*head, "class", "l1", "l2"]),
        pd.DataFrame(use, columns=[*head, *used, "gaussian_first_share"]),
        pd.DataFrame(scores, columns=[*head, "method", "k", "repeat", "score"]),
        pd.DataFrame(agreement, columns=[*head, *kinds]),
        by_split,
        pd.DataFrame(accuracy, columns=[*head, *rate]),
    ]


def draw(tables, models, names, folder, procedural):
    """Where the classes lie, how the space is used, and whether clusters are the classes."""
    drawn = classes.draw(*tables[:4], models, names, folder, procedural)
    with theme.theme():
        drawn.append(clusters._agreement(*tables[4:], models, folder, procedural))
    return drawn


def dots(axes, y, size=6, hollow=None):
    """Positions of the large (6) or faint (4) dots of a row; hollow, full or both."""
    lines = [line for line in axes.lines if line.get_marker() not in ("None", "|", None)]
    lines = [line for line in lines if hollow in (None, line.get_markerfacecolor() == "white")]
    dots_of_row = [
        line for line in lines if line.get_markersize() == size and line.get_ydata()[0] == y
    ]
    return [x for line in dots_of_row for x in line.get_xdata()]


def whisker(axes, y):
    """Ends of the interval of a row."""
    whiskers = [
        line for line in axes.lines if line.get_linewidth() == 1.6 and line.get_ydata()[0] == y
    ]
    return [tuple(line.get_xdata()) for line in whiskers]


@pytest.mark.slow
def test_one_seed_shows_the_tables_and_the_intervals_that_they_hold(figures, tmp_path):
    drawn = draw(make_tables(), MODELS, CLASSES, tmp_path, True)
    assert [one.name for one in drawn] == list(figures)
    offset, angle, distance = figures["latent_space_classes"].axes
    # Rows: two classes of the first model, a gap, two classes of the second.
    for y, (model, name) in zip((0, 1, 3, 4), itertools.product((0, 1), (0, 1)), strict=True):
        assert dots(offset, y) == [pytest.approx(0.1 * (1 + model) + 0.02 * name)]
        assert dots(angle, y) == [20 + 10 * name]
        assert whisker(angle, y) == [(15 + 10 * name, 28 + 10 * name)]
        assert dots(distance, y) == [100 * (1 + name)]
        assert dots(distance, y, size=4) == []
        assert np.isnan(whisker(distance, y)).all()
    assert "bootstrap interval of the angle" in drawn[0].caption
    assert "Wilson" in drawn[2].caption
    accuracy = figures["clusters_agreement"].axes[-1]
    assert dots(accuracy, 1) == [0.6]
    assert whisker(accuracy, 1) == [(0.45, 0.55)]


@pytest.mark.slow
def test_chance_is_marked_beside_each_offset_and_decides_which_dots_are_hollow(figures, tmp_path):
    draw(make_tables(), MODELS, CLASSES, tmp_path, False)
    axes = figures["latent_space_classes"].axes[0]
    strokes = {
        line.get_ydata()[0]: line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"
    }
    # Permuted labels move the centroid by 5 and 6, over mean distances of 100 and 200.
    assert strokes == {0: 0.05, 1: 0.03, 3: 0.05, 4: 0.03}
    hollow = {
        line.get_ydata()[0]: line.get_markerfacecolor() == "white"
        for line in axes.lines
        if line.get_markersize() == 6 and line.get_marker() != "None"
    }
    assert hollow == {0: False, 1: True, 3: False, 4: True}


@pytest.mark.slow
def test_several_seeds_show_their_mean_its_interval_and_each_seed(figures, tmp_path):
    drawn = draw(make_tables(seeds=(0, 1, 2)), MODELS, CLASSES, tmp_path, False)
    angle = figures["latent_space_classes"].axes[1]
    assert dots(angle, 0) == [21]
    assert dots(angle, 0, size=4) == [20, 21, 22]
    expected = stats.t.interval(0.95, 2, loc=21, scale=stats.sem([20, 21, 22]))
    assert whisker(angle, 0) == [pytest.approx(expected)]
    norm = figures["latent_space_use"].axes[1]
    assert dots(norm, 1) == [pytest.approx(0.91)]
    for one in drawn:
        assert "mean over 3 seeds with its 95 % t interval" in one.caption
        assert "bootstrap" not in one.caption
        assert "Wilson" not in one.caption


@pytest.mark.slow
def test_references_are_those_of_a_normal_distribution(figures, tmp_path):
    draw(make_tables(), MODELS, CLASSES, tmp_path, False)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 4000, D))
    cosines = (x * y).sum(axis=1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    expected = np.degrees(np.arccos(np.abs(cosines))).mean(), np.abs(x - y).sum(axis=1).mean()
    for axes, value in zip(figures["latent_space_classes"].axes[1:], expected, strict=True):
        dotted = {x for line in axes.lines if line.is_dashed() for x in line.get_xdata()}
        assert list(dotted) == [pytest.approx(value, rel=0.01)]
    spread, norm, kurtosis, _ = figures["latent_space_use"].axes
    assert [next(line for line in axes.lines if line.is_dashed()).get_xdata()[0]
            for axes in (spread, norm, kurtosis)] == [1, 1, 0]  # fmt: skip


@pytest.mark.slow
def test_the_use_of_dimensions_is_drawn_as_it_is(figures, tmp_path):
    draw(make_tables(), MODELS, CLASSES, tmp_path, False)
    spread, norm, kurtosis, active = figures["latent_space_use"].axes
    bars = [tuple(line.get_xdata()) for line in spread.lines if line.get_linewidth() == 5]
    assert bars == [(0.5, 1.5)] * 2
    assert (dots(norm, 0), dots(kurtosis, 1)) == ([0.9], [-1.2])
    assert [bar.get_width() for bar in active.patches] == [1, (D - 1) / D]
    assert [text.get_text() for text in active.texts] == ["64 of 64", "63 of 64"]


@pytest.mark.slow
def test_agreement_is_that_of_the_best_k_of_each_model_and_method(figures, tmp_path):
    tables = make_tables()
    scores = tables[4]
    scores.loc[(scores["model"] == "TVAE") & (scores["k"] == 4), "score"] = 0.9
    draw(tables, MODELS, CLASSES, tmp_path, False)
    ari, *_, purity, stability = figures["clusters_agreement"].axes[:5]
    labels = [label.get_text() for label in ari.get_yticklabels()]
    assert labels == [
        *("AE, k-means, k = 5", "AE, spectral, k = 5"),
        *("TVAE, k-means, k = 4", "TVAE, spectral, k = 4"),
    ]
    assert [dots(ari, y, hollow=False) for y in range(4)] == [[0.05], [0.05], [0.04], [0.04]]
    assert [text.get_text() for text in ari.texts] == ["0.05", "0.05", "0.04", "0.04"]
    # Of validation artworks alone, hollow; the stability has no split.
    assert [dots(ari, y, hollow=True) for y in range(4)] == [[0.025]] * 2 + [[0.02]] * 2
    assert dots(stability, 0, hollow=True) == []
    assert {line.get_xdata()[0] for line in purity.lines if line.is_dashed()} == {0.3}
    # One repeat has no stability: a dash and no dot.
    assert [dots(stability, y) != [] for y in range(4)] == [True, False, True, False]
    assert [text.get_text() for text in stability.texts] == ["0.90", "–", "0.90", "–"]


@pytest.mark.slow
def test_values_far_apart_get_a_logarithmic_axis_that_holds_them_all(figures, tmp_path):
    tables = make_tables()
    tables[0].loc[tables[0]["model"] == "TVAE", "relative_l1"] = 4.0
    draw(tables, MODELS, CLASSES, tmp_path, False)
    offset, _, distance = figures["latent_space_classes"].axes
    assert (offset.get_xscale(), distance.get_xscale()) == ("log", "linear")
    low, high = offset.get_xlim()
    assert low < 0.03
    assert high > 4
    assert distance.get_xlim()[0] == 0


@pytest.mark.slow
def test_two_seeds_do_not_widen_the_axis_to_their_interval(figures, tmp_path):
    draw(make_tables(seeds=(0, 9)), MODELS, CLASSES, tmp_path, False)
    distance = figures["latent_space_classes"].axes[2]
    assert distance.get_xlim()[1] == pytest.approx(209 * 1.08)
    assert whisker(distance, 1)[0][1] > distance.get_xlim()[1]


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 10])
def test_one_class_and_many_long_names_with_gaps_can_be_drawn(figures, tmp_path, count):
    names = [f"A school of painting with a long name, number {i}" for i in range(count)]
    tables = make_tables(seeds=(0, 1), models=["AE"], names=names)
    tables[0].loc[0, ["relative_l1", "p_l1"]] = np.nan
    tables[1][["degrees", "low", "high"]] = np.nan  # classes without variance
    tables[3]["kurtosis"] = np.nan
    drawn = draw(tables, ["AE", "untrained"], names, tmp_path, False)
    assert len(drawn) == 3
    legend = figures["latent_space_classes"].legends[0]
    assert [text.get_text() for text in legend.texts][:count] == names
    for place, handle in enumerate(legend.legend_handles[:count]):
        assert to_rgb(handle.get_color()) == to_rgb(CLASS_COLOURS[place])


@pytest.mark.slow
def test_files_are_written_with_their_captions_the_same_twice(tmp_path):
    for folder in ("one", "two"):
        drawn = draw(make_tables(), MODELS, CLASSES, tmp_path / folder, True)
    for one in drawn:
        for suffix in (".png", ".svg"):
            first, second = (tmp_path / f / f"{one.name}{suffix}" for f in ("one", "two"))
            assert first.read_bytes() == second.read_bytes()
        with Image.open(tmp_path / "one" / f"{one.name}.png") as image:
            assert image.info["Description"] == one.caption


def make_spectra(seeds=(0,)):
    """Shares, and the range of random subsets around 0.3 / component, another one per class."""
    variance, null = [], []
    for model, seed, c in itertools.product(MODELS, seeds, range(1, 5)):
        for place, name in enumerate([*CLASSES, "all"]):
            variance.append((model, seed, name, c, 0.3 / c))
            if name != "all":
                half = 0.01 * (1 + place + seed)
                null.append((model, seed, name, c, 0.3 / c, (0.3 - half) / c, (0.3 + half) / c))
    head = ["model", "seed", "class", "component", "share"]
    scores = [(m, 0, "kmeans", 2, 0, 0.1) for m in MODELS]
    clusters = [
        (m, 0, "kmeans", 2, k, name, 5, 0.5) for m in MODELS for k in (0, 1) for name in CLASSES
    ]
    return (
        pd.DataFrame(variance, columns=head),
        pd.DataFrame(scores, columns=["model", "seed", "method", "k", "repeat", "score"]),
        pd.DataFrame(
            clusters,
            columns=["model", "seed", "method", "k", "cluster", "class", "count", "proportion"],
        ),
        pd.DataFrame(null, columns=[*head, "low", "high"]),
    )


@pytest.mark.parametrize("seeds", [(0,), (0, 2)])
def test_spectra_show_the_band_of_random_subsets_behind_each_class(figures, tmp_path, seeds):
    *tables, null = make_spectra(seeds)
    drawn = latent_space.draw(tables[0], MODELS, CLASSES, tmp_path, False, null)
    together, *panels = figures["latent_space_spectra"].axes[:3]
    assert len(together.collections) == 0
    for axes in panels:
        for place, band in enumerate(axes.collections):
            ends = band.get_paths()[0].vertices
            half = 0.01 * (1 + place + np.mean(seeds))
            assert {(x, round(y * x, 6)) for x, y in ends} == {
                (x, round(end, 6)) for x in range(1, 5) for end in (0.3 - half, 0.3 + half)
            }
            assert np.allclose(band.get_facecolor()[0][:3], to_rgb(CLASS_COLOURS[place]))
        assert len(axes.collections) == len(CLASSES)
    assert "random subsets" in drawn[0].caption


def test_spectra_without_a_null_have_no_bands_and_bear_no_variance(figures, tmp_path):
    *tables, _ = make_spectra()
    tables[0].loc[tables[0]["class"] == "Realism", "share"] = 0.0
    drawn = latent_space.draw(tables[0], MODELS, CLASSES, tmp_path, False)
    assert all(not axes.collections for axes in figures["latent_space_spectra"].axes)
    assert "random subsets" not in drawn[0].caption
