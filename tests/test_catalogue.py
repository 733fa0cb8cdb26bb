"""The catalogue of outputs, held against what draws, what says and what weighs."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from stylewalk import catalogue
from stylewalk.catalogue import Array, Table
from stylewalk.pages.figures import writer

ROOT = Path(__file__).parents[1]
PLOTS = {plot.module: plot for plot in catalogue.plots()}
ALWAYS = {"folder", "procedural"}


def test_every_table_and_column_is_described_and_named_once():
    assert len(catalogue.TABLES) >= 30
    for name, table in catalogue.TABLES.items():
        assert table.name == name
        assert table.title
        assert all(len(description) > 10 for description in table.values()), name
        assert Path(table.file).suffix == (".csv" if "tables/" in table.file else ".parquet")
    shown = [table.name for chapter in catalogue.CHAPTERS for table in chapter.tables]
    assert len(shown) == len(set(shown))
    of_people = {name for name, table in catalogue.TABLES.items() if "tables/" in table.file}
    assert set(shown) == of_people


def test_every_figure_is_named_once_and_has_tables_behind_it():
    names = [name for name, _, _ in catalogue.figures(["near", "far"], ["near"])]
    assert len(names) == len(set(names))
    assert {"trajectories_far_profiles", "trajectories_near_spread"} < set(names)
    assert "trajectories_far_spread" not in names
    without = [name for name, _, _ in catalogue.figures(["far"], [])]
    assert not [name for name in without if "spread" in name or "control" in name]
    for chapter in catalogue.CHAPTERS:
        for figure in chapter.figures:
            assert figure.behind, figure.name
            assert catalogue.chapter_of_figure(figure) is chapter


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_what_draws_takes_what_it_is_given(plot):
    draw = importlib.import_module(f"stylewalk.plots.{plot.module}").draw
    parameters = inspect.signature(draw).parameters
    given = {*plot.read(), *plot.settings, *ALWAYS}
    assert set(parameters) == given
    kinds = {name: type(entry) for name, entry in plot.read().items()}
    assert set(kinds.values()) <= {Table, Array}


def test_every_module_that_draws_figures_is_in_the_catalogue():
    texts = {path.stem: path.read_text() for path in (ROOT / "stylewalk/plots").glob("*.py")}
    # The rest is what they share, and the parts of plots/trajectories.
    drawing = {name for name, text in texts.items() if re.search(r"^def draw\(", text, re.M)}
    assert drawing - {"shapes", "profiles"} == set(PLOTS)


def test_every_sentence_is_a_function():
    sentences = [f.sentence for chapter in catalogue.CHAPTERS for f in chapter.figures]
    sentences += [chapter.finding for chapter in catalogue.CHAPTERS]
    for name in sentences:
        assert callable(writer(name)), name
    with pytest.raises(AttributeError):
        writer("dataset.of_nobody")


def test_claims_are_weighed_on_the_tables_that_are_their_evidence():
    """And on artworks, pairs, style losses and pictures, given beside them, and on a sweep."""
    beside = {"artworks", "pairs", "trajectory_style_loss", "brightness", "latent_sizes"}
    text = "".join(path.read_text() for path in (ROOT / "stylewalk/claims").glob("*.py"))
    called = r'(?:table|by_role|_chosen)\(\s*evidence,\s*"(\w+)"'
    named = set(re.findall(called, text)) | set(re.findall(r'evidence\.tables\["(\w+)"\]', text))
    assert named - beside <= {table.name for table in catalogue.evidence()}
    # Every other one is asked for by a name that is put together, or listed.
    for table in catalogue.evidence():
        assert table.name in named or f'"{table.name}"' in text, table.name
