"""Claims about trajectories and their pictures: constructed studies with a known answer."""

import re
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from claim_studies import (
    ARTWORKS,
    BLURRED,
    CLAIMS,
    CLASSES,
    DENSER,
    EXPERIMENTS,
    FAR,
    FLAT,
    FOLLOW_AE,
    FOLLOW_BETA,
    NEARLY_AS_SHARP,
    ORDER,
    REVERSED,
    SHARPER,
    WAVES,
    WITHIN,
    by_class,
    by_role,
    dipping,
    every_other_alike,
    humps_with_structure,
    losses,
    losses_of_steps,
    made,
    made_losses,
    measures,
    other_by_place,
    pairs_table,
    profile_shapes,
    rising,
    shape_rho,
    spread_in_ae,
    study,
    uneven,
    waist,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
