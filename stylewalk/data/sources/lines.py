"""Lines at one angle, of which every picture between two is known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.sources.rendered import *  # noqa: F403 - the protocol, but for what stands here

if TYPE_CHECKING:
    from stylewalk.data.rendered import TrueWalks

DESCRIPTION = "lines at one angle, the benchmark of interpolation of Berthelot et al. 2018"


def true_walks(dataset: Mapping[str, Any], count: int, steps: int) -> "TrueWalks":
    from stylewalk.data.rendered import lines, true_walks

    return true_walks(lines, count, steps, dataset["seed"], dataset["image_size"])
