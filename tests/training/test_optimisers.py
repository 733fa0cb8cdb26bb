"""Optimisers: who moves which parameter, and how fast."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stylewalk import models
from stylewalk.training import optimisers

FAMILIES = ["adversarial", "autoencoder", "triplet", "variational"]


def made(family="autoencoder", kind="muon", trunk="silu"):
    model = models.build({"family": family}, 16, 6, [4, 4, 8, 8], 0, trunk)
    return model, optimisers.optimisers(model, kind, 1e-3, 0.02, 0.5)


def ids(optimiser):
    return [id(p) for group in optimiser.param_groups for p in group["params"]]


@given(steps=st.integers(1, 5000))
def test_schedule_rises_to_the_peak_and_falls_to_zero(steps):
    rates = [optimisers.schedule(step, steps) for step in range(steps)]
    top = int(np.argmax(rates))
    assert rates[top] == 1
    assert all(a < b for a, b in itertools.pairwise(rates[: top + 1]))
    assert all(a >= b for a, b in itertools.pairwise(rates[top:]))
    assert min(rates) > 0
    assert optimisers.schedule(steps, steps) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("trunk", ["silu", "report"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_parameter_is_moved_by_one_optimiser(family, trunk):
    model, (adam, muon) = made(family, trunk=trunk)
    assert sorted(ids(adam) + ids(muon)) == sorted(map(id, model.parameters()))
    assert ids(muon) == [id(model.encoder.matrix), id(model.decoder.matrix)]
    _, (adam,) = made(family, "adam", trunk)
    assert isinstance(adam, torch.optim.Adam)


def test_a_model_without_parameters_has_no_optimiser():
    assert made("linear")[1] == []


def test_rates_are_shares_of_each_groups_own_peak():
    _, moving = made("adversarial")
    peaks = [group["lr"] for optimiser in moving for group in optimiser.param_groups]
    assert peaks == pytest.approx([0.5e-3, 1e-3, 0.01, 0.02])
    for share in (0.5, 0.25):  # the second time from the peak again
        optimisers.set_rates(moving, share)
        rates = [group["lr"] for optimiser in moving for group in optimiser.param_groups]
        assert rates == pytest.approx([share * peak for peak in peaks])


def test_a_step_of_muon_moves_all_directions_of_a_matrix_alike():
    """Its update is near an orthogonal matrix times the rate, whatever the gradient's spectrum."""
    model, (_, muon) = made()
    matrix = model.encoder.matrix
    before = matrix.detach().clone()
    generator = torch.Generator().manual_seed(0)
    spectrum = torch.logspace(0, -1.5, 6)
    left, right = (torch.linalg.qr(torch.randn(n, 6, generator=generator)).Q for n in matrix.shape)
    matrix.grad = left @ torch.diag(spectrum) @ right.T
    muon.param_groups[0]["weight_decay"] = 0.0
    muon.step()
    sizes = torch.linalg.svdvals(matrix.detach() - before)
    assert np.ptp(sizes.numpy()) < 0.6 * 0.02  # thirtyfold in the gradient
    assert 0.5 * 0.02 < sizes.mean() < 1.5 * 0.02


def test_decay_shrinks_the_matrices_and_nothing_else():
    model, moving = made()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    for optimiser in moving:
        optimiser.step()
    ratios = {
        name: float(p.detach().norm() / before[name].norm())
        for name, p in model.named_parameters()
        if before[name].norm() > 0
    }
    shrunk = {name for name, ratio in ratios.items() if ratio < 0.999}
    assert shrunk == {"encoder.9.layers.0.weight", "decoder.0.weight"}
    assert all(ratios[name] == pytest.approx(1 - 0.02 * 0.5, abs=1e-4) for name in shrunk)


@pytest.mark.parametrize("shape", [(6, 40), (40, 6), (8, 8)])
def test_orthogonalising_is_the_polynomial_of_the_singular_values(shape):
    a, b, c = coefficients = (3.4445, -4.775, 2.0315)
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    left, sizes, right = torch.linalg.svd(matrix.double(), full_matrices=False)
    sizes = sizes / matrix.double().norm()
    for _ in range(5):
        sizes = a * sizes + b * sizes**3 + c * sizes**5
    expected = (left @ torch.diag(sizes) @ right).float()
    found = optimisers.orthogonalise(matrix, coefficients, 5)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert optimisers.orthogonalise(torch.zeros(shape), coefficients, 5).abs().max() == 0


@pytest.mark.parametrize("shape", [(6, 40), (40, 6)])
def test_muon_in_single_precision_is_that_of_torch_but_for_rounding(shape):
    generator = torch.Generator().manual_seed(2)
    start = torch.randn(shape, generator=generator)
    ends = []
    for kind in (torch.optim.Muon, optimisers.Muon):
        matrix = torch.nn.Parameter(start.clone())
        moving = kind([matrix], lr=0.1, weight_decay=0.5)
        draws = torch.Generator().manual_seed(3)
        for _ in range(4):
            matrix.grad = torch.randn(shape, generator=draws)
            moving.step()
        ends.append((matrix.detach(), moving.state_dict()["state"][0]["momentum_buffer"]))
    (theirs, their_mean), (own, own_mean) = ends
    torch.testing.assert_close(own_mean, their_mean)
    # bfloat16 has three significant digits.
    assert (own - theirs).norm() < 0.02 * (theirs - start).norm()


@pytest.mark.parametrize("has", [True, False])
def test_each_device_gets_the_muon_that_is_fast_on_it(has, monkeypatch):
    monkeypatch.setattr(optimisers, "has_bfloat16", lambda place: has)
    _, (_, muon) = made()
    assert type(muon) is (torch.optim.Muon if has else optimisers.Muon)
