"""Sentences and tables of the chapter on what people saw."""

import pandas as pd
import pytest

import study_tables
from stylewalk.catalogue.judging import (
    CONTROL,
    JUDGE_AGREEMENT,
    JUDGED_METRICS,
    JUDGEMENTS,
    JUDGES,
    TOGETHER,
)
from stylewalk.pages import judging_tables
from stylewalk.pages import study as page
from stylewalk.pages.chapters import chapters
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import judging
from stylewalk.pages.sentences.wording import Missing


def study():
    return Study("x", "Data.", True, ["AE", "VAE"], ["A", "B"], {}, [0], "VGG.")


def judged(kept=(True, True, False), alpha=(0.2, 0.6), new=(0.4, 0.9)):
    judges = [(n, 120, 4.0, 20, 24, 0.001, k) for n, k in zip("ABC", kept, strict=True)]
    agreement = [
        (question, value, value - 0.1, value + 0.1, 2, 24, 48)
        for question, value in zip(("kind", "style"), alpha, strict=True)
    ]
    shares = [
        ("kind", model, of, answer, share, share - 0.2, share + 0.1, 1 / 3, 4, 8)
        for model, of, value in (
            ("AE", TOGETHER, new[0]),
            ("VAE", TOGETHER, new[1]),
            (CONTROL, "blend of pixels", 0.05),
        )
        for answer, share in (("new", value), ("dissolve", 1 - value))
    ]
    metrics = [
        ("style", "gram", "agreement", "", 0.7, 0.6, 0.8, 0.5, 0.01, 24, 48),
        ("style", "colour", "agreement", "", 0.55, 0.4, 0.7, 0.5, 0.3, 24, 48),
        ("where", "gram", "auc", "ends", 0.5, 0.3, 0.7, 0.5, 0.5, 24, 48),
    ]
    made = (
        (JUDGES, judges),
        (JUDGE_AGREEMENT, agreement),
        (JUDGEMENTS, shares),
        (JUDGED_METRICS, metrics),
    )
    return {table.name: pd.DataFrame(rows, columns=list(table)) for table, rows in made}


def test_the_finding_says_who_is_kept_what_was_seen_and_how_far_judges_agree():
    text = judging.answers(study(), judged())
    assert "3 judges answered, of whom 1 was not shown to be better than chance" in text
    assert "seen in 40 % (AE) to 90 % (VAE) of the answers" in text
    assert "of the answers, on plain dissolves in 5.0 %." in text
    assert "from +0.20 (+0.10 to +0.30) (kind) to +0.60 (+0.50 to +0.70) (style)" in text
    all_kept = judging.answers(study(), judged(kept=(True,) * 3, new=(0.2, 0.2)))
    assert all_kept.startswith("3 judges answered. ")
    assert "in 20 % of the answers on walks of every model" in all_kept


def test_one_judge_alone_and_none_that_is_kept():
    some = judged(alpha=(float("nan"),) * 2)
    assert "they share no trials" in judging.answers(study(), some)
    some["judge_agreement"]["judges"] = 1
    assert "One judge alone agrees with nobody" in judging.answers(study(), some)
    some = judged(kept=(False,) * 3)
    empty = {name: table.head(0) for name, table in some.items()} | {"judges": some["judges"]}
    assert "none was better than chance" in judging.answers(study(), empty)
    assert judging_tables.shares(study(), empty) == []
    with pytest.raises(Missing):
        judging.metrics(study(), empty)


def test_metrics_are_told_with_those_that_are_better_than_chance():
    text = judging.metrics(study(), judged())
    assert "Best of 2 measures, gram orders two walks as judges do" in text
    assert "(in 70 %; better than chance: gram)" in text
    assert "area under the curve 0.50; none better than chance" in text


def test_tables_show_judges_shares_and_metrics():
    some = judged()
    (judges,) = judging_tables.judges(some)
    assert [row[-1] for row in judges.rows] == ["kept", "kept", "left out"]
    (agreement,) = judging_tables.agreement(some)
    assert agreement.rows[0][1] == "+0.20 (+0.10 to +0.30)"
    (shares,) = judging_tables.shares(study(), some)
    assert [row[0] for row in shares.rows] == ["AE", "VAE", "blend of pixels"]
    assert shares.header == ["of", "dissolve", "new"]
    (metrics,) = judging_tables.metrics(some)
    assert metrics.rows[2][2] == "area under the curve, ends"


def test_a_study_without_answers_has_neither_sentence_nor_table():
    for make in (judging_tables.judges, judging_tables.agreement, judging_tables.metrics):
        assert make({}) == []
    assert judging_tables.shares(study(), {}) == []
    for say in (judging.answers, judging.metrics):
        with pytest.raises(Missing):
            say(study(), {})


def test_the_chapter_is_there_where_answers_are(tables):
    facts = study_tables.facts()
    without = [chapter.anchor for chapter in chapters(facts, tables, [])]
    assert "judging" not in without
    made = chapters(facts, {**tables, **judged()}, [])
    (mine,) = [chapter for chapter in made if chapter.anchor not in without]
    assert mine.title == "What people saw"
    assert len(mine.tables) == 2
    assert set(mine.files()) == {f"tables/{name}.csv" for name in judged()}


@pytest.mark.slow
def test_the_page_shows_the_folded_tables_of_a_chapter(tables):
    text = page.render(study_tables.facts(), {**tables, **judged()}, [])
    for title in ("Answers: what happens on a walk", "Judges beside metrics and shapes"):
        assert f"<summary>{title}</summary>" in text
    assert "What people saw" not in page.render(study_tables.facts(), tables, [])
