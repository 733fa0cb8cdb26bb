"""What pairs that share an artwork add to an error: known answers, invariance, coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from profile_noise import simulate
from stylewalk.trajectories.null_verdicts import false_verdicts
from stylewalk.trajectories.profile_tables import sharing_of
from stylewalk.trajectories.profiles import contrasts, shapes_of, summarise
from stylewalk.trajectories.sharing import NO_ARTWORK, Sharing, ends_of, with_ends

TEN = contrasts(10)


def within(artworks, count, rng):
    """(1, n, 2) distinct pairs of so many artworks."""
    i, j = np.triu_indices(artworks, 1)
    chosen = rng.choice(len(i), count, replace=False)
    return np.stack([i[chosen], j[chosen]], axis=1)[None]


def between(classes, artworks, count, rng):
    """Ends between every two classes, each artwork in one pair of two classes at most."""
    found = []
    for a in range(classes):
        for b in range(a + 1, classes):
            first, last = (rng.choice(artworks, count, replace=False) + 1000 * c for c in (a, b))
            found.append(np.stack([first, last], axis=1)[None])
    return found


def losses(ends, share, rng):
    """(n,) values of mean 0 and variance 1, of which artworks explain a share."""
    flat = np.concatenate([part[0] for part in ends])
    _, place = np.unique(flat, return_inverse=True)
    of_artworks = rng.standard_normal(place.max() + 1)[place.reshape(flat.shape)].sum(axis=1)
    rest = rng.standard_normal(len(flat))
    return np.sqrt(share / 2) * of_artworks + np.sqrt(1 - share) * rest


def test_components_of_a_complete_round_robin_are_those_of_the_textbook():
    """Of all pairs of N artworks: mean squares of artworks and of the rest (Griffing 1956)."""
    rng, n = np.random.default_rng(0), 9
    i, j = np.triu_indices(n, 1)
    ends = np.stack([i, j], axis=1)[None]
    y = losses([ends], 0.6, rng)
    totals = np.bincount(i, y, n) + np.bincount(j, y, n)
    of_artworks = (totals - 2 * y.sum() / n) / (n - 2)
    squares = (n - 2) * np.square(of_artworks).sum() / (n - 1)
    rest = np.square(y - y.mean()).sum() - (n - 2) * np.square(of_artworks).sum()
    rest /= n * (n - 3) / 2
    component = (squares - rest) / (n - 2)
    total = 2 * component + rest
    growth = Sharing([ends]).growth(y)
    assert growth.correlation == pytest.approx(component / total)
    pairs = len(y)
    variance = total / pairs + 2 * (n - 2) * component / pairs
    assert growth.variance == pytest.approx(variance / (y.var(ddof=1) / pairs))
    # All that tells artworks apart are N - 1 numbers; the rest has N (N - 3) / 2.
    assert growth.free * (pairs - 1) < n


def test_without_a_shared_artwork_there_is_nothing_to_add_and_nothing_changes():
    apart = np.arange(40).reshape(1, 20, 2)
    assert not Sharing([apart]).is_any
    assert sharing_of({("A", "A"): apart}) == {}
    frame = walks(simulate(20, 10, np.random.default_rng(0)))
    beside = with_ends(frame, pairs_of(apart))
    for one, two in zip(*(summarise(f, 100, 0.15, 0) for f in (frame, beside)), strict=True):
        pd.testing.assert_frame_equal(one, two)
    nulls = [false_verdicts(f, ["walk"], 0.15, 0, 20) for f in (frame, beside)]
    pd.testing.assert_frame_equal(*nulls)


def test_where_all_pairs_share_one_artwork_it_adds_as_much_as_it_can():
    hub = np.stack([np.zeros(8), np.arange(1, 9)], axis=1).astype(int)[None]
    growth = Sharing([hub]).growth(np.random.default_rng(0).standard_normal(8))
    assert growth.correlation == 0.5
    assert growth.variance == pytest.approx(2 * (1 + 7 / 2))


def test_where_few_pairs_share_it_is_counted_as_much_as_it_can_at_hardly_any_freedom():
    """Two of 20 pairs: each has half of the other's variance at most."""
    ends = np.arange(40).reshape(1, 20, 2)
    ends[0, 1, 0] = ends[0, 0, 0]
    growth = Sharing([ends]).growth(np.random.default_rng(0).standard_normal(20))
    assert growth.variance == pytest.approx((1 + 0.5 * 2 / 20) * 19 / (19 - 0.5 * 2 / 20))
    assert growth.free > 0.95


def test_a_shared_artwork_lessens_the_error_of_a_difference():
    """Two groups of the same artworks at one end, taken from each other."""
    ends = [np.stack([np.arange(9), np.arange(9) + 9 * k], axis=1)[None] for k in (1, 2)]
    rng = np.random.default_rng(0)
    a = np.tile(rng.standard_normal(9), 2)
    y = a + 0.1 * rng.standard_normal(18)
    assert Sharing(ends, [1, 1]).growth(y).variance > 1.3
    assert Sharing(ends, [1, -1]).growth(y).variance == 1


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize(
    "make",
    [
        lambda rng: [within(10, 20, rng)],
        lambda rng: [within(30, 20, rng)],
        lambda rng: [within(60, 100, rng)],
        lambda rng: [within(16, 20, rng) + 100 * c for c in range(4)],
        lambda rng: between(4, 25, 8, rng),
    ],
)
def test_intervals_of_means_cover_at_their_rate_which_they_did_not(make, share):
    rng, studies = np.random.default_rng(5), 400
    before = now = 0
    for _ in range(studies):
        ends = make(rng)
        y = losses(ends, share, rng)
        sizes = [part.shape[1] for part in ends]
        parts = np.split(y, np.cumsum(sizes)[:-1])
        free = len(y) - len(ends)
        error = np.sqrt(sum(np.square(p - p.mean()).sum() for p in parts) / free / len(y))
        before += abs(y.mean()) <= stats.t.ppf(0.975, free) * error
        growth = Sharing(ends).growth(y)
        half = stats.t.ppf(0.975, max(free * growth.free, 1)) * error * np.sqrt(growth.variance)
        now += abs(y.mean()) <= half
    assert before < now
    assert now / studies > 0.92
    if share == 1.0:
        assert before / studies < 0.945
        assert now / studies < 0.985


def walks(values, model="AE", seed=0):
    """Table of style losses of (n, T) profiles."""
    n, steps = values.shape
    about = {"model": model, "seed": seed, "experiment": "walk", "class_a": "A", "class_b": "A"}
    pair, step = np.repeat(np.arange(n), steps), np.tile(np.arange(1, steps + 1), n)
    columns = {"pair": pair, "step": step, "value": values.ravel(), "layer": "total"}
    return pd.DataFrame(about | columns)


def pairs_of(ends, model="AE"):
    """Table PAIRS of (S, n, 2) ends."""
    frames = [
        pd.DataFrame({"pair": np.arange(len(of)), "id_a": of[:, 0], "id_b": of[:, 1]}).assign(
            model=model, seed=seed, experiment="walk", class_a="A", class_b="A"
        )
        for seed, of in enumerate(ends)
    ]
    return pd.concat(frames, ignore_index=True)


def profiles(ends, shape, rng):
    """Profiles of which half of the variance of the logarithm is of the artworks."""
    _, place = np.unique(ends[0], return_inverse=True)
    of_artworks = np.log(simulate(place.max() + 1, 10, rng))[place.reshape(ends[0].shape)]
    own = np.log(simulate(ends.shape[1], 10, rng))
    logs = of_artworks.sum(axis=1) / 2 + own / np.sqrt(2)
    return shape * np.exp(logs)


@pytest.mark.slow
def test_contrasts_of_skewed_profiles_are_covered_with_shared_artworks_too():
    rng = np.random.default_rng(1)
    shape = 1 - 0.5 * TEN["quadratic"]
    groups, shared = {}, {}
    for number in range(400):
        ends = within(40, 60, rng)
        groups[f"study {number}", "walk"] = {("A", "A"): profiles(ends, shape, rng)[None]}
        shared[f"study {number}", "walk"] = sharing_of({("A", "A"): ends})
    covered = []
    for given in ({}, shared):
        rows = shapes_of(groups, 150, 0.15, np.random.default_rng(0), shared=given)
        rows = rows[rows["class_a"] == "A"]
        # Noise has the same mean at every step: the contrast of the mean is the shape's.
        covered.append(((rows["quadratic_low"] <= -0.5) & (rows["quadratic_high"] >= -0.5)).mean())
    assert covered[0] < 0.91
    # More than 95 %: both the artworks and the skewed losses leave few degrees of freedom.
    assert covered[1] > 0.93


def test_simulated_studies_share_artworks_as_the_study_does():
    """Pairs that share an artwork correlate as they are told to, and others do not."""
    ends = np.array([[[0, 1], [1, 2], [3, 4]]])
    sharing, rng = Sharing([ends]), np.random.default_rng(0)
    drawn = np.array(
        [sharing.mixed(rng.standard_normal(1), rng.standard_normal(3), 0.4) for _ in range(20_000)]
    )
    expected = [[1, 0.4, 0], [0.4, 1, 0], [0, 0, 1]]
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=0.03)


def test_nulls_of_a_study_that_shares_artworks_have_them_shared():
    rng = np.random.default_rng(2)
    ends = within(12, 30, rng)
    frame = with_ends(walks(profiles(ends, np.ones(10), rng)), pairs_of(ends))
    found = false_verdicts(frame, ["walk"], 0.15, 0, nulls=40)
    assert (found["coverage"] > 0.85).all()
    assert not found.equals(false_verdicts(frame.drop(columns=["id_a"]), ["walk"], 0.15, 0, 40))


def test_ends_follow_the_pairs_that_each_seed_has_and_blends_have_those_of_their_model():
    ends = np.array([[[5, 6], [7, 8]], [[5, 6], [9, 9]]])
    pairs = pairs_of(ends)
    frame = pd.concat([walks(np.ones((2, 3)), seed=s) for s in (0, 1)], ignore_index=True)
    frame = frame[(frame["seed"] == 0) | (frame["pair"] == 0)]
    blends = frame.assign(model="pixel_blend:AE")
    for table in (frame, blends):
        found = ends_of(with_ends(table, pairs))["A", "A"]
        assert found.tolist() == [[[5, 6], [7, 8]], [[5, 6], [NO_ARTWORK] * 2]]
