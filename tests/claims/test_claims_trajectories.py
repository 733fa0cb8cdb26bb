"""Claims about trajectories and their pictures: constructed studies with a known answer."""

import re
from dataclasses import replace
from functools import partial
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stylewalk import claims
from stylewalk.catalogue.trajectories import TOO_FEW
from stylewalk.claims import estimates, magnitudes, pictures, shapes, trajectories
from stylewalk.claims.estimates import Estimate
from stylewalk.claims.resampling import Level, Walks
from stylewalk.claims.weighing import (
    FAILS,
    HOLDS,
    ROLES,
    UNDETERMINED,
    Evidence,
    NotTestable,
    published,
)

CLASSES = ("Expressionism", "Impressionism", "Realism", "Romanticism")
ORDER = ("Impressionism", "Realism", "Romanticism", "Expressionism")
WITHIN = [(name, name) for name in CLASSES]
BETWEEN = list(combinations(CLASSES, 2))
EXPERIMENTS = {
    f"{classes}_{pairs}{'_fine' * (steps > 10)}": {
        "classes": classes,
        "pairs": pairs,
        "count": 100 if pairs == "random" else 1,
        "steps": steps,
    }
    for classes, pairs, steps in [
        ("within", "random", 10),
        ("within", "closest", 10),
        ("within", "farthest", 10),
        ("within", "farthest", 100),
        ("between", "random", 10),
        ("between", "closest", 10),
    ]
}
CLAIMS = {claim.name: claim for claim in (*trajectories.CLAIMS, *pictures.CLAIMS)}


def losses_of_steps(*args, **kwargs):
    """What makes the table of style losses, of which there are too many to make all at once."""
    return {"trajectory_style_loss": partial(made_losses, *args, **kwargs)}


def made(tables):
    """Tables as they are, or made now."""
    return {name: frame() if callable(frame) else frame for name, frame in tables.items()}


def made_losses(mean=None, sd=None, pairs=40, seeds=(0,)):
    """Table TRAJECTORY_STYLE_LOSS; mean and sd are functions of role, classes and way (0 to 1).

    Means over pairs are exact. Half of the variance is of whole trajectories, half of single steps,
    in every model and class others.
    """
    rng = np.random.default_rng(0)
    frames, most = [], pairs
    for name, settings in EXPERIMENTS.items():
        steps = settings["steps"]
        way = (np.arange(steps) + 0.5) / steps
        pairs = most if steps == 10 else min(most, 10)
        scores = stats.norm.ppf((np.arange(pairs) + 0.5) / pairs)
        scores /= scores.std(ddof=1) if pairs > 1 else 1
        for role, group in product(ROLES, WITHIN if settings["classes"] == "within" else BETWEEN):
            level = (mean(role, *group, way) if mean else 1) + 0 * way
            deviation = (sd(role, *group, way) if sd else 0.3 * level) + 0 * way
            of_steps = np.stack([rng.permutation(scores) for _ in way], axis=1)
            parts = rng.permutation(scores)[:, None] + of_steps
            values = level + deviation * parts / np.sqrt(2)
            names = {"model": role, "experiment": name, "class_a": group[0], "class_b": group[1]}
            columns = {
                "layer": "total",
                "pair": np.repeat(np.arange(pairs), steps),
                "step": np.tile(np.arange(1, steps + 1), pairs),
                "value": values.ravel(),
            }
            frames += [pd.DataFrame(names | columns).assign(seed=seed) for seed in seeds]
    return pd.concat(frames, ignore_index=True)


def profile_shapes(rho=None, name="within_random", **of_roles):
    """Table PROFILE_SHAPES, pooled rows; a role gets (quadratic, quartic, half, verdict)."""
    rows = []
    for place, role in enumerate(ROLES):
        key = role.replace("-", "_")
        quadratic, quartic, half, verdict = of_roles.get(key, (0.0, 0.0, 0.5, "undetermined"))
        row = {"model": role, "experiment": name, "class_a": "all", "class_b": "all"}
        for contrast, value in (("quadratic", quadratic), ("quartic", quartic)):
            ends = {f"{contrast}_low": value - half, f"{contrast}_high": value + half}
            row |= {contrast: value, **ends}
        rows.append(row | {"rho": (rho or {}).get(role, 0.1 * place), "verdict": verdict})
    return pd.DataFrame(rows)


def shape_rho(half=0.1, **of_roles):
    rows = []
    for role in ROLES:
        value = of_roles.get(role.replace("-", "_"), -0.5)
        row = {"model": role, "experiment": "within_random", "measure": "quadratic", "n": 100}
        row |= {"correlation": value, "low": value - half, "high": value + half}
        rows += [row, row | {"measure": "quartic", "correlation": 0.9, "low": 0.8, "high": 1.0}]
    return pd.DataFrame(rows)


def measures(follow=None, noise=0.3, pairs=30, seeds=(0,), far_rho=1.0):
    """Table TRAJECTORY_MEASURES; ``follow`` gives the role whose contrasts another one copies."""
    rng = np.random.default_rng(3)
    base = {role: rng.standard_normal((4, pairs, 2)) for role in ROLES}
    for role, leader in (follow or {}).items():
        base[role] = base[leader] + noise * rng.standard_normal((4, pairs, 2))
    rows = []
    for role, seed in ((role, seed) for role in ROLES for seed in seeds):
        for c, (a, b) in enumerate(WITHIN):
            row = {"model": role, "seed": seed, "class_a": a, "class_b": b}
            for p in range(pairs):
                shape = base[role][c, p] + 0.1 * rng.standard_normal(2)
                row |= {"experiment": "within_random", "pair": p, "rho": 0.2, "structure": 0.1}
                rows.append(row | {"quadratic": shape[0], "quartic": shape[1]})
            for p in range(10):
                rho = 0.2 * far_rho * (1 + c / 50) * (1 + (p - 4.5) / 100)
                far = {"experiment": "within_farthest", "pair": p, "rho": rho}
                rows.append(row | far | {"quadratic": 0.0, "quartic": 0.0})
    return pd.DataFrame(rows)


def humps_with_structure(slope):
    """Trajectories that show the more that is new the more of a hump their profile is."""
    frame = measures()
    noise = np.random.default_rng(8).standard_normal(len(frame))
    return frame.assign(structure=-slope * frame["quadratic"] + 0.3 * noise)


def pairs_table(closest=lambda role, place: (2 * place, 2 * place + 1), far=(0, 99), count=5):
    """Table PAIRS; of several closest pairs the others have both ends ten artworks further on."""
    rows = []
    for role in ROLES:
        for c, (a, b) in enumerate(WITHIN):
            row = {"model": role, "seed": 0, "class_a": a, "class_b": b, "l2": 1.0}
            near = [np.add(closest(role, c), 10 * p) % 100 for p in range(count)]
            for name, chosen in (("closest", near), ("farthest", [far])):
                for pair, (i, j) in enumerate(chosen):
                    ends = {"pair": pair, "id_a": 100 * c + int(i), "id_b": 100 * c + int(j)}
                    rows.append(row | {"experiment": f"within_{name}"} | ends)
    return pd.DataFrame(rows)


ARTWORKS = pd.DataFrame({"id": np.arange(400), "class": np.repeat(CLASSES, 100), "artist": "X"})
# The darker a class's picture, the smaller its number; the classes differ in brightness.
BRIGHTNESS = pd.DataFrame(
    {"id": np.arange(400), "brightness": np.tile(np.arange(100), 4) / 500 + np.arange(400) // 100}
)


def losses(**of_roles):
    rows = [{"model": r, "value": of_roles.get(r.replace("-", "_"), 0.0)} for r in ROLES]
    return pd.DataFrame(rows).assign(seed=0, split="validation", term="reconstruction")


def distances(of_class):
    rows = [
        {"model": r, "class": c, "l1": of_class(r, c), "l2": 1.0} for r in ROLES for c in CLASSES
    ]
    return pd.DataFrame(rows).assign(seed=0)


def study(**tables):
    return Evidence(made(tables), {role: role for role in ROLES}, CLASSES, EXPERIMENTS)


def by_class(step=0.5):
    """Style loss of a class, the same way for every model."""
    return lambda role, a, b, way: 1 + step * ORDER.index(a)


def by_role(**values):
    return lambda role, a, b, way: values.get(role.replace("-", "_"), 1.0)


def spread_in_ae(role, a, b, way):
    return 0.9 if role == "AE" else 0.3


def uneven(aae, others, jitter=0.05):
    """Style loss that swings along the way, a little more in some classes."""

    def mean(role, a, b, way):
        swing = (aae if role == "AAE" else others) * (1 + jitter * (len(a) - len(b) / 2) / 10)
        return 1 + swing * np.sin(4 * np.pi * way)

    return mean


def rising(**slopes):
    """Style loss that changes towards Expressionism, whichever end that is."""

    def mean(role, a, b, way):
        slope = slopes.get(role.replace("-", "_"), 0.5)
        return 1 + slope * ((1 - way) if a == "Expressionism" else way)

    return mean


def dipping(rise, **rises):
    """Style loss that is more, or less, in the middle."""

    def mean(role, a, b, way):
        return 1 + rises.get(role.replace("-", "_"), rise) * np.exp(-(((way - 0.5) / 0.2) ** 2))

    return mean


def waist(depth, relative=None):
    """Spread in mid-trajectory below (above) that of the ends, on top of a level of each role."""

    def sd(role, a, b, way):
        level = (relative or {}).get(role, 1 + ROLES.index(role))
        return 0.08 * level * (1 - depth * (np.abs(way - 0.5) < 0.2))

    return sd


def other_by_place(role, place):
    return (5 * ROLES.index(role) + place, 50 + ROLES.index(role))


def every_other_alike():
    """Closest pairs of which every other one is the same in all models."""
    same, apart = pairs_table(count=6), pairs_table(other_by_place, count=6)
    is_even = same["pair"] % 2 == 0
    return pd.concat([same[is_even], apart[apart["pair"] % 2 == 1]])


WAVES = dict.fromkeys(("TVAE", "beta_VAE", "AE"), (0.1, -1.0, 0.2, "wave"))
FLAT = dict.fromkeys(("AE", "VAE", "beta_VAE", "TVAE"), (0.1, 0.05, 0.1, "flat"))
FLAT["AAE"] = (-1.0, 0.0, 0.2, "horseshoe")
BLURRED = {role.replace("-", "_"): 0.1 * (5 - place) for place, role in enumerate(ROLES)}
SHARPER = by_role(**{role.replace("-", "_"): 1.0 + place for place, role in enumerate(ROLES)})
NEARLY_AS_SHARP = by_role(
    **{role.replace("-", "_"): 1 + 0.005 * place for place, role in enumerate(ROLES)}
)
DENSER = distances(lambda role, name: 10.0 * (1 + ORDER.index(name)))
REVERSED = distances(lambda role, name: 100.0 - ORDER.index(name))
FOLLOW_BETA, FOLLOW_AE = {"TVAE": "beta-VAE"}, {"VAE": "AE"}
FAR = {"artworks": ARTWORKS, "brightness": BRIGHTNESS}

# Claim, verdict, the tables that must give it.
CASES = [
    ("horseshoe", HOLDS, {"profile_shapes": profile_shapes(AAE=(-1, 0, 0.2, "horseshoe"))}),
    ("horseshoe", FAILS, {"profile_shapes": profile_shapes(AAE=(1, 0, 0.2, "valley"))}),
    ("horseshoe", FAILS, {"profile_shapes": profile_shapes(AAE=(-0.01, 0, 0.005, "flat"))}),
    ("horseshoe", UNDETERMINED, {"profile_shapes": profile_shapes()}),
    # Below 0 on its own, not after Holm's correction.
    (
        "horseshoe",
        UNDETERMINED,
        {"profile_shapes": profile_shapes(AAE=(-1, 0, 0.9, "undetermined"))},
    ),
    ("horseshoe", TOO_FEW, {"profile_shapes": profile_shapes(AAE=(-1, 0, 3, "too few pairs"))}),
    ("wave", HOLDS, {"profile_shapes": profile_shapes(**WAVES)}),
    ("wave", FAILS, {"profile_shapes": profile_shapes(**WAVES | {"AE": (1, -1, 0.2, "valley")})}),
    ("wave", FAILS, {"profile_shapes": profile_shapes(**WAVES | {"AE": (0, 0, 0.1, "flat")})}),
    (
        "wave",
        UNDETERMINED,
        {"profile_shapes": profile_shapes(**WAVES | {"AE": (0, -0.1, 0.2, "undetermined")})},
    ),
    ("lower-middle", HOLDS, losses_of_steps(dipping(-0.5))),
    ("lower-middle", FAILS, losses_of_steps(dipping(-0.5, TVAE=0.5))),
    ("lower-middle", UNDETERMINED, losses_of_steps(dipping(-0.5, AE=0.0))),
    ("dissolve", HOLDS, {"shape_rho": shape_rho()}),
    ("dissolve", FAILS, {"shape_rho": shape_rho(AAE=0.6)}),
    ("dissolve", UNDETERMINED, {"shape_rho": shape_rho(AAE=-0.05)}),
    ("dissolve", UNDETERMINED, {"shape_rho": shape_rho(AAE=np.nan)}),
    ("tvae-like-beta-vae", HOLDS, {"trajectory_measures": measures(FOLLOW_BETA)}),
    ("tvae-like-beta-vae", FAILS, {"trajectory_measures": measures({"TVAE": "AAE"})}),
    ("tvae-like-beta-vae", UNDETERMINED, {"trajectory_measures": measures()}),
    ("vae-like-ae", HOLDS, {"trajectory_measures": measures(FOLLOW_AE)}),
    ("vae-like-ae", FAILS, {"trajectory_measures": measures({"VAE": "beta-VAE"})}),
    ("vae-like-ae", UNDETERMINED, {"trajectory_measures": measures()}),
    ("long-uneven", HOLDS, losses_of_steps(uneven(0.5, 0.05))),
    ("long-uneven", FAILS, losses_of_steps(uneven(0.05, 0.5))),
    ("long-uneven", UNDETERMINED, losses_of_steps(uneven(0.061, 0.06))),
    ("closest-uneven", HOLDS, losses_of_steps(uneven(0.5, 0.05))),
    ("closest-uneven", FAILS, losses_of_steps(uneven(0.05, 0.5))),
    ("closest-uneven", UNDETERMINED, losses_of_steps(uneven(0.061, 0.06))),
    *(
        (claim, verdict, {"profile_shapes": profile_shapes(name=name, **FLAT | changes)})
        for claim, name in [
            ("long-flat", "within_farthest_fine"),
            ("closest-between", "between_closest"),
        ]
        for verdict, changes in [
            (HOLDS, {}),
            (FAILS, {"AAE": (0.1, 0.0, 0.05, "flat")}),
            (FAILS, {"TVAE": (0.9, 0.0, 0.1, "valley")}),
            (UNDETERMINED, {"VAE": (0.3, 0.0, 0.4, "undetermined")}),
            (TOO_FEW, {"VAE": (0.3, 0.0, 0.4, "too few pairs")}),
        ]
    ),
    ("new-structure", HOLDS, {"trajectory_measures": humps_with_structure(1.0)}),
    ("new-structure", FAILS, {"trajectory_measures": humps_with_structure(-1.0)}),
    ("new-structure", UNDETERMINED, {"trajectory_measures": humps_with_structure(0.0)}),
    ("class-order", HOLDS, losses_of_steps(by_class())),
    ("class-order", FAILS, losses_of_steps(by_class(-0.2))),
    ("class-order", UNDETERMINED, losses_of_steps(by_class(0.02))),
    ("density", HOLDS, {**losses_of_steps(by_class()), "mean_distance": DENSER}),
    ("density", FAILS, {**losses_of_steps(by_class()), "mean_distance": REVERSED}),
    (
        "density",
        UNDETERMINED,
        {**losses_of_steps(by_class(0.005)), "mean_distance": DENSER},
    ),
    ("aae-magnitude", HOLDS, losses_of_steps(by_role(AAE=3.0))),
    ("aae-magnitude", FAILS, losses_of_steps(by_role(VAE=3.0))),
    # The largest mean, without the largest spread.
    ("aae-magnitude", FAILS, losses_of_steps(by_role(AAE=3.0), spread_in_ae)),
    ("aae-magnitude", UNDETERMINED, losses_of_steps(by_role(AAE=1.05))),
    ("intra-like-inter", HOLDS, losses_of_steps()),
    (
        "intra-like-inter",
        FAILS,
        {**losses_of_steps(lambda role, a, b, way: 1 + 2 * (a != b))},
    ),
    (
        "intra-like-inter",
        FAILS,
        {**losses_of_steps(lambda r, a, b, way: 1 + 2 * (a == b and r == "VAE"))},
    ),
    ("intra-like-inter", UNDETERMINED, losses_of_steps(lambda role, a, b, way: 1 + 0.5 * (a != b))),
    ("toward-expressionism", HOLDS, losses_of_steps(rising(VAE=-0.5))),
    ("toward-expressionism", FAILS, losses_of_steps(rising(AE=-0.5))),
    ("toward-expressionism", UNDETERMINED, losses_of_steps(rising(AE=0.0))),
    ("blur", HOLDS, {**losses_of_steps(SHARPER), "losses": losses(**BLURRED)}),
    (
        "blur",
        FAILS,
        {
            **losses_of_steps(SHARPER),
            "losses": losses(**{role: 1 - value for role, value in BLURRED.items()}),
        },
    ),
    (
        "blur",
        UNDETERMINED,
        {**losses_of_steps(NEARLY_AS_SHARP), "losses": losses(**BLURRED)},
    ),
    (
        "spread-dissolve",
        HOLDS,
        {**losses_of_steps(sd=waist(0.6)), "profile_shapes": profile_shapes()},
    ),
    (
        "spread-dissolve",
        FAILS,
        {**losses_of_steps(sd=waist(-1.0)), "profile_shapes": profile_shapes()},
    ),
    # Slim in the middle, but the more dissolving the model the larger its spread.
    (
        "spread-dissolve",
        FAILS,
        {
            **losses_of_steps(sd=waist(0.6)),
            "profile_shapes": profile_shapes({r: -i for i, r in enumerate(ROLES)}),
        },
    ),
    (
        "spread-dissolve",
        UNDETERMINED,
        {**losses_of_steps(sd=waist(0.0)), "profile_shapes": profile_shapes()},
    ),
    ("closest-coincide", HOLDS, {"pairs": pairs_table()}),
    ("closest-coincide", FAILS, {"pairs": pairs_table(other_by_place)}),
    ("closest-coincide", UNDETERMINED, {"pairs": every_other_alike()}),
    (
        "far-extremes",
        HOLDS,
        {"pairs": pairs_table(), "trajectory_measures": measures(far_rho=0.5), **FAR},
    ),
    (
        "far-extremes",
        FAILS,
        {"pairs": pairs_table(far=(48, 51)), "trajectory_measures": measures(far_rho=0.5), **FAR},
    ),
    # Extremes, but they are less of a dissolve than random pairs.
    (
        "far-extremes",
        FAILS,
        {"pairs": pairs_table(), "trajectory_measures": measures(far_rho=2.0), **FAR},
    ),
    (
        "far-extremes",
        UNDETERMINED,
        {"pairs": pairs_table(far=(50, 99)), "trajectory_measures": measures(far_rho=0.5), **FAR},
    ),
]
HOLDING = {name: tables for name, verdict, tables in CASES if verdict == HOLDS}


@pytest.mark.parametrize(
    ("name", "verdict", "tables"), CASES, ids=[f"{n}-{v}-{i}" for i, (n, v, _) in enumerate(CASES)]
)
def test_a_constructed_study_gets_its_verdict(name, verdict, tables):
    found = CLAIMS[name].weigh(study(**tables))
    assert found.verdict == verdict, found
    assert found.sentence.endswith(".")
    figures = f"{found.measured:.2f}", f"{100 * found.measured:.0f} %"
    assert any(figure in found.sentence for figure in figures)
    assert not re.search(r"\bnan\b", found.sentence)
    if np.isfinite(found.low + found.high):
        assert found.low <= found.measured <= found.high


def test_unevenness_is_the_mean_over_classes_of_that_of_each():
    found = CLAIMS["long-uneven"].weigh(study(**losses_of_steps(uneven(0.5, 0.1, jitter=0.5))))
    way = (np.arange(100) + 0.5) / 100
    each = [
        np.log([np.std(p, ddof=1) / np.mean(p) for p in (f("AAE", a, b, way), f("AE", a, b, way))])
        for f in [uneven(0.5, 0.1, jitter=0.5)]
        for a, b in WITHIN
    ]
    assert found.measured == pytest.approx(np.exp(np.mean([aae - ae for aae, ae in each])))
    assert "(4 groups of classes" in found.sentence


def test_every_claim_has_all_three_verdicts_tried_and_a_rule():
    for name, claim in CLAIMS.items():
        tried = {verdict for other, verdict, _ in CASES if other == name}
        assert tried - {TOO_FEW} == {HOLDS, FAILS, UNDETERMINED}
        assert claim.name == name
        assert "olds where" in claim.rule
        assert "ails where" in claim.rule
    assert len(CLAIMS) == len(trajectories.CLAIMS) + len(pictures.CLAIMS) == 20


@pytest.mark.parametrize("name", CLAIMS)
def test_no_experiment_no_verdict(name):
    with pytest.raises(NotTestable, match="The config has no experiment of"):
        CLAIMS[name].weigh(replace(study(**HOLDING[name]), experiments={}))


@pytest.mark.parametrize("name", CLAIMS)
def test_no_models_no_verdict(name):
    with pytest.raises(NotTestable, match=r"^The config has (no model|0 of the models) .*AE"):
        CLAIMS[name].weigh(replace(study(**HOLDING[name]), roles={}))


@pytest.mark.parametrize("name", CLAIMS)
def test_no_tables_no_verdict(name):
    with pytest.raises(NotTestable, match="The run has no table"):
        CLAIMS[name].weigh(study())


@pytest.mark.parametrize("name", ["class-order", "toward-expressionism"])
def test_other_classes_no_verdict(name):
    evidence = replace(study(**HOLDING[name]), classes=("Realism", "Cubism"))
    with pytest.raises(NotTestable, match=r"The config has no class .*Expressionism"):
        CLAIMS[name].weigh(evidence)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("horseshoe", "AAE"),
        ("wave", "TVAE"),
        ("aae-magnitude", "AAE"),
        ("tvae-like-beta-vae", "beta-VAE"),
        ("vae-like-ae", "VAE"),
        ("long-uneven", "AAE"),
        ("closest-uneven", "AAE"),
        ("spread-dissolve", "AE"),
    ],
)
def test_the_model_that_a_claim_is_about_is_named_where_it_is_missing(name, role):
    evidence = study(**HOLDING[name])
    roles = {other: model for other, model in evidence.roles.items() if other != role}
    with pytest.raises(NotTestable, match=f"report's {role}"):
        CLAIMS[name].weigh(replace(evidence, roles=roles))


def test_ten_steps_are_not_a_hundred():
    short = {key: value for key, value in EXPERIMENTS.items() if value["steps"] == 10}
    with pytest.raises(NotTestable, match="at least 100 steps"):
        CLAIMS["long-flat"].weigh(replace(study(**HOLDING["long-flat"]), experiments=short))


@pytest.mark.parametrize(("name", "verdict", "tables"), CASES[::2])
def test_neither_the_order_of_rows_nor_the_names_of_models_matter(name, verdict, tables):
    names = {role: f"{place} our {role}" for place, role in enumerate(reversed(ROLES))}
    turned = {}
    for key, frame in made(tables).items():
        frame = frame.sample(frac=1, random_state=1)
        if "model" in frame:
            frame = frame.assign(model=frame["model"].map(names))
        turned[key] = frame
    plain = CLAIMS[name].weigh(study(**tables))
    other = CLAIMS[name].weigh(replace(study(**turned), roles=names))
    assert (other.verdict, other.sentence) == (plain.verdict, plain.sentence)
    numbers = [[found.measured, found.low, found.high] for found in (plain, other)]
    np.testing.assert_allclose(*numbers)


def test_the_rise_towards_expressionism_does_not_depend_on_which_end_it_is():
    frame = made_losses(rising())
    swapped = frame.copy()
    between = swapped["class_a"] != swapped["class_b"]
    ends = swapped.loc[between, ["class_b", "class_a"]].to_numpy()
    swapped.loc[between, ["class_a", "class_b"]] = ends
    swapped.loc[between, "step"] = 11 - swapped.loc[between, "step"]
    plain, other = (
        CLAIMS["toward-expressionism"].weigh(study(trajectory_style_loss=each))
        for each in (frame, swapped)
    )
    # 1 + 0.5 way, over the last and the first four tenths.
    assert plain.measured == pytest.approx(1.4 / 1.1)
    assert other.measured == pytest.approx(plain.measured)


@pytest.mark.parametrize("noise", [[0.8, 1.0, 1.2], [0.8, 0.9, 1.0, 1.1, 1.2]])
def test_from_three_seeds_on_what_they_differ_by_is_in_the_interval(noise):
    seeds = len(noise)
    frame = made_losses(by_role(AAE=3.0), by_role(AAE=3.0), seeds=range(seeds))
    frame = frame.query("experiment == 'within_random'")
    aae = frame["model"] == "AAE"
    frame.loc[aae, "value"] *= frame.loc[aae, "seed"].map(pd.Series(noise))
    walks = Walks.of(study(trajectory_style_loss=frame), "within", "random")
    ratio = walks.level("AAE") - walks.level("AE")
    (of_pairs, pairs_free), (of_seeds, seeds_free) = ratio.parts()
    logs = np.log(3 * np.array(noise))
    np.testing.assert_allclose(ratio.of_seeds, logs)
    assert of_seeds == pytest.approx(logs.var(ddof=1) / seeds)
    assert seeds_free == seeds - 1
    found = magnitudes.settle(ratio)
    free = (of_pairs + of_seeds) ** 2 / (of_pairs**2 / pairs_free + of_seeds**2 / seeds_free)
    half = stats.t.ppf(0.975, free) * np.sqrt(of_pairs + of_seeds)
    assert found.low == pytest.approx(logs.mean() - half)
    found = CLAIMS["aae-magnitude"].weigh(study(trajectory_style_loss=frame))
    assert f"intervals over pairs and {seeds} training runs" in found.sentence


def test_profile_rank_correlation_is_the_mean_rank_correlation():
    frame = measures(FOLLOW_BETA)
    random = frame[frame["experiment"] == "within_random"]
    blocks = shapes._profiles(random, {"TVAE": "TVAE", "AE": "AE", "beta-VAE": "beta-VAE"})
    found = shapes._rank_correlations(blocks, np.random.default_rng(0))[0]
    slow = []
    for other in ("AE", "beta-VAE"):
        each = []
        for name in CLASSES:
            own = random[random["class_a"] == name].set_index("pair")
            a, b = own[own["model"] == "TVAE"], own[own["model"] == other]
            for contrast in ("quadratic", "quartic"):
                each.append(stats.spearmanr(a[contrast], b[contrast]).statistic)
        slow.append(np.mean(each))
    np.testing.assert_allclose(found, slow)


def test_the_same_pictures_share_out_by_hand():
    """Two of three models agree in one class, all in another, none in the others."""
    chosen = {"AE": (0, 1), "VAE": (1, 0), "beta-VAE": (2, 3), "TVAE": (4, 5), "AAE": (6, 7)}

    def closest(role, place):
        if place == 1:
            return (8, 9)
        return chosen[role] if place == 0 else other_by_place(role, place)

    evidence = study(pairs=pairs_table(closest, count=1), artworks=ARTWORKS)
    few = {role: role for role in ("AE", "VAE", "AAE")}
    found = CLAIMS["closest-coincide"].weigh(replace(evidence, roles=few))
    # Three models, each compared with two others in four classes: 24; two and six agree.
    assert found.measured == pytest.approx((2 + 6) / 24)
    assert "of the 2 pairs that models share 2 join works of one artist" in found.sentence


def test_published_density_is_that_of_the_printed_distances():
    printed = published()["mean_distance"]
    roles = list(printed["Realism"])
    each = [
        stats.spearmanr([printed[c][role] for c in ORDER], range(4)).statistic for role in roles
    ]
    assert len(each) == 5
    assert np.mean(each) == pytest.approx(trajectories._PUBLISHED_DENSITY)


def test_the_error_of_a_level_is_that_of_the_mean_over_pairs():
    """Delta method: the mean of each class has a standard error of its own."""
    rng = np.random.default_rng(5)
    frame = made_losses().query("experiment == 'within_random'")
    frame = frame.assign(value=frame["value"] * rng.lognormal(0, 0.5, len(frame)))
    walks = Walks.of(study(trajectory_style_loss=frame), "within", "random")
    own = frame[frame["model"] == "AE"].groupby(["class_a", "pair"])["value"].mean()
    of_classes = own.groupby("class_a").agg(["mean", "sem"])
    level = walks.level("AE")
    assert level.of_seeds[0] == pytest.approx(np.log(own.mean()))
    error = np.sqrt((of_classes["sem"] ** 2).sum()) / 4 / own.mean()
    assert np.sqrt(level.parts()[0][0]) == pytest.approx(error, rel=0.1)
    # A ratio of two models on the same pairs has no more error than their differences give.
    same = frame.assign(value=np.where(frame["model"] == "VAE", np.nan, frame["value"]))
    vae = frame[frame["model"] == "AE"].assign(model="VAE")
    same = pd.concat([same[same["model"] != "VAE"], vae.assign(value=2 * vae["value"])])
    walks = Walks.of(study(trajectory_style_loss=same), "within", "random")
    ratio = walks.level("VAE") - walks.level("AE")
    assert ratio.of_seeds[0] == pytest.approx(np.log(2))
    assert ratio.parts()[0][0] == pytest.approx(0, abs=1e-20)


def test_the_spread_is_the_deviation_over_pairs_and_unevenness_that_over_steps():
    rng = np.random.default_rng(6)
    frame = made_losses().query("experiment == 'within_random'")
    frame = frame.assign(value=frame["value"] * rng.lognormal(0, 0.3, len(frame)))
    walks = Walks.of(study(trajectory_style_loss=frame), "within", "random")
    own = frame[(frame["model"] == "AE") & (frame["class_a"] == "Realism")]
    steps = own.groupby("step")["value"]
    group = [("Realism", "Realism")]
    assert walks.spread("AE", group).of_seeds[0] == pytest.approx(np.log(steps.std().mean()))
    expected = np.log(steps.mean().std() / steps.mean().mean())
    assert walks.unevenness("AE", group).of_seeds[0] == pytest.approx(expected)


@pytest.mark.parametrize("pairs", [1, 2, 5])
def test_with_few_pairs_there_is_no_interval_and_the_verdict_says_why(pairs):
    found = CLAIMS["intra-like-inter"].weigh(study(**losses_of_steps(pairs=pairs)))
    assert (found.verdict == TOO_FEW) == (pairs < 5)
    # Six groups of one pair each have no replication either.
    swinging = losses_of_steps(uneven(0.3, 0.3), pairs=pairs)
    other = CLAIMS["closest-uneven"].weigh(study(**swinging))
    assert (other.verdict == TOO_FEW) == (pairs == 1)
    assert np.isfinite(found.measured)
    assert np.isfinite(found.low) == (pairs == 5)


def test_the_smallest_of_several_covers_the_truth():
    """Also where all are equal, when the smallest found is far below the smallest there is."""
    rng = np.random.default_rng(1)
    for truth in ([0.0] * 5, [0.0, 0.5, 1.0, 2.0, 4.0]):
        missed_low = missed_high = 0
        for _ in range(10_000):
            values = truth + rng.standard_normal(5)
            found = estimates.smallest(
                {place: Estimate(v, v - 1.96, v + 1.96) for place, v in enumerate(values)}
            )[1]
            missed_low += found.low > min(truth)
            missed_high += found.high < min(truth)
        # 0.025 and three standard errors; for five equal ones it is 1 - 0.995 ** 5 = 0.0248.
        assert missed_low / 10_000 <= 0.0297
        assert missed_high / 10_000 <= 0.0297


def test_of_one_number_the_smallest_and_the_largest_are_itself():
    only = Estimate(1.0, 0.5, 1.7)
    for pick in (estimates.smallest, estimates.largest):
        assert pick({"a": only}) == ("a", only)


def levels(values, error, draws=400):
    """A level of each value, with normal draws of this standard error."""
    rng = np.random.default_rng(2)
    return [
        [Level(np.array([v]), v + error * rng.standard_normal(draws), 100.0, 1) for v in values]
    ]


@given(st.permutations(range(5)))
def test_rank_agreement_against_scipy_and_all_orders(order):
    x, y = np.arange(5.0), np.array(order, dtype=float)
    found = magnitudes.rank_agreement(x[None], levels(y, 0), np.random.default_rng(0))
    value = stats.spearmanr(x, y).statistic
    # With ranks as values it is Pearson's.
    every = [np.corrcoef(x, other)[0, 1] for other in permutations(range(5))]
    assert found.estimate.value == pytest.approx(value)
    assert found.p_above == pytest.approx(np.mean(np.array(every) >= value - 1e-9))
    assert found.p_below == pytest.approx(np.mean(np.array(every) <= value + 1e-9))


def test_the_interval_of_a_perfect_order_reaches_it():
    unsure = levels(np.arange(5.0), 1.5)
    found = magnitudes.rank_agreement(np.arange(5.0)[None], unsure, np.random.default_rng(0))
    assert found.estimate.high == found.estimate.value == pytest.approx(1)
    assert found.estimate.low < 0.5


def test_three_classes_cannot_tell_of_density():
    """The best of six orders comes by chance once in six times."""
    evidence = study(**losses_of_steps(by_class()), mean_distance=DENSER)
    with pytest.raises(NotTestable, match="3 classes"):
        CLAIMS["density"].weigh(replace(evidence, classes=ORDER[:3]))


def test_what_is_not_defined_is_told_in_words():
    never = magnitudes.RankAgreement(Estimate(np.nan, np.nan, np.nan), 0.0, 0.0)
    assert trajectories._reached(never) == "not defined, since some model has no rho"
    some = magnitudes.RankAgreement(Estimate(0.5, 0.1, 0.9), 0.042, 0.9)
    assert (
        trajectories._reached(some) == "0.50 (0.10 to 0.90), which 4.2 % of orders reach by chance"
    )
    assert shapes._known(np.nan) == "not defined"
    assert shapes._known(0.123) == "0.12"


def test_artists_are_compared_only_where_one_is_known():
    def told(*artists):
        artworks = pd.DataFrame({"id": [0, 1], "artist": artists})
        return pictures._artists(Evidence({"artworks": artworks}, {}, [], {}), {(0, 1)})

    assert told("", "") == ""
    assert told("A", "").endswith("0 join works of one artist")
    assert told("A", "A").endswith("1 join works of one artist")


def test_another_path_or_metric_is_never_weighed_as_the_reports():
    """An experiment on a curve with more pairs, and a metric that says the opposite."""
    of_trajectories = {
        "trajectory_style_loss": made_losses(),
        "profile_shapes": profile_shapes(),
        "trajectory_measures": measures(),
        "shape_rho": shape_rho(),
    }
    beside = {
        "pairs": pairs_table(),
        "artworks": ARTWORKS,
        "brightness": BRIGHTNESS,
        "losses": losses(),
        "mean_distance": distances(lambda role, name: 1.0 + CLASSES.index(name)),
    }
    base = study(**of_trajectories, **beside)
    doubled = {}
    for name, frame in of_trajectories.items():
        own = frame.assign(metric="g", path="l")
        numbers = own.select_dtypes("float").columns
        wrong = own.assign(**{column: 7 - 3 * own[column] for column in numbers})
        curved = wrong.assign(experiment="curved_" + own["experiment"], path="arc")
        doubled[name] = pd.concat([curved, wrong.assign(metric="other"), own])
    experiments = {
        f"curved_{name}": about | {"count": 99, "path": "arc"}
        for name, about in EXPERIMENTS.items()
    }
    experiments |= {name: about | {"path": "l"} for name, about in EXPERIMENTS.items()}
    both = replace(
        base,
        tables=doubled | beside,
        experiments=experiments,
        metrics={"other": {"kind": "unheard of"}, "g": {"kind": "gram"}},
        paths={"arc": {"kind": "geodesic"}, "l": {"kind": "line"}},
    )
    expected = claims.weigh(base)
    about = [claim.name for claim in claims.CLAIMS if claim.path == "line"]
    assert len(about) == 20
    tested = expected.set_index("claim").loc[about, "verdict"] != "not tested"
    assert tested.sum() == 15
    pd.testing.assert_frame_equal(claims.weigh(both), expected)
    for without in (replace(both, metrics={}), replace(both, paths={})):
        weighed = claims.weigh(without).set_index("claim")
        assert set(weighed.loc[about, "verdict"]) == {"not tested"}
        assert "of the kind" in weighed.loc["density", "sentence"]


def of_splits(*splits, kinds=EXPERIMENTS):
    """A whole study whose experiments are there once for each split, those of any as they are.

    The others have ten times as many pairs and numbers that say the opposite.
    """
    tables = {
        "trajectory_style_loss": made_losses(lambda role, a, b, way: 1.0 + ROLES.index(role)),
        "profile_shapes": profile_shapes(),
        "trajectory_measures": measures(),
        "shape_rho": shape_rho(),
        "pairs": pairs_table(),
    }
    made = {name: [] for name in tables}
    for split, (name, frame) in product(splits, tables.items()):
        numbers = [] if split == "any" or name == "pairs" else frame.select_dtypes("float").columns
        wrong = {column: 70 - 3 * frame[column] for column in numbers}
        made[name].append(
            frame.assign(**wrong, experiment=f"{split}_" + frame["experiment"], split=split)
        )
    experiments = {
        f"{split}_{name}": about
        | {"split": split, "count": about["count"] * (1 if split == "any" else 10)}
        for split in splits
        for name, about in kinds.items()
    }
    base = study(
        **{name: pd.concat(frames) for name, frames in made.items()},
        artworks=ARTWORKS,
        brightness=BRIGHTNESS,
        losses=losses(),
        mean_distance=distances(lambda role, name: 1.0 + CLASSES.index(name)),
    )
    return replace(base, experiments=experiments)


OF_TRAJECTORIES = [claim.name for claim in claims.CLAIMS if claim.path == "line"]
ALONE = "Walks of this kind join {} artworks alone in this study. "


def weighed_of(evidence):
    frame = claims.weigh(evidence).set_index("claim").loc[OF_TRAJECTORIES]
    return frame.drop(columns="sentence"), frame["sentence"]


@pytest.mark.parametrize("beside", [["validation"], ["training", "validation"]])
def test_an_experiment_of_another_split_is_never_weighed_as_the_reports(beside):
    """In whatever order, and with however many pairs."""
    expected = weighed_of(of_splits("any"))
    assert (expected[0]["verdict"] != "not tested").sum() == 15
    assert all(claim.split == "any" for claim in claims.CLAIMS if claim.path == "line")
    for splits in (["any", *beside], [*beside, "any"]):
        numbers, sentences = weighed_of(of_splits(*splits))
        pd.testing.assert_frame_equal(numbers, expected[0])
        assert not sentences.str.contains("Walks of this kind").any()


@pytest.mark.parametrize(
    ("splits", "weighed"),
    [
        (["validation"], "validation"),
        (["training"], "training"),
        (["training", "validation"], "validation"),
    ],
)
def test_a_claim_without_walks_of_all_artworks_is_weighed_on_one_split_and_says_so(splits, weighed):
    expected, alone = weighed_of(of_splits(weighed))
    numbers, sentences = weighed_of(of_splits(*splits))
    pd.testing.assert_frame_equal(numbers, expected)
    pd.testing.assert_series_equal(sentences, alone)
    tested = numbers["verdict"] != "not tested"
    assert tested.sum() == 15
    assert sentences[tested].str.startswith(ALONE.format(weighed)).all()


def test_a_claim_on_two_kinds_of_walks_takes_both_from_one_split():
    within, between = (
        {n: about for n, about in EXPERIMENTS.items() if about["classes"] == where}
        for where in ("within", "between")
    )
    whole = of_splits("any", "validation")
    mixed = {n: a for n, a in whole.experiments.items() if n not in {f"any_{b}" for b in between}}
    numbers, sentences = weighed_of(replace(whole, experiments=mixed))
    expected, _ = weighed_of(of_splits("validation"))
    of_all, _ = weighed_of(of_splits("any"))
    pd.testing.assert_series_equal(
        numbers.loc["intra-like-inter"], expected.loc["intra-like-inter"]
    )
    assert sentences["intra-like-inter"].startswith(ALONE.format("validation"))
    pd.testing.assert_series_equal(numbers.loc["density"], of_all.loc["density"])
    # Within classes between all artworks, between them of validation: nothing to compare.
    apart = {n: a for n, a in mixed.items() if n not in {f"validation_{b}" for b in within}}
    numbers, sentences = weighed_of(replace(whole, experiments=apart))
    assert numbers.loc["intra-like-inter", "verdict"] == "not tested"
    assert "Walks of different splits are not weighed together" in sentences["intra-like-inter"]


def judged(*passing):
    """Table METRIC_VALIDITY: metrics with their areas; whether they pass."""
    rows = [
        {"metric": name, "layer": "total", "question": "class", "auc": auc, "passes": passes}
        for name, auc, passes in passing
    ]
    return pd.DataFrame(rows)


def test_claims_are_weighed_beside_by_the_best_metric_that_passed():
    def hump(role, a, b, way):
        return 1 + 0.5 * np.sin(np.pi * way)

    quantities = {
        "trajectory_style_loss": {
            "g": made_losses(),
            "best": made_losses(hump),
        },
        "profile_shapes": {
            "g": profile_shapes(),
            "best": profile_shapes(
                **{r.replace("-", "_"): (-1.5, 0.0, 0.1, "horseshoe") for r in ROLES}
            ),
        },
        "trajectory_measures": {"g": measures(), "best": measures()},
        "shape_rho": {"g": shape_rho(), "best": shape_rho()},
    }
    tables = {
        name: pd.concat([frame.assign(metric=metric) for metric, frame in of.items()])
        for name, of in quantities.items()
    }
    kinds = {"g": {"kind": "gram"}, "good": {"kind": "adain"}, "best": {"kind": "gram_cosine"}}
    both = judged(("g", 0.55, False), ("good", 0.6, True), ("best", 0.7, True))
    beside = replace(study(**tables, metric_validity=both), metrics=kinds)
    found = claims.weigh_beside(beside)
    assert set(found["metric"]) == {"best"}
    of_metric = {c.name for c in CLAIMS.values() if c.metric and c.of_style}
    assert set(found["claim"]) == of_metric
    own = claims.weigh(beside).set_index("claim")
    assert claims.weigh_beside(beside, ["best", "good"]).empty  # learnt from labels
    other = found.set_index("claim")
    assert other.loc["horseshoe", "verdict"] == HOLDS
    assert own.loc["horseshoe", "verdict"] != HOLDS
    # As if the other one were the study's only metric, and the report's.
    alone = {name: of["best"].assign(metric="best") for name, of in quantities.items()}
    whole = claims.weigh(replace(study(**alone), metrics={"best": {"kind": "gram"}}))
    pd.testing.assert_frame_equal(
        found.drop(columns="metric").reset_index(drop=True),
        whole[whole["claim"].isin(of_metric)].reset_index(drop=True),
    )


@pytest.mark.parametrize(
    "passing",
    [[("g", 0.7, False)], [("g", 0.7, True), ("best", 0.6, True)], None],
    ids=["none passed", "the report's is the best", "not judged"],
)
def test_without_a_better_metric_nothing_stands_beside(passing):
    tables = {} if passing is None else {"metric_validity": judged(*passing)}
    kinds = {"g": {"kind": "gram"}, "best": {"kind": "gram_cosine"}}
    found = claims.weigh_beside(replace(study(**tables), metrics=kinds))
    assert found.empty
    assert next(iter(found.columns)) == "metric"
