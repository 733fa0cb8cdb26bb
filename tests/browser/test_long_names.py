"""Names of hundreds of letters, of any script, widen no page."""

from dataclasses import replace

import pandas as pd
import pytest

import explorer_study
import study_tables
from browser.conftest import DESKTOP, PHONE
from study_tables import facts
from stylewalk.explorer import page
from stylewalk.pages import study

NAMES = {
    "latin": "W" * 240,
    "hebrew": "\N{HEBREW LETTER SHIN}" * 240,
    "wide": "\N{FULLWIDTH LATIN CAPITAL LETTER W}" * 240,
    "joined": "a_b\N{NO-BREAK SPACE}c\N{NON-BREAKING HYPHEN}" * 60,
}


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_study_page_is_as_wide_as_its_window(visit, tmp_path, size):
    for name in NAMES.values():
        classes = {"Realism": f"{name}1", "<b>Sur</b>realism": f"{name}2"}
        tables = {table: frame.replace(classes) for table, frame in study_tables.tables().items()}
        tables["rejected"] = pd.DataFrame({"kind": ["path"], "filename": [name], "reason": [name]})
        head = facts(run="r" * 60, classes=list(classes.values()), data=name, same=name)
        (tmp_path / "page.html").write_text(study.render(head, tables, []), encoding="utf-8")
        opened = visit(tmp_path / "page.html", size)
        opened.view.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
        assert name in opened.view.locator("main").text_content()
        assert opened.too_wide() <= 0


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_explorer_is_as_wide_as_its_window(visit, tmp_path, size, monkeypatch):
    """All names at once: the card shows one after another."""
    names = list(NAMES.values())
    monkeypatch.setattr(explorer_study, "CLASSES", [f"{name}1" for name in names[:3]])
    titles = [f"same {names[number % 4]}" for number in range(30)]
    head, table, *rest = explorer_study.explorer(titles=titles, chosen=[(2, 5)])
    head = replace(head, run="r" * 60, command=f"snakemake --configfile {names[0]}")
    artists = [names[number % 4] for number in table["id"]]
    files = [f"{names[(number + 1) % 4]}{number}" for number in table["id"]]
    table = table.assign(artist=artists, filename=files)
    text = page.render(head, table, *rest, [(2, 5)], names[3])
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    opened = visit(tmp_path / "page.html", size, hash="#from=0&to=7&map=pca")
    opened.view.wait_for_selector("html[data-ready]", state="attached")
    opened.view.locator("#query").fill("same")
    for number in range(4):
        opened.view.locator("#results button").nth(number).hover()
        assert opened.too_wide() <= 0  # with the offer, results, and the card
    opened.view.select_option("#experiment", "within")
    assert opened.too_wide() <= 0
