"""The sentences on figures say what their tables hold, and no more than that."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study_tables import facts
from stylewalk import catalogue
from stylewalk.catalogue.trajectories import PROFILE_SHAPES
from stylewalk.pages import figures
from stylewalk.pages.findings import findings
from stylewalk.pages.sentences import (
    clusters,
    collapse,
    dataset,
    latent_space,
    splits,
    training,
    trajectories,
)
from stylewalk.pages.sentences.wording import (
    Missing,
    extremes,
    listing,
    magnitude,
    out_of,
    percent,
    sureness,
)

MODELS = ["A", "B", "C"]
NO_BREAK = "\N{NO-BREAK SPACE}"


def study(**changes):
    given = {"models": MODELS, "classes": ["x", "y"], "seeds": [0]}
    return facts(**(given | changes))


def frame(columns, *rows):
    return pd.DataFrame(list(rows), columns=columns.split())


def of_models(values, column, **rest):
    """One row per model and seed: ``values`` of each model, one for each seed."""
    rows = [
        {"model": model, "seed": seed, column: value, **rest}
        for model, seeds in zip(MODELS, values, strict=False)
        for seed, value in enumerate(np.atleast_1d(seeds))
    ]
    return pd.DataFrame(rows)


def losses(validation, training_=None):
    parts = [of_models(validation, "value", split="validation", term="reconstruction")]
    if training_ is not None:
        parts.append(of_models(training_, "value", split="training", term="reconstruction"))
    return {"losses": pd.concat(parts)}


def test_extremes_name_both_ends_ties_and_a_single_model():
    values = pd.Series({"A": 0.2, "B": 0.1, "C": 0.3})
    assert extremes(values, "It", "{:.1f}".format) == "It runs from 0.1 in B to 0.3 in C"
    # 0.34 and 0.26 read alike with one decimal: neither is named alone.
    tied = pd.Series({"A": 0.34, "B": 0.1, "C": 0.26})
    assert extremes(tied, "It", "{:.1f}".format) == "It runs from 0.1 in B to 0.3 in A and C"
    alike = pd.Series({"A": 0.31, "B": 0.29})
    assert extremes(alike, "It", "{:.1f}".format) == "It is 0.3 in A and B alike"
    assert extremes(alike[:1], "It", "{:.1f}".format) == "It is 0.3 in A"


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=6))
def test_extremes_name_every_model_at_an_end_and_no_other(values):
    series = pd.Series(values, index=[f"m{i}" for i in range(len(values))])
    text = extremes(series, "It", "{:.3f}".format)
    ends = {f"{series.min():.3f}", f"{series.max():.3f}"}
    for name, value in series.items():
        assert (name in text.replace(",", "").split()) == (f"{value:.3f}" in ends)


def test_words_for_numbers():
    assert [percent(v) for v in (0.344, 0.0361, 0.0, -0.02)] == ["34 %", "3.6 %", "0 %", "−2.0 %"]
    assert magnitude(8.746e9) == "8.75 billion"
    assert magnitude(152_340) == "152,000"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert [out_of(n, 3, "x") for n in (0, 2, 3)] == ["none of the 3 x", "2 of the 3 x", "all 3 x"]
    assert out_of(1, 1, "x") == "1 of the 1 x"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.1, 0.2, 0.3], "one training run each"),
        ([[0.10, 0.11, 0.12], [0.5, 0.51, 0.52], [0.9, 0.91, 0.92]], "do not overlap"),
        ([[0.1, 0.5, 0.9], [0.2, 0.5, 0.8], [0.3, 0.6, 0.9]], "overlap"),
        ([[0.1, 0.2], [0.3], [0.4]], "no interval for a model of one training run"),
    ],
)
def test_how_sure_an_order_of_models_is_follows_from_the_seeds(values, words):
    said = sureness(of_models(values, "v"), "v", MODELS)
    assert said.endswith(words)
    assert ("not" in said) == ("not" in words)


def test_one_model_alone_is_in_no_order():
    assert sureness(of_models([0.1], "v"), "v", MODELS) == ""
    assert "runs from" not in training.losses(study(), losses([0.1]))


def test_losses_tell_who_reconstructs_best_and_the_gap_to_training():
    text = training.losses(study(), losses([0.02, 0.01, 0.04], [0.02, 0.005, 0.05]))
    assert "from 0.0100 in B to 0.0400 in C (one training run each)" in text
    assert "In 1 of the 3 models it is above the training loss, by 100 %." in text
    worse = training.losses(study(), losses([0.02, 0.01, 0.04], [0.01, 0.008, 0.01]))
    assert "In all 3 models it is above the training loss, by 25 to 300 %, most in C." in worse
    other = training.losses(study(), losses([0.02, 0.05, 0.01], [0.02, 0.05, 0.02]))
    assert "from 0.0100 in C to 0.0500 in B" in other
    assert "In no model is it above the training loss" in other
    several = losses([[0.1, 0.11], [0.9, 0.91], [0.5, 0.51]])
    assert "95 % intervals over seeds" in training.losses(study(seeds=[0, 1]), several)


def test_the_error_of_a_pixel_is_the_root_of_the_loss():
    text = training.reconstructions(study(), losses([0.04, 0.01, 0.09]))
    assert "from 10 % in B to 30 % in C" in text


def test_latent_sizes_tell_in_how_many_models_more_dimensions_help():
    def sizes(*values):
        rows = [
            (model, size, value, "validation", "reconstruction")
            for model, pair in zip(MODELS, values, strict=False)
            for size, value in zip((16, 256), pair, strict=True)
        ]
        return {"latent_sizes": frame("model latent_size value split term", *rows)}

    text = training.latent_sizes(study(), sizes((0.2, 0.1), (0.2, 0.15), (0.2, 0.3)))
    assert "From 16 to 256" in text
    assert "falls in 2 of 3 models, by 25 to 50 %, and not in C" in text
    assert "falls in no model" in training.latent_sizes(study(), sizes((0.1, 0.1)))


def variance(*shares, classes=()):
    table = of_models(shares, "share", component=1).assign(**{"class": "all"})
    parts = [table, *(table.assign(**{"class": name}) for name in classes)]
    return {"pca_variance": pd.concat(parts)}


def test_the_first_component_is_told_of_its_two_ends():
    text = latent_space.shares(study(), variance(0.344, 0.036, 0.2))
    assert text.startswith("A has 34 % of its variance in the first component, B 3.6 %")
    assert latent_space.shares(study(), variance(0.1, 0.2, 0.3)).startswith("C has 30 %")
    alike = latent_space.shares(study(), variance(0.2, 0.2, 0.2))
    assert "is 20 % in A, B and C alike" in alike
    missing = latent_space.shares(study(), variance(0.344, np.nan, 0.2))
    assert "B" not in missing


def test_class_spectra_count_only_those_outside_the_range_of_subsets():
    inputs = variance(0.3, 0.2, 0.1, classes=("x", "y"))
    null = inputs["pca_variance"].query("`class` != 'all'").drop(columns="share")
    inputs["class_spectrum_null"] = null.assign(
        low=0.0, high=np.where((null["model"] == "A") & (null["class"] == "x"), 0.29, 0.5)
    )
    assert "1 of the 6 spectra" in latent_space.spectra(study(), inputs)


def test_offsets_are_compared_with_permuted_labels():
    head = pd.DataFrame(
        itertools.product(["A", "B"], [0], "xy"), columns=["model", "seed", "class"]
    )
    offsets = head.assign(relative_l1=[0.1, 0.9, 0.5, 0.4], p_l1=[0.2, 0.01, 0.01, 0.01])
    text = latent_space.classes(study(), {"class_offset_null": offsets})
    assert "from 0.10 for x in A to 0.90 for y in A" in text
    assert "3 of the 4 offsets" in text
    assert "not adjusted" in text
    angles = head.assign(degrees=[10.0, 80.0, 20.0, np.nan])
    text = latent_space.classes(
        study(), {"class_offset_null": offsets, "first_component_angle": angles}
    )
    assert "Angles of first components are 10 to 80°." in text


def test_dimensions_that_lie_idle_are_named():
    def use(*active):
        table = of_models(active, "active", dimensions=100, norm_mean=0.9)
        return {"posterior_use": table.assign(gaussian_first_share=0.01)}

    assert "All latent dimensions are in use in A, B and C" in latent_space.use(
        study(), use(100, 100, 100)
    )
    text = latent_space.use(study(), use(100, 30, 50) | variance(0.05, 0.1, 0.2))
    assert "Not all dimensions are in use in B and C (30 to 50 % are)" in text
    assert "from 5.0 in A to 20 in C" in text


def silhouettes(**best):
    """By model: (k, score) of its best clustering; another is worse."""
    rows = [
        (model, 0, "kmeans", number, 0, value)
        for model, (k, score) in best.items()
        for number, value in ((k, score), (9, score - 0.04))
    ]
    return {"silhouette": frame("model seed method k repeat score", *rows)}


def test_silhouettes_tell_the_chosen_numbers_and_where_there_is_no_structure():
    text = clusters.silhouette(study(), silhouettes(A=(4, 0.5), B=(5, 0.1), C=(4, 0.3)))
    assert "choose 4 in A and C; 5 in B" in text
    assert "no substantial structure, in B." in text
    weak = clusters.silhouette(study(), silhouettes(A=(4, 0.05), B=(5, 0.1)))
    assert "from 0.05 in A to 0.10 in B: below 0.25" in weak
    assert "in none." in clusters.silhouette(study(), silhouettes(A=(4, 0.5)))


def test_composition_and_agreement_are_those_of_the_best_clustering():
    inputs = silhouettes(A=(2, 0.5), B=(2, 0.4))
    counts = {"A": [8, 2, 0, 10], "B": [5, 5, 5, 5]}
    rows = [
        (model, 0, "kmeans", k, cluster, name, count)
        for model, each in counts.items()
        for (cluster, name), count in zip(itertools.product((0, 1), "xy"), each, strict=True)
        for k in (2, 9)
    ]
    inputs["cluster_composition"] = frame("model seed method k cluster class count", *rows)
    text = clusters.composition(study(), inputs)
    assert "from 50 % in B to 90 % in A" in text  # (8 + 10) of 20
    rows = [(m, 0, "kmeans", k, v) for m, v in (("A", 0.7), ("B", 0.2)) for k in (2,)]
    rows += [("A", 0, "kmeans", 9, 0.99)]
    inputs["cluster_agreement"] = frame("model seed method k ari", *rows)
    assert "from 0.20 in B to 0.70 in A" in clusters.agreement(study(), inputs)
    probe = of_models([0.9, 0.8], "accuracy", classifier="linear_probe", largest_class_rate=0.5)
    text = clusters.agreement(study(), inputs | {"classifier_accuracy": probe})
    assert "from 80 % in B to 90 % in A, against 50 % by the largest class" in text


def test_models_that_learnt_from_the_classes_are_named_where_classes_are_found():
    accuracy = of_models([0.9, 0.8, 0.7], "accuracy", classifier="nearest_neighbours")
    inputs = {"classifier_accuracy": accuracy.assign(largest_class_rate=0.5)} | losses([0.1, 0.2])
    assert "learnt from the classes" not in latent_space.maps(study(), inputs)
    inputs["losses"].loc[1, "term"] = "triplet"
    assert latent_space.maps(study(), inputs).endswith(" B learnt from the classes (triplet loss).")


def shapes(**verdicts):
    """Pooled shapes of the experiment ``near``."""
    rows = [
        dict.fromkeys(PROFILE_SHAPES, np.nan)
        | {"model": m, "experiment": "near", "class_a": "all", "class_b": "all", "verdict": v}
        for m, v in verdicts.items()
    ]
    return {"profile_shapes": pd.DataFrame(rows)}


def test_undetermined_is_not_flat():
    text = trajectories.verdicts(study(), shapes(A="undetermined", B="undetermined"))
    assert "none has a shape that can be told" in text
    assert "2 are undetermined: their intervals hold both, flat and a shape." in text
    text = trajectories.verdicts(study(), shapes(A="too few pairs", B="flat"))
    assert "1 has too few pairs to tell." in text
    assert "undetermined" not in text
    text = trajectories.verdicts(study(), shapes(A="horseshoe", B="undetermined", C="flat"))
    assert "1 is a horseshoe (A in near), 1 is flat (C in near)" in text
    assert "1 is undetermined" in text
    assert "1 is a wave (A in near)." in trajectories.verdicts(study(), shapes(A="wave"))
    both = trajectories.verdicts(study(), shapes(A="valley", B="valley"))
    assert "2 are valleys (A in near and B in near)." in both
    assert "undetermined" not in both
    with pytest.raises(Missing):
        trajectories.verdicts(study(models=["new"]), shapes(A="wave"))


def profiles(*means_, sd=1.0):
    table = of_models(means_, "mean", experiment="near", class_a="all", class_b="all", step=1)
    return {"style_profiles": table.assign(sd=sd, n=3)}


def test_profiles_tell_the_verdict_of_every_model_that_has_one():
    inputs = profiles(100.0, 2e6, 500.0) | shapes(A="valley", B="undetermined", C="flat")
    text = trajectories.profiles(study(), inputs, "near")
    assert "from 100 in A to 2 million in B" in text
    assert "The shape is a valley in A, flat in C; undetermined in B." in text
    inputs |= shapes(A="undetermined", B="too few pairs", C="undetermined")
    rest = "No shape can be told: undetermined in A and C, too few pairs in B."
    assert rest in trajectories.profiles(study(), inputs, "near")


def test_spread_is_a_part_of_the_mean_and_needs_several_trajectories():
    inputs = profiles(100.0, 200.0, 400.0, sd=50.0)
    inputs["style_profiles"]["class_a"] = "x"
    assert "from 12 % in C to 50 % in A" in trajectories.spread(study(), inputs, "near")
    inputs["style_profiles"]["sd"] = np.nan
    with pytest.raises(Missing):
        trajectories.spread(study(), inputs, "near")


def test_strips_tell_how_near_to_a_dissolve_and_where_that_is_undefined():
    inputs = shapes(A="wave", B="wave", C="wave")
    inputs["profile_shapes"]["rho"] = [0.05, 0.2, np.nan]
    text = trajectories.strips(study(), inputs, "near")
    assert "from 5.0 % in A to 20 % in B" in text
    inputs["profile_shapes"]["rho"] = np.nan
    assert "cannot be told" in trajectories.strips(study(), inputs, "near")
    with pytest.raises(Missing):
        trajectories.strips(study(), inputs, "other")


def test_contrasts_count_only_intervals_on_one_side_of_zero():
    inputs = shapes(A="horseshoe", B="valley", C="undetermined")
    table = inputs["profile_shapes"]
    table["quadratic_low"], table["quadratic_high"] = [-2, 1, -1], [-1.0, 2.0, 1.0]
    table["quartic_low"], table["quartic_high"] = [np.nan, 1.0, 1.0], [np.nan, 2.0, 2.0]
    text = trajectories.shapes(study(), inputs)
    assert "Of the 3 quadratic contrasts with an interval, 1 is wholly below zero" in text
    assert "Of the 2 quartic contrasts with an interval, none is wholly below zero" in text
    assert "and 2 above" in text


def rho(*tests):
    measures = of_models([0.1, 0.3], "rho").assign(pair=0)
    table = frame("model experiment measure n correlation p", *tests)
    return {"trajectory_measures": measures, "shape_rho": table}


def test_walks_show_something_new_only_where_they_have_more_than_known_dissolves():
    known = frame(
        "walk is_new pair structure",
        *[("uneven blend", False, pair, 0.001 * pair) for pair in range(21)],
        *[("pan", True, pair, 0.2 * (pair > 4)) for pair in range(20)],
    )
    own = pd.DataFrame(
        {"model": np.repeat(["A", "B"], 40), "structure": np.repeat([0.002, 0.1], 40)}
    ).assign(
        experiment=(study().of_random or ["near"])[0],
        class_a="a",
        class_b="a",
        rho=0.1,
        fade=0.0,
        blur=0.0,
    )
    own["pair"] = own.groupby("model").cumcount()
    text = trajectories.transformation(study(), {"known_walks": known, "trajectory_measures": own})
    assert "at most 19 thousandths of the squared distance" in text
    assert text.endswith("More have more in B (100 % of its walks).")
    quiet = {"known_walks": known, "trajectory_measures": own[own["model"] == "A"]}
    assert trajectories.transformation(study(), quiet).endswith(
        "nothing new is seen on the way (75 % of those with pan would be told)."
    )
    with pytest.raises(Missing):
        trajectories.transformation(study(), {"known_walks": known})


@pytest.mark.parametrize(
    ("correlations", "words"),
    [
        ([(-0.5, 0.01), (-0.4, 0.02)], "negative, as the report's claim asks"),
        ([(0.5, 0.01), (0.4, 0.9)], "positive, against the report's claim"),
        ([(0.5, 0.01), (-0.4, 0.01)], "1 positive, against the report's claim, the others"),
        ([(0.5, 0.2), (-0.4, 0.3)], "neither borne out nor refuted"),
    ],
)
def test_a_correlation_speaks_for_or_against_the_report_only_where_it_is_sure(correlations, words):
    tests = [
        (model, "near", "quadratic", 9, *each)
        for model, each in zip("AB", correlations, strict=True)
    ]
    assert words in trajectories.dissolve(study(), rho(*tests))


def test_controls_count_sure_differences_by_their_sign():
    rows = [("A", "near", "quadratic", -1.0, 0.01), ("B", "near", "quadratic", 0.5, 0.01)]
    rows += [("C", "near", "quadratic", -1.0, 0.5), ("A", "near", "gram_path_ratio", 1.0, 0.001)]
    inputs = {"control_tests": frame("model experiment measure median_difference p", *rows)}
    text = trajectories.control(study(), inputs)
    assert "less of a valley in 1 of 3 comparisons and more of one in 1" in text
    assert "shorter in none of 1 comparison and longer in 1" in text


def test_data_are_told_with_even_and_uneven_classes_and_known_years():
    def artworks(x, y, years=None, artists=None):
        table = pd.DataFrame({"class": ["x"] * x + ["y"] * y, "split": "training"})
        table.loc[0, "split"] = "validation"
        table["year"] = years if years is not None else np.nan
        return {"artworks": table.assign(artist=artists if artists is not None else "")}

    text = dataset.overview(study(), artworks(2, 2))
    assert "4 artworks in 2 classes, 25 % of them held out. Each class has 2." in text
    assert "No year is known" in text
    text = dataset.overview(study(), artworks(3, 1, [1850, 1900, np.nan, 1870]))
    assert "from 1 in y to 3 in x" in text
    assert "known of 3 of the 4 artworks, run from 1850 to 1900" in text
    assert "no artist is named" in dataset.examples(study(), artworks(2, 2))
    text = dataset.examples(study(), artworks(2, 2, artists=["P", "P", "P", "Q"]))
    assert "by 2 artists; P alone made 75 %" in text
    assert "all by one hand (P)" in dataset.examples(study(), artworks(2, 2, artists=["P"] * 4))


def test_style_similarity_tells_whether_classes_are_apart():
    def medians(xx, xy, yy):
        rows = [("x", "x", xx), ("x", "y", xy), ("y", "y", yy)]
        return {"class_style_loss": frame("class_a class_b median", *rows)}

    text = dataset.style_similarity(study(), medians(100.0, 1000.0, 200.0))
    assert "from 100 within x to 1,000 between x and y, 10 times as much" in text
    assert "For every pair of classes" in text
    text = dataset.style_similarity(study(), medians(100.0, 150.0, 200.0))
    assert "different classes are no less alike than two of one of the classes" in text


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
    inputs = losses([0.1, 0.2]) | {"claims": pd.DataFrame({"verdict": verdicts})}
    said = {entry.anchor: entry.text for entry in findings(study(), inputs)}
    assert list(said) == ["models", "claims"]
    assert said["claims"] == "Of 4 claims of the report, 1 holds, 2 fail, 1 was not tested."


def test_where_pictures_are_the_same_no_model_is_to_blame():
    alike = study(same="all pictures of x are the same", with_beta=MODELS)
    for active in (0, 5):
        used = pd.DataFrame({"model": MODELS, "active": active})
        text = collapse.collapsed(alike, {"posterior_use": used})
        assert text.startswith("All pictures of x are the same. What is the same no model can tell")
        assert text.endswith("Train on pictures that differ.")
        assert "beta" not in text
        assert ("use none of their latent dimensions" in text) == (active == 0)


def test_models_that_learnt_nothing_are_named_first_and_only_then():
    used = pd.DataFrame({"model": ["A", "A", "B", "C"], "active": [0, 5, 4, 0]})
    text = collapse.collapsed(study(), {"posterior_use": used})
    assert text.startswith("A and C use none of their latent dimensions")
    assert text.endswith("More epochs or smaller batches help.")
    used["active"] = [5, 5, 4, 0]
    assert collapse.collapsed(study(), {"posterior_use": used}).startswith("C uses none of its")
    used["active"] = [0, 0, 4, 0]
    some = collapse.collapsed(study(with_beta=["A"]), {"posterior_use": used})
    assert some.endswith("More epochs or smaller batches help, and a lower beta of A.")
    both = collapse.collapsed(study(with_beta=["C", "A"]), {"posterior_use": used})
    assert both.endswith("More epochs, smaller batches or a lower beta help.")
    used["active"] = 1
    for tables in ({"posterior_use": used}, {}):
        with pytest.raises(Missing):
            collapse.collapsed(study(), tables)


def reconstructed(**errors):
    """Losses of models, and baselines: PCA has .02, the mean picture .06, a linear VAE .03."""
    losses = [
        (model, seed, "validation", "reconstruction", value)
        for model, value in errors.items()
        for seed in (0, 1)
    ]
    baselines = [
        ("validation", "mean picture", 0, None, 0.06),
        ("validation", "PCA", 4, None, 0.04),
        ("validation", "PCA", 8, None, 0.02),
        ("validation", "linear VAE", 3, 0.4, 0.03),
        ("validation", "linear sigma-VAE", 8, 0.01, 0.021),
    ]
    over = [
        (model, 0, "validation", 90, value, value / 0.02, value / 0.02 - 0.04, value / 0.02 + 0.04)
        for model, value in errors.items()
    ]
    return {
        "losses": frame("model seed split term value", *losses),
        "baselines": frame("split baseline components beta mse", *baselines).astype(
            {"beta": float}
        ),
        "reconstruction": frame("model seed split pictures mse over_pca low high", *over),
    }


def test_models_worse_than_a_linear_one_are_named_and_those_that_learnt_nothing_apart():
    good = reconstructed(A=0.019, B=0.02, C=0.0299)
    with pytest.raises(Missing):  # the last is better than a linear VAE of its beta can be
        collapse.collapsed(study(betas={"C": 0.4}), good)
    text = collapse.collapsed(study(), good)
    assert text.startswith("C reconstructs validation artworks worse than the best linear model")
    assert "not learnt enough" in text
    text = collapse.collapsed(study(betas={"C": "calibrated"}), good)
    assert text.startswith("C reconstructs")
    text = collapse.collapsed(study(betas={"C": 0.4}), reconstructed(A=0.07, B=0.025, C=0.031))
    assert text.startswith("A reconstructs artworks no better than the mean picture")
    assert "B and C reconstruct validation artworks worse" in text
    with pytest.raises(Missing):
        collapse.collapsed(study(), {"losses": good["losses"]})


def test_losses_stand_beside_pca_and_the_best_linear_vae():
    tables = reconstructed(A=0.019, B=0.025, C=0.027)
    text = training.losses(study(betas={"C": 0.4}), tables)
    below = "PCA with as many dimensions has 0.0200; A is below it, with the 95 % interval over"
    assert below in text
    assert "0.90 times the error of the best linear VAE of the same beta (C)." in text
    within = reconstructed(A=0.0199, B=0.04)  # below PCA, but not with all of its interval
    none = training.losses(study(), within)
    assert "no model is below it with its interval over artworks." in none
    assert "PCA" not in training.losses(study(), {"losses": tables["losses"]})


def walks(*names_and_splits, **changes):
    """A study of experiments that differ in their split alone, and of one that differs in more."""
    about = {"classes": "within", "pairs": "random", "count": 9, "steps": 4, "sample": None}
    experiments = {name: about | {"split": split} | changes for name, split in names_and_splits}
    experiments["other"] = about | {"split": "validation", "steps": 5}
    return study(experiments=experiments)


def walked(means_, verdicts_, half=0.1):
    """Profiles of two steps and pooled shapes; for each experiment a value for each model."""
    profiles_ = [
        of_models(values, "mean", experiment=name, class_a="all", class_b="all", step=step)
        for name, values in means_.items()
        for step in (1, 2)
    ]
    table = pd.concat(profiles_)
    shapes_ = [
        (name, model, "all", "all", verdict)
        for name, values in verdicts_.items()
        for model, verdict in zip(MODELS, values, strict=False)
    ]
    return {
        "style_profiles": table.assign(high=table["mean"] * (1 + half)),
        "profile_shapes": frame("experiment model class_a class_b verdict", *shapes_),
    }


def test_training_and_validation_artworks_are_told_beside_each_other():
    inputs = walked(
        {"unseen": [150.0, 2e6], "seen": [100.0, 2e6], "other": [7.0, 7.0]},
        {"unseen": ["valley", "wave"], "seen": ["flat", "wave"], "other": ["flat", "flat"]},
    )
    text = splits.beside(walks(("unseen", "validation"), ("seen", "training")), inputs)
    assert text.startswith(
        "seen walks between training artworks and unseen between validation artworks; they differ "
        "in nothing else. Mean style loss of a step in seen and in unseen, and the ratio of unseen "
        "to seen (95 % intervals given one training run): A 100 and 150, "
    )
    # Half-widths of 0.1 on both sides: 1.5 times and over exp(0.1 * sqrt(2)).
    low, high = (1.5 * np.exp(sign * 0.1 * np.sqrt(2)) for sign in (-1, 1))
    assert f"A 100 and 150, 1.50 ({low:.2f} to {high:.2f}); B 2 million and 2 million, 1.00" in text
    assert text.endswith("Shape of the mean profile in the two: A flat and valley; B wave in both.")
    assert "other" not in text


def test_over_many_training_runs_the_ratio_has_their_interval():
    seeds = np.array([100.0, 110, 90, 105, 95])
    inputs = walked({"all": [seeds], "unseen": [2 * seeds]}, {"all": ["flat"], "unseen": ["flat"]})
    text = splits.beside(walks(("unseen", "validation"), ("all", "any")), inputs)
    assert "all walks between artworks of either split and unseen between validation" in text
    assert "intervals over pairs and 5 training runs): A 100 and 200, 2.00 (1.74 to 2.30)." in text


def test_of_three_splits_training_and_validation_are_told_and_distances_are_called_in():
    names = [("all", "any"), ("seen", "training"), ("unseen", "validation")]
    assert list(splits.twins(walks(*names))) == [("seen", "unseen")]
    assert list(splits.twins(walks(names[1], names[0]))) == [("all", "seen")]
    assert list(splits.twins(walks(("a", "training"), ("b", "training")))) == []
    assert splits.beside(walks(*names[:1]), {}) == ""
    inputs = walked({"seen": [1.0], "unseen": [2.0]}, {"seen": ["flat"], "unseen": ["flat"]})
    text = splits.beside(walks(*names, pairs="closest"), inputs)
    assert "closest pairs among fewer artworks lie farther apart" in text
    alone = splits.beside(walks(*names), {})
    assert alone.endswith("they differ in nothing else.")
