"""The triplet loss against plain loops, known answers and invariances."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import batch, draws, small

from stylewalk.models import triplet


def slow_triplet(latents, labels, margin):
    """The triplet loss as three plain loops in float64, straight from the rule in words."""
    latents, violations = np.asarray(latents, np.float64), []
    scale = math.sqrt(latents.shape[1])
    for a, p in np.ndindex(len(labels), len(labels)):
        negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
        if a == p or labels[a] != labels[p] or not negatives:
            continue
        positive = np.linalg.norm(latents[a] - latents[p]) / scale
        away = sorted(np.linalg.norm(latents[a] - latents[n]) / scale for n in negatives)
        semi_hard = [d for d in away if positive < d < positive + margin]
        easy = [d for d in away if d >= positive + margin]
        chosen = semi_hard[0] if semi_hard else easy[0] if easy else away[-1]
        violations.append(max(positive - chosen + margin, 0))
    return np.mean(violations) if violations else 0.0


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    labels=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    size=st.integers(1, 9),
    margin=st.floats(0.05, 2),
)
def test_triplet_loss_agrees_with_plain_loops(seed, labels, size, margin):
    latents = torch.randn(len(labels), size, generator=draws(seed))
    found = triplet.triplet_loss(latents, torch.tensor(labels), margin)
    assert float(found) == pytest.approx(slow_triplet(latents, labels, margin), abs=2e-6)


def test_triplet_known_answers():
    labels = torch.tensor([0, 0, 1, 1])
    on_a_line = torch.tensor([[0.0], [1.0], [1.1], [5.0]])
    # (0,1): semi-hard 1.1 -> 0.1; (1,0): nearer 0.1 is hard, 4 is easy -> 0;
    # (2,3): 3.9 against 1.1 and 0.1, both hard: the farthest -> 3.0; (3,2): 4 is semi-hard -> 0.1.
    assert float(triplet.triplet_loss(on_a_line, labels, 0.2)) == pytest.approx((0.1 + 3 + 0.1) / 4)


def test_triplet_does_not_change_with_order_rotation_or_latent_size():
    latents, labels = torch.randn(10, 6, generator=draws()), torch.arange(10) % 3
    value = triplet.triplet_loss(latents, labels, 0.5)
    order = torch.randperm(10, generator=draws(1))
    rotation = torch.linalg.qr(torch.randn(6, 6, generator=draws(2))).Q
    for same in [
        triplet.triplet_loss(latents[order], labels[order], 0.5),
        triplet.triplet_loss(latents @ rotation, labels, 0.5),
        triplet.triplet_loss(torch.cat([latents, latents, latents], dim=1), labels, 0.5),
    ]:
        assert torch.allclose(value, same, atol=1e-6)
    assert value > 0


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 1, 1]])
def test_triplet_gradient_is_finite_where_latents_coincide(labels):
    latents = torch.zeros(4, 3, requires_grad=True)
    loss = triplet.triplet_loss(latents, torch.tensor(labels), 0.2)
    loss.backward()
    assert loss.item() == pytest.approx(0.2 if labels == [0, 0, 1, 1] else 0.0)
    assert latents.grad.isfinite().all()


def test_triplet_step_moves_positives_together():
    latents = torch.tensor([[0.0, 0], [2.0, 0], [0.0, 2.1], [9.0, 9]], requires_grad=True)
    labels = torch.tensor([0, 0, 1, 2])
    loss = triplet.triplet_loss(latents, labels, 0.2)
    loss.backward()
    moved = latents.detach() - 0.1 * latents.grad
    assert triplet.triplet_loss(moved, labels, 0.2) < loss
    assert (moved[0] - moved[1]).norm() < 2


def test_the_margin_follows_the_scale_of_the_latents():
    latents = torch.randn(10, 6, generator=draws())
    plain = (latents[:, None] - latents).norm(dim=2)[np.triu_indices(10, 1)].mean() / 6**0.5
    assert torch.allclose(triplet.mean_distance(latents), plain)
    assert triplet.mean_distance(latents[:1]) == 0
    model, (images, labels) = small("triplet"), batch()
    loss = model.losses(images, labels, draws())["triplet"]
    with torch.no_grad():
        for layer in (model.encoder[-1].weight, model.encoder[-1].bias):
            layer.mul_(100)
    assert torch.allclose(model.losses(images, labels, draws())["triplet"], 100 * loss, rtol=1e-3)
