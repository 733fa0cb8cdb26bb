"""Claims about the shape of style-loss profiles: horseshoes, waves, flat ones, and who is alike."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.claims import estimates, magnitudes
from stylewalk.claims.estimates import Estimate
from stylewalk.claims.magnitudes import finding
from stylewalk.claims.resampling import Level, Walks, average, experiment, known_ends
from stylewalk.claims.weighing import (
    FAILS,
    HOLDS,
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
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.dissolve import FEWEST_TRAJECTORIES, shape_rho_correlation
from stylewalk.trajectories.profile_tables import POOLED
from stylewalk.trajectories.runs import by_run

_SHAPED = ("horseshoe", "valley", "wave")
_WAVES = ("TVAE", "beta-VAE", "AE")
_DRAWS = 1_000
# Both contrasts of the pairs of one group of classes; groups differ in their number of pairs.
_Contrasts = Float[np.ndarray, "models seeds _ 2"]


def _shape(evidence: Evidence, model: str) -> pd.Series:
    """The shape of a model's mean profile between random pictures of one class, all together."""
    name = experiment(evidence, "within", "random")
    shapes = table(evidence, "profile_shapes")
    return magnitudes.rows(shapes, model=model, experiment=name, class_a=POOLED).iloc[0]


def _contrast(shape: pd.Series, name: str) -> Estimate:
    value, low, high = (float(shape[column]) for column in (name, f"{name}_low", f"{name}_high"))
    return Estimate(value, low, high)


def _of_shapes(verdicts: Mapping[str, str], wanted: Collection[str]) -> str:
    """Does every model's profile have one of these shapes? Fails where one has another."""
    distinct = set(verdicts.values())
    if distinct <= set(wanted):
        return HOLDS
    open_ = distinct & {TOO_FEW, UNDETERMINED}
    if distinct - set(wanted) - open_:
        return FAILS
    return TOO_FEW if TOO_FEW in open_ else UNDETERMINED


def _horseshoe(evidence: Evidence) -> Finding:
    shape = _shape(evidence, named(evidence, "AAE")["AAE"])
    estimate = _contrast(shape, "quadratic")
    verdict = _of_shapes({"AAE": shape["verdict"]}, {"horseshoe"})
    sentence = (
        f"The AAE's mean profile has a quadratic contrast of {estimate.said()}, below 0 for a "
        f"hump, with the verdict {shape['verdict']}{_against_blend(evidence)}"
    )
    if "VAE" in evidence.roles:
        beside = _shape(evidence, evidence.roles["VAE"])
        sentence += f"; the VAE's is {_contrast(beside, 'quadratic').said()}, {beside['verdict']}"
    return Finding(verdict, sentence + ".", np.nan, estimate.value, estimate.low, estimate.high)


def _against_blend(evidence: Evidence) -> str:
    """The AAE's random trajectories beside the pixel blends of their ends, where tested."""
    tests = evidence.tables.get("control_tests", pd.DataFrame())
    if tests.empty:
        return ""
    name = experiment(evidence, "within", "random")
    where = {"experiment": name, "measure": "quadratic", "model": evidence.roles["AAE"]}
    row = magnitudes.rows(tests, **where).iloc[0]
    return (
        f" (single trajectories: a median of {row['model_median']:.2f}, of the pixel blends of "
        f"their ends {row['blend_median']:.2f})"
    )


def _wave(evidence: Evidence) -> Finding:
    models = named(evidence, *_WAVES)
    shapes = {role: _shape(evidence, model) for role, model in models.items()}
    role, estimate = estimates.largest(
        {r: _contrast(shape, "quartic") for r, shape in shapes.items()}
    )
    verdicts = {r: shape["verdict"] for r, shape in shapes.items()}
    verdict = _of_shapes(verdicts, {"wave"})
    listed = ", ".join(f"{r} {name}" for r, name in verdicts.items())
    sentence = (
        f"The largest quartic contrast of the three, below 0 for a wave, is that of {role}: "
        f"{estimate.said()}; the verdicts on their mean profiles are: {listed}."
    )
    return Finding(verdict, sentence, np.nan, estimate.value, estimate.low, estimate.high)


def _lower_middle(evidence: Evidence) -> Finding:
    models, walks = named(evidence, *_WAVES), Walks.of(evidence, "within", "random")
    ratios = {}
    for role, model in models.items():
        away = np.abs(walks.of_steps(model) - 0.5)
        middle, ends = (walks.level(model, part=part) for part in (away < 0.2, away > 0.2))
        ratios[role] = magnitudes.settle(middle - ends).exp()
    role, estimate = estimates.largest(ratios)
    listed = ", ".join(f"{name} {ratio.value:.2f}" for name, ratio in ratios.items())
    sentence = (
        f"The style loss of the middle 40 % of steps over that of the others is: {listed}; the "
        f"largest is {estimate.said()} in {role}, with {magnitudes.runs(walks.seeds)}."
    )
    return finding(judge(estimate.low, estimate.high, at_most=1), estimate, sentence)


def _dissolve(evidence: Evidence) -> Finding:
    name = experiment(evidence, "within", "random")
    tests = magnitudes.rows(table(evidence, "shape_rho"), experiment=name, measure="quadratic")
    correlations = {}
    for role, model in magnitudes.present(evidence).items():
        row = magnitudes.rows(tests, model=model).iloc[0]
        value, low, high = (float(row[column]) for column in ("correlation", "low", "high"))
        correlations[role] = Estimate(value, low, high)
    return _with_contrast(correlations, "the dissolve residual rho", _residuals(evidence))


def _new_structure(evidence: Evidence) -> Finding:
    models = magnitudes.present(evidence)
    name = experiment(evidence, "within", "random")
    measures = magnitudes.rows(table(evidence, "trajectory_measures"), experiment=name)
    correlations = {}
    measures = known_ends(evidence, measures)
    for role, model in models.items():
        own, ends = by_run(magnitudes.rows(measures, model=model), ["quadratic", "structure"])
        rng = generator(0, "claims", "structure", role)
        spearman = shape_rho_correlation(own["quadratic"], own["structure"], rng, _DRAWS, ends)
        correlations[role] = Estimate(spearman.correlation, spearman.low, spearman.high)
    return _with_contrast(correlations, "the new structure of the pictures on the way")


def _with_contrast(correlations: Mapping[str, Estimate], measure: str, beside: str = "") -> Finding:
    """Is the rank correlation of the quadratic contrast with a measure negative in every model?"""
    role, worst = estimates.largest(correlations)
    each = ", ".join(f"{r} {_known(estimate.value)}" for r, estimate in correlations.items())
    sentence = (
        f"The rank correlation of the quadratic contrast with {measure} over "
        f"trajectories, below 0 where humps go with transformed pictures, is largest in {role}: "
        f"{worst.said()} (all: {each}){beside}."
    )
    verdict = judge(worst.low, worst.high, at_most=0)
    return Finding(verdict, sentence, np.nan, worst.value, worst.low, worst.high)


def _known(value: float) -> str:
    """A figure; where all ends of a model nearly coincide, there is none."""
    return f"{value:.2f}" if np.isfinite(value) else "not defined"


def _residuals(evidence: Evidence) -> str:
    """The mean rho of the AAE beside that of the models that the report calls waves."""
    waves = [role for role in _WAVES if role in evidence.roles]
    if "AAE" not in evidence.roles or not waves or "profile_shapes" not in evidence.tables:
        return ""
    rho = {role: _shape(evidence, evidence.roles[role])["rho"] for role in ("AAE", *waves)}
    said = {role: _known(value) for role, value in rho.items()}
    beside = ", ".join(f"{role} {said[role]}" for role in waves)
    return f"; mean rho is {said['AAE']} in AAE against {beside}"


def _resemblance(role: str, partner: str) -> Callable[[Evidence], Finding]:
    """The function that asks whether one model's trajectories are most like the partner's."""

    def weigh(evidence: Evidence) -> Finding:
        named(evidence, role, partner)
        others = magnitudes.present(evidence, but=(role, partner))
        models = {r: evidence.roles[r] for r in (role, partner, *others)}
        name = experiment(evidence, "within", "random")
        measures = table(evidence, "trajectory_measures")
        blocks = _profiles(magnitudes.rows(measures, experiment=name), models)
        correlations = _rank_correlations(blocks, generator(0, "claims", role, partner))
        rivals = {}
        for place, other in enumerate(others, start=1):
            leads = correlations[:, 0] - correlations[:, place]
            rivals[other] = Estimate(float(leads[0]), *np.percentile(leads[1:], [2.5, 97.5]))
        rival, lead = estimates.smallest(rivals)
        runs = magnitudes.runs(measures["seed"].nunique())
        own, next_ = correlations[0, 0], correlations[0, 1 + list(others).index(rival)]
        sentence = (
            f"Between the same pictures the shape of {role}'s trajectories has a rank correlation "
            f"of {own:.2f} with {partner}'s and of {next_:.2f} with {rival}'s, the rival that "
            f"comes nearest: a lead of {lead.said()}, with {runs}."
        )
        verdict = judge(lead.low, lead.high, at_least=0)
        return Finding(verdict, sentence, np.nan, lead.value, lead.low, lead.high)

    return weigh


def _profiles(measures: pd.DataFrame, models: dict[str, str]) -> list[_Contrasts]:
    """Both contrasts of each group of classes, of pairs that all models have."""
    blocks = []
    for class_a, class_b in magnitudes.groups(measures):
        group = magnitudes.rows(measures, class_a=class_a, class_b=class_b)
        parts = [
            magnitudes.rows(group, model=model)
            .pivot_table(["quadratic", "quartic"], "pair", "seed", dropna=False)
            .sort_index(axis=1)
            for model in models.values()
        ]
        joint = pd.concat(parts, axis=1, keys=range(len(parts))).dropna().sort_index()
        if len(joint) < FEWEST_TRAJECTORIES:
            raise NotTestable(
                f"The models share {len(joint)} random pairs of class {class_a}; "
                f"at least {FEWEST_TRAJECTORIES} are needed to compare their profiles."
            )
        values = joint.to_numpy().reshape(len(joint), len(models), 2, -1)
        blocks.append(values.transpose(1, 3, 0, 2))
    return blocks


def _rank_correlations(
    blocks: Sequence[_Contrasts], rng: np.random.Generator
) -> Float[np.ndarray, "_ models-1"]:
    """Rank correlation of the first model's contrasts with those of each other model.

    Within classes, mean over classes and the two contrasts. Row 0 (of 1 + draws) is that of the
    data, the others of resampled pairs and, with three seeds or more, resampled seeds.
    """
    models, seeds = blocks[0].shape[:2]
    shares = np.full((1 + _DRAWS, seeds), 1 / seeds)
    if seeds >= FEWEST_SEEDS:
        shares[1:] = rng.multinomial(seeds, shares[0], size=_DRAWS) / seeds
    total = np.zeros((1 + _DRAWS, models - 1))
    for block in blocks:
        pairs = block.shape[2]
        drawn = np.vstack([np.arange(pairs), rng.integers(pairs, size=(_DRAWS, pairs))])
        for contrast in range(2):
            means = np.einsum("bs,msp->mbp", shares, block[..., contrast])
            ranks = stats.rankdata(np.take_along_axis(means, drawn[None], axis=2), axis=2)
            ranks -= ranks.mean(axis=2, keepdims=True)
            norms = np.sqrt((ranks**2).sum(axis=2))
            with np.errstate(invalid="ignore"):
                coefficients = (ranks[1:] * ranks[0]).sum(axis=2) / (norms[1:] * norms[0])
            total += np.nan_to_num(coefficients).T  # a side that never varies goes with nothing
    return total / (2 * len(blocks))


def _flatness(evidence: Evidence, walks: Walks, words: str = "") -> Finding:
    """Is the variation along the AAE's profiles larger than along every other model's?"""
    aae = named(evidence, "AAE")["AAE"]
    others = magnitudes.present(evidence, but=("AAE",))
    reference = _unevenness(walks, aae)
    own = {role: _unevenness(walks, model) for role, model in others.items()}
    ratios = {r: magnitudes.settle(reference - each).exp() for r, each in own.items()}
    role, estimate = estimates.smallest(ratios)
    typical = [float(np.exp(each.of_seeds.mean())) for each in (reference, own[role])]
    sentence = (
        "Along its profiles the style loss of the AAE varies by "
        f"{100 * typical[0]:.0f} % of its mean, "
        f"{estimate.said()} times as much as in {role}, the most uneven of the others at "
        f"{100 * typical[1]:.0f} % "
        f"({_groups(len(walks.groups(aae)))} of classes, {magnitudes.runs(walks.seeds)})"
        f"{words}."
    )
    verdict = judge(estimate.low, estimate.high, at_least=1)
    return finding(verdict, estimate, sentence)


def _groups(count: int) -> str:
    return "1 group" if count == 1 else f"{count} groups"


def _unevenness(walks: Walks, model: str) -> Level:
    """Logarithm of the coefficient of variation over steps, mean over groups of classes."""
    return average([walks.unevenness(model, [group]) for group in walks.groups(model)])


def _long_uneven(evidence: Evidence) -> Finding:
    return _flatness(evidence, Walks.of(evidence, "within", "farthest", 100))


def _closest_uneven(evidence: Evidence) -> Finding:
    return _flatness(evidence, Walks.of(evidence, "between", "closest"), _NO_CONTENT)


def _long_flat(evidence: Evidence) -> Finding:
    return _flat_but_in_aae(evidence, experiment(evidence, "within", "farthest", 100))


def _closest_flat(evidence: Evidence) -> Finding:
    return _flat_but_in_aae(evidence, experiment(evidence, "between", "closest"), _NO_CONTENT)


def _flat_but_in_aae(evidence: Evidence, name: str, words: str = "") -> Finding:
    """Are the profiles of every other model flat by the equivalence test, and the AAE's not?"""
    named(evidence, "AAE")
    magnitudes.present(evidence, but=("AAE",))
    shapes = magnitudes.rows(
        table(evidence, "profile_shapes"), experiment=name, class_a=POOLED, class_b=POOLED
    )
    own = {
        role: magnitudes.rows(shapes, model=model).iloc[0]
        for role, model in magnitudes.present(evidence).items()
    }
    verdicts = {role: row["verdict"] for role, row in own.items()}
    steepest = {
        role: np.nanmax([abs(row["quadratic"]), abs(row["quartic"])]) for role, row in own.items()
    }
    rest = {role: verdict for role, verdict in verdicts.items() if role != "AAE"}
    verdict = magnitudes.both(
        [_of_shapes(rest, {"flat"}), _of_shapes({"AAE": verdicts["AAE"]}, _SHAPED)]
    )
    role = max(rest, key=lambda other: (np.isfinite(steepest[other]), steepest[other]))
    listed = ", ".join(f"{other} {said}" for other, said in verdicts.items())
    sentence = (
        f"The verdicts on mean profiles, all classes together, are: {listed}; the larger contrast "
        f"of {role}, the least flat of the models but the AAE, is {steepest[role]:.2f}{words}."
    )
    return Finding(verdict, sentence, np.nan, float(steepest[role]))


_ALIKE = (
    "For the same random pairs within classes, Spearman's correlation of two models' quadratic and "
    "quartic contrasts (mean of both, and of classes). Statistic: the correlation of {a} with {b} "
    "minus that of {a} with whichever other model comes nearest. Holds where the bootstrap "
    "interval over pairs is above 0, fails where it is below, with Bonferroni's correction."
)
_FLAT = (
    "Verdicts on the mean profiles of {pairs}, all classes together. Holds where that of every "
    "model but the AAE is flat (both contrasts surely within the margin in profiles.flat_within) "
    "and the AAE's is a shape; fails where one of the others has a shape or the AAE's is flat. "
    "Statistic: the largest contrast of the others."
)
_UNEVEN = (
    "The claim above read as of less and more. Unevenness is the standard deviation over steps of "
    "the style loss over its mean. Statistic: the AAE's over that of the most uneven other model "
    "(geometric mean over {groups}, {pairs}). Holds where the interval is above 1, fails where it "
    "is below, with Bonferroni's correction over models."
)
_NO_CONTENT = "; whether the pictures share content is for the eye and is not weighed"

CLAIMS: list[Claim] = [
    of_trajectories(
        "horseshoe",
        "7.2.1, 8.3",
        "AAE: the profile has one hump in the middle.",
        "Quadratic contrast of the AAE's mean profile between random pictures of one class, all "
        "classes together. Holds where the profile's verdict is horseshoe, fails where it is a "
        "valley, a wave or flat; verdicts are corrected after Holm over all models' profiles of "
        "random pairs.",
        _horseshoe,
        null="a flat profile; of failing, a hump at the margin of flat",
    ),
    of_trajectories(
        "wave",
        "7.2, 8.3",
        "TVAE, beta-VAE and AE: humps at both ends and a dip in the middle.",
        "Largest of the three quartic contrasts of mean profiles between random pictures of one "
        "class, all classes together. Holds where the verdict of all three profiles is wave, fails "
        "where one is a horseshoe, a valley or flat; verdicts are corrected after Holm over all "
        "models' profiles of random pairs.",
        _wave,
        null="one profile is flat; of failing, waves at the margin of flat",
    ),
    of_trajectories(
        "lower-middle",
        "8.3",
        "TVAE, beta-VAE and AE: the style loss is lower in the middle.",
        "The claim above read without humps at the ends, so that a valley is one, too. Mean style "
        "loss of the middle 40 % of steps over that of the others, random pairs within classes, "
        "all together. Statistic: the largest of the three models. Holds where its interval is "
        "below 1, fails where it is above, with Bonferroni's correction.",
        _lower_middle,
        null="as much style loss in the middle as elsewhere",
    ),
    of_trajectories(
        "dissolve",
        "7.4, 8.3",
        "A horseshoe goes with transformed images, a wave with cross-dissolved ones.",
        "Within each model, Spearman's correlation over random trajectories within classes of the "
        "quadratic contrast with the dissolve residual rho, which is 0 for a dissolve. Statistic: "
        "the largest over models. Holds where its bootstrap interval is below 0, so that humps go "
        "with transformed pictures in every model; fails where it (Bonferroni) is above 0.",
        _dissolve,
        null="no correlation in one model",
    ),
    of_trajectories(
        "new-structure",
        "7.4, 8.3",
        "A horseshoe goes with images that show something new on the way.",
        "The claim above with what neither end has, however faded or blurred, in the place of rho, "
        "which counts fades and blur as transformation: the column structure of "
        "trajectory_measures. Holds where the largest correlation's bootstrap interval is below 0; "
        "fails where it (Bonferroni) is above 0.",
        _new_structure,
        null="no correlation in one model",
    ),
    of_trajectories(
        "tvae-like-beta-vae",
        "7.2.2, 8.3",
        "The profiles of TVAE resemble those of beta-VAE.",
        _ALIKE.format(a="TVAE", b="beta-VAE"),
        _resemblance("TVAE", "beta-VAE"),
        null="another model is as like TVAE",
    ),
    of_trajectories(
        "vae-like-ae",
        "7.2.2",
        "The profiles of VAE resemble those of AE.",
        _ALIKE.format(a="VAE", b="AE"),
        _resemblance("VAE", "AE"),
        null="another model is as like VAE",
    ),
    of_trajectories(
        "long-flat",
        "7.2.3",
        "The farthest pairs in 100 steps: flat in every model but AAE.",
        _FLAT.format(pairs="the farthest pairs within classes, 100 steps or more"),
        _long_flat,
        null="a contrast at the margin of flat",
    ),
    of_trajectories(
        "long-uneven",
        "7.2.3",
        "The farthest pairs in 100 steps: less even in AAE than in every other model.",
        _UNEVEN.format(groups="classes", pairs="farthest pairs within classes, 100 steps or more"),
        _long_uneven,
        null="another model is as uneven",
    ),
    of_trajectories(
        "closest-between",
        "7.3.2",
        "The closest pairs between classes share content, and are flat in every model but AAE.",
        _FLAT.format(pairs="the closest pairs between classes")
        + " That they share content is not weighed.",
        _closest_flat,
        null="a contrast at the margin of flat",
    ),
    of_trajectories(
        "closest-uneven",
        "7.3.2",
        "The closest pairs between classes are less even in AAE than in every other model.",
        _UNEVEN.format(groups="pairs of classes", pairs="closest pairs between classes"),
        _closest_uneven,
        null="another model is as uneven",
    ),
]
