"""What an experiment is, in words."""

from collections.abc import Mapping
from typing import Any


def describe(settings: Mapping[str, Any]) -> str:
    """An experiment in words, from its settings ``classes, pairs, count, steps``.

    Where ``straight`` says that its trajectories are no straight lines, their ``path`` is named.
    """
    count, steps = settings["count"], settings["steps"]
    pairs = f"{settings['pairs']} pair" + ("" if count == 1 else "s")
    where = "within each class" if settings["classes"] == "within" else "between each two classes"
    number = "the" if count == 1 and settings["pairs"] != "random" else f"{count:,}"
    along = "" if settings.get("straight", True) else f", along the path {settings['path']}"
    return f"{number} {pairs} {where}, {steps} steps{along}"
