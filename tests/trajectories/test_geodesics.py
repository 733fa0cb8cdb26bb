"""Curves of least energy against known geodesics: of a linear map, a sphere and a swiss roll."""

import numpy as np
import pytest
import torch

from stylewalk.trajectories.geodesics import least_energy
from stylewalk.trajectories.interpolation import between


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def found(embed, a, b, steps=10, tolerance=1e-5, passes=300):
    return least_energy(embed, between(np.array(a), np.array(b), steps), tolerance, passes)


def test_of_a_linear_decoder_it_is_the_line(rng):
    matrix = torch.from_numpy(rng.normal(size=(6, 40)).astype(np.float32))
    a, b = rng.normal(size=(2, 5, 6))
    curves = found(lambda z: z @ matrix, a, b)
    np.testing.assert_allclose(curves.points, between(a, b, 10), atol=1e-4)
    distance = np.square((b - a) @ matrix.numpy()).sum(axis=1)
    np.testing.assert_allclose(curves.energies, distance, rtol=1e-4)


def test_of_a_linear_decoder_an_uneven_line_is_evened_out(rng):
    matrix = torch.from_numpy(rng.normal(size=(6, 40)).astype(np.float32))
    a, b = rng.normal(size=(2, 5, 6)).astype(np.float32)
    uneven = between(a, b, 10)
    uneven[:, 1:-1] += rng.normal(size=uneven[:, 1:-1].shape).astype(np.float32)
    curves = least_energy(lambda z: z @ matrix, uneven, 1e-7, 100)
    np.testing.assert_allclose(curves.points, between(a, b, 10), atol=1e-2)
    assert curves.passes < 30


def test_on_a_sphere_it_is_the_great_circle_at_an_even_speed(rng):
    a, b = rng.normal(size=(2, 20, 3))
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    near = (a * b).sum(axis=1) > -0.9  # of opposite points every half circle is shortest
    curves = found(lambda z: z / z.norm(dim=1, keepdim=True), a[near], b[near], tolerance=1e-7)
    shown = curves.points / np.linalg.norm(curves.points, axis=2, keepdims=True)
    angles = np.arccos(np.clip((a[near] * b[near]).sum(axis=1), -1, 1))
    t = np.linspace(0, 1, 11)
    expected = (
        np.sin((1 - t) * angles[:, None])[..., None] * a[near][:, None]
        + np.sin(t * angles[:, None])[..., None] * b[near][:, None]
    ) / np.sin(angles)[:, None, None]
    np.testing.assert_allclose(shown, expected, atol=0.01)
    chords = 100 * np.square(2 * np.sin(angles / 20))
    np.testing.assert_allclose(curves.energies, chords, rtol=1e-3)


def roll(z):
    """A sheet (length along the roll's angle, height) rolled up."""
    angle, height = z[:, 0], z[:, 1]
    return torch.stack([angle * angle.cos(), angle * angle.sin(), height], dim=1)


def arc_length(angle):
    """Of the spiral r = angle, from 0."""
    root = np.sqrt(1 + angle**2)
    return (angle * root + np.arcsinh(angle)) / 2


def test_on_a_swiss_roll_it_is_the_line_on_the_unrolled_sheet():
    a = np.array([[4.0, 0.0], [5.0, 10.0], [9.0, 0.0]])
    b = np.array([[12.0, 20.0], [11.0, 0.0], [13.0, 1.0]])
    steps = 100
    curves = found(roll, a, b, steps=steps, tolerance=1e-8, passes=500)
    unrolled = np.hypot(arc_length(b[:, 0]) - arc_length(a[:, 0]), b[:, 1] - a[:, 1])
    np.testing.assert_allclose(np.sqrt(curves.energies), unrolled, rtol=0.01)
    # Straight on the sheet: height goes with the length along the spiral.
    along = arc_length(curves.points[..., 0])
    share = (along - along[:, :1]) / (along[:, -1:] - along[:, :1])
    expected = a[:, 1:] + share * (b - a)[:, 1:]
    np.testing.assert_allclose(curves.points[..., 1], expected, atol=0.2)


def test_no_curve_has_more_energy_than_its_line_and_a_looser_search_takes_fewer_passes(rng):
    torch.manual_seed(0)
    layers = torch.nn.Sequential(
        torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 60), torch.nn.Sigmoid()
    )
    a, b = 3 * rng.normal(size=(2, 30, 4))
    loose = found(layers, a, b, tolerance=1e-2)
    tight = found(layers, a, b, tolerance=1e-5)
    for curves in (loose, tight):
        assert (curves.energies <= curves.of_lines).all()
        np.testing.assert_array_equal(curves.points[:, [0, -1]], np.stack([a, b], 1).astype("f4"))
    assert loose.passes < tight.passes
    assert tight.energies.mean() <= loose.energies.mean()
    with torch.no_grad():
        shown = layers(torch.from_numpy(tight.points).flatten(0, 1)).reshape(30, 11, -1).numpy()
    energies = 10 * np.square(np.diff(shown, axis=1)).sum(axis=(1, 2))
    np.testing.assert_allclose(tight.energies, energies, rtol=1e-3)


def test_a_decoder_that_ignores_a_dimension_leaves_it_as_on_the_line(rng):
    a, b = rng.normal(size=(2, 4, 3))
    curves = found(lambda z: torch.stack([z[:, 0] ** 3, z[:, 1]], dim=1), a, b)
    np.testing.assert_allclose(curves.points[..., 2], between(a, b, 10)[..., 2], atol=1e-5)


def test_ends_that_coincide_and_a_constant_decoder_stay_where_they_are(rng):
    a = rng.normal(size=(3, 4))
    same = found(torch.tanh, a, a)
    np.testing.assert_array_equal(same.points, between(a, a, 10))
    flat = found(lambda z: z * 0, a, a + 1)
    np.testing.assert_array_equal(flat.points, between(a, a + 1, 10))
    assert (flat.energies == 0).all()


def test_a_pair_is_the_same_whatever_pairs_lie_beside_it(rng):
    a, b = rng.normal(size=(2, 8, 3))
    embed = torch.nn.Sequential(torch.nn.Linear(3, 16), torch.nn.Tanh(), torch.nn.Linear(16, 9))
    alone, together = found(embed, a[:1], b[:1]), found(embed, a, b)
    np.testing.assert_allclose(alone.energies, together.energies[:1], rtol=1e-3)
