"""The summary says the same as the page in few lines, and what stands first on both."""

import re
from pathlib import Path

import pandas as pd
import pytest

import study_tables
from study_tables import facts
from stylewalk.pages import summary
from stylewalk.pages.findings import findings
from stylewalk.pages.glance import glance


def test_a_glance_takes_the_better_clustering_and_means_over_seeds(tables):
    first, second = glance(facts(), tables)
    assert (first.method, first.k, first.silhouette) == ("kmeans", 5, 0.20)
    assert (second.method, second.k, second.silhouette) == ("spectral", 7, 0.07)
    assert first.reconstruction == pytest.approx(0.0152)
    assert first.first_share == pytest.approx(0.371)
    assert second.verdicts == {"near": "valley", "far_apart": "valley"}


def test_the_summary_has_a_line_for_each_model_and_ends_with_the_page(tables):
    used = pd.DataFrame(
        {"model": ["AE", "beta-VAE", "beta-VAE"], "effective": [8, 5, 6.2], "active": 7}
    )
    tables = {**tables, "posterior_use": used}
    text = summary.render(facts(), tables, Path("results/demo/study.html"))
    lines = text.splitlines()
    assert lines[-1] == "Study page: results/demo/study.html"
    columns = [re.split(r" {2,}", line) for line in lines if line.startswith("beta-VAE")]
    assert columns == [
        ["beta-VAE", "0.0250", "1.26", "5.60", "12.4 %", "7 (0.07)", "152,000"],
        ["beta-VAE", "valley", "valley"],
    ]
    assert max(map(len, lines)) <= 90
    assert text.isascii()


def test_a_model_that_learnt_nothing_stands_above_all_else():
    tables = study_tables.tables()
    assert findings(facts(), tables)[0].chapter == "Data"
    used = pd.DataFrame({"model": ["AE", "beta-VAE"], "active": [3, 0], "effective": 2.0})
    tables["posterior_use"] = used
    first = findings(facts(), tables)[0]
    assert first.text.startswith("beta-VAE uses none of its latent dimensions")
    text = " ".join(summary.render(facts(), tables, "study.html").split())
    assert text.index("beta-VAE uses none") < text.index("reconstruction")
