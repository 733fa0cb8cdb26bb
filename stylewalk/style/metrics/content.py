"""Squared differences of the features themselves: what is painted, and where.

The content of Gatys, Ecker and Bethge 2015 (their equation 1), here a mean over features. No metric
of style: beside those it says whether they see more than this.
"""

from jaxtyping import Float
from torch import Tensor

from stylewalk.style.network_metric import layer_settings, plain

DESCRIPTION = "Mean squared differences of features, place by place: content, no style."
SETTINGS = layer_settings("features", layers=("conv4_1",))
IS_STYLE = False


class Features:
    """The features themselves."""

    def represent(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures maps pixels"]:
        """Features (B, N, M) as they are."""
        return features

    def distance(
        self,
        layer: str,
        a: Float[Tensor, "pairs maps pixels"],
        b: Float[Tensor, "pairs maps pixels"],
    ) -> Float[Tensor, " pairs"]:
        """Mean squared differences (B,)."""
        return (a - b).square().mean(dim=(1, 2))

    def vectors(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures maps*pixels"]:
        """The features over the root of their number."""
        vectors: Tensor = features.flatten(1) / (features.shape[1] * features.shape[2]) ** 0.5
        return vectors


fit, metric = plain(Features())
