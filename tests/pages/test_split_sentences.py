"""The sentences on walks between training and between validation artworks, side by side."""

import numpy as np
import pandas as pd

from pages.sentence_tables import MODELS, frame, of_models, study
from stylewalk.pages.sentences import splits


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
