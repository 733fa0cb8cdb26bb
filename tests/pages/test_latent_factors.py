"""What the page says of class and content in latent spaces."""

import pandas as pd
import pytest

from study_tables import facts
from stylewalk.catalogue.latent_space import ALL_DIMENSIONS, CONTENT_PROBES, LATENT_FACTORS
from stylewalk.pages import latent_tables
from stylewalk.pages.sentences import latent_space
from stylewalk.pages.sentences.wording import Missing
from stylewalk.plots import factors as plot


def tables(models=("AE", "VAE"), split="validation", seeds=(0,)):
    """Two models: of one classes have a tenth of the variance, of the other four tenths."""
    rows, read = [], []
    for model, share in zip(models, (0.1, 0.4), strict=True):
        for seed in seeds:
            for dimension in (ALL_DIMENSIONS, 0, 1):
                ends = (share, share - 0.05, share + 0.05, 0.3, 0.2, 0.4, 0.7 - share, 0.1, 0.7)
                rows.append((model, seed, dimension, 2.0, *ends, split, 80))
            read.append((model, seed, "class", 0.6 + share, 0.5, 0.9, 0.25, 320, 80))
            read.append((model, seed, "content_group", 0.5, 0.4, 0.6, 0.2, 320, 80))
    return {
        "latent_factors": pd.DataFrame(rows, columns=list(LATENT_FACTORS)),
        "content_probes": pd.DataFrame(read, columns=list(CONTENT_PROBES)),
    }


def test_the_table_has_shares_probes_and_chance():
    (table,) = latent_tables.factors(facts(models=["AE", "VAE"]), tables())
    assert table.rows[0] == [
        "AE", "10.0 % (5.0 % to 15.0 %)", "30.0 % (20.0 % to 40.0 %)", "60.0 % (10.0 % to 70.0 %)",
        "70.0 % (50.0 % to 90.0 %)", "50.0 % (40.0 % to 60.0 %)",
    ]  # fmt: skip
    assert table.foot == [["chance", "0 %", "0 %", "100 %", "25.0 %", "20.0 %"]]
    assert "80 contents" in table.note
    assert "none of them trained on" in table.note
    (any_split,) = latent_tables.factors(facts(models=["AE", "VAE"]), tables(split="any"))
    assert "none of them trained on" not in any_split.note


def test_the_sentence_runs_from_model_to_model():
    text = latent_space.factors(facts(models=["AE", "VAE"]), tables())
    assert "lies between classes runs from 10 % in AE to 40 % in VAE" in text
    assert "between contents is 30 % in AE and VAE alike" in text
    assert "accuracy for the class runs from 70 % in AE to 100 % in VAE" in text
    assert "(25 % are of the most frequent kind)" in text
    assert "seen some in training" in latent_space.factors(
        facts(models=["AE", "VAE"]), tables(split="any")
    )


def test_where_contents_cross_no_classes_nothing_is_said(tmp_path):
    empty = {name: frame.iloc[:0] for name, frame in tables().items()}
    assert latent_tables.factors(facts(), empty) == []
    with pytest.raises(Missing):
        latent_space.factors(facts(), empty)
    (drawn,) = plot.draw(*empty.values(), ["AE"], tmp_path, False)
    assert drawn.name == "latent_space_factors"


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 5, 7])
def test_there_is_a_panel_for_each_model(count, tmp_path):
    names = [f"m{n}" for n in range(count)]
    parts = [tables((name, "other")) for name in names]
    both = [pd.concat([p[key] for p in parts]) for key in ("latent_factors", "content_probes")]
    plot.draw(*(frame[frame["model"] != "other"] for frame in both), names, tmp_path, False)
    drawn = (tmp_path / "latent_space_factors.svg").read_text()
    assert drawn.count('<g id="axes_') == count + 2  # and two of the probe
