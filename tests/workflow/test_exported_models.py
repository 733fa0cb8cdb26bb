"""Exported models: a target of its own that leaves a study as it is."""

import numpy as np
import onnxruntime
import pytest
import torch

from checkouts import TINY, Checkout
from stylewalk.latent_space.table import read_latents
from stylewalk.training import loop

RUN = "results/tiny"
MODELS = {name: TINY["models"][name] for name in ("PCA", "VAE")}
FOREIGN = {"family": "pretrained", "format": "onnx", "encoder": "e.onnx", "decoder": "d.onnx"}
RULES = {"export_model", "export"}


@pytest.mark.slow
def test_a_study_exports_nothing_unless_asked(checkout):
    assert not set(checkout.snakemake("--dry-run").jobs) & RULES
    jobs = checkout.snakemake("export", "--dry-run").jobs
    assert jobs["export_model"] == 6
    assert jobs["export"] == 1
    assert jobs["fit_metrics"] == 0


@pytest.mark.slow
def test_pretrained_models_are_left_out(checkout):
    for half in ("encoder", "decoder"):
        (checkout.folder / FOREIGN[half]).touch()
    study = checkout.study(models={"mine": FOREIGN, "PCA": MODELS["PCA"]})
    assert checkout.snakemake("export", "-n", "--configfile", study).jobs["export_model"] == 1
    answer = checkout.snakemake("export", "--configfile", checkout.study(models={"mine": FOREIGN}))
    assert answer.code != 0
    assert "There is no model to export" in answer.text


@pytest.mark.studies
@pytest.mark.xdist_group("exported")
def test_a_study_whose_models_are_exported(tmp_path):
    checkout = Checkout(tmp_path)
    study = checkout.study(models=MODELS)
    answer = checkout.snakemake("export", "--configfile", study)
    assert answer.code == 0, answer.text
    for name in MODELS:
        folder = checkout.folder / RUN / f"models/{name}/seed-0"
        model = loop.load_weights(folder / "weights.safetensors")
        latents = np.array(read_latents(folder / "latents.parquet")[1][:3])
        session = onnxruntime.InferenceSession(folder / "decoder.onnx")
        with torch.inference_mode():
            wanted = model.decode(torch.from_numpy(latents)).numpy()
        np.testing.assert_allclose(session.run(None, {"latents": latents})[0], wanted, atol=1e-4)
        assert f"# {name}, seed 0" in (folder / "README.md").read_text()
        assert (folder / ".encoder.onnx.sha256").exists()
    assert "Nothing to be done" in checkout.snakemake("export", "--configfile", study).text
    jobs = checkout.snakemake("--dry-run", "--configfile", study).jobs
    assert jobs["train_model"] == 0
    assert not set(jobs) & RULES
