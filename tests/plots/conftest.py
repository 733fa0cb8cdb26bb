"""What the tests of figures share: a warning is an error, and figures are kept, not written."""

import warnings

import pytest

from stylewalk.plots import theme


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def figures(monkeypatch):
    """The figures themselves instead of their files, by name."""
    kept = {}

    def keep(figure, folder, drawn):
        kept[drawn.name] = figure
        return drawn

    monkeypatch.setattr(theme, "save", keep)
    return kept
