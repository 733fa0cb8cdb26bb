"""The chapter on learnt profiles: how surely decoded images are of their classes."""

from collections.abc import Mapping

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Chapter, Column, Figure, Plot, Table

#: What an image may be taken for on a walk.
ROLES: Mapping[str, str] = {
    "start": "what the first end is",
    "end": "what the last end is, where that is something else",
    "other": "anything else",
}
_TARGET: Column = ("str", "what the classifier names: class, or content_group where it is known")
CLASSIFIER_CALIBRATION = Table(
    "classifier_calibration",
    "how well small networks name class and content of artworks that they never saw",
    {
        "target": _TARGET,
        "names": ("int", "names that it chooses from"),
        "accuracy": ("float", "share of held-out artworks that are named right"),
        "low": ("float", "lower end of its 95 % bootstrap interval over artworks"),
        "high": ("float", "upper end of it"),
        "chance": ("float", "share of training artworks of the most frequent name"),
        "calibration_error": (
            "float",
            "expected calibration error: how far its probabilities are from how often it is right",
        ),
        "error_low": ("float", "lower end of its 95 % bootstrap interval"),
        "error_high": ("float", "upper end of it"),
        "temperature": ("float", "by which logits are divided, from the other half of validation"),
        "n": ("int", "held-out validation artworks"),
    },
)
CLASS_PROFILES = Table(
    "class_profiles",
    "how surely the images along a walk are what its ends are, by small networks",
    {
        "model": columns.MODEL,
        "experiment": columns.EXPERIMENT,
        "target": _TARGET,
        "walk": (
            "str",
            "decoded; blend: of each image the nearest dissolve of the decoded ends; difference: "
            "the first less the second, pair by pair",
        ),
        "role": ("str", "; ".join(f"{name}: {words}" for name, words in ROLES.items())),
        "step": ("int", "point of the walk, from 0"),
        "probability": (
            "float",
            "mean over the walks, of each the mean over seeds, or of the differences",
        ),
        "low": ("float", "lower end of its 95 % bootstrap interval over pairs"),
        "high": ("float", "upper end of it"),
        "n": ("int", "pairs behind it"),
    },
)

CHAPTER = Chapter(
    "learnt-profiles",
    "Learnt profiles",
    tables=(CLASSIFIER_CALIBRATION, CLASS_PROFILES),
    plots=(
        Plot(
            "class_profiles",
            (
                Figure(
                    "class_profiles",
                    (CLASS_PROFILES, CLASSIFIER_CALIBRATION),
                    "class_profiles.along",
                    if_said=True,
                ),
            ),
            settings=("models", "experiments"),
        ),
    ),
    finding="class_profiles.along",
)
