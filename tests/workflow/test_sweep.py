"""The sweep of latent sizes: a target of its own that leaves a study as it is."""

import pytest
import yaml

from checkouts import TINY, Checkout
from stylewalk import tables
from stylewalk.catalogue.models import EPOCH_LOSSES, LATENT_SIZES
from stylewalk.training import loop

RUN = "results/tiny"
OWN = TINY["training"]["latent_size"]
MODELS = {name: TINY["models"][name] for name in ("AE", "VAE")}
SWEEP = {"latent_sizes": [OWN, 4], "models": ["VAE"]}
TABLE = f"{RUN}/tables/latent_sizes.csv"
RULES = ("train_sweep", "tabulate_sweep", "plot_sweep", "sweep")

pytestmark = [pytest.mark.studies, pytest.mark.xdist_group("swept")]


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Checkout:
    """The workflow after the sweep of one model of two, at the study's own size and another."""
    checkout = Checkout(tmp_path_factory.mktemp("swept"))
    study = checkout.study(models=MODELS, sweep=SWEEP)
    answer = checkout.snakemake("sweep", "--configfile", study)
    assert answer.code == 0, answer.text
    checkout.answer = answer
    return checkout


def test_a_sweep_trains_each_size_once_and_nothing_else(swept):
    trained = sorted(said for said in swept.answer.messages if said.startswith("Train"))
    assert trained == [
        "Train VAE with 4 latent dimensions, seed 0, CPU threads: 1",
        "Train VAE with seed 0, CPU threads: 1",
    ]
    made = {str(path.relative_to(swept.folder / RUN)) for path in swept.folder.rglob("losses.*")}
    assert made == {"sweep/4/VAE/seed-0/losses.parquet", "models/VAE/seed-0/losses.parquet"}
    assert not (swept.folder / RUN / "study.html").exists()
    for suffix in ("png", "svg"):
        assert (swept.folder / RUN / f"figures/latent_sizes.{suffix}").stat().st_size > 1000


def test_the_table_holds_the_losses_of_the_last_epoch(swept):
    table = tables.read_table(swept.folder / TABLE, LATENT_SIZES)
    assert table["latent_size"].unique().tolist() == [4, OWN]
    for size, folder in ((4, "sweep/4"), (OWN, "models")):
        path = swept.folder / RUN / folder / "VAE/seed-0/losses.parquet"
        losses = tables.read_table(path, EPOCH_LOSSES)
        losses = losses[losses["epoch"] == TINY["training"]["epochs"]].drop(columns="epoch")
        found = table[table["latent_size"] == size].drop(columns="latent_size")
        assert found.to_dict("records") == losses.to_dict("records")
    validation = table[(table["term"] == "reconstruction") & (table["split"] == "validation")]
    assert validation["value"].nunique() == 2  # the sizes were not confused


def test_the_models_differ_in_nothing_but_their_latent_size(swept):
    own, other = (
        loop.load_weights(swept.folder / RUN / folder / "VAE/seed-0/weights.safetensors")
        for folder in ("models", "sweep/4")
    )
    assert own.arguments["latent_size"] == OWN
    assert other.arguments == own.arguments | {"latent_size": 4}


def test_a_second_sweep_and_another_order_have_nothing_to_do(swept):
    sweep = {**SWEEP, "latent_sizes": SWEEP["latent_sizes"][::-1]}
    study = swept.study("order.yaml", models=MODELS, sweep=sweep)
    answer = swept.snakemake("sweep", "--configfile", study)
    assert answer.code == 0
    assert "Nothing to be done" in answer.text


def test_a_study_after_a_sweep_trains_what_is_left(swept):
    answer = swept.snakemake("--dry-run", "--configfile", "study.yaml")
    assert answer.code == 0, answer.text
    assert answer.jobs["train_model"] == len(MODELS) - 1
    assert not set(answer.jobs) & set(RULES)


def test_a_new_size_trains_that_size_only(swept):
    sweep = {**SWEEP, "latent_sizes": [*SWEEP["latent_sizes"], 16]}
    study = swept.study("more.yaml", models=MODELS, sweep=sweep)
    jobs = swept.snakemake("sweep", "--dry-run", "--configfile", study).jobs
    assert {name: count for name, count in jobs.items() if name != "total"} == dict.fromkeys(
        RULES, 1
    )


def test_weights_that_were_deleted_are_made_anew(swept):
    weights = swept.folder / RUN / "sweep/4/VAE/seed-0/weights.safetensors"
    aside = weights.rename(weights.with_name("aside"))
    jobs = swept.snakemake("sweep", "--dry-run", "--configfile", "study.yaml").jobs
    aside.rename(weights)
    assert jobs["train_sweep"] == 1


def test_the_demo_names_no_job_of_its_sweep_unless_asked(checkout):
    demo = yaml.safe_load((checkout.folder / "config/config.yaml").read_text())
    plain = checkout.snakemake("--dry-run")
    assert plain.code == 0, plain.text
    assert plain.jobs["train_model"] == len(demo["models"])
    assert not set(plain.jobs) & set(RULES)
    jobs = checkout.snakemake("sweep", "--dry-run").jobs
    sizes = demo["sweep"]["latent_sizes"]
    assert demo["training"]["latent_size"] in sizes
    assert jobs["train_sweep"] == (len(sizes) - 1) * len(demo["models"])
    assert jobs["train_model"] == len(demo["models"])
    assert jobs["encode_artworks"] == 0


def test_a_sweep_that_cannot_be_is_refused_before_any_job(checkout):
    faults = {
        "there is no latent size to sweep": {},
        "the study has no model GAN": {"latent_sizes": [4], "models": ["GAN"]},
    }
    for words, sweep in faults.items():
        answer = checkout.snakemake("sweep", "--configfile", checkout.study(sweep=sweep))
        assert answer.code != 0
        assert words in answer.text, answer.text
    assert not (checkout.folder / "results").exists()


def test_a_study_without_a_sweep_runs(checkout):
    answer = checkout.snakemake("--dry-run", "--configfile", checkout.study())
    assert answer.code == 0, answer.text
