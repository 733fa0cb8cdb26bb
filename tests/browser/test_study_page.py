"""The study page of a finished run, in a real browser."""

import pytest
from browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.xdist_group("finished")


@pytest.fixture
def page(finished):
    return finished.folder / "results/tiny/study.html"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_needs_nothing_but_itself_and_bars_nobody(visit, page, size, dark):
    opened = visit(page, size, dark)
    assert opened.complaints == []
    assert opened.requests == []
    assert opened.barriers() == []
    assert opened.too_wide() <= 0
