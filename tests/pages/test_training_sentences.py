"""The sentences on training: who reconstructs best, and who learnt nothing."""

import pandas as pd
import pytest

from pages.sentence_tables import MODELS, frame, losses, reconstructed, study
from stylewalk.pages.sentences import collapse, training
from stylewalk.pages.sentences.wording import Missing


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
