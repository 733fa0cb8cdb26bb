"""The study's own verdict is what the page says first; without any it says nothing of style."""

import re

import pandas as pd
import pytest

import study_tables
from stylewalk.catalogue.metrics import METRIC_VALIDITY
from stylewalk.catalogue.trajectories import DEPENDS, TOO_FEW
from stylewalk.pages import claims, head, own_shapes, summary, tabulate
from stylewalk.pages.cells import Verdict
from stylewalk.pages.figures import writer
from stylewalk.pages.findings import findings
from stylewalk.pages.glance import glance
from stylewalk.trajectories.agreement import study_shapes

# Metrics that pass: none of them, and where there are no labels by which to try it.
NONE, NO_ONE_KNOWS = [], None


def facts(**changes):
    return study_tables.facts(metric="gram", claims_metric="gram", **changes)


def study(passing, **others):
    """The small study under gram and further metrics, of which all shapes are one verdict."""
    made = study_tables.tables()
    shapes = made["profile_shapes"]
    every = [shapes, *(shapes.assign(metric=m, verdict=v) for m, v in others.items())]
    about = {"layer": "total", "question": "class", "auc": 0.8, "gain_high": -0.1}
    names = () if passing is NO_ONE_KNOWS else ("gram", *others)
    judged = [about | {"metric": m, "passes": m in passing} for m in names]
    validity = pd.DataFrame(judged, columns=list(METRIC_VALIDITY))
    return made | {
        "metric_validity": validity,
        "study_shapes": study_shapes(pd.concat(every), validity),
    }


def test_the_first_metric_stands_beside_only_where_it_differs():
    own = own_shapes.read(facts(), study(["cosine"], cosine="horseshoe"))
    assert set(own.verdicts.values()) == {"horseshoe"}
    assert own.other == dict.fromkeys([("beta-VAE", "near"), ("beta-VAE", "far_apart")], "valley")
    assert (own.by, own.by_first) == (
        "by cosine, which sees style here",
        "by gram, which is not shown to",
    )
    both = own_shapes.read(facts(), study(["gram", "cosine"], cosine="horseshoe"))
    assert both.verdicts["beta-VAE", "near"] == DEPENDS
    assert both.by == "by gram and cosine, which see style here"
    assert both.by_first == "by gram alone"
    alone = own_shapes.read(facts(), study(["gram"], cosine="horseshoe"))
    assert (alone.other, alone.by) == ({}, "by gram, which sees style here")
    assert own_shapes.of_classes(facts(), study(["gram"], cosine="horseshoe")) == {}


def test_head_and_finding_say_the_studys_own_verdict_first():
    tables = study(["cosine"], cosine="horseshoe")
    assert (
        head.outcome(facts(), tables)
        .decided[0]
        .startswith(
            "Shapes of 4 of 4 mean profiles by cosine, which sees style here: 4 horseshoes. "
            "By gram, which is not shown to: 2 horseshoes, 2 valleys. "
        )
    )
    (said,) = (f.text for f in findings(facts(), tables) if f.chapter == "Trajectories")
    assert "by cosine, which sees style here, 4 are horseshoes" in said
    assert "By gram, which is not shown to, 2 are horseshoes" in said
    few = head.outcome(facts(), study(["cosine"], cosine=TOO_FEW))
    assert few.decided[0].startswith("No shape is sure of 4 mean profiles by cosine")
    assert few.left_open[0].startswith("Shapes of mean profiles: 4 have too few pairs")
    differ = head.outcome(facts(), study(["gram", "cosine"], cosine="horseshoe"))
    assert differ.left_open[0] == "Shapes of mean profiles: 2 depend on the metric."


@pytest.mark.parametrize(
    ("contrasts", "verdict", "said"),
    [
        (
            [-1, -1, -1, 1],
            "horseshoe",
            "By cosine, 75 % of plain blends of two artworks have a hump",
        ),
        ([1, 1, 1, 1], "valley", "100 % of plain blends of two artworks have a valley, too"),
        ([1, 1, 1, 1], "horseshoe", ""),
        ([], "horseshoe", ""),
    ],
)
def test_a_shape_that_plain_blends_have_is_no_sign_of_anything_new(contrasts, verdict, said):
    tables = study(["cosine"], cosine=verdict)
    known = [("blend of pixels", "cosine", c) for c in contrasts]
    # Of another metric, and of another walk.
    known += [("blend of pixels", "gram", -c) for c in contrasts] + [("pan", "cosine", 0)]
    tables["known_walks"] = pd.DataFrame(known, columns=["walk", "metric", "quadratic"])
    for text in (
        head.outcome(facts(), tables).decided[0],
        writer("trajectories.verdicts")(facts(), tables),
    ):
        assert said in text
        assert ("no sign of anything new" in text) == bool(said)


def test_a_figure_of_another_metric_says_both():
    text = writer("trajectories.profiles")(facts(), study(["cosine"], cosine="flat"), "near")
    assert "The study's own shape (cosine) is flat in AE and beta-VAE." in text
    assert text.endswith("By gram, which is drawn, it is a horseshoe in AE, a valley in beta-VAE.")


def test_the_glance_shows_both_in_one_cell():
    tables = study(["cosine"], cosine="horseshoe")
    assert glance(facts(), tables)[1].verdicts == {"near": "horseshoe", "far_apart": "horseshoe"}
    shapes = tabulate.at_a_glance(facts(), tables)[1]
    assert shapes.rows[0][1] == Verdict("horseshoe")
    assert shapes.rows[1][1] == Verdict("horseshoe", "gram: valley")
    pooled, apart = tabulate.shapes(facts(), tables, "near")
    assert pooled.header[1:3] == ["shape", "by gram"]
    assert pooled.rows[1][1:3] == [Verdict("horseshoe"), Verdict("valley")]
    assert apart.rows[1][2:4] == [Verdict("horseshoe"), Verdict("valley")]


def test_the_terminal_has_both_and_breaks_experiments_into_blocks():
    names = [f"{name}_{number}" for number in range(4) for name in study_tables.EXPERIMENTS]
    tables = study(["cosine"], cosine="horseshoe")
    copies = {}
    for key in ("profile_shapes", "study_shapes", "style_profiles"):
        parts = [
            tables[key][tables[key]["experiment"] == re.sub(r"_\d$", "", name)].assign(
                experiment=name
            )
            for name in names
        ]
        copies[key] = pd.concat(parts)
    experiments = dict.fromkeys(names, study_tables.EXPERIMENTS["near"])
    text = summary.render(facts(experiments=experiments), tables | copies, "study.html")
    assert max(map(len, text.splitlines())) <= 88
    assert text.count("horseshoe (valley)") == len(names)
    assert all(text.count(name) == 1 for name in names[1:])
    assert "where it differs: by gram, which is not shown to." in " ".join(text.split())


ON_STYLE = ["overview", "verdicts", "shapes", "profiles", "control"]


def written(name, tables):
    tests = pd.DataFrame([{"measure": "quadratic", "p": 0.01, "median_difference": -1.0}])
    about = ["near"] if name in ("profiles", "strips") else []
    return writer(f"trajectories.{name}")(facts(), tables | {"control_tests": tests}, *about)


def test_where_no_metric_passes_nothing_is_said_of_style():
    tables = study(NONE, cosine="horseshoe")
    said = {written(name, tables) for name in ON_STYLE}
    assert said == {
        "No metric is shown to see style on these pictures, so nothing is said of it here: what is "
        "shown are distances of pictures by gram."
    }
    # What is said of pictures stays.
    assert "distance from a plain dissolve" in written("strips", tables)
    # So it does where some metric passes, and where nobody knows.
    for other in (study(["cosine"], cosine="wave"), study(NO_ONE_KNOWS, cosine="wave")):
        assert not said & {written(name, other) for name in ON_STYLE}


def test_a_sentence_that_has_nothing_to_say_is_not_replaced():
    tables = study(NONE)
    assert writer("splits.beside")(facts(), tables) == ""
    del tables["study_shapes"], tables["profile_shapes"]
    assert "Trajectories" not in {found.chapter for found in findings(facts(), tables)}


@pytest.mark.parametrize("passing", [NONE, NO_ONE_KNOWS])
def test_without_verdicts_of_its_own_the_first_metrics_are_shown_and_named(passing):
    tables = study(passing, cosine="wave")
    shapes = tabulate.at_a_glance(facts(), tables)[1]
    assert shapes.title == "Shapes of the profiles by gram"
    assert "no shape is the study's own: these are by gram, its first metric." in shapes.note
    assert shapes.rows[1][1] == Verdict("valley")
    text = " ".join(summary.render(facts(), tables, "study.html").split())
    assert "no shape is the study's own: these are by gram" in text
    outcome = head.outcome(facts(), tables)
    if passing is NONE:
        assert not outcome.decided
        assert outcome.left_open[0] == (
            "Shapes: no metric is shown to see style here, so that none is the study's own (by "
            "gram, the first, of 4 mean profiles: 2 horseshoes, 2 valleys)."
        )
    else:
        assert outcome.decided[0].startswith("Shapes of 4 of 4 mean profiles by gram: 2 horsesh")
        assert "no labels by which to try it" in outcome.left_open[-1]


@pytest.mark.parametrize(
    ("passing", "said"),
    [
        (["gram"], "which sees style on these pictures"),
        (["cosine"], "not shown to see style on these pictures; a table below weighs them by cos"),
        (NONE, "where these claims speak of style, their verdicts are on distances of pictures"),
        (NO_ONE_KNOWS, "no labels tell whether it sees style"),
    ],
)
def test_the_claims_say_what_they_rest_on(passing, said):
    weighed = [("horseshoe", "holds"), ("wave", "not tested"), ("k-four", "fails")]
    tables = study(passing, cosine="wave")
    tables["claims"] = pd.DataFrame(weighed, columns=["claim", "verdict"])
    tables["claims_beside"] = pd.DataFrame({"metric": ["cosine"]})
    text = claims.rest_on(facts(), tables)
    assert text.startswith("1 claim rests on style losses along walks by gram, the report's metric")
    assert said in text
    assert claims.rest_on(study_tables.facts(), tables) == ""
