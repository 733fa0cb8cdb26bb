"""False verdicts are rare on profiles without shape, and true shapes are found."""

import numpy as np
import pandas as pd
import pytest

from profile_noise import simulate
from stylewalk import tables
from stylewalk.catalogue.trajectories import FALSE_VERDICTS
from stylewalk.trajectories.null_verdicts import SHAPES, false_verdicts
from stylewalk.trajectories.profiles import contrasts, shapes_of

TEN = contrasts(10)
MODELS = ("AE", "VAE")


def losses(count, seeds=1, shape=None, experiment="walk", seed=0):
    """A study of two models and two classes, whose models walk between the same pairs."""
    rng = np.random.default_rng(seed)
    frames = []
    for name in "AB":
        of_pairs = simulate(count, 10, rng, shape)
        for model in MODELS:
            for number in range(seeds):
                values = of_pairs * rng.lognormal(0, 0.3, (count, 10))
                names = {"model": model, "seed": number, "experiment": experiment}
                names |= {"class_a": name, "class_b": name, "layer": "total"}
                pair, step = np.repeat(np.arange(count), 10), np.tile(np.arange(1, 11), count)
                columns = {"pair": pair, "step": step, "value": values.ravel()}
                frames.append(pd.DataFrame(names | columns))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "seeds"), [(8, 1), (40, 1), (25, 3)])
def test_at_most_one_study_in_twenty_without_shape_gets_a_verdict(count, seeds):
    """Also where the study itself has shapes, which its nulls lack."""
    study = losses(count, seeds, 1 - 0.6 * TEN["quadratic"])
    found = false_verdicts(study, ["walk"], 0.25, seed=1, nulls=300)
    tables.conform(found.assign(metric="gram", path="line", split="any"), FALSE_VERDICTS)
    assert list(zip(found["family"], found["verdict"], strict=True)) == [
        (family, verdict)
        for family in ("confirmatory", "exploratory")
        for verdict in ("any shape", *SHAPES)
    ]
    assert found["tests"].tolist() == [4] * 4 + [8] * 4  # two models, and two classes of each
    assert (found["rate"] == found["false_verdicts"] / 300).all()
    assert found["rate"].between(found["low"], found["high"]).all()
    any_shape = found[found["verdict"] == "any shape"]
    assert (any_shape["low"] <= 0.05).all()  # 5 % and Monte Carlo error
    assert (any_shape["rate"] < 0.08).all()
    assert found["coverage"].between(0.92, 0.985).all()
    by_shape = found[found["verdict"] != "any shape"].groupby("family")["false_verdicts"]
    whole = any_shape.set_index("family")["false_verdicts"]
    assert (by_shape.max() <= whole).all()
    assert (by_shape.sum() >= whole).all()


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        (1 - 0.6 * TEN["quadratic"], "horseshoe"),
        (1 + 0.6 * TEN["quadratic"], "valley"),
        (1 - 0.6 * TEN["quartic"], "wave"),
    ],
)
def test_true_shapes_are_found_in_the_same_noise(shape, verdict):
    rng = np.random.default_rng(0)
    found = [
        shapes_of(
            {("AE", "walk"): {(n, n): simulate(100, 10, rng, shape)[None] for n in "ab"}},
            200,
            0.25,
            rng,
            ["walk"],
        )["verdict"].iloc[-1]
        for _ in range(40)
    ]
    assert found.count(verdict) >= 36


def test_experiments_of_one_pair_are_left_out_and_the_same_seed_gives_the_same():
    both = pd.concat([losses(8), losses(1, experiment="near")])
    found = false_verdicts(both, ["walk", "near"], 0.25, 0, nulls=20)
    assert set(found["tests"]) == {4, 8}
    assert found.equals(false_verdicts(both, ["walk", "near"], 0.25, 0, nulls=20))
    assert false_verdicts(losses(1), ["walk"], 0.25, 0, nulls=20).empty


def test_a_model_may_lack_pairs_and_a_step_may_have_no_loss():
    study = losses(6)
    study = study[(study["model"] != "VAE") | (study["pair"] < 4)]
    study["value"] = study["value"].mask(study["step"] == 3, 0.0)
    found = false_verdicts(study, ["walk"], 0.25, 0, nulls=20)
    assert found["coverage"].notna().all()
