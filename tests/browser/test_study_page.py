"""The study page in a real browser: that of a finished run, and one of hostile names."""

import io
import itertools
import re
import shutil

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import study_tables
from browser.conftest import DESKTOP, PHONE, until
from study_tables import facts
from stylewalk.claims import CLAIMS
from stylewalk.pages import study
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn

pytestmark = pytest.mark.xdist_group("finished")
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def run(finished):
    return finished.folder / "results/tiny"


@pytest.fixture
def page(run):
    return run / "study.html"


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_needs_nothing_but_itself_and_bars_nobody(visit, page, size, dark):
    opened = visit(page, size, dark)
    assert opened.complaints == []
    assert opened.requests == []
    assert opened.barriers() == []
    assert opened.too_wide() <= 0
    opened.view.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
    assert opened.barriers() == []
    assert opened.too_wide() <= 0


def column(view, title, head):
    """The texts of a column of the table under a title, without its foot."""
    return view.evaluate(
        """([title, head]) => {
            const has = (element, text) => element.textContent.trim() === text;
            const figure = [...document.querySelectorAll("figure.table")].find(
                (each) => has(each.querySelector("figcaption"), title));
            const table = figure.querySelector("table");
            const place = [...table.tHead.rows[0].cells].findIndex((each) => has(each, head));
            return [...table.tBodies[0].rows].map((row) => row.cells[place].textContent.trim());
        }""",
        [title, head],
    )


def head_of(view, title, head):
    """The button in the head of a column."""
    figure = view.locator("figure.table", has=view.get_by_role("heading", name=title, exact=True))
    return figure.get_by_role("columnheader", name=head, exact=True).get_by_role("button")


def sign_of(button):
    return button.evaluate("button => button.closest('th').getAttribute('aria-sort')")


def test_tables_are_sorted_by_click_up_down_and_back(visit, page):
    view = visit(page).view
    title, head = "Each model in one row", "reconstruction"
    before = column(view, title, head)
    button = head_of(view, title, head)
    assert sign_of(button) == "none"
    button.click()
    assert sign_of(button) == "ascending"
    assert column(view, title, head) == sorted(before, key=float)
    button.click()
    assert sign_of(button) == "descending"
    assert column(view, title, head) == sorted(before, key=float, reverse=True)
    head_of(view, title, "model").click()
    assert sign_of(button) == "none"
    assert column(view, title, "model") == sorted(column(view, title, "model"))
    button.click()
    button.click()
    button.click()
    assert column(view, title, head) == before


def test_tables_are_sorted_by_keyboard_and_sums_stay_below(visit, page):
    view = visit(page).view
    button = head_of(view, "Artworks", "class")
    before = column(view, "Artworks", "class")
    button.focus()
    view.keyboard.press("Enter")
    view.keyboard.press("Space")
    assert sign_of(button) == "descending"
    assert column(view, "Artworks", "class") == sorted(before, reverse=True)
    foot = view.locator("figure.table tfoot").first
    assert "all classes" in foot.inner_text()
    view.keyboard.press("Tab")
    focused = view.evaluate("document.activeElement.closest('th').textContent")
    assert focused == "training"


CELLS = [
    *("−2.50", "–", "1,200", "+0.41 to +0.63", "+0.41 to +0.60", "12.3 %", "< 0.001", "0.001"),
    *("1.53 million", "", "0.50 ± 0.25", "128 of 256", "2 min 5 s"),
]
UP = [
    *("−2.50", "< 0.001", "0.001", "+0.41 to +0.60", "+0.41 to +0.63", "0.50 ± 0.25", "12.3 %"),
    *("2 min 5 s", "128 of 256", "1,200", "1.53 million"),
]


def test_numbers_sort_as_numbers_and_dashes_last(visit, tmp_path):
    """A table whose cells hold all forms of numbers."""
    tables = study_tables.tables()
    text = study.render(facts(), tables, [])
    rows = "".join(f"<tr><th scope=row>r</th><td>{cell}</td></tr>" for cell in CELLS)
    text = re.sub(r"<tbody>.*?</tbody>", f"<tbody>{rows}</tbody>", text, count=1, flags=re.DOTALL)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    view = visit(tmp_path / "page.html").view
    button = view.locator("table.sortable thead button").nth(1)

    def cells():
        return view.locator("table.sortable").first.locator("tbody td").all_inner_texts()

    button.click()
    assert cells() == [*UP, "–", ""]
    button.click()
    assert cells() == [*UP[::-1], "–", ""]
    button.click()
    assert cells() == CELLS


def test_a_figure_opens_at_full_size_and_gives_the_focus_back(visit, page):
    view = visit(page).view
    opener = view.locator("#dataset_overview .enlarge")
    dialog = view.locator("dialog.zoom")
    assert not dialog.is_visible()
    opener.focus()
    view.keyboard.press("Enter")
    assert dialog.is_visible()
    assert dialog.locator("h2").inner_text() == opener.get_attribute("data-title")
    shown = view.locator("#dataset_overview img")
    image = dialog.locator("img")
    until(view, "document.querySelector('dialog.zoom img').style.width !== ''")
    assert image.evaluate("image => image.clientWidth === image.naturalWidth")
    assert image.get_attribute("alt") == shown.get_attribute("alt")
    width = image.evaluate("image => image.clientWidth")
    view.keyboard.press("+")
    assert image.evaluate("image => image.clientWidth") > width
    pane = dialog.locator(".zoom-view")
    pane.evaluate("pane => pane.scrollTo(0, 0)")
    view.keyboard.press("ArrowRight")
    until(view, "document.querySelector('.zoom-view').scrollLeft > 0")
    view.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("button => button === document.activeElement")
    shown.click()
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    assert opener.evaluate("button => button === document.activeElement")


def test_a_page_that_carries_its_files_gives_them_back(visit, run, tmp_path):
    """Of the study's own chart and tables, with nothing beside the page."""
    tables = study_tables.tables()
    paths = ["artworks.parquet", "figures/dataset_overview.svg", "tables/profile_shapes.csv"]
    files = {path: run / path for path in paths}
    chart = run / "figures/dataset_overview.png"
    alone = tmp_path / "alone.html"
    alone.write_text(study.render(facts(), tables, [chart], files, files_inside=True), "utf-8")
    opened = visit(alone, accept_downloads=True)
    view = opened.view
    links = view.locator("a[data-packed]")
    assert {link.get_attribute("href") for link in links.all()} == set(paths)
    for path in paths:
        link = view.locator(f'a[data-packed][href="{path}"]').first
        with view.expect_download() as download:
            link.evaluate("link => link.click()")
        assert download.value.suggested_filename == path.rpartition("/")[2]
        assert download.value.path().read_bytes() == files[path].read_bytes()
        view.wait_for_timeout(120)  # Chromium drops more than ten a second
    assert opened.complaints == []


@pytest.mark.slow
def test_figures_beside_the_page_are_loaded_when_they_are_seen(visit, run, monkeypatch, tmp_path):
    monkeypatch.setattr(study, "LARGEST_SUM", 0)
    charts = [run / f"figures/{name}.png" for name in ("dataset_overview", "trajectories_control")]
    page = tmp_path / "with_figures/light.html"
    (page.parent / "figures").mkdir(parents=True)
    for chart in charts:
        shutil.copy2(chart, page.parent / "figures")
    page.write_text(study.render(facts(), study_tables.tables(), charts), "utf-8")
    opened = visit(page, PHONE)
    images = opened.view.locator("figure.picture img")
    sources = [image.get_attribute("src") for image in images.all()]
    assert sources == [f"figures/{chart.name}" for chart in charts]
    for image in images.all():
        image.scroll_into_view_if_needed()
    wide = "[...document.querySelectorAll('figure.picture img')].every((x) => x.naturalWidth > 999)"
    until(opened.view, wide)
    assert opened.complaints == []
    alone = tmp_path / "alone.html"
    page.rename(alone)
    view = visit(alone, PHONE).view
    for place in range(len(charts)):
        view.locator("figure.picture .tools").nth(place).scroll_into_view_if_needed()
        until(view, f"document.querySelectorAll('figure.missing').length > {place}")
        assert charts[place].name in view.locator("p.elsewhere").nth(place).inner_text()
    assert view.get_by_role("button", name="Enlarge").count() == 0


def test_every_file_that_is_offered_lies_beside_the_page(visit, page, run):
    view = visit(page).view
    offered = {link.get_attribute("href") for link in view.locator(".tools a").all()}
    assert len(offered) > 30
    assert [path for path in offered if not (run / path).is_file()] == []
    figures = view.locator("figure.picture").all()
    assert all(figure.locator(".tools a").count() >= 2 for figure in figures)


@pytest.mark.slow
def test_every_figure_says_what_it_shows_and_how_to_read_it(visit, page):
    view = visit(page).view
    for figure in view.locator("figure.picture").all():
        title = figure.locator(".unseen").text_content()
        alt = figure.locator("img").get_attribute("alt")
        assert alt.startswith(f"{title}. "), title
        assert len(figure.locator("figcaption").text_content()) > 40
        assert alt.removeprefix(f"{title}. ") not in figure.locator("figcaption").text_content()


@pytest.mark.slow
def test_claims_are_filtered_by_their_verdict(visit, page):
    view = visit(page).view
    claims = view.locator(".claim")
    assert claims.count() == len(CLAIMS)
    verdicts = [claim.get_attribute("data-verdict") for claim in claims.all()]
    said = view.get_by_role("status")
    for verdict in sorted(set(verdicts)):
        button = view.locator(f'.filter button[data-verdict="{verdict}"]')
        assert button.inner_text().split()[-1] == str(verdicts.count(verdict))
        button.click()
        seen = [claim for claim in claims.all() if claim.is_visible()]
        assert {claim.get_attribute("data-verdict") for claim in seen} == {verdict}
        assert len(seen) == verdicts.count(verdict)
        assert button.get_attribute("aria-pressed") == "true"
        assert said.inner_text().startswith(f"{len(seen)} of {len(CLAIMS)} claims")
    view.locator('.filter button[data-verdict=""]').click()
    assert all(claim.is_visible() for claim in claims.all())
    assert view.locator('.filter [aria-pressed="true"]').count() == 1


def test_a_link_opens_what_is_folded_and_the_list_of_chapters_follows(visit, page):
    view = visit(page, hash="#trajectories-between_closest").view
    part = view.locator("#trajectories-between_closest > details")
    assert part.evaluate("part => part.open")
    current = "document.querySelector('.chapters [aria-current]').hash"
    until(view, f"{current} === '#trajectories-between_closest'")
    view.keyboard.press("Control+Home")
    view.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    until(view, f"{current} === '#found'")
    assert view.locator(".chapters [aria-current]").count() == 1


def test_the_skip_link_comes_first_and_headings_go_down_one_by_one(visit, page):
    view = visit(page).view
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    view.keyboard.press("Enter")
    assert view.evaluate("location.hash") == "#found"
    levels = view.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter((h) => !h.closest('dialog'))"
        ".map((h) => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_light_and_dark_are_chosen_by_hand_and_kept(visit, page):
    view = visit(page).view
    background = "getComputedStyle(document.body).backgroundColor"
    light = view.evaluate(background)
    button = view.locator("button.theme")
    button.click()
    dark = view.evaluate(background)
    assert dark != light
    assert button.inner_text() == "Light page"
    view.reload()
    assert view.evaluate(background) == dark
    button.click()
    assert view.evaluate(background) == light


def test_a_print_shows_everything_and_no_controls(visit, page):
    view = visit(page).view
    assert view.locator("details.experiment:not([open])").count() >= 1
    view.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert view.locator("details:not([open])").count() == 0
    view.emulate_media(media="print")
    for control in (".chapters", ".tools", ".filter", "button.theme"):
        assert not view.locator(control).first.is_visible()
    widths = view.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    view.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert view.locator("details.experiment:not([open])").count() >= 1
    assert view.pdf().startswith(b"%PDF")


def edges_of(view, box):
    """How far the colour of a table's box at its right edge is from its own, in its lowest row."""
    box.scroll_into_view_if_needed()
    view.wait_for_timeout(100)
    with Image.open(io.BytesIO(box.screenshot())) as shot:
        pixels = np.asarray(shot.convert("RGB"), float)
    # Above the line that ends the last row, where no text is.
    row = pixels[-6]
    return np.abs(row[-2] - row[-70]).max()


@pytest.mark.slow
@pytest.mark.parametrize(
    "look", [{}, {"dark": True}, {"forced_colors": "active"}], ids=["light", "dark", "forced"]
)
def test_a_table_that_goes_on_to_the_side_says_so_on_a_phone(visit, tmp_path, look):
    path = tmp_path / "page.html"
    path.write_text(study.render(facts(), study_tables.tables(), []), encoding="utf-8")
    view = visit(path, PHONE, **look).view
    boxes = view.locator(".scroll:has(> table):visible").all()
    beyond = "box => box.scrollWidth - box.clientWidth"
    wide = [box for box in boxes if box.evaluate(beyond) > 60]
    narrow = [box for box in boxes if box.evaluate(beyond) == 0]
    assert wide
    assert narrow
    for box in wide:
        assert edges_of(view, box) > 40
        box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
        assert edges_of(view, box) < 4
        box.evaluate("box => { box.scrollLeft = 0; }")
        assert edges_of(view, box) > 40
    for box in narrow:
        assert edges_of(view, box) < 4
    view.emulate_media(media="print")
    assert wide[0].evaluate("box => getComputedStyle(box).backgroundImage") == "none"


@pytest.mark.slow
def test_the_page_and_a_print_of_it_can_be_mailed(visit, page):
    assert page.stat().st_size <= 5_000_000
    view = visit(page).view
    view.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert len(view.pdf()) < 8_000_000


def test_names_that_look_like_markup_stay_text(visit, tmp_path):
    tables = study_tables.tables()
    tables["artworks"]["class"] = MARKUP
    figure = Figure(figsize=(2, 2))
    theme.save(figure, tmp_path, Drawn("dataset_overview", MARKUP, f"Caption {MARKUP}"))
    head = facts(run=MARKUP, classes=[MARKUP], models=["AE", MARKUP], data=MARKUP)
    text = study.render(head, tables, [tmp_path / "dataset_overview.png"])
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    opened = visit(tmp_path / "page.html")
    dialogs = []
    opened.view.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened.view.locator(".enlarge").click()
    assert opened.view.locator("dialog.zoom h2").inner_text() == MARKUP
    assert opened.view.locator("dialog.zoom img").get_attribute("alt").startswith(MARKUP)
    opened.view.keyboard.press("Escape")
    head_of(opened.view, "Each model in one row", "model").click()
    assert column(opened.view, "Each model in one row", "model") == [MARKUP, "AE"]
    assert opened.view.locator("h1").inner_text() == MARKUP
    # Even markup that got into the page would not run.
    opened.view.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'run'";
            document.body.append(script);
        }"""
    )
    assert opened.view.title() != "run"
    assert dialogs == []
