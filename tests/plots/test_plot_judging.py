"""Figures of what judges saw."""

import pandas as pd

from stylewalk.catalogue.judging import CONTROL, JUDGED_METRICS, JUDGEMENTS, TOGETHER
from stylewalk.plots import judging

MODELS = ["AE", "VAE"]


def tables():
    answers = {
        "kind": (("dissolve", "fade", "new"), "blend of pixels"),
        "where": (("ends", "middle", "even"), "blend: even"),
        "style": (("more",), "hardly moves"),
        "intruder": (("right",), "classes"),
    }
    shares = [
        (question, model, of, answer, 0.4, 0.2, 0.6, 0.3, 4, 12)
        for question, (given, control) in answers.items()
        for model, of in (*((m, TOGETHER) for m in MODELS), ("AE", "line"), (CONTROL, control))
        for answer in given
    ]
    metrics = [
        ("kind", "structure", "auc", "new", 0.7, 0.6, 0.8, 0.5, 0.01, 24, 72),
        ("style", "gram", "agreement", "", 0.7, 0.6, 0.8, 0.5, 0.01, 24, 72),
        ("where", "gram", "auc", "ends", 0.7, 0.6, 0.8, 0.5, 0.01, 24, 72),
        ("where", "gram", "kappa", "", 0.3, 0.2, 0.4, 0.0, 0.01, 24, 72),
    ]
    return (
        pd.DataFrame(shares, columns=list(JUDGEMENTS)),
        pd.DataFrame(metrics, columns=list(JUDGED_METRICS)),
    )


def test_every_model_and_control_has_its_shares(figures):
    drawn = judging.draw(*tables(), MODELS, "unused", False)
    assert [one.name for one in drawn] == list(figures) == ["judging_answers", "judging_metrics"]
    # Guessing, then a whisker and a dot for each answer of each model and of the control.
    assert [len(axes.lines) for axes in figures["judging_answers"].axes] == [19, 19, 7, 7]
    labels = [t.get_text() for t in figures["judging_answers"].axes[0].get_yticklabels()]
    assert labels == [*MODELS, "blend of pixels"]
    assert [len(axes.lines) for axes in figures["judging_metrics"].axes] == [3] * 4
    labels = [t.get_text() for t in figures["judging_metrics"].axes[0].get_yticklabels()]
    assert labels == ["structure: new"]


def test_without_a_judge_who_is_kept_they_say_so(figures):
    drawn = judging.draw(*(table.head(0) for table in tables()), MODELS, "unused", True)
    assert len(drawn) == 2
    for figure in figures.values():
        assert any("No judge who is kept" in text.get_text() for text in figure.texts)
