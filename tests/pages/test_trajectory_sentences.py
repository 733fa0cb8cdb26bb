"""The sentences on trajectories: their shapes, their spread, and what they are beside blends."""

import numpy as np
import pandas as pd
import pytest

from pages.sentence_tables import frame, of_models, study
from stylewalk.catalogue.trajectories import PROFILE_SHAPES
from stylewalk.pages.sentences import trajectories
from stylewalk.pages.sentences.wording import Missing


def shapes(**verdicts):
    """Pooled shapes of the experiment ``near``."""
    rows = [
        dict.fromkeys(PROFILE_SHAPES, np.nan)
        | {"model": m, "experiment": "near", "class_a": "all", "class_b": "all", "verdict": v}
        for m, v in verdicts.items()
    ]
    return {"profile_shapes": pd.DataFrame(rows)}


def test_undetermined_is_not_flat():
    text = trajectories.verdicts(study(), shapes(A="undetermined", B="undetermined"))
    assert "none has a shape that can be told" in text
    assert "2 are undetermined: neither flat nor a named shape is sure." in text
    text = trajectories.verdicts(study(), shapes(A="too few pairs", B="flat"))
    assert "1 has too few pairs to tell." in text
    assert "undetermined" not in text
    text = trajectories.verdicts(study(), shapes(A="horseshoe", B="undetermined", C="flat"))
    assert "1 is a horseshoe (A in near), 1 is flat (C in near)" in text
    assert "1 is undetermined" in text
    assert "1 is a wave (A in near)." in trajectories.verdicts(study(), shapes(A="wave"))
    both = trajectories.verdicts(study(), shapes(A="valley", B="valley"))
    assert "2 are valleys (A in near and B in near)." in both
    assert "undetermined" not in both
    with pytest.raises(Missing):
        trajectories.verdicts(study(models=["new"]), shapes(A="wave"))


def profiles(*means_, sd=1.0):
    table = of_models(means_, "mean", experiment="near", class_a="all", class_b="all", step=1)
    return {"style_profiles": table.assign(sd=sd, n=3)}


def test_profiles_tell_the_verdict_of_every_model_that_has_one():
    inputs = profiles(100.0, 2e6, 500.0) | shapes(A="valley", B="undetermined", C="flat")
    text = trajectories.profiles(study(), inputs, "near")
    assert "from 100 in A to 2 million in B" in text
    assert "The shape is a valley in A, flat in C; undetermined in B." in text
    inputs |= shapes(A="undetermined", B="too few pairs", C="undetermined")
    rest = "No shape can be told: undetermined in A and C, too few pairs in B."
    assert rest in trajectories.profiles(study(), inputs, "near")


def test_spread_is_a_part_of_the_mean_and_needs_several_trajectories():
    inputs = profiles(100.0, 200.0, 400.0, sd=50.0)
    inputs["style_profiles"]["class_a"] = "x"
    assert "from 12 % in C to 50 % in A" in trajectories.spread(study(), inputs, "near")
    inputs["style_profiles"]["sd"] = np.nan
    with pytest.raises(Missing):
        trajectories.spread(study(), inputs, "near")


def test_strips_tell_how_near_to_a_dissolve_and_where_that_is_undefined():
    inputs = shapes(A="wave", B="wave", C="wave")
    inputs["profile_shapes"]["rho"] = [0.05, 0.2, np.nan]
    text = trajectories.strips(study(), inputs, "near")
    assert "from 5.0 % in A to 20 % in B" in text
    inputs["profile_shapes"]["rho"] = np.nan
    assert "cannot be told" in trajectories.strips(study(), inputs, "near")
    with pytest.raises(Missing):
        trajectories.strips(study(), inputs, "other")


def test_contrasts_count_only_intervals_on_one_side_of_zero():
    inputs = shapes(A="horseshoe", B="valley", C="undetermined")
    table = inputs["profile_shapes"]
    table["quadratic_low"], table["quadratic_high"] = [-2, 1, -1], [-1.0, 2.0, 1.0]
    table["quartic_low"], table["quartic_high"] = [np.nan, 1.0, 1.0], [np.nan, 2.0, 2.0]
    text = trajectories.shapes(study(), inputs)
    assert "Of the 3 quadratic contrasts with an interval, 1 is wholly below zero" in text
    assert "Of the 2 quartic contrasts with an interval, none is wholly below zero" in text
    assert "and 2 above" in text


def test_walks_show_something_new_only_where_they_have_more_than_known_dissolves():
    known = frame(
        "walk is_new pair structure",
        *[("uneven blend", False, pair, 0.001 * pair) for pair in range(21)],
        *[("pan", True, pair, 0.2 * (pair > 4)) for pair in range(20)],
    )
    own = pd.DataFrame(
        {"model": np.repeat(["A", "B"], 40), "structure": np.repeat([0.002, 0.1], 40)}
    ).assign(
        experiment=(study().of_random or ["near"])[0],
        class_a="a",
        class_b="a",
        rho=0.1,
        fade=0.0,
        blur=0.0,
    )
    own["pair"] = own.groupby("model").cumcount()
    text = trajectories.transformation(study(), {"known_walks": known, "trajectory_measures": own})
    assert "at most 19 thousandths of the squared distance" in text
    assert text.endswith("More have more in B (100 % of its walks).")
    quiet = {"known_walks": known, "trajectory_measures": own[own["model"] == "A"]}
    assert trajectories.transformation(study(), quiet).endswith(
        "nothing new is seen on the way (75 % of those with pan would be told)."
    )
    with pytest.raises(Missing):
        trajectories.transformation(study(), {"known_walks": known})


def rho(*tests):
    measures = of_models([0.1, 0.3], "rho").assign(pair=0)
    table = frame("model experiment measure n correlation p", *tests)
    return {"trajectory_measures": measures, "shape_rho": table}


@pytest.mark.parametrize(
    ("correlations", "words"),
    [
        ([(-0.5, 0.01), (-0.4, 0.02)], "negative, as the report's claim asks"),
        ([(0.5, 0.01), (0.4, 0.9)], "positive, against the report's claim"),
        ([(0.5, 0.01), (-0.4, 0.01)], "1 positive, against the report's claim, the others"),
        ([(0.5, 0.2), (-0.4, 0.3)], "neither borne out nor refuted"),
    ],
)
def test_a_correlation_speaks_for_or_against_the_report_only_where_it_is_sure(correlations, words):
    tests = [
        (model, "near", "quadratic", 9, *each)
        for model, each in zip("AB", correlations, strict=True)
    ]
    assert words in trajectories.dissolve(study(), rho(*tests))


def test_controls_count_sure_differences_by_their_sign():
    rows = [("A", "near", "quadratic", -1.0, 0.01), ("B", "near", "quadratic", 0.5, 0.01)]
    rows += [("C", "near", "quadratic", -1.0, 0.5), ("A", "near", "gram_path_ratio", 1.0, 0.001)]
    inputs = {"control_tests": frame("model experiment measure median_difference p", *rows)}
    text = trajectories.control(study(), inputs)
    assert "less of a valley in 1 of 3 comparisons and more of one in 1" in text
    assert "shorter in none of 1 comparison and longer in 1" in text
