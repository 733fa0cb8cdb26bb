"""A study's own verdict is that of all metrics that see style, and of no other."""

import pandas as pd
import pytest

from stylewalk import tables
from stylewalk.catalogue.metrics import METRIC_VALIDITY
from stylewalk.catalogue.trajectories import (
    DEPENDS,
    NO_LABELS,
    NONE_PASSES,
    PROFILE_SHAPES,
    STUDY_SHAPES,
)
from stylewalk.trajectories.agreement import study_shapes


def shapes(classes="all", **verdicts):
    """Rows of PROFILE_SHAPES: a verdict of one model and experiment under each metric."""
    walk = {"model": "AE", "experiment": "near", "split": "any", "path": "line"}
    ends = dict.fromkeys(["class_a", "class_b"], classes)
    rows = [walk | ends | {"metric": name, "verdict": v} for name, v in verdicts.items()]
    return pd.DataFrame(rows, columns=list(PROFILE_SHAPES))


def validity(**areas):
    """Rows of METRIC_VALIDITY: each metric passes above .7, and a part of it in any case."""
    about = {"question": "class", "layer": "total"}
    rows = [about | {"metric": m, "auc": auc, "passes": auc > 0.7} for m, auc in areas.items()]
    rows += [row | {"layer": "conv1_1", "passes": True} for row in rows]
    return pd.DataFrame(rows, columns=list(METRIC_VALIDITY))


VERDICTS = {"gram": "valley", "cosine": "horseshoe", "adain": "horseshoe", "other": "wave"}


@pytest.mark.parametrize(
    ("areas", "verdict", "metrics", "passed", "agree"),
    [
        ({"gram": 0.6, "cosine": 0.8, "adain": 0.9}, "horseshoe", "adain, cosine", 2, 2),
        ({"gram": 0.8, "cosine": 0.6, "adain": 0.6}, "valley", "gram", 1, 1),
        ({"gram": 0.8, "cosine": 0.9, "adain": 0.75}, DEPENDS, "cosine, gram, adain", 3, 2),
        ({"gram": 0.6, "cosine": 0.6, "adain": 0.6}, NONE_PASSES, "", 0, 0),
        ({}, NO_LABELS, "", 0, 0),
    ],
)
def test_the_metrics_that_pass_agree_or_it_depends_on_them(
    areas, verdict, metrics, passed, agree, tmp_path
):
    (row,) = study_shapes(shapes(**VERDICTS), validity(**areas)).to_dict("records")
    found = [row[name] for name in ("verdict", "metrics", "passed", "agree")]
    assert found == [verdict, metrics, passed, agree]
    frame = pd.DataFrame([row])
    tables.write_table(frame, tmp_path / "table.csv", STUDY_SHAPES)
    read = tables.read_table(tmp_path / "table.csv", STUDY_SHAPES)
    pd.testing.assert_frame_equal(read, frame)


def test_metrics_that_do_not_pass_change_nothing():
    judged = validity(gram=0.6, cosine=0.8)
    two = {name: VERDICTS[name] for name in ("gram", "cosine")}
    others = [two | {"gram": name} for name in ("flat", "wave", "undetermined")]
    expected = study_shapes(shapes(**two), judged)
    for verdicts in others:
        pd.testing.assert_frame_equal(study_shapes(shapes(**verdicts), judged), expected)


def test_profiles_are_judged_one_by_one_in_their_order():
    both = [shapes("Realism", gram="flat", cosine="wave"), shapes(gram="wave", cosine="wave")]
    found = study_shapes(pd.concat(both), validity(gram=0.8, cosine=0.9))
    assert found[["class_a", "verdict"]].to_numpy().tolist() == [
        ["Realism", DEPENDS],
        ["all", "wave"],
    ]
