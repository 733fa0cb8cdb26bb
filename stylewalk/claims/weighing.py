"""What a claim is, what its verdict rests on, how a number and its interval become a verdict."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import resources
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import yaml
from jaxtyping import Float

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.claims import estimates
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.experiments import ANY

HOLDS, FAILS, NOT_TESTED = "holds", "fails", "not tested"
# What rests on training alone has no verdict from one run.
ONE_RUN = "one run"
VERDICTS = (HOLDS, FAILS, UNDETERMINED, TOO_FEW, ONE_RUN, NOT_TESTED)

# What the report used, where nothing else is said.
_GRAM, _LINE = {"gram": {"kind": "gram"}}, {"line": {"kind": "line"}}
# On which a claim is weighed that the study has no walks for between all artworks: first those that
# no model was trained on.
_SPLITS = (ANY, "validation", "training")
_REACHED = re.compile(r"Holds (?P<holds>.+?)[,;.] [Ff]ails (?P<fails>.+?)(?:;|, with|\.(?:\s|$))")
# A number for each seed.
OfSeeds: TypeAlias = Sequence[float] | Float[np.ndarray, " seeds"] | pd.Series
# The report's name of each model.
ROLES = ("AE", "VAE", "beta-VAE", "TVAE", "AAE")


@dataclass(frozen=True)
class Evidence:
    """The tables of a run, and who is who in them.

    Args:
        tables: by name, as their schemas say; an optional one may be absent.
        roles: the report's name of a model to its name in the config; see :func:`find_roles`.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps, path, split``) of every experiment
            by its name.
        metrics: settings of every style metric by its name.
        paths: settings of every latent path by its name.
    """

    tables: Mapping[str, pd.DataFrame]
    roles: Mapping[str, str]
    classes: Sequence[str]
    experiments: Mapping[str, Mapping[str, Any]]
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: dict(_GRAM))
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: dict(_LINE))

    def of(self, claim: "Claim", split: str | None = None) -> "Evidence":
        """What bears on a claim: trajectories on its latent path, scored by its style metric.

        The report followed straight lines between artworks of either split and measured Gram
        matrices. Whatever else a study tries must not be weighed as the report's.

        Args:
            claim: the claim.
            split: the split that trajectories keep to; None is the claim's own. No two are
                weighed together.

        Raises:
            NotTestable: the study has no such path or metric.
        """
        if claim.path is None and claim.metric is None:
            return self
        split = split or claim.split
        paths = _named(self.paths, claim.path, "latent path")
        metric = _named(self.metrics, claim.metric, "style metric")[0]
        experiments = {
            name: about
            for name, about in self.experiments.items()
            if about.get("path", paths[0]) in paths and split in (None, about.get("split", ANY))
        }
        tables = {
            name: _rows_of(frame, metric=metric, experiment=list(experiments))
            for name, frame in self.tables.items()
        }
        return replace(self, tables=tables, experiments=experiments)

    def rests_on(self, claim: "Claim") -> dict[str, str]:
        """The columns ``metric``, ``layers`` and ``path`` of a claim; see table CLAIMS."""
        paths = [name for name, about in self.paths.items() if about["kind"] == claim.path]
        metrics = [name for name, about in self.metrics.items() if about["kind"] == claim.metric]
        metric = metrics[0] if metrics and claim.of_style else ""
        layers = self.metrics[metric].get("layers", []) if metric else []
        return {"metric": metric, "layers": ", ".join(layers), "path": ", ".join(paths)}

    def experiment(self, classes: str, pairs: str, steps: int | None = None) -> str | None:
        """The first experiment of a kind, with the most pairs first; None where there is none."""
        matching = [
            (-settings["count"], place, name)
            for place, (name, settings) in enumerate(self.experiments.items())
            if settings["classes"] == classes
            and settings["pairs"] == pairs
            and (steps is None or settings["steps"] >= steps)
        ]
        return min(matching)[2] if matching else None


@dataclass(frozen=True)
class Finding:
    """What weighing a claim gave: columns of table CLAIMS.

    ``split`` is that of the trajectories, None where the claim is about none or was not tested.
    """

    verdict: str
    sentence: str
    published: float = np.nan
    measured: float = np.nan
    low: float = np.nan
    high: float = np.nan
    split: str | None = None


@dataclass(frozen=True)
class Claim:
    """A claim of the report, the rule by which it stands or falls, and the function that weighs it.

    Args:
        name: its identifier, such as ``reconstruction-order``.
        where: the report's section.
        text: the claim in the report's words, shortened.
        rule: the numeric rule: which statistic, which threshold, which interval. It says ``Holds
            <when>, fails <when>`` in these words.
        weigh: the function; it raises :class:`NotTestable` where the evidence is not there.
        path: the kind of latent path that it is about, a module of
            :mod:`stylewalk.trajectories.paths`; None where it is not about trajectories.
        metric: the kind of style metric, a module of :mod:`stylewalk.style.metrics`; likewise.
        split: the split of the artworks that trajectories join; likewise.
        of_style: whether its statistic rests on style losses, where it is about trajectories.
        null: what is so where the claim just fails to hold: against this it is tested.
    """

    name: str
    where: str
    text: str
    rule: str
    weigh: Callable[[Evidence], Finding]
    path: str | None = None
    metric: str | None = None
    split: str | None = None
    of_style: bool = True
    null: str = ""

    def reached(self) -> tuple[str, str]:
        """What it takes for the verdicts "holds" and "fails", in the words of the rule."""
        match = _REACHED.search(self.rule)
        if match is None:
            raise ValueError(f"the rule of {self.name} does not say when it holds and fails")
        return match["holds"].removeprefix("where "), match["fails"].removeprefix("where ")


# A claim about trajectories as the report walked them and measured style along them. One about
# another path, metric or split says so itself.
of_trajectories = partial(Claim, path="line", metric="gram", split=ANY)


class NotTestable(Exception):
    """The evidence that a claim needs is not there; the message says what is missing."""


class NoExperiment(NotTestable):
    """There is no experiment of a kind; it may be there between artworks of another split."""


def weigh_claim(claim: Claim, evidence: Evidence) -> Finding:
    """A claim on the trajectories of its own split, or else on those of one other split alone.

    Raises:
        NotTestable: the evidence is not there in any split.
    """
    missing: NoExperiment | None = None
    for split in (claim.split, *(other for other in _SPLITS if claim.split not in (None, other))):
        try:
            finding = claim.weigh(evidence.of(claim, split))
        except NoExperiment as reason:
            missing = missing or reason
            continue
        if split != claim.split:
            said = f"Walks of this kind join {split} artworks alone in this study."
            finding = replace(finding, sentence=f"{said} {finding.sentence}")
        return replace(finding, split=split)
    splits = {about.get("split", ANY) for about in evidence.experiments.values()}
    apart = " Walks of different splits are not weighed together." if len(splits) > 1 else ""
    raise NotTestable(f"{missing}{apart}")


def _named(entries: Mapping[str, Mapping[str, Any]], kind: str | None, what: str) -> list[str]:
    """The config's names of a kind."""
    names = [name for name, settings in entries.items() if settings["kind"] == kind]
    if names:
        return names
    raise NotTestable(
        f"The config has no {what} of the kind {kind}, on which the claim is weighed."
    )


def _rows_of(frame: pd.DataFrame, metric: str, experiment: Sequence[str]) -> pd.DataFrame:
    """The rows of a metric and of some experiments, as far as a table tells them apart."""
    keep = np.ones(len(frame), dtype=bool)
    if "metric" in frame:
        keep &= (frame["metric"] == metric).to_numpy()
    if "experiment" in frame:
        keep &= frame["experiment"].isin(experiment).to_numpy()
    return frame if keep.all() else frame[keep]


def find_roles(models: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The report's names of models, to the names that the config gives them.

    Of two models of one kind the first counts. A variational model is the report's VAE where its
    KL divergence has a weight of 1 or more, else its beta-VAE; with a calibrated weight it is none,
    as an adversarial one is whose prior is a mixture.
    """
    roles: dict[str, str] = {}
    for name, settings in models.items():
        family = settings["family"]
        kinds = {"autoencoder": "AE", "triplet": "TVAE", "adversarial": "AAE"}
        role = kinds.get(family)
        if settings.get("labels") or settings.get("prior") == "mixture":
            role = None
        if family == "variational" and not isinstance(settings["beta"], str):
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


@cache
def published() -> dict[str, Any]:
    """The numbers that the report printed: table, then its keys, then models by their roles."""
    text = resources.files("stylewalk.claims").joinpath("published.yaml").read_text("utf-8")
    numbers: dict[str, Any] = yaml.safe_load(text)
    return numbers


def table(evidence: Evidence, name: str) -> pd.DataFrame:
    """A table of the run."""
    if name not in evidence.tables:
        raise NotTestable(f"The run has no table {name}.")
    return evidence.tables[name]


def named(evidence: Evidence, *roles: str) -> dict[str, str]:
    """The config's name of each of these models; all are needed."""
    missing = [role for role in roles if role not in evidence.roles]
    if missing:
        raise NotTestable(f"The config has no model that is the report's {' or '.join(missing)}.")
    return {role: evidence.roles[role] for role in roles}


def by_role(evidence: Evidence, name: str, roles: Sequence[str] = ROLES) -> pd.DataFrame:
    """Rows of a table that are of these roles, and of the seeds that every one of them has.

    Returns:
        The table with a column ``role`` in place of ``model``.
    """
    frame = table(evidence, name)
    roles_of = {model: role for role, model in named(evidence, *roles).items()}
    frame = frame[frame["model"].isin(roles_of)]
    frame = frame.assign(role=frame["model"].map(roles_of)).drop(columns="model")
    absent = [role for role in roles if role not in set(frame["role"])]
    if absent:
        raise NotTestable(f"The table {name} has no rows of {' or '.join(absent)}.")
    whole = frame.groupby("seed")["role"].nunique() == len(roles)
    if not whole.any():
        raise NotTestable(f"The table {name} has no seed with rows of {', '.join(roles)} together.")
    return frame[frame["seed"].map(whole)]


def seeds_by_role(frame: pd.DataFrame, value: str, roles: Sequence[str] = ROLES) -> pd.DataFrame:
    """A column of :func:`by_role` as (seeds x roles), its mean where there are several rows.

    Raises:
        NotTestable: the column is undefined for one of the roles in every seed.
    """
    wide = frame.pivot_table(index="seed", columns="role", values=value)
    wide = wide.reindex(columns=list(roles)).dropna()
    if wide.empty:
        raise NotTestable(f"{value} is not known of {', '.join(roles)} together in any seed.")
    return wide


def above(bound: float) -> float:
    """The next number above a bound: at least it is more than the bound."""
    return float(np.nextafter(bound, np.inf))


def below(bound: float) -> float:
    """The next number below a bound: at most it is less than the bound."""
    return float(np.nextafter(bound, -np.inf))


def _short(number: float) -> str:
    """Three significant digits, with a real minus."""
    return f"{number:.3g}".replace("-", "−")


def conclude(
    values: OfSeeds | Mapping[str, OfSeeds],
    sentence: str,
    printed: float = np.nan,
    at_least: float = -np.inf,
    at_most: float = np.inf,
    own: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    own_of: str = "artworks",
) -> Finding:
    """The finding of a statistic that has one value per training seed.

    Args:
        values: the statistic of every seed; of a claim with several parts, such as one for each
            rival, that of every part by its name. The worst part is the claim's statistic, its
            interval corrected for the choice after Bonferroni where the claim would fail by it.
        sentence: what was found; what the interval is of is added.
        printed: the statistic of the report's own numbers.
        at_least: smallest value with which the claim holds.
        at_most: largest value with which it holds.
        own: intervals of every seed by part, where the tables have them; the wider ends count.
        own_of: what that interval is of.

    Raises:
        NotTestable: the statistic is undefined for every seed.
    """
    parts = values if isinstance(values, Mapping) else {"": values}
    of_seeds = np.array([np.asarray(part, dtype=np.float64) for part in parts.values()])
    defined = np.isfinite(of_seeds).all(axis=0)
    if not defined.any():
        raise NotTestable("The claim's statistic is undefined: a table lacks numbers for it.")
    by_part = dict(zip(parts, map(estimates.of_seeds, of_seeds[:, defined]), strict=True))
    count = int(defined.sum())
    of = f"{count} training runs" if count > 1 else "one training run"
    of_artworks = {part: np.asarray(own[part])[defined] for part in parts} if own else {}
    if of_artworks and all(np.isfinite(ends).all() for ends in of_artworks.values()):
        # The runs see the same artworks: their mean is no surer of these than each.
        by_part = {part: by_part[part].within(*of_artworks[part].mean(axis=0)) for part in parts}
        of = f"{own_of} and {of}" if count > 1 else f"{own_of} in {of}"
    worst, estimate = (estimates.largest if np.isfinite(at_most) else estimates.smallest)(by_part)
    measured, low, high = estimate.value, estimate.low, estimate.high
    named = f" ({worst})" if worst else ""
    if np.isfinite(low + high):
        verdict = judge(low, high, at_least, at_most)
        ends = f"{_short(low)} to {_short(high)}"
        sentence += f" Statistic {_short(measured)}{named} (95 % interval {ends}, over {of})."
    else:
        verdict = ONE_RUN
        sentence += (
            f" Statistic {_short(measured)}{named} in one training run, of which others may "
            f"differ: from {FEWEST_SEEDS} seeds on it has an interval and a verdict."
        )
    return Finding(verdict, sentence, printed, measured, low, high)
