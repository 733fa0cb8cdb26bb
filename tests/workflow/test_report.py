"""Snakemake's own report, and what the workflow catalog is told."""

import io
import os
import re
import subprocess
import sys
import zipfile

import pytest
from docutils.core import publish_parts
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from PIL import Image

from checkouts import Checkout
from stylewalk.catalogue.models import LOSSES
from stylewalk.errors import StylewalkError
from stylewalk.pages.captions import escaped, write_caption

pytestmark = pytest.mark.xdist_group("finished")
RUN = "results/tiny"


@pytest.fixture(scope="module")
def reported(finished) -> tuple[zipfile.ZipFile, Checkout]:
    """The report of the finished study, made as a reader would."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--report", "report.zip", "--configfile", "study.yaml"],
        cwd=finished.folder,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "https_proxy": "http://localhost:9"},  # no way to the internet
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(finished.folder / "report.zip") as report:
        yield report, finished


def test_every_figure_table_and_page_is_in_the_report(reported):
    report, checkout = reported
    names = {name.rpartition("/")[2] for name in report.namelist()}
    run = checkout.folder / RUN
    wanted = [*run.glob("tables/*.csv"), *run.glob("figures/*.svg"), run / "study.html"]
    wanted.append(run / "explorer.html")
    assert len(wanted) > 40
    assert {path.name for path in wanted} <= names


def test_captions_are_those_of_the_figures_and_columns_of_the_tables(reported):
    report, checkout = reported
    html = report.read("report/report.html").decode()
    for path in (checkout.folder / RUN / "figures").glob("*.png"):
        with Image.open(path) as image:
            first = re.match(r"[\w ,]+", image.info["Description"])[0]
        assert first in html, path.name
    assert LOSSES["value"] in html
    for chapter in ("Data", "Models", "Latent space", "Clusters", "Trajectories", "Claims"):
        assert re.search(rf'"\d\d {chapter}"', html), chapter


@pytest.mark.slow
def test_the_report_reruns_nothing(reported):
    _, checkout = reported
    answer = checkout.snakemake("--dry-run", "--configfile", "study.yaml")
    assert "Nothing to be done" in answer.text


@given(st.text(min_size=1))
def test_a_caption_holds_plain_text_whatever_a_title_is(text):
    """Titles of artworks come from elsewhere; Jinja and reStructuredText would run some."""
    text = "a " + re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", text)
    rendered = Environment().from_string(escaped(text)).render()
    body = publish_parts(rendered, writer="xml")["whole"]
    found = re.search(r"<paragraph>(.*)</paragraph>", body, re.S)[1]
    plain = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain.split() == text.split()


@pytest.mark.parametrize(
    "text", ["{{ 7 * 6 }}", "{% raw %}", ".. raw:: html", "`x <javascript:y>`_"]
)
def test_marks_in_a_caption_do_nothing(text):
    body = publish_parts(Environment().from_string(escaped(text)).render(), writer="html")
    assert "42" not in body["body"]
    assert "<a" not in body["body"]
    assert "system-message" not in body["body"]


def test_a_figure_without_caption_is_refused_in_words(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    (tmp_path / "x.png").write_bytes(buffer.getvalue())
    with pytest.raises(StylewalkError, match="holds no caption"):
        write_caption(tmp_path / "x.png", tmp_path / "x.rst")
