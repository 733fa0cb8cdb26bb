"""The spread of trajectories: what is drawn equals the table, in any number of panels."""

import io
import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from stylewalk.catalogue.trajectories import PROFILE_SHAPES, STYLE_PROFILES
from stylewalk.colours import class_colours
from stylewalk.plots import profiles, spread
from stylewalk.trajectories import controls

MODELS = ["AE", "AAE"]
CLASSES = ["Realism", "Romanticism", "Baroque"]


def settings(classes, pairs="random", count=9, steps=6):
    return {"classes": classes, "pairs": pairs, "count": count, "steps": steps}


EXPERIMENTS = {
    "in": settings("within"),
    "near": settings("within", "closest", 1),
    "out": settings("between"),
}


def render(figure):
    """Draw a figure to its end, which is when Matplotlib finds out what it cannot draw."""
    figure.savefig(io.BytesIO(), format="png", dpi=40)
    return figure


def level(model, class_a, class_b, classes=CLASSES, models=MODELS):
    """A loss that no other model or pair of classes has."""
    return 100.0 * (1 + models.index(model)) + 10 * classes.index(class_a) + classes.index(class_b)


def make(
    experiments=EXPERIMENTS, seeds=(0,), models=MODELS, classes=CLASSES, scale=1e4, blend=True
):
    """STYLE_PROFILES with sd = mean / 2; the blend is three times as large, its sd twice that."""
    rows = []
    for (name, about), model, seed in itertools.product(experiments.items(), models, seeds):
        pairs = [(c, c) for c in classes]
        if about["classes"] == "between":
            pairs = list(itertools.combinations(classes, 2))
        random = about["pairs"] == "random"
        for (a, b), times in itertools.product([*pairs, ("all", "all")], (1, 3)):
            if times == 3 and not (random and blend):
                continue
            base = 50.0 if a == "all" else level(model, a, b, classes, models)
            step = np.arange(1, about["steps"] + 1)
            mean = scale * times * (1 + seed) * (base + step)
            sd = mean / 2 if about["count"] > 1 else mean * np.nan
            who = f"pixel_blend:{model}" if times == 3 else model
            frame = pd.DataFrame({"step": step, "mean": mean, "sd": sd, "n": about["count"]})
            frame = frame.assign(model=who, seed=seed, experiment=name, class_a=a, class_b=b)
            frame = frame.assign(split="any", path="straight", metric="gram")
            rows.append(frame.assign(low=mean * 0.9, high=mean * 1.1))
    return pd.concat(rows, ignore_index=True)[list(STYLE_PROFILES)]


def draw(frame, experiments=EXPERIMENTS, models=MODELS, classes=CLASSES, folder=None):
    return spread.draw(frame, models, classes, experiments, folder or "unused", False)


def panels(figure):
    """The axes that hold something, in rows."""
    return [axes for axes in figure.axes if axes.axison]


def band(axes):
    """The lower and the upper edge of the band, by step."""
    (band,) = (c for c in axes.collections if hasattr(c, "get_paths") and c.get_alpha() == 0.2)
    points = pd.DataFrame(band.get_paths()[0].vertices, columns=["x", "y"]).groupby("x")["y"]
    return points.min().to_numpy(), points.max().to_numpy()


def blend_of(axes):
    """The dotted line of the pixel blend."""
    (line,) = (line for line in axes.lines if line.is_dashed())
    return line.get_ydata()


@pytest.mark.slow
def test_one_figure_for_each_experiment_of_random_pairs(tmp_path):
    made = draw(make(models=["AE"]), models=["AE"], folder=tmp_path)
    assert [drawn.name for drawn in made] == ["trajectories_in_spread", "trajectories_out_spread"]
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [f"{d.name}{suffix}" for d in made for suffix in (".png", ".svg")]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    draw(make(models=["AE"]), models=["AE"], folder=tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}


def test_every_panel_shows_its_own_mean_spread_and_blend(figures):
    draw(make())
    axes = panels(figures["trajectories_in_spread"])
    assert len(axes) == len(MODELS) * len(CLASSES)
    for place, (model, name) in enumerate(itertools.product(MODELS, CLASSES)):
        # Losses of millions are shown in millions.
        mean = (level(model, name, name) + np.arange(1, 7)) * 1e-2
        low, high = band(axes[place])
        assert np.allclose(axes[place].lines[0].get_ydata(), mean)
        assert np.allclose(low, 0.5 * mean)
        assert np.allclose(high, 1.5 * mean)
        assert np.allclose(blend_of(axes[place]), 3 * mean)
        colour = class_colours(CLASSES)[name]
        assert np.allclose(to_rgb(axes[place].lines[0].get_color()), to_rgb(colour))
    titles = [spot.get_title(loc="left") for spot in axes]
    assert titles == [*CLASSES, "", "", ""]
    assert [spot.get_ylabel() for spot in axes[:: len(CLASSES)]] == MODELS


def test_a_panel_has_its_own_scale_which_begins_at_nothing_and_holds_all_and_little_else(figures):
    draw(make())
    axes = panels(figures["trajectories_in_spread"])
    limits = [spot.get_ylim() for spot in axes]
    assert len(set(limits)) == len(limits)
    for spot, (low, high) in zip(axes, limits, strict=True):
        assert low == 0
        top = max(band(spot)[1].max(), blend_of(spot).max())
        assert 0.9 * high < top < high


def test_a_band_never_falls_below_nothing(figures):
    frame = make()
    frame["sd"] = 2 * frame["mean"]
    drawn = draw(frame)
    assert (band(panels(figures["trajectories_in_spread"])[0])[0] == 0).all()
    assert "cut at 0" in drawn[0].caption


def test_several_seeds_show_their_mean_and_the_root_of_the_mean_variance(figures):
    drawn = draw(make(seeds=(0, 1)))
    axes = panels(figures["trajectories_in_spread"])[0]
    one = (level("AE", CLASSES[0], CLASSES[0]) + np.arange(1, 7)) * 1e-2
    # Seed 1 is twice seed 0: means 1 and 2, deviations 0.5 and 1.
    assert np.allclose(axes.lines[0].get_ydata(), 1.5 * one)
    assert np.allclose(band(axes)[1], (1.5 + np.sqrt((0.25 + 1) / 2)) * one)
    assert "2 seeds" in drawn[0].caption


def test_without_spread_or_blend_there_is_a_line_alone(figures):
    experiments = {"single": settings("within", count=1)}
    draw(make(experiments, blend=False), experiments)
    figure = render(figures["trajectories_single_spread"])
    assert all(len(axes.lines) == 1 for axes in panels(figure))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["mean of the model's trajectories"]


@pytest.mark.slow
@pytest.mark.parametrize(("count", "shape"), [(6, (1, 6)), (7, (2, 4)), (10, (2, 5))])
def test_many_classes_wrap_into_even_rows(figures, count, shape):
    classes = [f"Abstract Expressionism {place}" for place in range(count)]
    experiments = {"in": settings("within")}
    draw(make(experiments, classes=classes), experiments, classes=classes)
    figure = figures["trajectories_in_spread"]
    deep, columns = shape
    assert figure.axes[0].get_gridspec().get_geometry() == (deep * len(MODELS), columns)
    assert len(panels(figure)) == count * len(MODELS)


@pytest.mark.slow
def test_titles_do_not_run_into_each_other(figures):
    classes = ["Abstract Expressionism", "Naive Art (Primitivism)", "Postimpressionism", "Baroque"]
    experiments = {"out": settings("between")}
    draw(make(experiments, classes=classes), experiments, classes=classes)
    figure = render(figures["trajectories_out_spread"])
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [axes._left_title.get_window_extent(renderer) for axes in panels(figure)[:6]]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_too_many_pairs_of_classes_are_shown_together(figures):
    classes = [f"class {place}" for place in range(6)]  # 15 pairs
    experiments = {"out": settings("between")}
    drawn = draw(make(experiments, classes=classes, scale=1.0), experiments, classes=classes)
    axes = panels(figures["trajectories_out_spread"])
    assert [spot.get_title(loc="left") for spot in axes] == MODELS
    assert np.allclose(axes[0].lines[0].get_ydata(), 50 + np.arange(1, 7))
    assert "15 pairs of classes together" in drawn[0].caption


def test_one_model_one_class_and_a_hundred_steps(figures):
    experiments = {"long": settings("within", steps=100)}
    frame = make(experiments, models=["AE"], classes=["Baroque"])
    draw(frame, experiments, ["AE"], ["Baroque"])
    (axes,) = panels(render(figures["trajectories_long_spread"]))
    assert len(axes.lines[0].get_xdata()) == 100


@pytest.mark.slow
def test_a_model_without_rows_leaves_its_panels_empty(figures):
    frame = make()
    draw(frame[~frame["model"].str.endswith("AAE")])
    axes = panels(render(figures["trajectories_in_spread"]))
    assert [len(spot.lines) for spot in axes] == [2, 2, 2, 0, 0, 0]


@pytest.mark.slow
def test_control_rows_do_not_disturb_the_profiles(figures, tmp_path):
    """What the figures of profiles show of the models is the same with control rows and without."""
    order = (MODELS, CLASSES)
    drawn = {}
    for blend in (True, False):
        frame = make(scale=1.0, blend=blend)
        part = frame[frame["experiment"] == "in"]
        shapes = pd.DataFrame(columns=list(PROFILE_SHAPES))
        profiles.draw(part, shapes, *order, "in", EXPERIMENTS["in"], tmp_path, False)
        profiles.overview(frame, *order, EXPERIMENTS, tmp_path, False)
        drawn[blend] = dict(figures)
    for name in (profiles.name("in"), profiles.OVERVIEW):
        with_control, without = (
            [
                [line.get_ydata().tolist() for line in axes.lines if not line.is_dashed()]
                for axes in f.axes
            ]
            for f in (drawn[True][name], drawn[False][name])
        )
        assert with_control == without
    labels = [
        [text.get_text() for text in drawn[blend][profiles.OVERVIEW].legends[0].get_texts()]
        for blend in (True, False)
    ]
    assert labels == [[*MODELS, "pixel blend"], MODELS]


def test_the_overview_shows_the_blend_over_its_mean_for_random_pairs_alone(figures, tmp_path):
    profiles.overview(make(scale=1.0), MODELS, CLASSES, EXPERIMENTS, tmp_path, False)
    axes = figures[profiles.OVERVIEW].axes
    values = 50 + np.arange(1, 7)
    dotted = [[line for line in spot.lines if line.get_color() == "#9CA3AF"] for spot in axes]
    assert [len(blends) for blends in dotted] == [0, 0, 0, 1, 0, 1]
    assert np.allclose(dotted[3][0].get_ydata(), values / values.mean())


def test_the_control_is_named_as_it_is_scored():
    assert profiles.CONTROL == controls.PREFIX


@pytest.mark.slow
def test_the_figures_load_neither_torch_nor_pyplot():
    code = (
        "import sys, stylewalk.plots.spread, stylewalk.plots.dissolve; "
        "print(sorted({'torch', 'matplotlib.pyplot', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
