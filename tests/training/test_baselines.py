"""The table of linear baselines."""

import numpy as np
import pytest

from stylewalk import pixels
from stylewalk.catalogue.models import BASELINES
from stylewalk.training.baselines import baselines


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    smooth = rng.normal(size=(60, 6)) @ rng.normal(size=(6, 768)) * 20 + 128
    noisy = smooth + rng.normal(size=smooth.shape) * 10
    return noisy.clip(0, 255).astype(np.uint8).reshape(60, 16, 16, 3)


def of_linear(images, splits, latent_size, *betas):
    components = pixels.principal_components(images, splits["training"], latent_size)
    return baselines(components, images, splits, latent_size, *betas)


SPLITS = {"training": np.arange(45), "validation": np.arange(45, 60)}


def test_each_split_has_every_baseline_once(images):
    table = of_linear(images, SPLITS, 20, [0.4, "calibrated", 0.4])
    assert list(table) == list(BASELINES)
    for split, rows in SPLITS.items():
        mine = table[table["split"] == split]
        assert list(mine["baseline"]) == [
            *("mean picture", "PCA", "PCA", "linear VAE", "linear sigma-VAE")
        ]
        assert list(mine["components"])[:3] == [0, 16, 20]
        of_mean = ((images[rows] / 255 - images[:45].mean(0) / 255) ** 2).mean()
        assert mine["mse"].iloc[0] == pytest.approx(of_mean, rel=1e-4)
        assert mine["beta"].isna().tolist() == [True] * 3 + [False] * 2
        assert mine["beta"].iloc[3] == 0.4
    training = table[table["split"] == "training"]["mse"].to_numpy()
    assert training[0] > training[1] > training[2]
    found = pixels.principal_components(images, SPLITS["training"], 20)
    expected = pixels.linear_vae_error(found, images, SPLITS["validation"], 0.4, 20)
    mine = table[(table["split"] == "validation") & (table["baseline"] == "linear VAE")]
    assert mine["mse"].item() == expected


def test_a_small_study_has_what_its_pictures_allow(images):
    table = of_linear(images, {"training": np.arange(5), "validation": np.arange(0)}, 20)
    assert set(table["split"]) == {"training"}
    assert list(table["components"]) == [0, 4]
    narrow = of_linear(images, SPLITS, 8)
    assert sorted(set(narrow["components"])) == [0, 8]
