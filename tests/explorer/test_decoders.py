"""What the page decodes with, computed here as its script does, against the models themselves."""

import numpy as np
import pytest
import torch

from page_steps import FAMILIES, SIZE, WIDTH, computed, trained, unpacked
from stylewalk.explorer import decoders


@pytest.mark.parametrize("name", FAMILIES)
def test_the_page_decodes_what_the_model_does(name):
    model = trained(name)
    latents = np.random.default_rng(0).normal(size=(2, WIDTH)).astype(np.float32)
    steps = decoders.steps_of(model)
    with torch.inference_mode():
        images = model.decode(torch.from_numpy(latents))
    wanted = images.permute(0, 2, 3, 1).flatten(1).numpy()
    found = np.stack([computed(steps, z) for z in latents.astype(float)])
    # Weights are in half precision: eleven binary digits.
    assert np.abs(found - wanted).max() < 1 / 255 * max(1, np.abs(wanted).max())


def test_what_has_other_layers_is_not_decoded():
    assert decoders.steps_of(torch.nn.Linear(2, 3)) is None


def test_latents_come_back_and_too_much_is_left_out(monkeypatch):
    latents = np.random.default_rng(0).normal(size=(5, WIDTH)).astype(np.float32)
    places = [np.full((5, 2), np.nan)]
    places[0][:4] = latents[:4, :2]
    (made,) = decoders.of_models([trained("autoencoder")], [latents], places)
    assert made["size"] == SIZE
    np.testing.assert_allclose(
        unpacked(made["latents"]).reshape(5, WIDTH), latents, rtol=1e-3, atol=1e-4
    )
    whole = decoders._bytes([made])
    monkeypatch.setattr(decoders, "MOST_BYTES", whole - 1)
    (smaller,) = decoders.of_models([trained("autoencoder")], [latents], places)
    assert smaller == {**made, "encoder": None}
    # Half precision moves this model's images by less than one step of a byte.
    assert 0 < made["rounding"]["mean"] <= made["rounding"]["largest"] < 1
    monkeypatch.setattr(decoders, "MOST_BYTES", 100)
    assert decoders.of_models([trained("autoencoder")], [latents], places) is None
