"""Names of hundreds of letters, of any script, widen no page."""

from dataclasses import replace

import explorer_study
import pandas as pd
import pytest
import study_tables
from study_tables import facts

from browser.conftest import DESKTOP, PHONE
from stylewalk.explorer import page
from stylewalk.pages import study

NAMES = {
    "latin": "W" * 240,
    "hebrew": "\N{HEBREW LETTER SHIN}" * 240,
    "wide": "\N{FULLWIDTH LATIN CAPITAL LETTER W}" * 240,
    "joined": "a_b\N{NO-BREAK SPACE}c\N{NON-BREAKING HYPHEN}" * 60,
}


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return NAMES[request.param]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_study_page_is_as_wide_as_its_window(visit, tmp_path, name, size):
    classes = {"Realism": f"{name}1", "<b>Sur</b>realism": f"{name}2"}
    found = {table: frame.replace(classes) for table, frame in study_tables.tables().items()}
    found["rejected"] = pd.DataFrame({"kind": ["path"], "filename": [name], "reason": [name]})
    head = facts(run="r" * 60, classes=list(classes.values()), data=name, same=name)
    (tmp_path / "page.html").write_text(study.render(head, found, []), encoding="utf-8")
    opened = visit(tmp_path / "page.html", size)
    opened.view.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
    assert name in opened.view.locator("main").text_content()
    assert opened.too_wide() <= 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_explorer_is_as_wide_as_its_window(visit, tmp_path, name, size, monkeypatch):
    monkeypatch.setattr(explorer_study, "CLASSES", [f"{name}{number}" for number in range(3)])
    head, table, *rest = explorer_study.explorer(titles=[name] * 30, chosen=[(2, 5)])
    head = replace(head, run="r" * 60, command=f"snakemake --configfile {name}")
    table = table.assign(artist=name, filename=[f"{name}{number}" for number in table["id"]])
    text = page.render(head, table, *rest, [(2, 5)], name)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    opened = visit(tmp_path / "page.html", size, hash="#from=0&to=7&map=pca")
    opened.view.wait_for_selector("html[data-ready]", state="attached")
    opened.view.locator("#query").fill(name[:9])
    opened.view.locator("#results button").first.hover()
    assert opened.too_wide() <= 0  # with the offer, results, and the card
    opened.view.select_option("#experiment", "within")
    assert opened.too_wide() <= 0
