"""What the page says of artworks that were left out, and of pictures that stand twice."""

import pandas as pd
import pytest

from study_tables import facts
from stylewalk.pages import duplicates, study, summary, tabulate


@pytest.mark.slow
def test_tables_without_rejected_artworks_leave_that_table_out(tables, figures):
    tables["rejected"] = tables["rejected"].iloc[:0]
    assert "left out" not in study.render(facts(), tables, figures)


@pytest.mark.slow
def test_artworks_left_out_are_named_with_their_reasons(tables, figures):
    page = study.render(facts(), tables, figures)
    assert "too many pixels" in page
    assert "&lt;i&gt;b&lt;/i&gt;.jpg" in page
    assert "3 artworks were left out" in summary.render(facts(), tables, "x.html")
    tables["rejected"] = pd.concat([tables["rejected"]] * 10)
    shown = tabulate.artworks(facts(), tables)[-1]
    assert len(shown.rows) == 20
    assert "And 10 more" in shown.note


def doubles(*rows):
    """A table DUPLICATES of (group, id, class, split)."""
    copies = pd.DataFrame(rows, columns=["group", "id", "class", "split"])
    names = [f"<i>{number}</i>.png" for number in range(len(rows))]
    return copies.assign(filename=names, difference=0.0).astype({"id": "Int64"})


@pytest.mark.slow
def test_pictures_that_stand_twice_are_counted_and_named_across_classes(tables, figures):
    same = [(1, 0, "Realism", "training"), (1, 1, "Realism", "training")]
    other = [(2, 2, "Realism", "training"), (2, 3, "<b>Sur</b>realism", "training")]
    tables["duplicates"] = doubles(*same, *other)
    page = study.render(facts(), tables, figures)
    sentence = (
        "2 pictures are there more than once, or nearly so: 1 within one class, 1 in several."
    )
    assert sentence in page
    assert "The copies of one lie in training or in validation, never in both." in page
    assert "The same picture in several classes" in page
    assert "&lt;i&gt;3&lt;/i&gt;.png" in page
    assert "&lt;i&gt;1&lt;/i&gt;.png" not in page
    text = " ".join(summary.render(facts(), tables, "x.html").split())
    assert sentence in text
    tables["duplicates"] = doubles(*other, (2, None, "Realism", ""))
    page = study.render(facts(), tables, figures)
    assert "1 of these files was left out." in page
    assert ">left out<" in page
    tables["duplicates"] = doubles((1, 0, "Realism", "training"), (1, 1, "Realism", "validation"))
    page = study.render(facts(), tables, figures)
    assert "1 of them is in training and in validation" in page
    assert "never in both" not in page
    assert "The same picture in several classes" not in page


def test_many_pictures_in_several_classes_are_shown_in_part(tables):
    rows = [(g, 2 * g + i, name, "training") for g in range(25) for i, name in enumerate("AB")]
    tables["duplicates"] = doubles(*rows)
    (shown,) = duplicates.across_classes(tables)
    assert len(shown.rows) == 40
    assert "And 5 more" in shown.note


@pytest.mark.slow
def test_no_duplicates_no_word(tables, figures):
    page = study.render(facts(), tables, figures)
    tables["duplicates"] = doubles()
    assert study.render(facts(), tables, figures) == page
    assert "more than once" not in page
