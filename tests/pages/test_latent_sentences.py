"""The sentences on latent spaces and on clusters in them."""

import itertools

import numpy as np
import pandas as pd

from pages.sentence_tables import frame, losses, of_models, study, variance
from stylewalk.pages.sentences import clusters, latent_space


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


def test_models_that_learnt_from_the_classes_are_named_where_classes_are_found():
    accuracy = of_models([0.9, 0.8, 0.7], "accuracy", classifier="nearest_neighbours")
    inputs = {"classifier_accuracy": accuracy.assign(largest_class_rate=0.5)} | losses([0.1, 0.2])
    assert "learnt from the classes" not in latent_space.maps(study(), inputs)
    inputs["losses"].loc[1, "term"] = "triplet"
    assert latent_space.maps(study(), inputs).endswith(" B learnt from the classes (triplet loss).")


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
