"""The tables of the page say what the run found, and over how many seeds."""

import pandas as pd
import pytest

from pages.outline import Outline, rows_of
from study_tables import facts
from stylewalk.pages import study, summary, tabulate


@pytest.mark.slow
def test_tables_say_what_the_run_found(tables, figures):
    outline = Outline(study.render(facts(), tables, figures))
    figures_of_ae, shapes_of_ae, *_ = rows_of(outline, "AE")
    assert figures_of_ae == [
        *("AE", "0.0152", "0.80", "–", "37.1 %", "5 (k-means, 0.20)", "152,000")
    ]
    assert shapes_of_ae == ["AE", "∩ horseshoe", "∩ horseshoe"]
    assert rows_of(outline, "Realism") == [["Realism", "4", "0", "4"]]
    assert rows_of(outline, "all classes") == [["all classes", "7", "2", "9"]]
    assert rows_of(outline, "missing") == [["missing", "2"]]
    assert rows_of(outline, "reconstruction, validation") == [
        ["reconstruction, validation", "0.0152 ± 0.0661", "0.0250"]
    ]
    beside = ["AE", "0.0152 ± 0.0661", "0.80 ± 3.43"]  # t over seeds
    assert beside in rows_of(outline, "AE")
    # Of one seed, half of the interval over artworks.
    assert ["beta-VAE", "0.0240", "1.26 ± 0.05"] in rows_of(outline, "beta-VAE")
    assert rows_of(outline, "PCA, 8 components") == [["PCA, 8 components", "0.0190"]]
    assert rows_of(outline, "linear VAE, beta 0.4: 3 dimensions in use")[0][1] == "0.0260"
    assert rows_of(outline, "KL, validation") == [["KL, validation", "–", "0.00310"]]
    assert [*rows_of(outline, "beta-VAE")[-1]] == [
        *("beta-VAE", "Realism → <b>Sur</b>realism", "∪ valley", "9", "152,000"),
        *("+0.61", "+0.51 to +0.71", "< 0.001", "+0.20", "+0.10 to +0.30", "0.500"),
        *("0.21", "1.90"),
    ]


@pytest.mark.slow
def test_a_spread_over_seeds_is_told_where_there_is_one(tables, figures):
    sentence = "Mean over 2 seeds ± half of its 95\N{NO-BREAK SPACE}% t interval."
    assert sentence in study.render(facts(), tables, figures)
    for name in ("losses", "reconstruction"):
        tables[name] = tables[name].query("seed == 0")
    page = study.render(facts(), tables, figures)
    assert sentence not in page
    assert "± half of the 95\N{NO-BREAK SPACE}% bootstrap interval over artworks" in page


@pytest.mark.slow
def test_few_seeds_are_told(tables, figures):
    sentence = "from three seeds on intervals hold for others, too"
    assert sentence in study.render(facts(), tables, figures)
    assert sentence not in study.render(facts(seeds=range(3)), tables, figures)


@pytest.mark.slow
def test_a_model_without_results_is_shown_with_dashes(tables, figures):
    outline = Outline(study.render(facts(models=["new"]), tables, figures))
    assert rows_of(outline, "new")[0][1:5] == ["–", "–", "–", "–"]
    assert "new" in summary.render(facts(models=["new"]), tables, "x.html")


def test_loss_terms_have_a_fixed_order_and_the_discriminator_is_judged_in_per_cent():
    terms = ("new", "accuracy", "discriminator", "kl", "adversarial", "triplet", "reconstruction")
    rows = [
        ("AE", seed, "validation", term, 0.5 + 0.01 * seed) for term in terms for seed in (0, 1)
    ]
    columns = ["model", "seed", "split", "term", "value"]
    table = tabulate.losses(facts(), {"losses": pd.DataFrame(rows, columns=columns)})
    names = [row[0].removesuffix(", validation") for row in table.rows[::2]]
    assert names == [
        *("reconstruction", "KL", "triplet", "adversarial", "discriminator"),
        *("discriminator right", "new"),
    ]
    # Of two seeds half of the interval is t(0.975, 1) / sqrt(2) = 8.985 standard deviations.
    assert table.rows[10] == ["discriminator right, validation", "50.5 ± 6.4 %", "–"]
    assert table.rows[0][1] == "0.505 ± 0.064"
    assert "At 50 % it cannot tell them apart" in table.note


def test_reconstruction_errors_stand_beside_those_of_pca():
    losses = [("AE", 0, split, "reconstruction", 0.01) for split in ("validation", "training")]
    losses = pd.DataFrame(losses, columns=["model", "seed", "split", "term", "value"])
    over = [("AE", 0, "validation", 0.874), ("AE", 0, "training", 1.091)]
    over = pd.DataFrame(over, columns=["model", "seed", "split", "over_pca"])
    table = tabulate.losses(facts(models=["AE"]), {"losses": losses, "reconstruction": over})
    assert table.rows == [
        ["reconstruction, validation", "0.0100"],
        ["reconstruction over PCA's, validation", "0.87"],
        ["reconstruction, training", "0.0100"],
        ["reconstruction over PCA's, training", "1.09"],
    ]
    assert table.behind == ["losses", "reconstruction"]
