"""The whole workflow on a tiny study: what is there at the end, and whether it is true."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import TINY

from stylewalk import tables
from stylewalk.plots import dataset, latent_space, training, trajectories

pytestmark = pytest.mark.xdist_group("finished")
RUN = "results/tiny"


def test_artworks_are_split_and_packed(finished):
    artworks = tables.read_table(finished.folder / RUN / "artworks.parquet", tables.ARTWORKS)
    images = np.load(finished.folder / RUN / "images.npy")
    assert images.shape == (24, 32, 32, 3)
    assert images.dtype == np.uint8
    assert list(artworks["id"]) == list(range(24))
    counts = artworks.groupby(["class", "split"]).size()
    assert counts.to_dict() == {
        (name, split): n
        for name in TINY["dataset"]["classes"]
        for split, n in (("training", 10), ("validation", 2))
    }


@pytest.mark.parametrize("model", TINY["models"])
def test_every_artwork_has_a_finite_latent(finished, model):
    table = pq.read_table(finished.folder / RUN / "models" / model / "seed-0/latents.parquet")
    assert table.schema.names == ["id", "class", "split", "latent"]
    assert str(table.schema.field("latent").type) == "fixed_size_list<element: float not null>[8]"
    latents = np.array(table["latent"].to_pylist())
    assert latents.shape == (24, 8)
    assert np.isfinite(latents).all()


def test_tables_have_their_schemas(finished):
    found = sorted((finished.folder / RUN / "tables").glob("*.csv"))
    assert len(found) == 14
    for path in found:
        frame = tables.read_table(path, getattr(tables, path.stem.upper()))
        assert set(frame["model"]) == set(TINY["models"]), path.name


def test_style_loss_is_scored_for_every_step(finished):
    walked = finished.folder / RUN / "trajectories/within_random/TVAE/seed-0"
    losses = tables.read_table(walked / "style_loss.parquet", tables.TRAJECTORY_STYLE_LOSS)
    images = np.load(walked / "images.npy")
    assert images.shape == (4, 5, 32, 32, 3)  # two classes, two pairs each
    wide = losses.pivot_table(
        index=["class_a", "class_b", "pair", "step"], columns="layer", values="value"
    )
    assert wide.shape == (4 * 4, 3)
    assert np.isfinite(wide.to_numpy()).all()
    assert (wide.to_numpy() >= 0).all()
    np.testing.assert_allclose(wide["total"], wide[["conv1_1", "conv2_1"]].mean(axis=1), rtol=1e-6)


def test_random_pairs_are_the_same_for_every_model(finished):
    walked = finished.folder / RUN / "trajectories/within_random"
    pairs = [
        pd.read_parquet(walked / model / "seed-0/pairs.parquet")[["id_a", "id_b"]]
        for model in TINY["models"]
    ]
    assert all(pairs[0].equals(other) for other in pairs[1:])


def test_the_page_shows_every_figure_and_says_that_data_are_procedural(finished):
    page = (finished.folder / RUN / "study.html").read_text(encoding="utf-8")
    figures = list((finished.folder / RUN / "figures").glob("*.png"))
    assert figures
    assert page.count("data:image/png;base64,") >= len(figures)
    assert "procedural" in page.lower()
    for table in ("Offset of each class", "Use of the latent dimensions", "Classes read from"):
        assert table in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_figures_are_those_that_the_chapters_name(finished):
    """The rules repeat the names, since asking for them would load matplotlib at every start."""
    chapters = [dataset.names(), training.names(), latent_space.names()]
    expected = {name for names in chapters for name in names}
    expected |= set(trajectories.names(TINY["experiments"]))
    figures = finished.folder / RUN / "figures"
    for suffix in (".png", ".svg"):
        assert {path.stem for path in figures.glob(f"*{suffix}")} == expected


def test_the_terminal_says_where_to_look(finished):
    assert f"{RUN}/study.html" in finished.answer.text
    for model in TINY["models"]:
        assert model in finished.answer.text


def test_two_runs_give_the_same_bytes(finished, checkout):
    answer = checkout.snakemake(
        f"{RUN}/trajectories/within_random/AAE/seed-0/style_loss.parquet",
        f"{RUN}/models/AAE/seed-0/silhouette.parquet",
        "--configfile",
        checkout.study(),
    )
    assert answer.code == 0, answer.text
    made = [p for p in (checkout.folder / RUN).rglob("*.parquet") if "AAE" in str(p)]
    assert len(made) >= 5
    for path in made:
        twin = finished.folder / path.relative_to(checkout.folder)
        assert path.read_bytes() == twin.read_bytes(), path.name
