"""What the page says of the metrics, and of shapes that depend on them."""

import pandas as pd
import pytest

from study_tables import facts
from stylewalk.catalogue.metrics import METRIC_RESPONSE, METRIC_VALIDITY
from stylewalk.catalogue.trajectories import KNOWN_WALKS
from stylewalk.pages import metric_tables
from stylewalk.pages.cells import Verdict
from stylewalk.pages.metric_tables import ALL_SHAPES
from stylewalk.pages.sentences import metrics
from stylewalk.pages.sentences.wording import Missing
from stylewalk.tables import of_metric
from stylewalk.trajectories.agreement import study_shapes


def validity(*rows):
    """Rows (metric, question, auc, passes), each with an interval of 0.04."""
    whole = [
        (metric, layer, question, auc, auc - 0.02, auc + 0.02, 0.0, 0.0, 0.0, 90, 12, passes)
        for metric, question, auc, passes in rows
        for layer in ("conv1_1", "total")
    ]
    return {"metric_validity": pd.DataFrame(whole, columns=list(METRIC_VALIDITY))}


BY_CONTENT = [
    ("gram", "class, other contents", 0.55, False),
    ("cosine", "class, other contents", 0.71, True),
    ("adain", "class, other contents", 0.64, True),
    ("pixels", "class, other contents", 0.58, False),
]


def test_the_metrics_that_pass_are_named_the_best_first_and_the_one_shown_where_it_does_not():
    text = metrics.validity(facts(metric="gram"), validity(*BY_CONTENT))
    assert text == (
        "cosine sees more here than pixels and colours do: it finds two contents in one class "
        "nearer than two contents in two classes in 0.71 (0.69 to 0.73) of pairs, as does adain. "
        "gram, which the figures of trajectories show, does not (0.55 (0.53 to 0.57))."
    )
    alone = metrics.validity(facts(metric="cosine"), validity(*BY_CONTENT[:2]))
    assert "as do" not in alone
    assert "which the figures" not in alone


def test_where_none_passes_the_page_withholds_the_word_style():
    failed = [(*row[:3], False) for row in BY_CONTENT]
    text = metrics.validity(facts(metric="gram"), validity(*failed))
    assert text.startswith("No metric of style sees more here than pixels and colours do")
    assert "is best told by cosine, 0.71 (0.69 to 0.73)" in text
    assert "nothing is said of style below" in text


def test_what_is_shown_may_count_more_than_the_class():
    over = [("cosine", "class over content", 0.31, False), ("gram", "class over content", 0.43, 0)]
    text = metrics.validity(facts(), validity(*BY_CONTENT, *over))
    assert "Every metric sees what is shown at least as much as the class (best: gram" in text
    over[0] = ("cosine", "class over content", 0.66, True)
    text = metrics.validity(facts(), validity(*BY_CONTENT, *over))
    assert "cosine sees the class more than what is shown (0.66 (0.64 to 0.68))." in text
    # A baseline that learns from the labels does, and is no metric of style.
    over = [*over[1:], ("learnt_pixels", "class over content", 0.8, False)]
    text = metrics.validity(facts(), validity(*BY_CONTENT, *over))
    assert "learnt_pixels sees" not in text


def test_classes_that_no_metric_tells_apart_are_said_beside_artists_that_one_does():
    rows = [("cosine", "artist within a class", 0.66, True), ("cosine", "class", 0.53, False)]
    text = metrics.validity(facts(), validity(*rows))
    assert "two works of one artist nearer than works of two artists of one class" in text
    assert "The classes themselves no metric of style tells apart better than these" in text


def test_labels_that_answer_nothing_give_no_sentence():
    with pytest.raises(Missing):
        metrics.validity(facts(), validity())
    with pytest.raises(Missing):
        metrics.validity(facts(), {})


def test_the_changes_that_count_most_and_least_are_named():
    rows = [
        ("gram", "contrast x 0.7", 0.24, 0.2, 0.3, 0.4), ("cosine", "contrast x 0.7", 1.0, 1, 1, 0),
        ("gram", "blur, sigma 1", 0.5, 0.2, 0.3, 0.06),
        ("cosine", "blur, sigma 1", 0.9, 1, 1, 0.24),
    ]  # fmt: skip
    table = {"metric_response": pd.DataFrame(rows, columns=list(METRIC_RESPONSE))}
    assert metrics.response(facts(), table) == (
        "Where all pictures have 0.7 of their contrast, distances are 0.24 times as large by gram "
        "and 1.00 times by cosine. Blurred, an artwork is 0.24 of a typical distance from itself "
        "by cosine and 0.06 by gram."
    )
    alone = {"metric_response": table["metric_response"].query("metric == 'gram'")}
    assert metrics.response(facts(), alone).endswith("from itself by gram.")
    with pytest.raises(Missing):
        metrics.response(facts(), {"metric_response": table["metric_response"].iloc[:0]})


def test_the_table_has_a_row_for_each_metric_and_says_which_pass():
    (table,) = metric_tables.validity(facts(), validity(*BY_CONTENT))
    assert list(table.header) == ["metric", "class, other contents", "passes"]
    assert table.rows[1] == ["cosine", "0.71 ± 0.02", "yes"]
    assert [row[-1] for row in table.rows] == ["no", "yes", "yes", "no"]
    assert "two contents in one class are nearer than two contents in two classes" in table.note
    assert metric_tables.validity(facts(), validity()) == []


def shapes(*verdicts):
    """Pooled shapes (model, metric, verdict) of the experiment near."""
    return pd.DataFrame(
        [(m, "near", metric, "all", "all", v) for m, metric, v in verdicts],
        columns=["model", "experiment", "metric", "class_a", "class_b", "verdict"],
    )


def test_known_walks_stand_under_every_metric():
    rows = [
        (metric, "blend", False, pair, value + pair, 0.0, 0.0, 0.0, 0.0)
        for metric, value in (("gram", 0.8), ("cosine", -2.0))
        for pair in range(3)
    ]
    known = pd.DataFrame(rows, columns=list(KNOWN_WALKS))
    (table,) = metric_tables.known_shapes(facts(), {"known_walks": known})
    assert list(table.header) == ["walk", "gram", "cosine"]
    assert table.rows == [["blend", "+1.80", "−1.00"]]
    assert metric_tables.known_shapes(facts(), {}) == []


def test_the_studys_own_verdicts_stand_before_those_of_every_metric():
    table = shapes(
        ("AE", "gram", "valley"), ("AE", "cosine", "horseshoe"), ("AE", "adain", "horseshoe"),
        ("beta-VAE", "gram", "valley"), ("beta-VAE", "cosine", "horseshoe"),
        ("beta-VAE", "adain", "valley"),
    )  # fmt: skip
    table = table.assign(split="any", path="line")
    shown = {ALL_SHAPES: table, "profile_shapes": of_metric(table, "gram")}

    def made(judged):
        own = {"study_shapes": study_shapes(table, judged["metric_validity"])}
        (matrix,) = metric_tables.verdicts(facts(metric="gram"), shown | judged | own)
        return matrix, {row[1]: row[2:] for row in matrix.rows if row[0] == "near"}

    matrix, rows = made(validity(*BY_CONTENT))
    assert list(matrix.header[2:]) == ["the study's own", "gram", "cosine", "adain"]
    assert rows["AE"] == list(map(Verdict, ["horseshoe", "valley", "horseshoe", "horseshoe"]))
    assert rows["beta-VAE"][0] == Verdict("depends on the metric")
    assert "(cosine, adain)" in matrix.note
    matrix, rows = made(validity(*[(*row[:3], False) for row in BY_CONTENT]))
    assert rows["AE"] == list(map(Verdict, ["valley", "horseshoe", "horseshoe"]))
    assert "No metric passes" in matrix.note
    matrix, rows = made(validity())
    assert "no labels" in matrix.note
    assert metric_tables.verdicts(facts(), {ALL_SHAPES: shapes(("AE", "gram", "valley"))}) == []


def rows_of(metric, layer, auc):
    question = "class, other contents"
    return (metric, layer, question, auc, auc - 0.02, auc + 0.02, 0, 0, 0, 50, 12, True)


def test_what_is_left_on_a_class_that_was_not_learnt_is_told_apart():
    tables = validity(*BY_CONTENT, ("learnt", "class, other contents", 0.9, True))
    assert metric_tables.left_out(facts(), tables) == []
    assert "learnt nothing" not in metrics.validity(facts(), tables)
    more = [
        rows_of("learnt", "without Noto", 0.74),
        rows_of("learnt", "pairs with Noto", 0.88),
        rows_of("adain", "pairs with Noto", 0.6),
        rows_of("cosine", "pairs with Noto", 0.7),
        rows_of("learnt", "without Fluent", 0.60),
        rows_of("learnt", "pairs with Fluent", 0.9),
        rows_of("adain", "pairs with Fluent", 0.65),
    ]
    frame = pd.DataFrame(more, columns=list(METRIC_VALIDITY))
    tables["metric_validity"] = pd.concat([tables["metric_validity"], frame], ignore_index=True)
    (table,) = metric_tables.left_out(facts(), tables)
    question = "class, other contents"
    assert table.rows == [
        ["learnt", "Noto", question, "0.74 ± 0.02", "0.88 ± 0.02", "0.70 ± 0.02 (cosine)"],
        ["learnt", "Fluent", question, "0.60 ± 0.02", "0.90 ± 0.02", "0.65 ± 0.02 (adain)"],
    ]
    text = metrics.validity(facts(), tables)
    assert "it tells 0.60 to 0.74, for 1 of 2 classes more than any metric" in text
    # They are no part of what the metric itself does.
    (whole,) = metric_tables.validity(facts(), tables)
    assert ["learnt", "0.90 ± 0.02", "yes"] in whole.rows


def of_class(metric, name, auc, passes, half=0.02):
    about = (metric, f"pairs with {name}", "class, other contents")
    return (*about, auc, auc - half, auc + half, 0, 0, 0, 50, 12, passes)


def by_class(*rows, whole=BY_CONTENT):
    tables = validity(*whole)
    frame = pd.DataFrame(rows, columns=list(METRIC_VALIDITY))
    tables["metric_validity"] = pd.concat([tables["metric_validity"], frame], ignore_index=True)
    return tables


OF_CLASSES = [
    of_class("gram", "A", 0.61, False),
    of_class("gram", "B", 0.49, False),
    of_class("cosine", "A", 0.82, True),
    of_class("cosine", "B", 0.6, False),
    of_class("cosine", "C", 0.51, False),
    of_class("pixels", "A", 0.7, False),
]


def test_each_class_has_a_column_beside_the_plain_distances():
    study = facts(metric="gram", classes=("A", "B", "C", "absent"))
    (table,) = metric_tables.by_class(study, by_class(*OF_CLASSES))
    assert list(table.header) == ["metric", "A", "B", "C"]
    assert table.rows == [
        ["gram", "0.61 ± 0.02", "0.49 ± 0.02", "–"],
        ["cosine", "0.82 ± 0.02 +", "0.60 ± 0.02", "0.51 ± 0.02"],
        ["adain", "–", "–", "–"],
        ["pixels", "0.70 ± 0.02", "–", "–"],
    ]
    assert "not widened for their number" in table.note
    assert metric_tables.by_class(study, validity(*BY_CONTENT)) == []
    assert metric_tables.by_class(study, {}) == []


def test_the_classes_that_are_told_apart_are_named_and_those_that_are_not():
    study = facts(metric="gram", classes=("A", "B", "C"))
    assert metrics.by_class(study, by_class(*OF_CLASSES)) == (
        "By the area under the curve (0.5: not at all), cosine, the best here, tells these classes "
        "from the others: A (0.82), better than pixels and colours do; B (0.60), not shown to be "
        "better than pixels and colours; it is not shown to tell C (0.51)."
    )
    failed = [(*row[:3], False) for row in BY_CONTENT]
    assert metrics.by_class(study, by_class(*OF_CLASSES, whole=failed)) == (
        "By the area under the curve (0.5: not at all), gram, which the figures show, as no metric "
        "passes, tells these classes from the others: A (0.61), not shown to be better than pixels "
        "and colours; it is not shown to tell B (0.49)."
    )
    nothing = by_class(of_class("gram", "B", 0.49, False), whole=failed)
    text = metrics.by_class(study, nothing)
    assert "as no metric passes, is not shown to tell any class from the others: B (0.49)." in text
    assert metrics.by_class(study, validity(*BY_CONTENT)) == ""
    assert metrics.by_class(study, {}) == ""
    # The figure's sentence, and who passes, are those of all pairs.
    assert metrics.validity(study, by_class(*OF_CLASSES)) == metrics.validity(
        study, validity(*BY_CONTENT)
    )
