"""Pictures that are the same: they are named, and no model is blamed for what they do."""

import numpy as np
import pytest
from PIL import Image

from checkouts import TINY

pytestmark = pytest.mark.studies

EXPERIMENTS = {
    "near": {"classes": "within", "pairs": "closest", "count": 1, "steps": 4},
    "across": {"classes": "between", "pairs": "closest", "count": 1, "steps": 4},
}


def test_one_colour_a_class(checkout):
    for name, colour in {"A": 40, "B": 200}.items():
        (checkout.folder / "mine" / name).mkdir(parents=True)
        for number in range(5):
            picture = Image.fromarray(np.full((40, 40, 3), colour, np.uint8))
            picture.save(checkout.folder / f"mine/{name}/{number}.png")
    dataset = {"source": "folder", "images": "mine", "image_size": 32, "classes": ["A", "B"]}
    models = {name: TINY["models"][name] for name in ("AE", "VAE")}
    study = checkout.study(dataset=dataset, models=models, experiments=EXPERIMENTS)
    ends = [
        f"results/tiny/trajectories/{walk}/{model}/seed-0/pairs.parquet"
        for walk in EXPERIMENTS
        for model in models
    ]
    answer = checkout.snakemake("--keep-going", *ends, "--configfile", study)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    said = "all latents of A coincide, so that there are no closest pairs: all pictures of A are "
    assert answer.text.count(f"{said}the same. Use pictures that differ") >= 2
    assert "collapsed" not in answer.text
    assert "beta" not in answer.text.replace("beta:", "")
