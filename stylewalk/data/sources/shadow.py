"""A pole and its shadow, of which every picture between two is known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.sources.rendered import *  # noqa: F403 - the protocol, but for what stands here

if TYPE_CHECKING:
    from stylewalk.data.rendered import TrueWalks

DESCRIPTION = "a pole whose shadow turns and grows, after Oring et al. 2020"


def true_walks(dataset: Mapping[str, Any], count: int, steps: int) -> "TrueWalks":
    from stylewalk.data.rendered import shadow, true_walks

    return true_walks(shadow, count, steps, dataset["seed"], dataset["image_size"])
