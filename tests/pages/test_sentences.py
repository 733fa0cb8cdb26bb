"""Every figure has its sentence or none, and the head of the page has one of each chapter."""

import itertools

import pandas as pd

from pages.sentence_tables import losses, study, variance
from stylewalk import catalogue
from stylewalk.pages import figures
from stylewalk.pages.findings import findings

NO_BREAK = "\N{NO-BREAK SPACE}"


def every_figure(experiments):
    for name, _, _ in catalogue.figures(list(experiments), list(experiments)):
        yield name


def test_no_figure_fails_without_tables_and_empty_tables_say_nothing():
    head = study()
    empty = {name: pd.DataFrame(columns=list(table)) for name, table in catalogue.TABLES.items()}
    for given_, name in itertools.product(({}, empty), every_figure(head.experiments)):
        assert figures.sentence(name, head, given_) == ""
    assert findings(head, {}) == []
    assert figures.sentence("of_nobody", head, {}) == ""


def test_per_cent_signs_stay_with_their_numbers():
    text = figures.sentence("latent_space_spectra", study(), variance(0.3, 0.1, 0.2))
    assert f"30{NO_BREAK}%" in text
    assert " %" not in text


def test_the_head_of_the_page_tells_of_each_chapter_that_says_something():
    verdicts = ["holds", "fails", "fails", "not tested"]
    claims = pd.DataFrame({"verdict": verdicts, "metric": "", "layers": ""})
    inputs = losses([0.1, 0.2]) | {"claims": claims}
    said = {entry.anchor: entry.text for entry in findings(study(), inputs)}
    assert list(said) == ["models", "claims"]
    assert said["claims"] == "Of 4 claims of the report, 1 holds, 2 fail, 1 was not tested."
    claims.loc[:1, ["metric", "layers"]] = ["gram", "conv1_1, conv3_1"]
    said = findings(study(), inputs)[-1].text
    assert said.endswith("that rest on it are weighed by one of conv1_1 and conv3_1.")
    claims.loc[:1, "layers"] = "conv1_1, conv2_1, conv3_1, conv4_1, conv5_1"  # the report's own
    assert findings(study(), inputs)[-1].text.endswith("1 was not tested.")
