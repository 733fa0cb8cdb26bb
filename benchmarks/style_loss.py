"""Style loss of trajectories and their controls, beside ``piq.StyleLoss`` as documented.

And what the metrics that share one pass of the style network cost, beside the style loss alone.
"""

import time
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from benchmarks import rounds
from stylewalk.style.along import JOINT, Gram, trajectory_style_loss
from stylewalk.style.layout import layer_names
from stylewalk.style.metrics import adain, calibrated
from stylewalk.style.metrics.gram_cosine import UnitGram
from stylewalk.style.metrics.sliced_wasserstein import SETTINGS, Sliced
from stylewalk.style.network import StyleNetwork
from stylewalk.style.network_metric import NetworkMetric, along
from stylewalk.trajectories.controls import closed_loops
from stylewalk.trajectories.dissolve import pixel_blend

LAYERS = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
TRAJECTORIES, POINTS = 12, 11


def network() -> StyleNetwork:
    """VGG16 with random weights: what they are does not change the cost."""
    torch.manual_seed(0)
    tensors, before = {"mean": torch.zeros(3), "std": torch.ones(3)}, 3
    widths = {"1": 64, "2": 128, "3": 256, "4": 512, "5": 512}
    for name in layer_names("vgg16"):
        after = widths[name[4]]
        weight = torch.randn(after, before, 3, 3) * (2 / (9 * before)) ** 0.5
        tensors |= {f"{name}.weight": weight, f"{name}.bias": torch.zeros(after)}
        before = after
    about = {"name": "vgg16", "source": "random weights"}
    return StyleNetwork(tensors, LAYERS, "relu", "max", about)


def features_of_torchvision(ours: StyleNetwork) -> nn.Sequential:
    """The same weights in torchvision's VGG16, which piq wants."""
    from torchvision.models import vgg16

    features = vgg16(weights=None).features
    features.load_state_dict(ours.features.state_dict(), strict=False)  # ours ends at conv5_1
    return features.eval()


def walks() -> np.ndarray:
    """(trajectories, points, 64, 64, 3) floats on a 0..255 scale: smooth pictures that blend."""
    rng = np.random.default_rng(0)
    ends = rng.random((2, TRAJECTORIES, 8, 8, 3)).repeat(8, axis=2).repeat(8, axis=3)
    share = np.linspace(0, 1, POINTS)[None, :, None, None, None]
    return ((1 - share) * ends[0][:, None] + share * ends[1][:, None]).astype(np.float32) * 255


def metrics(ours: StyleNetwork, images: np.ndarray) -> dict[str, NetworkMetric]:
    """The metrics that compare features, fitted on drawn numbers: these do not change the cost."""
    with torch.inference_mode():
        features = ours(torch.from_numpy(images[0, :2]).permute(0, 3, 1, 2))
    moments = {layer: adain.statistics(found) for layer, found in features.items()}
    ones = {layer: torch.ones_like(found[0]) for layer, found in moments.items()}
    numbers = calibrated.describe(features, LAYERS).shape[1]
    directions = torch.randn(numbers, 40) / numbers**0.5
    learnt = calibrated.Directions(LAYERS, torch.zeros(numbers), directions)
    return {
        "gram": NetworkMetric(ours, Gram()),
        "gram_cosine": NetworkMetric(ours, UnitGram()),
        "adain": NetworkMetric(ours, adain.ChannelStatistics(ones, ones)),
        "calibrated": NetworkMetric(ours, learnt, parts=[JOINT]),
        "sliced_wasserstein": NetworkMetric(
            ours, Sliced(SETTINGS["projections"]["default"], SETTINGS["seed"]["default"])
        ),
    }


def together(ours: StyleNetwork, images: np.ndarray, count: int) -> list[rounds.Row]:
    """The style loss alone beside more and more metrics in the same pass, with their controls."""
    loops, closing = closed_loops(images, blend=True)
    every = metrics(ours, images)
    names = list(every)

    def way(these: Mapping[str, NetworkMetric]) -> rounds.Way:
        def timed() -> float:
            start = time.perf_counter()
            along(these, ours, loops, closing)
            return time.perf_counter() - start

        return timed

    peers = {
        " + ".join(names[:number]): way({name: every[name] for name in names[:number]})
        for number in range(2, len(names) + 1)
    }
    return rounds.measure("score_by_metrics", "s", way({"gram": every["gram"]}), peers, count)


def main() -> None:
    arguments = rounds.arguments(__doc__)
    torch.set_num_threads(1)
    images, ours = walks(), network()
    rows = beside_piq(ours, images, arguments.rounds)
    rounds.write([*rows, *together(ours, images, arguments.rounds)], arguments.out)


def beside_piq(ours: StyleNetwork, images: np.ndarray, count: int) -> list[rounds.Row]:
    """The style loss alone, beside that of piq."""
    import piq

    ends = images[:, [0, -1]]
    # What a random experiment scores: the steps, those of the pixel blend, and from end to end.
    sets = [images, pixel_blend(images), ends]
    loops, closing = closed_loops(images, blend=True)
    pairs = TRAJECTORIES * sum(walk.shape[1] - 1 for walk in sets)
    loss = piq.StyleLoss(
        feature_extractor=features_of_torchvision(ours),
        layers=["1", "6", "11", "18", "25"],  # relu1_1 to relu5_1
        weights=[1 / 5] * 5,
        mean=[0.0, 0.0, 0.0],
        std=[1.0, 1.0, 1.0],
        reduction="none",
    )
    of_peer = [torch.from_numpy(walk).permute(0, 1, 4, 2, 3).float() / 255 for walk in sets]

    def of_ours() -> float:
        start = time.perf_counter()
        trajectory_style_loss(ours, loops, more_pairs=closing)
        return pairs / (time.perf_counter() - start)

    def of_piq() -> float:
        start = time.perf_counter()
        for walks_of_peer in of_peer:
            for walk in walks_of_peer:  # a batch of pairs, as its documentation passes batches
                loss(walk[:-1], walk[1:])
        return pairs / (time.perf_counter() - start)

    return rounds.measure("score_pairs", "pairs/s", of_ours, {"piq": of_piq}, count)


if __name__ == "__main__":
    main()
