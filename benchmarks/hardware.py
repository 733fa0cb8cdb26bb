"""What the machine gives: the rate of its matrix products and of its memory."""

import time

import numpy as np
import torch

from benchmarks import rounds


def product(threads: int) -> float:
    """GFLOP/s of float32 matrix products of 2,048 x 2,048."""
    torch.set_num_threads(threads)
    a, b = torch.rand(2, 2048, 2048).unbind()
    a @ b
    start = time.perf_counter()
    for _ in range(10):
        a @ b
    return 10 * 2 * 2048**3 / (time.perf_counter() - start) / 1e9


def convolution(threads: int) -> float:
    """GFLOP/s of a float32 convolution of VGG16, 256 to 256 channels of 16 x 16 pixels."""
    torch.set_num_threads(threads)
    layer = torch.nn.Conv2d(256, 256, 3, padding=1).to(memory_format=torch.channels_last)
    images = torch.rand(16, 256, 16, 16).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        layer(images)
        start = time.perf_counter()
        for _ in range(10):
            layer(images)
    return 10 * 2 * 16 * 16 * 16 * 9 * 256**2 / (time.perf_counter() - start) / 1e9


def memory() -> float:
    """GB/s of copying 512 MB, read and written."""
    source = np.ones(2**26)
    target = np.empty_like(source)
    target[:] = source
    start = time.perf_counter()
    for _ in range(4):
        target[:] = source
    return 4 * 2 * source.nbytes / (time.perf_counter() - start) / 1e9


def main() -> None:
    arguments = rounds.arguments(__doc__)
    rows = []
    for threads in (1, 2):
        for name, way in (("matrix_product", product), ("convolution", convolution)):
            with rounds.apart(way, threads) as here:
                title = f"machine_{name}_threads_{threads}"
                rows += rounds.measure(title, "GFLOP/s", here, {}, arguments.rounds)
    with rounds.apart(memory) as here:
        rows += rounds.measure("machine_memory", "GB/s", here, {}, arguments.rounds)
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
