"""Shape against residual, and trajectories beside blends: what is drawn equals the tables."""

import io
import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from stylewalk.catalogue.trajectories import CONTROL_TESTS, SHAPE_RHO, TRAJECTORY_MEASURES
from stylewalk.colours import class_colours, model_colours
from stylewalk.plots import dissolve
from stylewalk.trajectories.controls import compare

MODELS = ["AE", "AAE"]
CLASSES = ["Realism", "Romanticism"]
EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 6},
    "in": {"classes": "within", "pairs": "random", "count": 7, "steps": 6},
    "out": {"classes": "between", "pairs": "random", "count": 7, "steps": 6},
}
SIDE = dissolve._HALF


def render(figure):
    """Draw a figure to its end, which is when Matplotlib finds out what it cannot draw."""
    figure.savefig(io.BytesIO(), format="png", dpi=40)


def make(experiments=EXPERIMENTS, models=MODELS, classes=CLASSES, seeds=(0,)):
    """TRAJECTORY_MEASURES of random numbers; only random pairs have a control."""
    random, frames = np.random.default_rng(0), []
    for (name, about), model, seed in itertools.product(experiments.items(), models, seeds):
        pairs = [(c, c) for c in classes]
        if about["classes"] == "between":
            pairs = list(itertools.combinations(classes, 2))
        for a, b in pairs:
            n = about["count"]
            frame = pd.DataFrame({"pair": range(n), "rho": random.uniform(0.02, 0.3, n)})
            frame[["fade", "blur", "structure"]] = random.uniform(0, 0.01, (n, 3))
            for prefix in ("", "blend_"):
                frame[f"{prefix}gram_path_ratio"] = random.uniform(1, 3, n)
                frame[f"{prefix}quadratic"], frame[f"{prefix}quartic"] = random.normal(size=(2, n))
            if about["pairs"] != "random":
                frame.loc[:, frame.columns.str.startswith("blend_")] = np.nan
            frame = frame.assign(model=model, seed=seed, experiment=name, class_a=a, class_b=b)
            frame = frame.assign(split="any", path="straight", metric="gram")
            frames.append(frame)
    return pd.concat(frames, ignore_index=True).reindex(columns=list(TRAJECTORY_MEASURES))


def draw(measures, experiments=EXPERIMENTS, models=MODELS, classes=CLASSES, folder="unused"):
    tests, correlations = compare(measures, 20, 0)
    about = (models, classes, experiments)
    return dissolve.draw(measures, correlations, tests, *about, folder, False)


def dots(axes):
    """(n, 2) dots of a panel, in no order."""
    halves = [line.get_xydata() for line in axes.lines if line.get_fillstyle() == "left"]
    return np.concatenate(halves) if halves else np.empty((0, 2))


def same_points(drawn, expected):
    return np.allclose(np.sort(drawn, axis=0), np.sort(expected, axis=0))


def notes(axes):
    return [text.get_text() for text in axes.texts]


def medians(axes):
    """The white dots of a panel: (places, values, colours)."""
    white = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    places, values = np.array([line.get_xydata()[0] for line in white]).T
    return places, values, [line.get_color() for line in white]


@pytest.mark.slow
def test_the_figures_are_those_named_the_same_bytes_twice(tmp_path):
    frame = make(models=["AE"])
    made = draw(frame, models=["AE"], folder=tmp_path)
    assert [drawn.name for drawn in made] == [dissolve.DISSOLVE, dissolve.CONTROL]
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(files) == sorted(f"{d.name}{suffix}" for d in made for suffix in (".png", ".svg"))
    draw(frame, models=["AE"], folder=tmp_path)
    assert files == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_without_random_pairs_there_is_no_figure():
    closest = {"near": EXPERIMENTS["near"]}
    assert draw(make(closest), closest) == []


def test_each_panel_holds_the_pairs_of_its_model_and_experiment(figures):
    frame = make()
    draw(frame)
    axes = figures[dissolve.DISSOLVE].axes
    for spot, (experiment, model) in zip(
        axes, itertools.product(("in", "out"), MODELS), strict=True
    ):
        mine = frame[(frame["experiment"] == experiment) & (frame["model"] == model)]
        assert same_points(dots(spot), mine[["rho", "quadratic"]].to_numpy())
        (triangle,) = (line for line in spot.lines if line.get_marker() == "^")
        assert triangle.get_xdata() == [mine["rho"].median()]
        assert model in notes(spot)
        assert spot.get_xscale() == "log"
    assert len({spot.get_xlim() for spot in axes}) == len({spot.get_ylim() for spot in axes}) == 1


def test_a_dot_has_the_colours_of_both_its_ends(figures):
    draw(make())
    colours = class_colours(CLASSES)
    inside, between = figures[dissolve.DISSOLVE].axes[0], figures[dissolve.DISSOLVE].axes[2]
    halves = [
        [
            (line.get_color(), line.get_markerfacecoloralt())
            for line in axes.lines
            if line.get_fillstyle() == "left"
        ]
        for axes in (inside, between)
    ]
    assert halves[0] == [(colours[name],) * 2 for name in CLASSES]
    assert halves[1] == [(colours["Realism"], colours["Romanticism"])]


@pytest.mark.slow
def test_the_correlation_of_the_right_model_stands_above_the_panel(figures):
    frame = make()
    correlations = pd.DataFrame(
        [
            ("AE", "in", "any", "straight", "gram", "quadratic", 14, -0.62, -0.85, -0.2, 0.001),
            ("AE", "in", "any", "straight", "gram", "quartic", 14, 0.99, 0.9, 1.0, 0.0),
            ("AAE", "in", "any", "straight", "gram", "quadratic", 1400, 0.1, -0.3, 0.4, 0.75),
            ("AE", "out", "any", "straight", "gram", "quadratic", 4, *[np.nan] * 4),
        ],
        columns=list(SHAPE_RHO),
    )
    nothing = pd.DataFrame(columns=list(CONTROL_TESTS))
    dissolve.draw(frame, correlations, nothing, MODELS, CLASSES, EXPERIMENTS, "unused", False)
    axes = figures[dissolve.DISSOLVE].axes
    texts = [
        ["−0.62 (−0.85 to −0.20)\np = 0.001, n = 14"],
        ["+0.10 (−0.30 to +0.40)\np = 0.750, n = 1,400"],
        ["no correlation\n"],
        ["no correlation\n"],
    ]
    for spot, (text,) in zip(axes, texts, strict=True):
        assert text in notes(spot)
    weights = [
        next(t.get_fontweight() for t in spot.texts if t.get_text() == text)
        for spot, (text,) in zip(axes, texts, strict=True)
    ]
    assert weights == ["bold", "normal", "normal", "normal"]


def test_a_pair_is_one_dot_however_many_seeds_there_are(figures):
    frame = make(seeds=(0, 1))
    drawn = draw(frame)
    pairs = frame[(frame["experiment"] == "out") & (frame["model"] == "AE")]
    expected = pairs.groupby("pair")[["rho", "quadratic"]].mean().to_numpy()
    assert same_points(dots(figures[dissolve.DISSOLVE].axes[2]), expected)
    assert all("2 seeds" in figure.caption for figure in drawn)


def test_a_residual_of_nothing_makes_the_scale_linear(figures):
    frame = make()
    frame.loc[frame["experiment"] == "in", "rho"] = [0.0, *([0.1] * 27)]
    drawn = draw(frame)
    assert {axes.get_xscale() for axes in figures[dissolve.DISSOLVE].axes} == {"linear"}
    assert "logarithmic" not in drawn[0].caption


def test_pairs_without_residual_are_left_out_of_the_first_figure_alone(figures):
    frame = make()
    frame.loc[frame["model"] == "AAE", "rho"] = np.nan
    draw(frame)
    axes = figures[dissolve.DISSOLVE].axes
    assert [len(dots(spot)) for spot in axes] == [14, 0, 7, 0]
    assert len(medians(figures[dissolve.CONTROL].axes[0])[0]) == 4
    for figure in figures.values():
        render(figure)


def test_models_stand_beside_their_own_blends(figures):
    frame = make()
    draw(frame)
    grid = np.reshape(figures[dissolve.CONTROL].axes, (2, 2))
    for row, experiment in zip(grid, ("in", "out"), strict=True):
        rows = frame[frame["experiment"] == experiment]
        for axes, measure in zip(row, ("quadratic", "gram_path_ratio"), strict=True):
            places, values, colours = medians(axes)
            assert np.allclose(places, [-SIDE, SIDE, 1 - SIDE, 1 + SIDE])
            expected = rows.groupby("model", sort=False)[[measure, f"blend_{measure}"]].median()
            assert np.allclose(values, expected.to_numpy().ravel())
            own = [model_colours(MODELS)[model] for model in MODELS]
            assert np.allclose([to_rgb(c) for c in colours[::2]], [to_rgb(c) for c in own])
            assert colours[1] == colours[3]
            joined = [line.get_ydata() for line in axes.lines if line.get_alpha() is not None]
            pairs = rows[[measure, f"blend_{measure}"]].to_numpy()
            assert np.allclose(joined, pairs)
    assert {axes.get_yscale() for axes in grid[:, 1]} == {"log"}
    # The blend is the reference, not a ratio of 1.
    assert not any(
        np.ptp(line.get_ydata()) == 0 for line in grid[0, 1].lines if len(line.get_xdata()) > 1
    )


def test_bars_are_quartiles(figures):
    frame = make()
    draw(frame)
    axes = figures[dissolve.CONTROL].axes[0]
    bar = next(line for line in axes.lines if line.get_linewidth() == 5)
    values = frame.query("experiment == 'in' and model == 'AE'")["quadratic"]
    assert np.allclose(bar.get_ydata(), values.quantile([0.25, 0.75]))


def test_the_median_difference_stands_above_its_model(figures):
    rows = [
        ("AE", "in", "any", "straight", "gram", "quadratic", 14, 0.5, 1.5, -1.12, 0.0001),
        ("AAE", "in", "any", "straight", "gram", "quadratic", 14, 0.5, 1.5, 0.25, 0.3),
        ("AE", "in", "any", "straight", "gram", "gram_path_ratio", 14, 0.5, 1.5, 0.03, np.nan),
        ("AE", "in", "any", "straight", "gram", "quartic", 14, 0.5, 1.5, 9.0, 0.3),
    ]
    tests = pd.DataFrame(rows, columns=list(CONTROL_TESTS))
    nothing = pd.DataFrame(columns=list(SHAPE_RHO))
    dissolve.draw(make(), nothing, tests, MODELS, CLASSES, EXPERIMENTS, "unused", False)
    left, right = figures[dissolve.CONTROL].axes[:2]
    spots = {text.get_text(): text.xy[0] for text in left.texts if "\n" in text.get_text()}
    assert spots == {"−1.12\np < 0.001": 0, "+0.25\np = 0.300": 1}
    assert [text.get_text() for text in right.texts] == ["+0.03\n–"]


def test_one_model_one_pair_and_no_control(figures):
    experiments = {"in": {"classes": "within", "pairs": "random", "count": 1, "steps": 6}}
    frame = make(experiments, ["AE"], ["Realism"])
    frame.loc[:, frame.columns.str.startswith("blend_")] = np.nan
    draw(frame, experiments, ["AE"], ["Realism"])
    assert len(dots(figures[dissolve.DISSOLVE].axes[0])) == 1
    for figure in figures.values():
        render(figure)


@pytest.mark.slow
def test_many_models_with_long_names_keep_panels_of_one_size(figures):
    models = [f"a variational autoencoder of beta {place}" for place in range(7)]
    draw(make(models=models), models=models)
    for figure in figures.values():
        render(figure)
    axes = [a for a in figures[dissolve.DISSOLVE].axes if a.axison]
    assert len(axes) == 2 * len(models)
    widths = [spot.get_position().width for spot in axes]
    assert np.ptp(widths) < 1e-6
    assert min(widths) > 0.8 / 5  # of the figure, which holds five of them side by side
    labels = [text.get_text() for text in figures[dissolve.CONTROL].axes[0].texts]
    assert not any("p " in label for label in labels if "\n" in label)  # too narrow for it
