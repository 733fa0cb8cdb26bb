"""The sweep of latent sizes: its plan, its table and its figure."""

import io
import itertools
import math
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from stylewalk import tables
from stylewalk.catalogue.models import EPOCH_LOSSES, LATENT_SIZES
from stylewalk.colours import model_colours
from stylewalk.errors import StylewalkError
from stylewalk.plots import sweep
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.sweep import Training, plan, tabulate

ROOT = Path(__file__).parents[2]
MODELS = ["AE", "VAE", "AAE"]
T_975 = {3: 4.302652729911275, 5: 2.7764451051977987}  # of n - 1 degrees of freedom, from a table


def config(sizes, models=None, seeds=(0,)):
    return {
        "sweep": {"latent_sizes": sizes, "models": models},
        "models": {name: {"family": "autoencoder"} for name in MODELS},
        "seeds": list(seeds),
    }


def make_table(models=MODELS, sizes=(16, 64, 256), seeds=(0,), steep=0.5):
    """Losses that fall as a power of the size; validation is 1.5 times training."""
    rows = [
        (model, seed, size, split, term, (1 + seed / 10) * factor * size**-steep)
        for model, size, seed in itertools.product(models, sizes, seeds)
        for split, factor in (("training", 1.0), ("validation", 1.5))
        for term in ("reconstruction", "kl")
    ]
    table = pd.DataFrame(rows, columns=list(LATENT_SIZES))
    table.loc[table["term"] == "kl", "value"] *= 1000
    return table


def lines(figure, colour):
    """The curves of one colour: validation, then training."""
    own = [line for line in figure.axes[0].lines if line.get_color() == colour]
    curves = [line for line in own if line.get_linestyle() != "None"]  # that of intervals has none
    return sorted(curves, key=lambda line: line.get_linestyle() != "-")


def test_the_plan_runs_over_rising_sizes_then_models_and_seeds_of_the_study():
    expected = [
        Training(size, model, seed)
        for size in (8, 32)
        for model in ("AE", "AAE")
        for seed in (3, 1)
    ]
    assert plan(config([32, 8.0], ["AAE", "AE"], seeds=(3, 1))) == expected
    assert all(type(training.size) is int for training in plan(config([32, 8.0])))
    assert {training.model for training in plan(config([8]))} == set(MODELS)


def test_a_sweep_without_sizes_or_of_unknown_models_is_refused():
    with pytest.raises(StylewalkError, match=r"sweep\.latent_sizes: there is no latent size"):
        plan(config([]))
    with pytest.raises(StylewalkError, match=r"sweep\.models: .*no model GAN; .*AE, VAE, AAE"):
        plan(config([8], ["AE", "GAN"]))


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ({"latent_sizes": [1]}, r"sweep\.latent_sizes\[0\]: found 1, expected at least 2"),
        ({"latent_sizes": [8, 8.0]}, r"sweep\.latent_sizes: .* expected no entry twice"),
        ({"latent_sizes": ["8"]}, r"sweep\.latent_sizes\[0\]: .* expected a whole number"),
        ({"models": []}, r"sweep\.models: .* expected at least 1 entries"),
        ({"sizes": [8]}, r"sweep\.sizes: this key is not known"),
    ],
)
def test_what_the_schema_refuses(sweep, words):
    schema = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
    demo = load_config(ROOT / "config/config.yaml")
    with pytest.raises(StylewalkError, match=words):
        complete({**demo, "sweep": sweep}, schema)
    completed = complete({key: demo[key] for key in demo if key != "sweep"}, schema)
    assert completed["sweep"] == {"latent_sizes": [], "models": None}


def test_the_table_holds_the_last_epoch_of_each_training():
    def losses(model, epochs):
        rows = [
            (model, 0, epoch, split, "reconstruction", 10 * epoch + place)
            for epoch in range(1, epochs + 1)
            for place, split in enumerate(("training", "validation"))
        ]
        return pd.DataFrame(rows, columns=list(EPOCH_LOSSES))

    table = tabulate([losses("AE", 2), losses("AE", 3)], [8, 4])
    tables.conform(table.astype({"value": float}), LATENT_SIZES)
    assert table.to_dict("split")["data"] == [
        ["AE", 0, 8, "training", "reconstruction", 20],
        ["AE", 0, 8, "validation", "reconstruction", 21],
        ["AE", 0, 4, "training", "reconstruction", 30],
        ["AE", 0, 4, "validation", "reconstruction", 31],
    ]


@pytest.mark.parametrize("count", [3, 5])
def test_the_interval_is_students(count):
    values = [0.01, 0.013, 0.018, 0.02, 0.011][:count]
    mean = statistics.mean(values)
    half = T_975[count] * statistics.stdev(values) / math.sqrt(count)
    assert np.allclose(sweep.interval(pd.Series(values)), [mean - half, mean + half])


@pytest.mark.slow
def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    studies = 4000
    ends = [sweep.interval(pd.Series(values)) for values in rng.normal(1, 0.1, (studies, 4))]
    covered = np.mean([low < 1 < high for low, high in ends])
    assert covered == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / studies))


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_seeds_give_no_interval(count):
    assert np.isnan(sweep.interval(pd.Series([0.01, 0.02][:count]))).all()


@pytest.mark.parametrize("value", [0.1, 0.3, 1 / 3])
def test_seeds_that_are_all_alike_are_drawn(figures, tmp_path, value):
    """Their mean differs from each of them by rounding."""
    table = make_table(seeds=range(3)).assign(value=value)
    sweep.draw(table, MODELS, 64, tmp_path, False)
    assert figures["latent_sizes"].axes[0].lines


def test_lines_show_reconstruction_in_the_colours_of_the_study(figures, tmp_path):
    # Written out of order, and without the first model: the others keep their colours.
    table = make_table(models=MODELS[1:], seeds=(0, 1, 2)).sample(frac=1, random_state=0)
    sweep.draw(table, MODELS, 64, tmp_path, False)
    colours = model_colours(MODELS)
    assert not lines(figures["latent_sizes"], colours["AE"])
    for model in MODELS[1:]:
        validation, training = lines(figures["latent_sizes"], colours[model])
        sizes = np.array([16, 64, 256])
        assert np.array_equal(validation.get_xdata(), sizes)
        assert np.allclose(training.get_ydata(), 1.1 * sizes**-0.5)  # seed 1 is the middle one
        assert np.allclose(validation.get_ydata(), 1.5 * 1.1 * sizes**-0.5)
        assert (validation.get_linestyle(), training.get_linestyle()) == ("-", "--")
    legend = [text.get_text() for text in figures["latent_sizes"].legends[0].texts]
    assert legend == ["VAE", "AAE", "validation", "training", "the study's own size"]
    axes = figures["latent_sizes"].axes[0]
    assert axes.get_xscale() == "log"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["16", "64", "256"]


def test_the_studys_own_size_is_marked_where_it_was_swept(figures, tmp_path):
    mark = to_rgb("#E5E7EB")
    for own, expected in ((64, [64]), (100, [])):
        [drawn] = sweep.draw(make_table(), MODELS, own, tmp_path, False)
        marks = [x for x in figures[drawn.name].axes[0].lines if to_rgb(x.get_color()) == mark]
        assert [line.get_xdata()[0] for line in marks] == expected
        assert (f"size of this study, {own}" in drawn.caption) == bool(expected)


@pytest.mark.parametrize(
    ("seeds", "words"), [(1, "no intervals"), (2, "too few"), (3, "Student's 95 % interval")]
)
def test_the_caption_says_how_sure_the_means_are(figures, tmp_path, seeds, words):
    [drawn] = sweep.draw(make_table(seeds=range(seeds)), MODELS, 64, tmp_path, False)
    assert words in drawn.caption


@pytest.mark.parametrize("steep", [0.0, 0.1, 2.0])
def test_every_loss_lies_within_the_axes(figures, tmp_path, steep):
    sweep.draw(make_table(steep=steep, seeds=range(3)), MODELS, 64, tmp_path, False)
    axes = figures["latent_sizes"].axes[0]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for model in MODELS:
        for line in lines(figures["latent_sizes"], model_colours(MODELS)[model]):
            assert (left < line.get_xdata()).all()
            assert (line.get_xdata() < right).all()
            assert (bottom < line.get_ydata()).all()
            assert (line.get_ydata() < top).all()
    assert (axes.get_yscale() == "log") == (steep == 2.0)


@pytest.mark.parametrize(
    ("sizes", "labels"),
    [([64], [64]), ([100, 101, 102, 512, 513], [100, 512]), ([2**n for n in range(1, 13)], None)],
)
def test_labels_of_sizes_do_not_run_into_each_other(sizes, labels):
    assert sweep._labelled(sizes) == (labels or sizes)


def test_files_with_one_model_one_size_and_a_loss_that_is_missing(tmp_path):
    names = [f"a-model-with-a-very-long-name-indeed-{i}" for i in range(9)]
    many = make_table(models=names, sizes=(2, 4096), seeds=(0, 1))
    many.loc[many["model"] == names[3], "value"] = np.nan
    for folder, table in (("one", make_table(["AE"], [64])), ("many", many)):
        [drawn] = sweep.draw(table, [*MODELS, *names], 64, tmp_path / folder, True)
        made = sorted(path.name for path in (tmp_path / folder).iterdir())
        assert made == ["latent_sizes.png", "latent_sizes.svg"]
        assert drawn.title in (tmp_path / folder / "latent_sizes.svg").read_text()


def test_procedural_data_are_marked(figures, tmp_path):
    for procedural in (True, False):
        sweep.draw(make_table(), MODELS, 64, tmp_path, procedural)
        texts = [text.get_text() for text in figures["latent_sizes"].texts]
        assert ("procedural data" in texts) == procedural
    figures["latent_sizes"].savefig(io.BytesIO(), format="png", dpi=40)
