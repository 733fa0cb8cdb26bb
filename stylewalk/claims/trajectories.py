"""Claims about trajectories: how large and how spread their style loss is, and their shapes."""

from collections.abc import Mapping

import numpy as np

from stylewalk.claims import estimates, magnitudes, shapes
from stylewalk.claims.estimates import Estimate
from stylewalk.claims.magnitudes import finding
from stylewalk.claims.resampling import Level, Walks, average
from stylewalk.claims.weighing import (
    Claim,
    Evidence,
    Finding,
    NotTestable,
    judge,
    named,
    of_trajectories,
    table,
)
from stylewalk.randomness import generator
from stylewalk.trajectories.profile_tables import POOLED

# From the least style loss to the most.
_ORDER = ("Impressionism", "Realism", "Romanticism", "Expressionism")
# Mean of Spearman's coefficient over the report's five models, of the order of classes above
# (7.2.1) with the mean distances of Table 7.1: 0.4 in AAE, 1 in the others.
_PUBLISHED_DENSITY = 0.88

_FEWEST_RANKED = 4  # one of 24 orders is less than 5 %

# ASSUME: "similar" is within a factor of 1.5 because the classes of one model differ by more.
_SIMILAR = 1.5


def _class_order(evidence: Evidence) -> Finding:
    missing = [name for name in _ORDER if name not in evidence.classes]
    if missing:
        raise NotTestable(f"The config has no class {' or '.join(missing)}.")
    models = magnitudes.present(evidence)
    walks = Walks.of(evidence, "within", "random")
    ratios, ordered = {}, []
    for role, model in models.items():
        levels = [walks.level(model, [(name, name)]) for name in _ORDER]
        for place in range(1, len(_ORDER)):
            ratio = magnitudes.settle(levels[place] - levels[place - 1]).exp()
            ratios[f"{_ORDER[place]} over {_ORDER[place - 1]} in {role}"] = ratio
        means = [level.of_seeds.mean() for level in levels]
        if means == sorted(means):
            ordered.append(role)
    step, estimate = estimates.smallest(ratios)
    sentence = (
        f"{len(ordered)} of {len(models)} models order the mean style losses of the classes as the "
        f"report does{': ' * bool(ordered)}{', '.join(ordered)}; the smallest ratio of a class to "
        f"the one before it is {estimate.said()}, {step}, with {magnitudes.runs(walks.seeds)}."
    )
    return finding(judge(estimate.low, estimate.high, at_least=1), estimate, sentence)


def _density(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence)
    classes = sorted(evidence.classes)
    if len(classes) < _FEWEST_RANKED:
        raise NotTestable(
            f"The config has {len(classes)} classes; at least {_FEWEST_RANKED} are needed, since "
            "chance alone puts fewer in full order oftener than 5 % of the time."
        )
    walks, distances = Walks.of(evidence, "within", "random"), table(evidence, "mean_distance")
    x, y = [], []
    for model in models.values():
        far = magnitudes.rows(distances, model=model).groupby("class")["l1"].mean()
        x.append(far.reindex(classes).to_numpy())
        y.append([walks.level(model, [(name, name)]) for name in classes])
    agreement = magnitudes.rank_agreement(np.array(x), y, generator(0, "claims", "density"))
    sentence = (
        "The rank correlation over classes of mean distance between pictures with mean style "
        f"loss is {agreement.estimate.said()} in the mean of {len(models)} models; of the orders "
        f"of {len(classes)} classes {100 * agreement.p_above:.1f} % give as much by chance."
    )
    return finding(agreement.verdict(1), agreement.estimate, sentence, _PUBLISHED_DENSITY)


def _aae_magnitude(evidence: Evidence) -> Finding:
    aae = named(evidence, "AAE")
    others = magnitudes.present(evidence, but=("AAE",))
    walks = Walks.of(evidence, "within", "random")
    ratios: dict[tuple[str, str], Estimate] = {}
    for kind, measure in (("mean", walks.level), ("standard deviation", walks.spread)):
        own = measure(aae["AAE"])
        for role, model in others.items():
            ratios[kind, role] = magnitudes.settle(own - measure(model)).exp()
    (kind, role), estimate = estimates.smallest(ratios)
    listed = ", ".join(
        f"{other} {ratios['mean', other].value:.2f} and "
        f"{ratios['standard deviation', other].value:.2f}"
        for other in others
    )
    sentence = (
        "Mean and standard deviation of the AAE's style loss over those of other models are: "
        f"{listed}; the smallest ratio is {estimate.said()}, of the {kind} to that of {role}, with "
        f"{magnitudes.runs(walks.seeds)}."
    )
    return finding(judge(estimate.low, estimate.high, at_least=1), estimate, sentence)


def _intra_like_inter(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence)
    within, between = (Walks.of(evidence, classes, "random") for classes in ("within", "between"))
    ratios, factors = {}, {}
    for role, model in models.items():
        inside, across = within.level(model), between.level(model)
        ratios[role] = magnitudes.settle(across - inside).exp()
        factors[f"between over within in {role}"] = ratios[role]
        factors[f"within over between in {role}"] = magnitudes.settle(inside - across).exp()
    name, estimate = estimates.largest(factors)
    listed = ", ".join(f"{role} {ratio.value:.2f}" for role, ratio in ratios.items())
    sentence = (
        f"The style loss between classes over that within them is: {listed}; the factor farthest "
        f"from 1 is {estimate.said()}, {name}, with {magnitudes.runs(within.seeds)}."
    )
    return finding(judge(estimate.low, estimate.high, at_most=_SIMILAR), estimate, sentence)


def _toward_expressionism(evidence: Evidence) -> Finding:
    last = _ORDER[-1]
    if last not in evidence.classes or len(evidence.classes) < 2:
        raise NotTestable(f"The config has no class {last} beside another one.")
    models = magnitudes.present(evidence, but=("VAE",))
    walks = Walks.of(evidence, "between", "random")
    rises = {role: _rise(walks, model, last) for role, model in models.items()}
    role, estimate = estimates.smallest(rises)
    listed = ", ".join(f"{key} {rise.value:.2f}" for key, rise in rises.items())
    sentence = (
        f"The style loss of the last 40 % of steps to {last} over that of the first 40 % is: "
        f"{listed}; the smallest is {estimate.said()} in {role}, with "
        f"{magnitudes.runs(walks.seeds)}"
    )
    if "VAE" in evidence.roles:
        vae = _rise(walks, evidence.roles["VAE"], last)
        sentence += f"; VAE, which the report excepts, has {vae.said()}"
    return finding(judge(estimate.low, estimate.high, at_least=1), estimate, sentence + ".")


def _rise(walks: Walks, model: str, name: str) -> Estimate:
    """Style loss near one class over that near the others, geometric mean over the others."""
    rises, way = [], walks.of_steps(model)
    for group in walks.groups(model):
        if name in group:
            first, last = (walks.level(model, [group], part) for part in (way < 0.4, way > 0.6))
            rises.append(first - last if name == group[0] else last - first)
    if not rises:
        raise NotTestable(f"A table that the claim needs has no trajectories to class {name}.")
    return magnitudes.settle(average(rises)).exp()


def _blur(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence, least=_FEWEST_RANKED)
    walks, losses = Walks.of(evidence, "within", "random"), table(evidence, "losses")
    errors = magnitudes.rows(losses, split="validation", term="reconstruction")
    x = [magnitudes.rows(errors, model=model)["value"].mean() for model in models.values()]
    y = [walks.level(model) for model in models.values()]
    agreement = magnitudes.rank_agreement(np.array([x]), [y], generator(0, "claims", "blur"))
    sentence = (
        f"Over {len(models)} models the rank correlation of validation reconstruction loss with "
        f"mean style loss is {agreement.estimate.said()}; of the orders of the models "
        f"{100 * agreement.p_below:.1f} % give so low a one by chance."
    )
    return finding(agreement.verdict(-1), agreement.estimate, sentence)


def _spread_dissolve(evidence: Evidence) -> Finding:
    waists = named(evidence, "beta-VAE", "AE")
    models = magnitudes.present(evidence, least=_FEWEST_RANKED)
    walks = Walks.of(evidence, "within", "random")
    ratios = {role: _waist(walks, model) for role, model in waists.items()}
    role, estimate = estimates.largest(ratios)
    other = next(key for key in ratios if key != role)
    across = _spread_with_rho(evidence, walks, models)
    sentence = (
        "The standard deviation over trajectories in the middle 40 % of steps is "
        f"{estimate.said()} times that of the first and last 20 % in {role} and "
        f"{ratios[other].said()} times in {other}, with {magnitudes.runs(walks.seeds)}; over "
        f"{len(models)} models the rank correlation of rho with standard deviation over mean is "
        f"{_reached(across)}."
    )
    verdict = magnitudes.both([judge(estimate.low, estimate.high, at_most=1), across.verdict(1)])
    return finding(verdict, estimate, sentence)


def _reached(across: magnitudes.RankAgreement) -> str:
    """A rank correlation, and how often chance reaches it."""
    if not np.isfinite(across.estimate.value):
        return "not defined, since some model has no rho"
    return f"{across.estimate.said()}, which {100 * across.p_above:.1f} % of orders reach by chance"


def _waist(walks: Walks, model: str) -> Estimate:
    """Spread in mid-trajectory over that near the ends, geometric mean over classes."""
    away, ratios = np.abs(walks.of_steps(model) - 0.5), []
    for group in walks.groups(model):
        middle, ends = (walks.spread(model, [group], part) for part in (away < 0.2, away > 0.3))
        ratios.append(middle - ends)
    return magnitudes.settle(average(ratios)).exp()


def _spread_with_rho(
    evidence: Evidence, walks: Walks, models: Mapping[str, str]
) -> magnitudes.RankAgreement:
    """Over models, the rank correlation of the dissolve residual with the relative spread."""
    shapes_of = table(evidence, "profile_shapes")
    shapes_of = magnitudes.rows(shapes_of, experiment=walks.experiment, class_a=POOLED)
    x = [magnitudes.rows(shapes_of, model=model)["rho"].iloc[0] for model in models.values()]
    y: list[Level] = [walks.spread(model) - walks.level(model) for model in models.values()]
    return magnitudes.rank_agreement(np.array([x]), [y], generator(0, "claims", "spread"))


_CHANCE = (
    "and at most 5 % of the orders of the {items} give as {much} a coefficient by chance (exact up "
    "to seven)"
)

CLAIMS: list[Claim] = [
    *shapes.CLAIMS,
    of_trajectories(
        "class-order",
        "7.2.1",
        "Mean style loss: Impressionism, Realism, Romanticism, Expressionism, in every model.",
        "Ratio of a class's mean style loss, random pairs within it, to that of the class before "
        "it in this order. Statistic: the smallest ratio over classes and models. Holds where the "
        "interval is above 1, fails where it is below, with Bonferroni's correction.",
        _class_order,
        null="two neighbouring classes have the same style loss",
    ),
    of_trajectories(
        "density",
        "7.2.1, 8.3",
        "Classes with a larger mean distance between samples have a larger style loss.",
        "Spearman's correlation over classes of mean L1 distance with mean style loss of random "
        "pairs within the class, mean over models. Holds where the interval, over trajectories, is "
        f"above 0 {_CHANCE.format(items='classes', much='large')}; fails where it is below 0 and "
        "as few give as small a one.",
        _density,
        null="style losses have nothing to do with distances",
    ),
    of_trajectories(
        "aae-magnitude",
        "7.2.1, 8.3",
        "AAE has the largest style loss and the largest spread.",
        "Ratio of the AAE's to every other model's mean style loss, and of their standard "
        "deviations over trajectories; random pairs within classes, all together. Statistic: the "
        "smallest ratio. Holds where its interval is above 1, fails where it is below, with "
        "Bonferroni's correction.",
        _aae_magnitude,
        null="another model's mean or spread is as large",
    ),
    of_trajectories(
        "intra-like-inter",
        "8.3",
        "Profiles within and between classes have similar magnitude.",
        "Mean style loss of random pairs between classes over that within them, or its inverse "
        "where that is larger. Statistic: the largest factor over models. Holds where its interval "
        f"is below {_SIMILAR}, fails where it is above, with Bonferroni's correction.",
        _intra_like_inter,
        null="the factor of one model is the bound",
    ),
    of_trajectories(
        "toward-expressionism",
        "7.3.1",
        "Between classes the loss rises towards the Expressionism end, but for VAE.",
        "Mean style loss of the 40 % of steps nearest Expressionism over that of the 40 % farthest "
        "from it, random pairs of Expressionism and another class, geometric mean over these. "
        "Statistic: the smallest over models but VAE. Holds where its interval is above 1, fails "
        "where it is below, with Bonferroni's correction.",
        _toward_expressionism,
        null="no rise in one model",
    ),
    of_trajectories(
        "blur",
        "7.2.2",
        "Blurrier reconstructions give lower style loss.",
        "Spearman's correlation over models of validation reconstruction loss with mean style loss "
        "of random pairs within classes. Holds where the interval, over trajectories, is below 0 "
        f"{_CHANCE.format(items='models', much='small')}; fails where it is above 0 and as few "
        "give as large a one.",
        _blur,
        null="style losses have nothing to do with reconstruction",
    ),
    of_trajectories(
        "spread-dissolve",
        "7.2.1, 7.3.1",
        "Where images dissolve the spread is smaller; in beta-VAE and AE smallest in the middle.",
        "Standard deviation over random trajectories within a class in the middle 40 % of steps "
        "over that in the first and last 20 %, geometric mean over classes. Statistic: the larger "
        "ratio of beta-VAE and AE. Holds where its interval is below 1 and, over models, rho rises "
        "with standard deviation over mean: Spearman's coefficient surely above 0 "
        f"{_CHANCE.format(items='models', much='large')}. Fails where either is surely the other "
        "way round.",
        _spread_dissolve,
        null="as much spread in the middle as at the ends",
    ),
]
