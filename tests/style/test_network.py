"""The style network against plain NumPy, the style loss against its definition."""

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import correlate2d
from torchvision.models import get_model

from stylewalk.catalogue.trajectories import TRAJECTORY_STYLE_LOSS
from stylewalk.errors import StylewalkError
from stylewalk.style.along import trajectory_style_loss
from stylewalk.style.gram import layer_style_loss
from stylewalk.style.layout import layer_names, layer_places, read_tensors
from stylewalk.style.network import load_network
from stylewalk.tables import conform
from stylewalk.trajectories.scoring import step_table
from tiny_network import MEAN, STD, write_tiny_network

LAYERS = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory):
    """A VGG16 of few channels and random weights."""
    path = tmp_path_factory.mktemp("style") / "tiny.safetensors"
    write_tiny_network(path)
    return path


@pytest.fixture
def network(weights_file):
    return load_network(weights_file, LAYERS)


def pictures(*shape, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)


def features_in_numpy(path, image, tap, pooling):
    """All layers of one RGB image (H, W, 3), in float64, by SciPy's correlation."""
    tensors, _ = read_tensors(path)
    x = ((image.astype(float) - MEAN) / STD).transpose(2, 0, 1)
    features = {}
    for layer in layer_names("vgg16"):
        if layer.endswith("_1") and layer != "conv1_1":
            blocks = x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2)
            x = blocks.max((2, 4)) if pooling == "max" else blocks.mean((2, 4))
        kernel, bias = tensors[f"{layer}.weight"].astype(float), tensors[f"{layer}.bias"]
        x = np.stack(
            [
                sum(correlate2d(a, k, mode="same") for a, k in zip(x, row, strict=True)) + b
                for row, b in zip(kernel, bias, strict=True)
            ]
        )
        features[layer] = x if tap == "convolution" else np.maximum(x, 0)
        x = np.maximum(x, 0)
    return {layer: f.reshape(len(f), -1) for layer, f in features.items()}


def gram_loss(a, b):
    """The definition, with two Gram matrices, in float64."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    maps, pixels = a.shape
    return ((a @ a.T - b @ b.T) ** 2).sum() / (4 * maps**2 * pixels**2)


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_layers_lie_where_torchvision_has_them(name):
    with torch.device("meta"):  # no memory for weights
        features = get_model(name, weights=None).features
    places = layer_places(name)
    kinds = {place: type(module) for place, module in enumerate(features)}
    assert [p for p, kind in kinds.items() if kind is torch.nn.Conv2d] == list(places.values())
    first = [place for layer, place in places.items() if layer.endswith("_1")]
    pools = [p for p, kind in kinds.items() if kind is torch.nn.MaxPool2d]
    assert [place - 1 for place in first[1:]] == pools[:-1]
    # Simonyan and Zisserman 2015, table 1: how many convolutions the five blocks have.
    blocks = [layer[4] for layer in layer_names(name)]
    counts = {"vgg16": [2, 2, 3, 3, 3], "vgg19": [2, 2, 4, 4, 4]}[name]
    assert [blocks.count(block) for block in "12345"] == counts


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("tap", ["relu", "convolution"])
def test_features_are_those_of_plain_numpy(weights_file, tap, pooling):
    images = pictures(2, 32, 16)
    found = load_network(weights_file, LAYERS, tap, pooling)(images)
    for row, image in enumerate(images):
        expected = features_in_numpy(weights_file, image, tap, pooling)
        for layer in LAYERS:
            np.testing.assert_allclose(found[layer][row], expected[layer], rtol=1e-3, atol=1e-4)


def test_the_tap_before_the_relu_is_not_overwritten_in_place(weights_file):
    images = pictures(1, 32, 32)
    before = load_network(weights_file, LAYERS, "convolution")(images)
    after = load_network(weights_file, LAYERS, "relu")(images)
    for layer in LAYERS:
        assert (before[layer] < 0).any()
        assert torch.equal(before[layer].relu(), after[layer])


def test_poolings_differ_from_the_second_block_on(weights_file):
    images = pictures(1, 32, 32)
    largest = load_network(weights_file, LAYERS, pooling="max")(images)
    mean = load_network(weights_file, LAYERS, pooling="average")(images)
    assert [torch.equal(largest[layer], mean[layer]) for layer in LAYERS] == [True] + [False] * 4


def test_bytes_and_floats_of_the_same_images_agree(network):
    images = pictures(2, 16, 48)
    floats = torch.tensor(images).permute(0, 3, 1, 2).float()
    for a, b in zip(network(images).values(), network(floats).values(), strict=True):
        assert torch.equal(a, b)


def test_red_and_blue_are_not_confused(network):
    red, blue = np.zeros((2, 1, 16, 16, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    assert not torch.allclose(network(red)["conv1_1"], network(blue)["conv1_1"])


def test_the_network_stops_at_the_deepest_layer_and_keeps_the_order(weights_file):
    network = load_network(weights_file, ["conv2_1", "conv1_2"])
    kinds = [type(module).__name__ for module in network.features]
    block = ["Conv2d", "ReLU"]
    assert kinds == [*block, *block, "MaxPool2d", *block]
    shapes = {layer: tuple(f.shape) for layer, f in network(pictures(3, 32, 16)).items()}
    assert list(shapes.items()) == [("conv2_1", (3, 5, 128)), ("conv1_2", (3, 4, 512))]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 20, 16, 3), np.uint8),
        np.zeros((1, 3, 16, 16), np.uint8),
        np.zeros((1, 16, 16, 3), np.float32),
        np.zeros((16, 16, 3), np.uint8),
    ],
)
def test_images_of_another_layout_are_refused(network, images):
    with pytest.raises(ValueError, match="expected"):
        network(images)


def test_a_layer_that_the_network_lacks_is_named(weights_file):
    with pytest.raises(StylewalkError, match="vgg16 has no layer conv3_4"):
        load_network(weights_file, ["conv1_1", "conv3_4"])


@pytest.mark.parametrize("options", [{"tap": "pool"}, {"pooling": "median"}])
def test_an_unknown_option_is_refused(weights_file, options):
    with pytest.raises(StylewalkError, match="known are tap relu or convolution"):
        load_network(weights_file, LAYERS, **options)


@pytest.mark.parametrize("size", [0, 5, 3000])
def test_a_damaged_file_is_named(weights_file, tmp_path, size):
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(weights_file.read_bytes()[:size])
    with pytest.raises(StylewalkError, match=r"damaged\.safetensors cannot be read"):
        load_network(path, LAYERS)
    with pytest.raises(StylewalkError, match=r"absent\.safetensors cannot be read"):
        load_network(tmp_path / "absent.safetensors", LAYERS)


def test_style_loss_by_hand():
    a = torch.tensor([[[1.0, 2.0], [0.0, 1.0]]])  # Gram [[5, 2], [2, 1]]
    b = torch.tensor([[[1.0, 0.0], [1.0, 1.0]]])  # Gram [[1, 1], [1, 2]]
    assert layer_style_loss(a, b).tolist() == [(16 + 1 + 1 + 1) / (4 * 4 * 4)]


def test_style_loss_against_plain_loops():
    a, b = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    found = layer_style_loss(torch.tensor(a), torch.tensor(b))
    for row in range(3):
        total = 0.0
        for i in range(4):
            for j in range(4):
                gram_a = sum(a[row, i, k] * a[row, j, k] for k in range(5))
                gram_b = sum(b[row, i, k] * b[row, j, k] for k in range(5))
                total += (gram_a - gram_b) ** 2
        assert found[row].item() == pytest.approx(total / (4 * 4**2 * 5**2), rel=1e-12)


FEATURES = arrays(np.float64, (2, 3, 6), elements=st.floats(-100, 100, width=32))


@given(FEATURES, st.permutations(range(6)))
def test_properties_of_the_style_loss(pair, order):
    a, b = torch.tensor(pair).unsqueeze(1)
    loss = layer_style_loss(a, b)
    assert loss.item() == pytest.approx(gram_loss(*pair), rel=1e-9, abs=1e-6)
    assert loss.item() >= 0
    assert torch.equal(loss, layer_style_loss(b, a))
    assert layer_style_loss(a, a).item() == 0
    # A Gram matrix does not see where in the image a feature lies.
    moved = layer_style_loss(a[:, :, list(order)], b)
    assert moved.item() == pytest.approx(loss.item(), rel=1e-9, abs=1e-6)
    # Degree 4 in the features.
    assert layer_style_loss(2 * a, 2 * b).item() == pytest.approx(16 * loss.item(), rel=1e-12)


@pytest.mark.parametrize("shape", [(16, 1024), (128, 16)])
def test_float32_suffices_for_a_change_of_a_thousandth(shape):
    random = np.random.default_rng(3)
    a = np.maximum(random.normal(0.5, 1, shape), 0).astype(np.float32) * 100
    b = (a * (1 + 1e-3 * random.normal(size=shape))).astype(np.float32)
    expected = gram_loss(a, b)
    found = layer_style_loss(torch.tensor(a)[None], torch.tensor(b)[None]).item()
    assert found == pytest.approx(expected, rel=1e-3)
    # The same check refuses the three-term identity |A|^2 + |B|^2 - 2 <A, B>.
    gram_a, gram_b = a @ a.T, b @ b.T
    terms = (gram_a**2).sum() + (gram_b**2).sum() - 2 * (gram_a * gram_b).sum()
    assert terms / (4 * a.size**2) != pytest.approx(expected, rel=1e-2)


def test_large_features_do_not_overflow():
    a = torch.full((1, 64, 4096), 1e6)
    assert torch.isfinite(layer_style_loss(a, torch.zeros_like(a))).all()


@pytest.mark.parametrize("batch_size", [1, 3, 5, 64])
def test_trajectories_equal_their_pairs_one_by_one(network, batch_size):
    images = pictures(3, 4, 32, 32)
    images[1, 2] = images[1, 1]  # a step without change
    losses = trajectory_style_loss(network, images, batch_size=batch_size)
    assert list(losses) == [*LAYERS, "total"]
    for number, trajectory in enumerate(images):
        for step, (a, b) in enumerate(pairwise(trajectory)):
            ends = network(np.stack([a, b]))
            for layer, (f, g) in ends.items():
                assert losses[layer][number, step] == pytest.approx(gram_loss(f, g), rel=1e-3)
    assert losses["total"].shape == (3, 3)
    assert losses["total"][1, 1] < 1e-6 * losses["total"].max()


def test_small_steps_are_scored_from_floats_not_from_their_rounding(network):
    """On a straight line in pixels N equal steps give 1 / N^2 of the loss of one."""
    ends = pictures(2, 32, 32).astype(np.float32)
    ends[1] = ends[0] + (ends[1] - ends[0]) / 50
    t = np.linspace(0, 1, 101, dtype=np.float32)[:, None, None, None]
    fine = ends[0] + t * (ends[1] - ends[0])
    whole = trajectory_style_loss(network, ends[None])["conv1_1"].sum()
    steps = trajectory_style_loss(network, fine[None])["conv1_1"]
    assert steps.mean() * 100**2 == pytest.approx(whole, rel=0.1)
    rounded = trajectory_style_loss(network, np.rint(fine).astype(np.uint8)[None])["conv1_1"]
    # The profile of a straight line is smooth; the rounding is not.
    assert steps.std() < 0.05 * steps.mean()
    assert rounded.std() > 0.5 * rounded.mean()


def test_every_image_passes_the_network_once_in_bounded_batches(network):
    sizes = []
    network.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    said = []
    trajectory_style_loss(
        network, pictures(2, 5, 32, 32), batch_size=4, progress=lambda *x: said.append(x)
    )
    assert sizes == [4, 4, 2]
    assert said == [(4, 10), (8, 10), (10, 10)]
    sizes.clear()
    trajectory_style_loss(network, pictures(1, 3, 128, 128), batch_size=8)
    assert sizes == [2, 1]


def test_images_mapped_from_a_file_are_read_without_a_warning(network, tmp_path):
    np.save(tmp_path / "images.npy", pictures(2, 3, 16, 16))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
        found = trajectory_style_loss(network, mapped)
    expected = trajectory_style_loss(network, pictures(2, 3, 16, 16))
    np.testing.assert_array_equal(found["total"], expected["total"])


def test_the_total_is_the_weighted_sum(network):
    images = pictures(2, 3, 16, 16)
    equal = trajectory_style_loss(network, images)
    expected = sum(equal[layer] for layer in LAYERS) / 5
    np.testing.assert_allclose(equal["total"], expected, rtol=1e-12)
    weights = {"conv1_1": 2.0, "conv2_1": 0.0, "conv3_1": 0.5, "conv4_1": 0.0, "conv5_1": 1.0}
    own = trajectory_style_loss(network, images, weights)
    expected = 2 * own["conv1_1"] + 0.5 * own["conv3_1"] + own["conv5_1"]
    np.testing.assert_allclose(own["total"], expected, rtol=1e-12)


def test_weights_of_other_layers_are_refused(network):
    with pytest.raises(StylewalkError, match="given for conv1_1, but"):
        trajectory_style_loss(network, pictures(1, 2, 16, 16), {"conv1_1": 1.0})


def test_a_loss_that_is_not_finite_names_its_layer(network):
    network.features[layer_places("vgg16")["conv5_1"]].bias[0] = torch.inf
    with pytest.raises(StylewalkError, match="style loss of conv5_1 is not finite"):
        trajectory_style_loss(network, pictures(1, 2, 16, 16))


def test_the_global_precision_is_left_as_it_was(network):
    torch.set_float32_matmul_precision("high")
    try:
        trajectory_style_loss(network, pictures(1, 2, 16, 16))
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_the_table_has_every_value_in_its_place():
    pairs = pd.DataFrame(
        {
            "experiment": "walk",
            "split": "any",
            "class_a": ["Realism", "Realism", "Romanticism"],
            "class_b": ["Realism", "Realism", "Romanticism"],
            "pair": [0, 1, 0],
            "id_a": [5, 6, 7],
            "id_b": [8, 9, 10],
            "l2": [1.0, 2.0, 3.0],
        },
        index=[4, 2, 2],  # an index of the caller's own must not matter
    )
    of = {"model": "VAE", "seed": 3, "path": "line", "metric": "gram"}
    losses = {"conv1_1": np.arange(6.0).reshape(3, 2), "total": np.arange(6.0, 12).reshape(3, 2)}
    table = step_table(losses, pairs.reset_index(drop=True), of)
    conform(table, TRAJECTORY_STYLE_LOSS)
    pd.testing.assert_frame_equal(table, step_table(losses, pairs, of))
    assert len(table) == 12
    keys = table[["class_a", "pair", "step", "layer", "value"]].itertuples(index=False, name=None)
    assert list(keys)[:5] == [
        ("Realism", 0, 1, "conv1_1", 0.0),
        ("Realism", 0, 1, "total", 6.0),
        ("Realism", 0, 2, "conv1_1", 1.0),
        ("Realism", 0, 2, "total", 7.0),
        ("Realism", 1, 1, "conv1_1", 2.0),
    ]
    assert table.value.iloc[-1] == 11
    assert table[["model", "seed"]].drop_duplicates().values.tolist() == [["VAE", 3]]  # noqa: PD011
    with pytest.raises(ValueError, match="3 trajectories, but 2 pairs"):
        step_table(losses, pairs[:2], of)


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_more_pairs_of_a_trajectory_are_scored_beside_its_steps(network, batch_size):
    images = pictures(3, 4, 16, 16)
    more = [(3, 0), (1, 3), (2, 2)]
    found = trajectory_style_loss(network, images, batch_size=batch_size, more_pairs=more)
    plain = trajectory_style_loss(network, images, batch_size=batch_size)
    for layer, losses in found.items():
        assert losses.shape == (3, 3 + len(more))
        np.testing.assert_array_equal(losses[:, :3], plain[layer])
        for place, pair in enumerate(more, start=3):
            alone = trajectory_style_loss(network, images[:, pair], batch_size=batch_size)[layer]
            np.testing.assert_allclose(losses[:, place], alone[:, 0], rtol=1e-5)
    assert (found["total"][:, 5] == 0).all()
