"""What the page encodes with, computed here as its script does, against the models themselves."""

import numpy as np
import pytest
import torch

from page_steps import FAMILIES, SIZE, computed, trained, unpacked
from stylewalk.explorer import decoders, encoders
from stylewalk.explorer.steps import coarse_dense


@pytest.mark.parametrize("name", FAMILIES)
def test_the_page_encodes_what_the_model_does(name):
    model = trained(name)
    images = np.random.default_rng(0).random((3, SIZE, SIZE, 3)).astype(np.float32)
    with torch.inference_mode():
        wanted = model.encode(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()
    steps, decoder = encoders.steps_of(model), decoders.steps_of(model)
    found = np.stack([computed(steps, x.ravel().astype(float), decoder) for x in images])
    # Whole numbers of one byte: seven binary digits and a sign, of which many errors average out.
    assert np.abs(found - wanted).max() < 0.02 * np.abs(wanted).max()


def test_what_has_other_layers_is_not_encoded():
    assert encoders.steps_of(torch.nn.Linear(2, 3)) is None


def test_each_row_of_a_coarse_matrix_has_its_own_unit():
    weight = torch.tensor([[1.0, -0.5, 0.25], [100.0, 1.0, -100.0], [0.0, 0.0, 0.0]])
    step = coarse_dense(weight, torch.zeros(3))
    found = unpacked(step["weight"]).reshape(3, 3) * unpacked(step["unit"])[:, None]
    # Half a unit, which is 1/127 of the largest of the row.
    most = np.array([1, 100, 0]) / 127 / 2 + 1e-5
    assert (np.abs(found - weight.numpy()).max(axis=1) <= most).all()
