"""Every metric: what holds for all, and known answers of each."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import pdist, squareform

from stylewalk import registry
from stylewalk.errors import StylewalkError
from stylewalk.style import metrics
from stylewalk.style.gram import layer_style_loss, unit_gram, unit_gram_distance, unit_gram_vectors
from stylewalk.style.metrics import adain, colour, sliced_wasserstein
from stylewalk.style.network import StyleNetwork, load_network
from tiny_network import write_tiny_network

LAYERS = ["conv1_1", "conv2_1", "conv4_1"]
KINDS = registry.names("stylewalk.style.metrics")
ON_NETWORK = ["adain", "content", "gram", "gram_cosine", "sliced_wasserstein"]
BALANCED = [{"kind": kind, "layers": LAYERS, "layer_weights": "balanced"} for kind in ON_NETWORK]
# One that needs a file of the user's own stands in tests/style/test_embedding.py.
ALL = [*({"kind": kind} for kind in KINDS if kind != "embedding"), *BALANCED]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("style") / "tiny.safetensors"
    write_tiny_network(path)
    return path


def pictures(*shape, seed=0):
    """Noise of different contrast on different greys, floats on a 0..255 scale."""
    rng = np.random.default_rng(seed)
    spread, grey = rng.uniform(5, 50, (2, *shape, 1, 1, 3))
    noise = rng.normal(size=(*shape, 32, 32, 3)) * spread + grey + 90
    return np.clip(noise, 0, 255).astype(np.float32)


ARTWORKS = pictures(24, seed=1).astype(np.uint8)
ROWS = pd.DataFrame({"id": range(24), "class": ["a", "b"] * 12, "artist": "", "content": ""})


def made(settings, file):
    fitted = metrics.fit(settings, file, "cpu", ARTWORKS, ROWS)
    return metrics.build(settings, file, "cpu", fitted)


@pytest.fixture(params=ALL, ids=lambda s: f"{s['kind']}{'-balanced' * ('layers' in s)}")
def metric(request, file):
    return made(request.param, file)


def test_a_distance_is_0_for_equal_images_the_same_in_both_directions_and_never_negative(metric):
    images = pictures(2, 5)
    images[0, 3] = images[0, 2]
    there = metric.between(images, [(0, 4), (1, 1)])
    back = metric.between(images[:, ::-1], [(4, 0), (3, 3)])
    assert "total" in there
    for part, values in there.items():
        assert values.shape == (2, 6)
        assert values.dtype == np.float64
        assert values[0, 2] == 0
        assert (values[:, 5] == 0).all()
        assert (np.delete(values, 5, axis=1)[1] > 0).all()
        np.testing.assert_allclose(values[:, :4], back[part][:, 3::-1], rtol=1e-5, atol=1e-12)
        np.testing.assert_allclose(values[:, 4], back[part][:, 4], rtol=1e-5)


def test_its_root_is_a_distance(metric):
    """The way by a third image is no shorter; paths of a metric are measured by it."""
    images = pictures(6, 3)
    found = metric.between(images, [(0, 2)])["total"]
    assert (np.sqrt(found[:, 2]) <= np.sqrt(found[:, :2]).sum(axis=1) * (1 + 1e-6)).all()


def test_every_two_images_have_the_distances_of_single_pairs(metric):
    found = metric.pairwise(ARTWORKS[:6])
    single = metric.between(ARTWORKS[None, :6], [(0, 5), (1, 4)])
    for part, square in found.items():
        assert square.shape == (6, 6)
        assert (square == square.T).all()
        assert (np.diag(square) == 0).all()
        expected = [*np.diag(square, 1), square[0, 5], square[1, 4]]
        np.testing.assert_allclose(single[part][0], expected, rtol=2e-3)


@pytest.mark.slow
def test_metrics_of_one_network_share_its_passes_and_say_the_same(file, monkeypatch):
    by_name = {settings["kind"]: settings for settings in ALL[: -len(BALANCED)]}
    fitted = {
        name: metrics.fit(each, file, "cpu", ARTWORKS, ROWS) for name, each in by_name.items()
    }
    together = metrics.build_all(by_name, file, "cpu", fitted)
    images = pictures(3, 4)
    alone = {name: metric.between(images, [(0, 3)]) for name, metric in together.items()}
    pairs_alone = {name: metric.pairwise(ARTWORKS) for name, metric in together.items()}
    passes, forward = [], StyleNetwork.forward

    def counted(network, batch):
        passes.append(len(batch))
        return forward(network, batch)

    monkeypatch.setattr(StyleNetwork, "forward", counted)
    both = together.between_all(images, [(0, 3)])
    assert sum(passes) == 12  # every image once
    assert list(both) == list(by_name)
    for name, losses in both.items():
        for part, values in losses.items():
            np.testing.assert_allclose(values, alone[name][part], rtol=1e-5, atol=1e-12)
    for name, losses in together.pairwise_all(ARTWORKS).items():
        for part, values in losses.items():
            np.testing.assert_allclose(values, pairs_alone[name][part], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("kind", ON_NETWORK)
def test_balanced_layers_count_alike_between_artworks(file, kind):
    settings = {"kind": kind, "layers": LAYERS, "layer_weights": "balanced"}
    found = made(settings, file).between(ARTWORKS[None])
    medians = {layer: np.median(found[layer]) for layer in LAYERS}
    parts = [found[layer][0] / medians[layer] / len(LAYERS) for layer in LAYERS]
    np.testing.assert_allclose(found["total"][0], np.sum(parts, axis=0), rtol=1e-6)
    with pytest.raises(StylewalkError, match="pictures of a study"):
        metrics.build(settings, file, "cpu")


def test_layers_that_are_the_same_for_all_artworks_cannot_be_balanced(file):
    same = np.repeat(ARTWORKS[:1], 5, axis=0)
    settings = {"kind": "gram", "layers": LAYERS, "layer_weights": "balanced"}
    with pytest.raises(StylewalkError, match=r"conv1_1, conv2_1, conv4_1 are the same"):
        metrics.fit(settings, file, "cpu", same)


def slow_cosine(a, b):
    """1 less the cosine of two Gram matrices, twice, in float64."""
    a, b = (np.asarray(f, float) @ np.asarray(f, float).T for f in (a, b))
    return 2 - 2 * (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum())


@pytest.mark.parametrize(("maps", "pixels"), [(4, 30), (30, 4), (7, 7)])
def test_gram_matrices_of_unit_norm_against_the_definition(maps, pixels):
    a, b = torch.rand(2, 5, maps, pixels, generator=torch.Generator().manual_seed(0)) * 90
    found = unit_gram_distance(unit_gram(a), unit_gram(b))
    expected = [slow_cosine(*pair) for pair in zip(a.numpy(), b.numpy(), strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    for scale in (1e-6, 1e9):
        again = unit_gram_distance(unit_gram(a * scale), unit_gram(b))
        np.testing.assert_allclose(again, found, rtol=1e-4)
    vectors = unit_gram_vectors(torch.cat([a[:1], b[:1]])).double()
    assert (vectors[0] - vectors[1]).square().sum().item() == pytest.approx(expected[0], rel=1e-4)
    nothing = torch.zeros_like(a)
    assert (unit_gram_distance(unit_gram(nothing), unit_gram(nothing)) == 0).all()
    np.testing.assert_allclose(unit_gram_distance(unit_gram(nothing), unit_gram(b)), 1, rtol=1e-5)


def test_contrast_counts_for_nothing_without_the_norm():
    """Features x .7, as of layers without biases: the style loss is quartic in it."""
    a, b = torch.rand(2, 3, 8, 30, generator=torch.Generator().manual_seed(0))
    paled = layer_style_loss(0.7 * a, 0.7 * b) / layer_style_loss(a, b)
    np.testing.assert_allclose(paled, 0.7**4, rtol=1e-4)
    before, after = (unit_gram_distance(unit_gram(s * a), unit_gram(s * b)) for s in (1, 0.7))
    np.testing.assert_allclose(after, before, rtol=1e-4)


def test_channel_statistics_against_numpy(file):
    layers = ["conv2_1"]
    metric = made({"kind": "adain", "layers": layers}, file)
    features = load_network(file, layers)(ARTWORKS)["conv2_1"].double().numpy()
    found = np.concatenate([features.mean(axis=2), features.std(axis=2)], axis=1)
    scores = stats.zscore(found, axis=0)
    expected = squareform(pdist(scores, "sqeuclidean")) / scores.shape[1]
    np.testing.assert_allclose(metric.pairwise(ARTWORKS)["total"], expected, rtol=1e-3)
    constant = torch.full((2, 3, 8), 4.0)
    assert (adain.statistics(constant)[:, 3:] == 0).all()
    with pytest.raises(StylewalkError, match="pictures of a study"):
        metrics.build({"kind": "adain"}, file, "cpu")


def test_sliced_wasserstein_of_gaussians_is_the_closed_form():
    """Along a direction u of N(m, S): (u'(m1 - m2))^2 + (sqrt(u'S1u) - sqrt(u'S2u))^2."""
    rng = np.random.default_rng(0)
    kind = sliced_wasserstein.Sliced(16, 0)
    roots, means = rng.normal(size=(2, 5, 5)), rng.normal(size=(2, 5))
    drawn = [
        r @ rng.normal(size=(5, 200_000)) + m[:, None] for r, m in zip(roots, means, strict=True)
    ]
    shown = [kind.represent("x", torch.from_numpy(d[None]).float()) for d in drawn]
    u = kind.directions("x", 5).numpy()
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), 1, rtol=1e-6)
    deviations = [np.linalg.norm(u @ r, axis=1) for r in roots]
    expected = ((u @ (means[0] - means[1])) ** 2 + (deviations[0] - deviations[1]) ** 2).mean()
    assert kind.distance("x", *shown).item() == pytest.approx(expected, rel=0.02)


def test_the_directions_follow_the_seed_and_the_layer_alone():
    one, again, other = (sliced_wasserstein.Sliced(8, seed) for seed in (0, 0, 1))
    one.directions("b", 4)  # drawn before, which changes nothing
    assert torch.equal(one.directions("a", 4), again.directions("a", 4))
    assert not torch.equal(one.directions("a", 4), other.directions("a", 4))
    assert not torch.equal(one.directions("a", 4), one.directions("b", 4))


def test_style_forgets_where_things_are_and_content_does_not(file):
    """Pixels that change places within a picture leave the first layer's distributions nearly."""
    images = ARTWORKS[:1].astype(np.float32)
    turned = images[:, ::-1, ::-1]
    pair = np.stack([images[0], turned[0]])[None]
    for kind in ("pixels", "content"):
        assert made({"kind": kind}, file).between(pair)["total"][0, 0] > 0
    assert made({"kind": "colour"}, file).between(pair)["total"][0, 0] == 0


def test_pixels_are_the_mean_squared_difference(file):
    images = pictures(1, 2)
    expected = ((images[0, 0] - images[0, 1]) ** 2).mean() / 255**2
    found = made({"kind": "pixels"}, file).between(images)
    assert found["total"][0, 0] == pytest.approx(expected, rel=1e-5)


# sRGB to CIE L*a*b* under D65, by two independent calculators.
@pytest.mark.parametrize(
    ("rgb", "expected"),
    [((255, 255, 255), (100, 0, 0)), ((0, 0, 0), (0, 0, 0)),
     ((255, 0, 0), (53.24, 80.09, 67.20)), ((0, 255, 0), (87.73, -86.18, 83.18)),
     ((0, 0, 255), (32.30, 79.19, -107.86)), ((119, 119, 119), (50.03, 0, 0))],
)  # fmt: skip
def test_colours_are_those_of_the_standard(rgb, expected):
    np.testing.assert_allclose(colour.lab(np.array(rgb)), expected, atol=0.02)


def test_colours_are_compared_by_their_distributions(file):
    """Of two plain pictures the squared difference of their colours; of others by scipy."""
    metric = made({"kind": "colour"}, file)
    plain = np.stack([np.full((16, 16, 3), value, np.uint8) for value in (40, 200)])
    apart = ((colour.lab(plain[0, 0, 0]) - colour.lab(plain[1, 0, 0])) ** 2).sum()
    assert metric.between(plain[None])["total"][0, 0] == pytest.approx(apart)
    pair = ARTWORKS[:2]
    values = colour.lab(pair).reshape(2, -1, 3)
    first = [stats.wasserstein_distance(*values[:, :, k]) for k in range(3)]
    # The squared distance of order 2 is never below the square of that of order 1.
    assert metric.between(pair[None])["total"][0, 0] >= np.square(first).sum() * (1 - 1e-9)


OWN = """
DESCRIPTION, LEARNS, SETTINGS = "A learning metric without the settings of ours.", True, {}

def fit(network, device, images, rows):
    return {"classes": rows["class"].to_numpy(dtype=str)}

def metric(network, device, fitted):
    raise AssertionError
"""


def test_a_metric_of_ones_own_that_learns_is_known_by_what_its_module_says(tmp_path, monkeypatch):
    (tmp_path / "own_learner.py").write_text(OWN, encoding="utf-8")
    monkeypatch.setattr(metrics, "__path__", [*metrics.__path__, str(tmp_path)])
    own = {"kind": "own_learner"}
    settings = [*({"kind": kind} for kind in KINDS if kind != "embedding"), own]
    learning = [each["kind"] for each in settings if metrics.learns(each)]
    assert learning == ["calibrated", "learnt_pixels", "own_learner"]
    assert len(metrics.fit(own, "", "cpu", ARTWORKS, ROWS)["classes"]) == len(ROWS)


def test_no_rule_or_script_tells_learning_metrics_by_a_setting():
    """They ask the module: a metric of one's own need not have the settings of ours."""
    root = Path(__file__).parents[2]
    for path in [*root.glob("workflow/rules/*.smk"), *root.glob("scripts/*.py")]:
        assert "learn_from" not in path.read_text(encoding="utf-8"), path.name
    assert "learns(" in (root / "scripts/weigh_claims.py").read_text(encoding="utf-8")
