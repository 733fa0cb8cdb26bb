"""All tasks of real, small models: rows as their tables want them, and strips of one size."""

import numpy as np
import pandas as pd
import pytest
import torch

from stylewalk import catalogue, models
from stylewalk.latent_space import encoding
from stylewalk.tables import conform
from stylewalk.training import classifier
from stylewalk.trajectories import latent_tasks

SIZE, COUNT = 16, 160


@pytest.fixture(scope="module")
def study():
    rng = np.random.default_rng(0)
    bright = np.arange(COUNT) % 2 == 0
    images = rng.integers(0, 100, (COUNT, SIZE, SIZE, 3)) + 100 * bright[:, None, None, None]
    images = images.astype(np.uint8)
    artworks = pd.DataFrame({"class": np.where(bright, "A", "B"), "content": "", "century": 19})
    artworks["content_group"] = ""
    splits = np.arange(100), np.arange(100, COUNT)
    judged = classifier.train(
        images, artworks["class"], splits, "class", 0, torch.device("cpu"), steps=20
    )
    columns = latent_tasks.known_columns(artworks, pd.DataFrame(index=range(COUNT)))
    networks = {"class": judged.classifier}
    return latent_tasks.Study(images, artworks, columns, splits, networks, 0, torch.device("cpu"))


@pytest.fixture(scope="module")
def of_pixels(study):
    return latent_tasks.of_pixels(study)


@pytest.mark.parametrize("family", ["autoencoder", "hyperspherical"])
def test_every_task_gives_rows_and_strips(study, of_pixels, family):
    model = models.build({"family": family}, SIZE, 8, [4, 4, 8], 0)
    latents = np.concatenate(list(encoding.encode(model, study.images)))
    gathered = latent_tasks.Gathered()
    gathered.show(latent_tasks.originals(study))
    found = latent_tasks.of_model(study, model, latents, of_pixels)
    gathered.add(of_pixels, "pixels", 0, True)
    gathered.add(found, "M", 0, True)
    gathered.add(found, "M", 1, False)
    for name in ("samples", "attributes", "analogies"):
        table = gathered.table(name)
        conform(table, catalogue.TABLES[name])
        assert len(table)
        assert table[["low", "high"]].notna().all(axis=None)
    of = set(gathered.table("samples")["of"])
    assert ("prior" in of) == (family != "autoencoder")
    judged = gathered.table("attributes")
    assert set(judged["value"]) == {"A"}
    assert set(judged["model"]) == {"pixels", "M"}
    # Bright from dark is told by the pixels' own means, and the network says so, too.
    means = judged[judged["model"] == "pixels"].set_index(["measure", "value"])["mean"]
    assert means["auc", "A"] == 1
    assert means["gain", "A"] > 0
    shapes = {name: gathered.array(name).shape[:2] for name in gathered.strips}
    assert shapes == {
        "samples": (2, 10),
        "neighbours": (1, 7),
        "attributes": (2, 9),
        "analogies": (2, 4),
    }


def test_a_prior_is_drawn_as_it_was_trained_towards():
    draw = torch.Generator().manual_seed(0)
    normal = models.build({"family": "variational", "beta": 1.0}, 16, 6, [4, 4, 8], 0)
    z = normal.sample_prior(4000, draw)
    assert z.mean().abs() < 0.03
    assert z.std() == pytest.approx(1, abs=0.03)
    sphere = models.build({"family": "hyperspherical"}, 16, 6, [4, 4, 8], 0)
    z = sphere.sample_prior(4000, draw)
    torch.testing.assert_close(z.norm(dim=1), torch.ones(4000))
    assert z.mean(dim=0).abs().max() < 0.03
    mixed = {"family": "adversarial", "labels": True, "components": 5, "separation": 50.0}
    model = models.build(mixed, 16, 6, [4, 4, 8], 0)
    z = model.sample_prior(4000, draw)
    near = torch.cdist(z, model.mixture.centres).argmin(dim=1)
    assert torch.bincount(near).tolist() == pytest.approx([800] * 5, rel=0.15)
    assert (z - model.mixture.centres[near]).std() == pytest.approx(
        model.mixture.deviation, rel=0.05
    )


def test_a_posterior_is_drawn_about_its_mean_with_its_variance():
    model = models.build({"family": "variational", "beta": 1.0}, 16, 6, [4, 4, 8], 0).eval()
    draw = torch.Generator().manual_seed(0)
    images = torch.rand(1, 3, 16, 16).expand(4000, -1, -1, -1)
    with torch.inference_mode():
        z = model.sample_posterior(images, draw)
        mean, log_variance = model.posterior(images[:1])
    deviation = (log_variance / 2).exp()[0]
    assert ((z.mean(dim=0) - mean[0]).abs() < 4 * deviation / 4000**0.5).all()
    torch.testing.assert_close(z.std(dim=0), deviation, rtol=0.05, atol=0)


def test_a_century_is_an_attribute_where_it_is_known():
    artworks = pd.DataFrame(
        {"class": ["A", "B"], "content_group": "", "century": pd.array([19, None], "Int64")}
    )
    columns = latent_tasks.known_columns(artworks, pd.DataFrame({"genre": ["x", "y"]}))
    assert columns.to_dict("list") == {
        "class": ["A", "B"],
        "content_group": ["", ""],
        "century": ["19th", ""],
        "genre": ["x", "y"],
    }
