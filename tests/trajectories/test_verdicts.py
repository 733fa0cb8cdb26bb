"""The rule of verdicts: adjusted p-values, and each verdict against the rule in plain words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stylewalk.trajectories.verdicts import VERDICTS, false_discovery, holm, verdicts


def test_holm_adjusts_as_in_a_worked_example():
    # By hand, ascending: .005 x 5, .01 x 4, .03 x 3, .04 x 2 (not under the one before), .9 x 1.
    found = holm([0.01, np.nan, 0.04, 0.03, 0.005, 0.9])
    np.testing.assert_allclose(found, [0.04, np.nan, 0.09, 0.09, 0.025, 0.9])
    assert holm([0.6, 0.7]).tolist() == [1, 1]


@given(p=st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_p_and_keeps_their_order(p):
    adjusted = holm(p)
    assert (adjusted >= np.array(p)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    if p:
        assert min(adjusted) == min(1, min(p) * len(p))


def test_false_discovery_adjusts_as_by_hand():
    p = [0.01, 0.04, np.nan, 0.03, 0.5]
    expected = [0.04, 4 * 0.04 / 3, np.nan, 4 * 0.04 / 3, 0.5]
    np.testing.assert_allclose(false_discovery(p), expected)
    assert np.isnan(false_discovery([np.nan])).all()


def test_many_studies_are_adjusted_each_by_itself():
    """Of false discoveries by SciPy's function on what is known; one study has no p at all."""
    rng = np.random.default_rng(1)
    p = rng.uniform(size=(200, 9)) ** 3
    p[rng.uniform(size=p.shape) < 0.2] = np.nan
    p[0] = np.nan
    np.testing.assert_array_equal(holm(p), [holm(row) for row in p])
    for row, adjusted in zip(p, false_discovery(p), strict=True):
        known = np.isfinite(row)
        assert np.isnan(adjusted[~known]).all()
        if known.any():
            expected = stats.false_discovery_control(row[known])
            np.testing.assert_allclose(adjusted[known], expected, rtol=1e-12)


def in_words(value, reach, p, within):
    """The verdict on one profile, step by step."""
    if all(abs(v) + r <= within for v, r in zip(value, reach, strict=True)):
        return "flat"
    sure = [place for place in (0, 1) if p[place] < 0.05]
    if not sure:
        for place in (0, 1):
            is_wide = not reach[place] < within
            if np.isfinite(value[place]) and (is_wide or np.isnan(p[place])):
                return "too few pairs"
        return "undetermined"
    deciding = max(sure, key=lambda place: abs(value[place]))
    if deciding == 0:
        return "horseshoe" if value[0] < 0 else "valley"
    return "wave" if value[1] < 0 else "undetermined"


NUMBERS = st.one_of(st.sampled_from([np.nan, 0.0, 0.25]), st.floats(-1, 1))
SIZES = st.one_of(st.just(np.nan), st.floats(0, 1))
CHANCES = st.one_of(st.just(np.nan), st.floats(0, 0.1))


@given(
    st.lists(
        st.tuples(*(st.tuples(each, each) for each in (NUMBERS, SIZES, CHANCES))),
        min_size=1,
        max_size=8,
    )
)
def test_every_verdict_is_that_of_the_rule_in_words(profiles):
    value, reach, p = (np.array(each) for each in zip(*profiles, strict=True))
    p = np.where(np.isnan(value), np.nan, p)  # what is not known is not tested
    found = [VERDICTS[place] for place in verdicts(value, reach, p, 0.25)]
    assert found == [in_words(*profile, 0.25) for profile in zip(value, reach, p, strict=True)]
    alone = VERDICTS[int(verdicts(value[0], reach[0], p[0], 0.25))]
    assert alone == found[0]
