"""Style losses of single trajectories as claims read them, pairs resampled together for all models.

Levels are logarithms, so that a difference of two is the ratio of two style losses: the scales of
style loss of different models, classes and style networks do not compare otherwise. Both ends of
such a difference are of the same resampled pairs, so that what these have in common cancels, as it
does in the difference itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from stylewalk.claims.weighing import Evidence, NoExperiment, NotTestable, table
from stylewalk.randomness import generator
from stylewalk.statistics import FEWEST_FREE, FEWEST_SEEDS, effective_free
from stylewalk.trajectories.profile_tables import tables_of
from stylewalk.trajectories.sharing import EndsOfClasses, Growth, Sharing, ends_of, with_ends

_DRAWS = 1_000
_OF_LEVEL = ("of_seeds", "draws")

Group = tuple[str, str]
# Of one group: of seeds, pairs and steps; and how often each draw took each pair. Groups differ in
# their number of pairs.
Values = Float[np.ndarray, "seeds _ steps"]
Weights = Float[np.ndarray, "draws _"]
# From the values and the weights of every group to one number for each draw and seed.
Measure = Callable[[Sequence[Values], Sequence[Weights]], Float[np.ndarray, "draws seeds"]]


@dataclass(frozen=True)
class Part:
    """What the n pairs of one group add to a level, linearised.

    Attributes:
        ends: (S, n, 2) the artworks at their ends.
        weight: that of a pair in the level, negative where it is taken off.
        influences: (n,) by how much the level falls without each pair.
    """

    ends: EndsOfClasses
    weight: float
    influences: Float[np.ndarray, " pairs"]

    def times(self, factor: float) -> "Part":
        """That of a multiple of the level."""
        return Part(self.ends, factor * self.weight, factor * self.influences)


# Parts of the experiments, models that have pairs of their own, and groups.
Parts = Mapping[tuple[str, str, Group], Part]


@dataclass(frozen=True)
class Level:
    """A number of each seed, and what it would be on other pairs.

    Attributes:
        of_seeds: (S,) its values.
        draws: (B,) mean over seeds, of resampled pairs; not finite where a resample has no number,
            as the logarithm of a deviation has none where it took one pair alone.
        free: degrees of freedom among the pairs.
        groups: pairs of classes within which they were drawn.
        parts_of_pairs: what single pairs add; none where their artworks are not known.
    """

    of_seeds: Float[np.ndarray, " seeds"]
    draws: Float[np.ndarray, " draws"]
    free: float
    groups: int
    parts_of_pairs: Parts = field(default_factory=dict)

    def __sub__(self, other: "Level") -> "Level":
        """The difference, draw by draw: of the same resampled pairs."""
        free, groups = min(self.free, other.free), max(self.groups, other.groups)
        with np.errstate(invalid="ignore"):  # where both are the logarithm of 0
            of_seeds, draws = self.of_seeds - other.of_seeds, self.draws - other.draws
        return Level(of_seeds, draws, free, groups, _sum([self, other], [1.0, -1.0]))

    def growth(self) -> Growth | None:
        """What pairs that share an artwork do to the variance; None where no two do."""
        parts = list(self.parts_of_pairs.values())
        if not parts:
            return None
        sharing = Sharing([part.ends for part in parts], [part.weight for part in parts])
        if not sharing.is_any:
            return None
        return sharing.growth(np.concatenate([part.influences / part.weight for part in parts]))

    def parts(self) -> list[tuple[float, float]]:
        """Variances of the mean over seeds and their degrees of freedom: of pairs, of training.

        What seeds differ by counts from three on; with fewer they are given. NaN with too few pairs
        for Student's t to tell how far they may be off.
        """
        draws, free = self.draws[np.isfinite(self.draws)], self.free
        if free < FEWEST_FREE or len(draws) < 2:
            return [(np.nan, 1.0)]
        # A resample of n varies as if it were of n - 1 (Hesterberg 2015).
        variance = float(draws.var(ddof=1) * (free + self.groups) / free)
        if growth := self.growth():
            variance = variance * float(growth.variance)
            # `free` counts pairs of one model; growth.free is a share of those of all models.
            free *= min(growth.free * self._sets_of_pairs(), 1)
            if free < FEWEST_FREE:
                return [(np.nan, 1.0)]
        parts = [(variance, free)]
        seeds = len(self.of_seeds)
        if seeds >= FEWEST_SEEDS:
            parts.append((float(self.of_seeds.var(ddof=1) / seeds), float(seeds - 1)))
        return parts

    def _sets_of_pairs(self) -> float:
        """All pairs over those of the model and experiment that has fewest, in degrees of freedom.

        1 where models walk between the same pairs of one experiment, 5 where five models of as many
        pairs have chosen theirs.
        """
        of_each: dict[tuple[str, str], int] = {}
        for (experiment, model, _), part in self.parts_of_pairs.items():
            free = of_each.get((experiment, model), 0) + part.ends.shape[1] - 1
            of_each[experiment, model] = free
        return sum(of_each.values()) / max(min(of_each.values()), 1)

    def samples(self, rng: np.random.Generator) -> Float[np.ndarray, " draws"]:
        """(B,) likely values of the mean over seeds: draws of pairs and, independently, of seeds.

        All NaN with too few pairs.
        """
        (of_pairs, _), *of_seeds = self.parts()
        if not np.isfinite(of_pairs):
            return np.full(len(self.draws), np.nan)
        finite = np.isfinite(self.draws)
        centred = np.where(finite, self.draws - self.draws[finite].mean(), 0)
        spread = centred.std(ddof=1)
        scale = np.sqrt(of_pairs) / spread if spread else 0.0
        means: np.ndarray = self.of_seeds.mean() + scale * centred
        for variance, free in of_seeds:
            means = means + np.sqrt(variance) * rng.standard_t(free, len(means))
        return means


def _sum(levels: Sequence[Level], factors: Sequence[float]) -> Parts:
    """What pairs add to a sum of multiples of levels; pairs that several have count once."""
    parts: dict[tuple[str, str, Group], Part] = {}
    for level, factor in zip(levels, factors, strict=True):
        for key, part in level.parts_of_pairs.items():
            own, before = part.times(factor), parts.get(key)
            if before is not None:
                own = Part(part.ends, before.weight, before.influences + own.influences)
            parts[key] = own
    return parts


def average(levels: Sequence[Level]) -> Level:
    """Mean of the levels of different groups of pairs, which are independent of each other."""
    values, draws = (np.mean([vars(each)[name] for each in levels], axis=0) for name in _OF_LEVEL)
    free, groups = (sum(vars(each)[name] for each in levels) for name in ("free", "groups"))
    return Level(values, draws, free, groups, _mean_of(levels))


def _mean_of(levels: Sequence[Level]) -> Parts:
    return _sum(levels, [1 / len(levels)] * len(levels))


def mean_of_models(levels: Sequence[Level]) -> Level:
    """Mean of the levels of models, which walk between the same pairs."""
    values, draws = (np.mean([vars(each)[name] for each in levels], axis=0) for name in _OF_LEVEL)
    least = min(levels, key=lambda each: each.free)
    return Level(values, draws, least.free, least.groups, _mean_of(levels))


class Walks:
    """The trajectories of one experiment in all models.

    Args:
        experiment: its name.
        values_of: gives the (S, n, T) values of a model by pair of classes, of S seeds, n pairs and
            T steps; NaN where a seed lacks a pair.
        seeds: how many there are.
        are_same: whether the pairs are the same in every model, as random ones are.
        roles: the report's names of models, by theirs; what is drawn depends on nothing else.
        ends_of: gives the ends of a model's pairs by pair of classes; None where they are not
            known, and no two pairs share an artwork.
    """

    def __init__(
        self,
        experiment: str,
        values_of: Callable[[str], Mapping[Group, Values]],
        seeds: int,
        are_same: bool,
        roles: Mapping[str, str],
        ends_of: Callable[[str], Mapping[Group, EndsOfClasses]] | None = None,
    ):
        self.experiment, self.seeds = experiment, seeds
        self._ends = cache(ends_of) if ends_of else None
        self._of = cache(values_of)
        self._are_same, self._roles = are_same, roles
        self._weights: dict[tuple[str, Group], Weights] = {}

    @classmethod
    def of(
        cls,
        evidence: Evidence,
        classes: str,
        pairs: str,
        steps: int | None = None,
        column: str | None = None,
    ) -> "Walks":
        """Those of the experiment of a kind that has the most pairs.

        Args:
            evidence: what bears on the claim.
            classes, pairs: the kind.
            steps: it has at least so many.
            column: of ``trajectory_measures``, in place of the style loss of steps.

        Raises:
            NoExperiment: the study has no such experiment.
            NotTestable: a table is missing, or it has no rows of the experiment.
        """
        name = experiment(evidence, classes, pairs, steps)
        rows = _rows(evidence, name, column)

        def values_of(model: str) -> Mapping[Group, Values]:
            own = rows[rows["model"] == model]
            if own.empty:
                raise NotTestable(
                    f"A table that the claim needs has no rows of model {model}, experiment {name}."
                )
            return tables_of(own)[model, name]

        walks = rows.drop_duplicates(["model", "seed", "class_a", "class_b", "pair"])
        walks = known_ends(evidence, walks)

        def of_model(model: str) -> Mapping[Group, EndsOfClasses]:
            return ends_of(walks[walks["model"] == model])

        ends = of_model if "id_a" in walks else None
        roles = {model: role for role, model in evidence.roles.items()}
        return cls(name, values_of, int(rows["seed"].nunique()), pairs == "random", roles, ends)

    def groups(self, model: str) -> list[Group]:
        """Pairs of classes that a model walks between."""
        return sorted(self._of(model))

    def level(
        self,
        model: str,
        groups: Sequence[Group] | None = None,
        part: Bool[np.ndarray, " steps"] | None = None,
    ) -> Level:
        """Logarithm of the mean style loss over trajectories and steps.

        Args:
            model: name of the model.
            groups: pairs of classes; every trajectory counts the same; all, where none are given.
            part: which steps; all where none are given.
        """
        return self._log(model, groups, part, _mean)

    def spread(
        self,
        model: str,
        groups: Sequence[Group] | None = None,
        part: Bool[np.ndarray, " steps"] | None = None,
    ) -> Level:
        """Logarithm of the standard deviation over trajectories, mean over steps; see ``level``."""
        return self._log(model, groups, part, _deviation)

    def unevenness(self, model: str, groups: Sequence[Group] | None = None) -> Level:
        """Logarithm of the mean profile's coefficient of variation over steps."""
        return self._log(model, groups, None, _variation)

    def of_steps(self, model: str) -> Float[np.ndarray, " steps"]:
        """(T,) how far along the way each step's middle is, 0 to 1."""
        steps = int(next(iter(self._of(model).values())).shape[2])
        return (np.arange(steps) + 0.5) / steps

    def _log(
        self,
        model: str,
        groups: Sequence[Group] | None,
        part: Bool[np.ndarray, " steps"] | None,
        measure: Measure,
    ) -> Level:
        tables = self._of(model)
        chosen = [group for group in (groups or self.groups(model)) if group in tables]
        if not chosen:
            raise NotTestable(f"Experiment {self.experiment} has no such walks of {model}.")
        values = [tables[group] for group in chosen]
        if part is not None:
            values = [value[:, :, part] for value in values]
        once = [np.ones((1, v.shape[1])) for v in values]
        drawn = [self._resampled(model, group, tables[group].shape[1]) for group in chosen]
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.log(measure(values, once))[0]
            draws = np.log(measure(values, drawn)).mean(axis=1)
        count = sum(v.shape[1] for v in values)
        levels = np.concatenate([np.nanmean(v, axis=(0, 2)) for v in values])
        free, parts = effective_free(count, len(values), levels), {}
        if self._ends is not None:
            ends, falls = self._ends(model), _falls(values, measure)
            keys = [(self.experiment, self._key(model), group) for group in chosen]
            parts = {
                key: Part(ends[key[2]], 1 / count, fall)
                for key, fall in zip(keys, falls, strict=True)
            }
        return Level(own, draws, free, len(values), parts)

    def _key(self, model: str) -> str:
        """The model, where it has pairs of its own."""
        return "" if self._are_same else self._roles.get(model, model)

    def _resampled(self, model: str, group: Group, n: int) -> Float[np.ndarray, "draws {n}"]:
        """(B, n) how often each pair was drawn; the same for all models that share the pairs."""
        key = (self._key(model), group)
        if key not in self._weights:
            rng = generator(0, "claims", self.experiment, key[0], *group)
            drawn = rng.multinomial(n, np.full(n, 1 / n), size=_DRAWS)
            self._weights[key] = drawn.astype(np.float64)
        return self._weights[key]


def known_ends(evidence: Evidence, walks: pd.DataFrame) -> pd.DataFrame:
    """Rows about trajectories, with the artworks at their ends where the run tells them."""
    pairs = evidence.tables.get("pairs", pd.DataFrame())
    is_told = {"seed", "class_b", "pair", "id_a"} <= set(pairs)
    return with_ends(walks, pairs) if is_told else walks


def experiment(evidence: Evidence, classes: str, pairs: str, steps: int | None = None) -> str:
    """The name of the experiment of this kind."""
    name = evidence.experiment(classes, pairs, steps)
    if name is None:
        long = "" if steps is None else f" in at least {steps} steps"
        raise NoExperiment(
            f"The config has no experiment of {pairs} pairs {classes} classes{long}."
        )
    return name


def _rows(evidence: Evidence, name: str, column: str | None) -> pd.DataFrame:
    """Rows of one experiment that :func:`tables_of` reads."""
    if column is None:
        frame = table(evidence, "trajectory_style_loss")
        frame = frame[frame["experiment"] == name]
    else:
        frame = table(evidence, "trajectory_measures")
        frame = frame[frame["experiment"] == name].dropna(subset=column)
        frame = frame.assign(value=frame[column], step=1, layer="total")
    if frame.empty:
        raise NotTestable(f"A table that the claim needs has no rows of experiment {name}.")
    return frame


def _falls(values: Sequence[Values], measure: Measure) -> list[Float[np.ndarray, " _pairs"]]:
    """By how much the logarithm of a measure falls without each pair of each group."""
    sizes = [value.shape[1] for value in values]
    once = [np.ones((1, size)) for size in sizes]
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.log(measure(values, once)).mean(axis=1)
        by_group = []
        for place, size in enumerate(sizes):
            without = [np.ones((size, other)) for other in sizes]
            without[place] -= np.eye(size)
            falls = whole - np.log(measure(values, without)).mean(axis=1)
            by_group.append(np.where(np.isfinite(falls), falls, 0.0))
    return by_group


def _mean(values: Sequence[Values], weights: Sequence[Weights]) -> Float[np.ndarray, "draws seeds"]:
    """Mean over pairs and steps."""
    sums, counts = 0.0, 0.0
    for value, weight in zip(values, weights, strict=True):
        of_pairs = value.mean(axis=2)
        sums = sums + weight @ np.nan_to_num(of_pairs).T
        counts = counts + weight @ np.isfinite(of_pairs).T
    return np.asarray(sums / counts)


def _moments(
    values: Sequence[Values], weights: Sequence[Weights]
) -> tuple[
    Float[np.ndarray, "draws seeds steps"],
    Float[np.ndarray, "draws seeds steps"],
    Float[np.ndarray, "draws seeds 1"],
]:
    """Sums over pairs, of squares likewise, and counts."""
    sums, squares, counts = 0.0, 0.0, 0.0
    for value, weight in zip(values, weights, strict=True):
        known = np.nan_to_num(value)
        sums = sums + np.einsum("bn,snt->bst", weight, known, optimize=True)
        squares = squares + np.einsum("bn,snt->bst", weight, known**2, optimize=True)
        counts = counts + (weight @ np.isfinite(value[..., 0]).T)[..., None]
    return np.asarray(sums), np.asarray(squares), np.asarray(counts)


def _deviation(
    values: Sequence[Values], weights: Sequence[Weights]
) -> Float[np.ndarray, "draws seeds"]:
    """Standard deviation over pairs, mean over steps."""
    sums, squares, counts = _moments(values, weights)
    variance = (squares - sums**2 / counts) / (counts - 1)
    return np.asarray(np.sqrt(np.maximum(variance, 0)).mean(axis=2))


def _variation(
    values: Sequence[Values], weights: Sequence[Weights]
) -> Float[np.ndarray, "draws seeds"]:
    """Standard deviation over steps of the mean profile, over its mean."""
    sums, _, counts = _moments(values, weights)
    profiles = sums / counts
    return np.asarray(profiles.std(axis=2, ddof=1) / profiles.mean(axis=2))
