"""A style network that tests can make: quick, offline, the same every time."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from stylewalk.style.layout import StyleWeights, layer_names, write_weights

CHANNELS = {"1": 4, "2": 5, "3": 6, "4": 7, "5": 8}  # of each block
MEAN, STD = [120.0, 110.0, 100.0], [60.0, 50.0, 40.0]
# Facts of a source from which write_listed_network would have fetched.
LISTED = {
    "weights": "TINY",
    "url": "https://nowhere.invalid/tiny.pth",
    "sha256": "a" * 64,
    "mean": MEAN,
    "std": STD,
    "credit": "no one",
    "licence": "none",
}


def write_tiny_network(path: str | Path) -> None:
    """Store a VGG16 of few channels and random weights."""
    _write(path, "random")


def write_listed_network(path: str | Path) -> None:
    """Store the same network, as one that was fetched from a source with the facts LISTED."""
    _write(path, f"torchvision {LISTED['weights']}, {LISTED['url']}")


def _write(path: str | Path, source: str) -> None:
    random, tensors, before = np.random.default_rng(0), {}, 3
    for layer in layer_names("vgg16"):
        channels = CHANNELS[layer[4]]
        kernel = random.normal(size=(channels, before, 3, 3)) * (2 / (9 * before)) ** 0.5
        tensors[f"{layer}.weight"] = kernel.astype(np.float32)
        tensors[f"{layer}.bias"] = random.normal(size=channels).astype(np.float32)
        before = channels
    write_weights(StyleWeights("vgg16", tensors, MEAN, STD, source, "no one", "none"), path)


def gram_metric(network, layer_weights=None):
    """The style loss on a network at hand."""
    from stylewalk.style.along import Gram
    from stylewalk.style.network_metric import NetworkMetric

    return NetworkMetric(network, Gram(), layer_weights=layer_weights)


def write_embedding(
    path, size=8, batch="batch", output="vectors", kept=False, bias=0.0, channels=3
):
    """Mean colours of pictures, through a matrix, as an ONNX file."""
    matrix = np.array([[1, 0], [0, 1], [1, 1]], np.float32)[:channels]
    nodes = [
        helper.make_node("ReduceMean", ["pictures", "axes"], ["means"], keepdims=int(kept)),
        helper.make_node("MatMul", ["means", "matrix"], ["product"]),
        helper.make_node("Add", ["product", "bias"], [output]),
    ]
    if kept:
        nodes = [helper.make_node("Identity", ["pictures"], [output])]
    graph = helper.make_graph(
        nodes,
        "embedding",
        [
            helper.make_tensor_value_info(
                "pictures", TensorProto.FLOAT, [batch, channels, size, size]
            )
        ],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(matrix, "matrix"),
            numpy_helper.from_array(np.array([2, 3], np.int64), "axes"),
            numpy_helper.from_array(np.array([bias], np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, path)
