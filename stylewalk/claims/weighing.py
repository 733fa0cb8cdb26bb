"""What a claim is, what its verdict rests on, and how a number and its interval become a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

HOLDS, FAILS, UNDETERMINED, NOT_TESTED = "holds", "fails", "undetermined", "not tested"
VERDICTS = (HOLDS, FAILS, UNDETERMINED, NOT_TESTED)

# The report's name of each model.
ROLES = ("AE", "VAE", "beta-VAE", "TVAE", "AAE")


@dataclass(frozen=True)
class Evidence:
    """The tables of a run, and who is who in them.

    Args:
        tables: by name, as their schemas say; an optional one may be absent.
        roles: the report's name of a model to its name in the config; see :func:`find_roles`.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
    """

    tables: Mapping[str, pd.DataFrame]
    roles: Mapping[str, str]
    classes: Sequence[str]
    experiments: Mapping[str, Mapping]

    def experiment(self, classes: str, pairs: str, steps: int | None = None) -> str | None:
        """The first experiment of a kind, with the most pairs first; None where there is none."""
        found = [
            (-settings["count"], place, name)
            for place, (name, settings) in enumerate(self.experiments.items())
            if settings["classes"] == classes
            and settings["pairs"] == pairs
            and (steps is None or settings["steps"] >= steps)
        ]
        return min(found)[2] if found else None


@dataclass(frozen=True)
class Finding:
    """What weighing a claim gave: the columns of table CLAIMS but for the claim's name."""

    verdict: str
    sentence: str
    published: float = np.nan
    measured: float = np.nan
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True)
class Claim:
    """A claim of the report, the rule by which it stands or falls, and the function that weighs it.

    Args:
        name: its identifier, such as ``reconstruction-order``.
        where: the report's section.
        text: the claim in the report's words, shortened.
        rule: the numeric rule: which statistic, which threshold, which interval.
        weigh: the function; it raises :class:`NotTestable` where the evidence is not there.
    """

    name: str
    where: str
    text: str
    rule: str
    weigh: Callable[[Evidence], Finding]


class NotTestable(Exception):
    """The evidence that a claim needs is not there; the message says what is missing."""


def find_roles(models: Mapping[str, Mapping]) -> dict[str, str]:
    """The report's names of models, to the names that the config gives them.

    Of two models of one kind the first counts. A variational model is the report's VAE where its
    KL divergence has a weight of 1 or more, else its beta-VAE.
    """
    roles: dict[str, str] = {}
    for name, settings in models.items():
        family = settings["family"]
        kinds = {"autoencoder": "AE", "triplet": "TVAE", "adversarial": "AAE"}
        role = kinds.get(family)
        if family == "variational":
            role = "VAE" if settings["beta"] >= 1 else "beta-VAE"
        if role:
            roles.setdefault(role, name)
    return roles


def judge(low: float, high: float, at_least: float = -np.inf, at_most: float = np.inf) -> str:
    """Holds where the whole interval is within the bounds, fails where it is outside them.

    Else undetermined. A number without an interval is its own interval; NaN is undetermined.
    """
    if not np.isfinite(low + high):
        return UNDETERMINED
    if at_least <= low and high <= at_most:
        return HOLDS
    if high < at_least or low > at_most:
        return FAILS
    return UNDETERMINED


def over_seeds(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 95 % t interval over seeds; NaN ends for one seed."""
    values = np.asarray(values, dtype=np.float64)
    if len(values) < 2:
        return float(values.mean()), np.nan, np.nan
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)
