"""Sentences and tables of the chapter on samples and attributes."""

import pandas as pd
import pytest

import study_tables
from stylewalk.catalogue.samples import ANALOGIES, ATTRIBUTE_MAP, ATTRIBUTES, SAMPLES
from stylewalk.pages import sample_tables
from stylewalk.pages.chapters import chapters
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import samples
from stylewalk.pages.sentences.wording import Missing


def study():
    return Study("x", "Data.", True, ["AE", "VAE"], ["A", "B"], {}, [0], "VGG.")


def tables(told=0.9, posterior=0.9, over=0.2, structure=0.5):
    rows = [
        (model, seed, of, measure, value, value - 0.05, value + 0.05, 50)
        for seed in (0, 1)
        for model, sharp in (("AE", 0.4), ("VAE", 0.1))
        for of in ("gaussian", "posterior", "held out")
        for measure, value in (
            ("sharpness", 1.0 if of == "held out" else sharp),
            ("told_apart", 0.5 if of == "held out" else posterior if of == "posterior" else told),
        )
    ]
    judged = [
        (model, 0, "class", name, measure, value, value - 0.1, value + 0.1, 24)
        for model in ("pixels", "AE", "VAE")
        for name in ("A", "B")
        for measure, value in (
            ("auc", 0.7),
            ("auc_over_pixels", over if model == "AE" else 0.0),
            ("structure", structure if model == "VAE" else 0.0),
        )
        if not (model == "pixels" and measure == "auc_over_pixels")
    ]
    found = [
        (model, 0, measure, value, value - 0.02, value + 0.02, 20)
        for model in ("pixels", "AE", "VAE")
        for measure, value in (
            ("named", 0.2),
            ("named_over_pixels", 0.1 if model == "AE" else 0.0),
            ("found_over_unmoved", 0.3 if model == "VAE" else 0.0),
        )
    ]
    mapped = [
        (model, 0, "vector", "class", name, 0.0, 0.0, 1.0, 1.0, seen, seen / 10)
        for model, seen in (("pixels", 0.9), ("AE", 0.5), ("VAE", 0.25))
        for name in ("A", "B")
    ]
    return {
        "attribute_map": pd.DataFrame(mapped, columns=list(ATTRIBUTE_MAP)),
        "samples": pd.DataFrame(rows, columns=list(SAMPLES)),
        "attributes": pd.DataFrame(judged, columns=list(ATTRIBUTES)),
        "analogies": pd.DataFrame(found, columns=list(ANALOGIES)),
    }


def test_samples_are_told_beside_held_out_artworks():
    text = samples.measures(study(), tables())
    assert "from 10 % (VAE, gaussian) to 40 % (AE, gaussian) of the energy of gradients" in text
    assert "tells every kind of sample of every model from held-out artworks" in text
    assert "area under the curve of 0.50 (0.45 to 0.55)" in text
    some = samples.measures(study(), tables(posterior=0.52))
    assert "but those of AE (posterior) and VAE (posterior), of which nothing is shown," in some
    none = samples.measures(study(), tables(told=0.52, posterior=0.52))
    assert "tells not surely any of them from" in none


def test_the_chapter_is_there_without_any_attribute_vector():
    """Where few artworks are held out none is judged; the figures want their chapter."""
    facts = study_tables.facts()
    of_others = study_tables.tables()
    without = [chapter.anchor for chapter in chapters(facts, of_others, [])]
    made = chapters(facts, {**of_others, "samples": tables()["samples"]}, [])
    assert [chapter.anchor for chapter in made if chapter.anchor not in without] == ["samples"]


def test_without_a_network_nothing_else_is_told():
    some = tables()
    some["samples"] = some["samples"].query("measure != 'told_apart'")
    assert "No network knows the classes" in samples.measures(study(), some)


def test_vectors_are_told_beside_pixels_and_accepted_where_something_new_is_shown():
    text = samples.attributes(study(), tables())
    assert "Of 2 attributes" in text
    assert "better than the same arithmetic on pixels: AE 2 (of 4 comparisons" in text
    assert "same ends has: VAE 2 of 4 vectors" in text
    plain = samples.attributes(study(), tables(over=0.05, structure=0.1))
    assert "pixels: none (of" in plain
    assert "ends has: none of 4 vectors" in plain


def test_the_map_says_how_much_of_the_vectors_it_shows():
    text = samples.mapped(study(), tables())
    shown = "AE 50 % (of shuffled labels 5.0 %) and VAE 25 % (of shuffled labels 2.5 %)"
    assert f"the plane shows in {shown}: what" in text


def test_analogies_are_told_beside_pixels_and_beside_what_is_not_moved():
    text = samples.analogies(study(), tables())
    assert "rises by more than on pixels in AE;" in text
    assert "more often than to c itself in VAE. Intervals" in text


def test_tables_show_the_first_seed_with_intervals():
    (measures,) = sample_tables.measures(study(), tables())
    assert len(measures.rows) == 6
    assert list(measures.rows[0])[:3] == ["AE", "a fitted Gaussian", "0.40 (0.35 to 0.45)"]
    (judged,) = sample_tables.attributes(study(), tables())
    assert [row[-1] for row in judged.rows] == ["undecided", "undecided", "accepted"] * 2
    (found,) = sample_tables.analogies(study(), tables())
    assert [row[0] for row in found.rows] == ["pixels", "AE", "VAE"]


def test_what_was_not_asked_for_has_neither_sentence_nor_table():
    nothing = {name: table.head(0) for name, table in tables().items()}
    for make in (sample_tables.measures, sample_tables.attributes, sample_tables.analogies):
        assert make(study(), nothing) == []
    for say in (
        samples.measures,
        samples.strips,
        samples.neighbours,
        samples.attributes,
        samples.mapped,
        samples.moved,
        samples.analogies,
    ):
        with pytest.raises(Missing):
            say(study(), nothing)
