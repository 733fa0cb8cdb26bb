"""Latent paths against known answers: circles, norms, graphs, attribute vectors, geodesics."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stylewalk.errors import StylewalkError
from stylewalk.style.metrics import build
from stylewalk.trajectories import paths
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths import graph, latent_direction, line_norm, pixel_blend, slerp
from stylewalk.trajectories.paths.space import Space
from tiny_network import write_tiny_network

NUMBERS = st.floats(-5, 5, width=32)
ENDS = arrays(np.float32, (2, 3, 4), elements=NUMBERS)


class Linear:
    """A decoder whose pixels are linear in the latents, within 0..1 for latents within -1..1."""

    image_size = 16

    def __init__(self, d=4):
        side = 3 * self.image_size**2
        weights = torch.rand(d, side, generator=torch.Generator().manual_seed(0)) - 0.5
        self.weights = weights / d

    def encode(self, images):
        raise NotImplementedError

    def decode(self, latents):
        return (0.5 + latents @ self.weights).reshape(-1, 3, self.image_size, self.image_size)

    def to(self, device):
        return self

    def eval(self):
        return self


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def space(rng):
    latents = rng.uniform(-1, 1, (40, 4)).astype(np.float32)
    return Space(Linear(), latents, ["A", "B"] * 20)


@given(ENDS, st.integers(2, 12))
def test_slerp_has_even_angles_norms_between_those_of_the_ends_and_the_ends(ends, steps):
    a, b = ends
    points = slerp.points(a, b, steps)
    np.testing.assert_array_equal(points[:, 0], a)
    np.testing.assert_array_equal(points[:, -1], b)
    norms = np.linalg.norm(points, axis=2)
    for row in range(len(a)):
        if min(norms[row, 0], norms[row, -1]) < 1e-2:
            continue
        cosine = np.clip(a[row] @ b[row] / norms[row, 0] / norms[row, -1], -1, 1)
        if abs(cosine) > 0.999:
            continue
        even = np.linspace(norms[row, 0], norms[row, -1], steps + 1)
        np.testing.assert_allclose(norms[row], even, rtol=1e-4)
        unit = points[row] / norms[row][:, None]
        inner = np.clip((unit[1:] * unit[:-1]).sum(axis=1), -1, 1)
        np.testing.assert_allclose(np.arccos(inner), np.arccos(cosine) / steps, atol=3e-3)


def test_slerp_of_one_direction_and_of_opposite_ones_is_the_line():
    a = np.array([[1.0, 0, 0], [1.0, 0, 0], [0.0, 0, 0]], np.float32)
    b = np.array([[3.0, 0, 0], [-2.0, 0, 0], [1.0, 1, 0]], np.float32)
    np.testing.assert_array_equal(slerp.points(a, b, 4), between(a, b, 4))


@given(ENDS, st.integers(2, 12))
def test_line_norm_keeps_the_directions_of_the_line_and_evens_the_norms(ends, steps):
    a, b = ends
    line, points = between(a, b, steps), line_norm.points(a, b, steps)
    np.testing.assert_array_equal(points[:, [0, -1]], np.stack([a, b], axis=1))
    norms, of_line = (np.linalg.norm(p.astype(float), axis=2) for p in (points, line))
    even = np.linspace(of_line[:, 0], of_line[:, -1], steps + 1, axis=1)
    known = of_line > 1e-3
    np.testing.assert_allclose(norms[known], even[known], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        (points * of_line[..., None])[known], (line * even[..., None])[known], atol=1e-3
    )


def test_the_graph_leads_around_a_gap_and_along_it_at_an_even_speed():
    angles = np.linspace(0, np.pi, 181)
    arc = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    space = Space(Linear(2), arc, ["A"] * len(arc))
    points = graph.points(arc[:1], arc[-1:], 10, space, neighbours=2)[0]
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(
        np.arctan2(points[:, 1], points[:, 0]), np.linspace(0, np.pi, 11), atol=0.01
    )


def test_the_graph_is_within_one_per_cent_of_the_unrolled_line_of_a_dense_swiss_roll(rng):
    angle = rng.uniform(4, 13, 6000)
    height = rng.uniform(0, 10, 6000)
    roll = np.stack([angle * np.cos(angle), angle * np.sin(angle), height], axis=1)
    roll = roll.astype(np.float32)

    def along(x):
        return (x * np.sqrt(1 + x**2) + np.arcsinh(x)) / 2

    first, last = int(angle.argmin()), int(angle.argmax())
    points = graph.points(
        roll[[first]], roll[[last]], 400, Space(Linear(3), roll, ["A"] * 6000), neighbours=40
    )[0]
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    unrolled = np.hypot(along(angle[last]) - along(angle[first]), height[last] - height[first])
    assert length == pytest.approx(unrolled, rel=0.01)


def test_parts_of_the_graph_that_lie_apart_are_joined_where_they_are_nearest():
    left = np.stack([np.linspace(0, 1, 11), np.zeros(11)], axis=1)
    right = left + np.array([3, 0])
    latents = np.concatenate([left, right, [[10.0, 0.0]]]).astype(np.float32)
    space = Space(Linear(2), latents, ["A"] * len(latents))
    points = graph.points(latents[:1], latents[-1:], 10, space, neighbours=1)[0]
    np.testing.assert_allclose(points[:, 0], np.linspace(0, 10, 11), atol=1e-5)


def test_the_graph_of_artworks_that_coincide_or_of_one_alone():
    latents = np.zeros((3, 2), np.float32)
    space = Space(Linear(2), latents, ["A"] * 3)
    np.testing.assert_array_equal(graph.points(latents[:1], latents[1:2], 4, space), 0)


def test_the_attribute_vector_is_the_mean_of_the_class_less_that_of_the_others(space):
    a, b = space.latents[:3], space.latents[3:6]
    points = latent_direction.points(a, b, 5, space, towards="B", times=2)
    of_b = np.array(space.classes) == "B"
    vector = space.latents[of_b].mean(axis=0) - space.latents[~of_b].mean(axis=0)
    np.testing.assert_array_equal(points[:, 0], a)
    np.testing.assert_allclose(points[:, -1], a + 2 * vector, atol=1e-5)
    np.testing.assert_allclose(points[:, 2], a + 0.8 * vector, atol=1e-5)


def test_an_attribute_vector_needs_the_class_and_another(space):
    with pytest.raises(StylewalkError, match="no artworks of Cubism"):
        latent_direction.points(space.latents, space.latents, 5, space, towards="Cubism")
    alone = Space(space.model, space.latents, ["A"] * 40)
    with pytest.raises(StylewalkError, match="artworks of A alone"):
        latent_direction.points(space.latents, space.latents, 5, alone, towards="A")


def test_every_path_is_followed_by_its_name_and_starts_and_ends_where_it_should(space):
    a, b = space.latents[:3], space.latents[3:6]
    ends, _ = paths.follow({"kind": "line"}, a, b, 10, space)
    for kind in ("line", "slerp", "line_norm", "graph", "geodesic", "pixel_blend"):
        images, points = paths.follow({"kind": kind}, a, b, 10, space)
        assert images.shape == (3, 11, 16, 16, 3)
        np.testing.assert_allclose(images[:, [0, -1]], ends[:, [0, -1]], atol=1e-3)
        if kind == "pixel_blend":
            assert points is None
        else:
            np.testing.assert_array_equal(points[:, [0, -1]], np.stack([a, b], axis=1))


def test_of_a_linear_decoder_geodesic_and_pixel_blend_are_the_line(space):
    a, b = space.latents[:3], space.latents[3:6]
    line, _ = paths.follow({"kind": "line"}, a, b, 10, space)
    for kind in ("geodesic", "pixel_blend"):
        images, _ = paths.follow({"kind": kind}, a, b, 10, space)
        np.testing.assert_allclose(images, line, atol=0.05)


def test_the_blend_of_decoded_ends_is_half_of_each_in_the_middle(rng):
    first, last = rng.uniform(0, 255, (2, 2, 8, 8, 3)).astype(np.float32)
    images = pixel_blend.images(first, last, 4)
    np.testing.assert_allclose(images[:, 2], (first + last) / 2, rtol=1e-6)


def test_a_geodesic_under_a_style_metric_has_less_of_its_energy_than_the_line(space, tmp_path):
    write_tiny_network(tmp_path / "style.safetensors")
    gram = build({"kind": "gram", "layers": ["conv1_1"]}, tmp_path / "style.safetensors", "cpu")
    studied = Space(space.model, space.latents, space.classes, {"gram": gram})
    a, b = space.latents[:2], space.latents[2:4]
    energies = []
    for path in ({"kind": "line"}, {"kind": "geodesic", "metric": "gram", "tolerance": 1e-4}):
        images, _ = paths.follow(path, a, b, 6, studied)
        energies.append(gram.between(images)["total"].sum(axis=1))
    assert (energies[1] < energies[0]).all()


def test_a_geodesic_needs_a_metric_with_gradients(space):
    colour = build({"kind": "colour"}, "", "cpu")
    studied = Space(space.model, space.latents, space.classes, {"colour": colour})
    space.latents[:1], space.latents[1:2]
    for name in ("colour", "gramm"):
        with pytest.raises(StylewalkError, match=f"metric '{name}'"):
            paths.follow(
                {"kind": "geodesic", "metric": name}, *space.latents[:, None][:2], 4, studied
            )
