"""What an experiment is, in words."""

from collections.abc import Mapping
from typing import Any

# Artworks of both splits, as the report walks between.
ANY = "any"
# Kinds of latent paths that do not lead to the second artwork.
ELSEWHERE = ("latent_direction",)


def artworks_of(split: str) -> str:
    """The artworks between which an experiment of a split walks, in words."""
    return "artworks" if split == ANY else f"{split} artworks"


def describe(settings: Mapping[str, Any]) -> str:
    """An experiment in words, from its settings ``classes, pairs, count, steps``.

    Where ``straight`` says that its trajectories are no straight lines, their ``path`` is named,
    and so is the ``split`` that their ends keep to.
    """
    count, steps = settings["count"], settings["steps"]
    pairs = f"{settings['pairs']} pair" + ("" if count == 1 else "s")
    split = settings.get("split", ANY)
    pairs += "" if split == ANY else f" of {artworks_of(split)}"
    where = "within each class" if settings["classes"] == "within" else "between each two classes"
    number = "the" if count == 1 and settings["pairs"] != "random" else f"{count:,}"
    along = "" if settings.get("straight", True) else f", along the path {settings['path']}"
    return f"{number} {pairs} {where}, {steps} steps{along}"


def compared(
    experiments: Mapping[str, Mapping[str, Any]], paths: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Experiments to hold against those whose pairs they walk between, and these.

    A path that does not lead to the second artwork is a walk of its own, and left out.
    """
    return {
        name: about["pairs_of"]
        for name, about in experiments.items()
        if about["pairs_of"] and paths[about["path"]]["kind"] not in ELSEWHERE
    }


def of_random(experiments: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names of the experiments of random pairs, but those that walk between another's pairs."""
    return [
        name
        for name, about in experiments.items()
        if about["pairs"] == "random" and not about.get("pairs_of")
    ]
