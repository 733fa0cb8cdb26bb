"""Larger pictures and a deeper trunk, from the pictures to the pages, through Snakemake."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from checkouts import TINY

pytestmark = pytest.mark.studies


@pytest.mark.parametrize(("size", "channels"), [(96, [4, 4, 8, 8, 8]), (128, [4, 4, 4, 8, 8])])
def test_a_study_of_larger_pictures_is_made_whole(checkout, size, channels):
    study = checkout.study(
        dataset={**TINY["dataset"], "image_size": size},
        training={**TINY["training"], "channels": channels},
        models={"PCA": {"family": "linear"}, "AE": {"family": "autoencoder"}},
    )
    answer = checkout.snakemake("--configfile", study)
    assert answer.code == 0, answer.text
    run = checkout.folder / "results/tiny"
    assert np.load(run / "images.npy", mmap_mode="r").shape[1:] == (size, size, 3)
    walked = run / "trajectories/within_random/AE/seed-0/images.npy"
    assert np.load(walked, mmap_mode="r").shape[2:] == (size, size, 3)
    weights = load_file(run / "models/AE/seed-0/weights.safetensors")
    # Each convolution halves the picture.
    flat = channels[-1] * (size // 2 ** len(channels)) ** 2
    assert (TINY["training"]["latent_size"], flat) in {array.shape for array in weights.values()}
    for page in ("study.html", "explorer.html"):
        assert (run / page).is_file()
