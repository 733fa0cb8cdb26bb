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
    names = [f"walks {number}" for number in range(len(shapes))]
    pooled = {"model": model, "experiment": names, "class_a": "all", "verdict": shapes}
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


def validity(**gains):
    """Each metric's interval of what it gains over pixels and colours; above 0 it passes."""
    about = {"question": "class", "layer": "total", "auc": 0.8}
    return pd.DataFrame(
        {"metric": m, **about, "gain_low": low, "gain_high": high, "passes": low > 0}
        for m, (low, high) in gains.items()
    )


BETTER, WORSE, NOT_SURE = (0.02, 0.1), (-0.2, -0.1), (-0.1, 0.1)


@pytest.mark.parametrize(
    ("metric", "gains", "said"),
    [
        (
            "gram",
            {"gram": WORSE, "adain": BETTER, "content": BETTER},
            "less well than plain pixels or colours do, not better, as adain and content do (chap",
        ),
        (
            "gram",
            {"gram": WORSE, "adain": BETTER},
            "colours do, not better, as adain does (chapter",
        ),
        ("gram", {"gram": NOT_SURE}, "it is not shown to tell styles apart better than plain"),
        ("colour", {"colour": (0.0, 0.0)}, "are what metrics of style are compared with"),
        ("gram", {}, "there are no labels by which to try it"),
    ],
)
def test_what_is_of_style_is_left_open_where_the_metric_does_not_pass(metric, gains, said):
    given = {**tables(), "metric_validity": validity(**gains)}
    left_open = head.outcome(facts(metric=metric), given).left_open
    assert len(left_open) == 3
    assert said in left_open[1]


@pytest.mark.parametrize("gains", [{"gram": BETTER, "adain": WORSE}, {"adain": WORSE}])
def test_of_a_metric_that_passes_or_was_not_tried_nothing_is_left_open(gains):
    given = {**tables(), "metric_validity": validity(**gains)}
    assert len(head.outcome(facts(metric="gram"), given).left_open) == 2


@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_of_few_runs_it_says_that_all_is_given_these(seeds):
    decided = head.outcome(facts(seeds=seeds), tables()).decided
    assert "training run" in decided[0]


def test_without_tables_nothing_is_said():
    assert head.outcome(facts(), {}) == head.Outcome([], [])
