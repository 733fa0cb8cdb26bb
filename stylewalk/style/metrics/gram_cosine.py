"""Distances of Gram matrices of unit norm: what is left of the style loss without contrast.

The style loss is quartic in contrast, so that a dissolve, whose middle is flat, has a small one
there whatever its style does. Matrices of unit Frobenius norm differ in direction alone.
"""

from jaxtyping import Float
from torch import Tensor

from stylewalk.style.gram import unit_gram, unit_gram_distance, unit_gram_vectors
from stylewalk.style.network_metric import layer_settings, plain

DESCRIPTION = (
    "Squared distances of Gram matrices of unit norm, so that contrast and brightness count little."
)
SETTINGS = layer_settings("Gram matrices of unit norm")


class UnitGram:
    """Gram matrices divided by their Frobenius norms."""

    def represent(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures maps numbers"]:
        """Features scaled: see :func:`stylewalk.style.gram.unit_gram`."""
        return unit_gram(features)

    def distance(
        self,
        layer: str,
        a: Float[Tensor, "pairs maps numbers"],
        b: Float[Tensor, "pairs maps numbers"],
    ) -> Float[Tensor, " pairs"]:
        """Squared distances (B,), 0 to 2."""
        return unit_gram_distance(a, b)

    def vectors(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures numbers"]:
        """The matrices themselves."""
        return unit_gram_vectors(features)


fit, metric = plain(UnitGram())
