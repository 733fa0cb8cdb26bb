"""What the page says at first sight: decided, and left open."""

import pandas as pd
import pytest

from study_tables import facts
from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.pages import head

SHAPES = ["valley", "valley", "wave", "flat", "flat", TOO_FEW, UNDETERMINED]
CLAIMS = ["holds", "fails", "fails", "undetermined", "one run", "not tested"]


def tables(shapes=SHAPES, claims=CLAIMS):
    model = facts().models[0]
    pooled = {"model": model, "experiment": "near", "class_a": "all", "verdict": shapes}
    return {
        "profile_shapes": pd.DataFrame(pooled),
        "claims": pd.DataFrame({"claim": range(len(claims)), "verdict": claims}),
    }


def test_shapes_and_claims_are_decided_or_left_open_for_a_reason():
    found = head.outcome(facts(seeds=[0, 1, 2], metric="gram"), tables())
    assert found.decided == [
        "Shapes of 5 of 7 mean profiles by gram: 2 valleys, 1 wave, 2 flat.",
        "Of 6 claims of the report (Rich 2021), 1 holds, 2 fail.",
    ]
    assert found.left_open == [
        "Shapes of mean profiles: 1 has too few pairs to tell, of 1 neither flat nor a named "
        "shape is sure (stylewalk plan foretells how many pairs or seeds would do).",
        "Of 6 claims of the report (Rich 2021), 1 is undetermined, 1 rests on one training run, "
        "1 was not tested.",
    ]


@pytest.mark.parametrize(
    ("shapes", "claims", "decided", "left_open"),
    [(["flat"], ["holds"], 2, 0), ([TOO_FEW], ["one run"], 0, 2), ([], [], 0, 0)],
)
def test_where_there_is_nothing_nothing_is_said(shapes, claims, decided, left_open):
    found = head.outcome(facts(), tables(shapes, claims))
    assert (len(found.decided), len(found.left_open)) == (decided, left_open)


def validity(**passes):
    about = {"question": "class", "layer": "total", "auc": 0.8}
    return pd.DataFrame([{"metric": m, **about, "passes": yes} for m, yes in passes.items()])


@pytest.mark.parametrize(
    ("passes", "said"),
    [
        ({"gram": False, "adain": True, "colour": True}, "pictures; adain and colour do (chapter"),
        ({"gram": False, "adain": True, "colour": False}, "pictures; adain does (chapter"),
        ({"gram": False}, "it does not pass the test of seeing style on these pictures (chapter"),
    ],
)
def test_a_metric_that_does_not_see_style_leaves_open_what_its_shapes_are_of(passes, said):
    given = {**tables(), "metric_validity": validity(**passes)}
    left_open = head.outcome(facts(metric="gram"), given).left_open
    assert len(left_open) == 3
    assert said in left_open[1]


@pytest.mark.parametrize("passes", [{"gram": True, "adain": False}, {"adain": False}])
def test_of_a_metric_that_sees_style_or_was_not_tried_nothing_is_left_open(passes):
    given = {**tables(), "metric_validity": validity(**passes)}
    assert len(head.outcome(facts(metric="gram"), given).left_open) == 2


@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_of_few_runs_it_says_that_all_is_given_these(seeds):
    decided = head.outcome(facts(seeds=seeds), tables()).decided
    assert "training run" in decided[0]


def test_without_tables_nothing_is_said():
    assert head.outcome(facts(), {}) == head.Outcome([], [])
