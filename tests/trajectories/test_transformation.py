"""What appears between two pictures, where it is known; against a slow fit, and invariances."""

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import gaussian_filter

from stylewalk.catalogue.trajectories import KNOWN_WALKS
from stylewalk.data.painter import STYLES
from stylewalk.data.painter.collection import paint_morphs
from stylewalk.style.metrics import MetricSet, build
from stylewalk.tables import conform
from stylewalk.trajectories.dissolve import dissolve_residual
from stylewalk.trajectories.known_walks import MORPH, NEW, WALKS, walk
from stylewalk.trajectories.measures import measure_known_walks
from stylewalk.trajectories.transformation import (
    DISSOLVES,
    PARTS,
    decompose,
    least_new,
    of_pairs,
    share_above,
)

SIZE = 32


def scene(rng):
    """A picture with smooth grounds, edges and texture, as pictures have."""
    size = SIZE
    y, x = np.mgrid[:size, :size] / size
    picture = np.zeros((size, size, 3))
    for channel in range(3):
        a, b, c = rng.uniform(-60, 60, 3)
        picture[..., channel] = rng.uniform(90, 160) + a * x + b * y + c * x * y
    for _ in range(6):
        top, left = rng.integers(0, size - 8, 2)
        height, width = rng.integers(4, 14, 2)
        picture[top : top + height, left : left + width] += rng.uniform(-70, 70, 3)
    picture += gaussian_filter(rng.normal(0, 25, picture.shape), (1, 1, 0))
    return np.clip(picture, 0, 255)


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(0)
    return np.stack([[scene(rng), scene(rng)] for _ in range(8)])


@pytest.fixture(scope="module")
def mean():
    rng = np.random.default_rng(1)
    return np.mean([scene(rng) for _ in range(200)], axis=0)


@pytest.fixture(scope="module")
def parts(pairs, mean):
    return {name: decompose(walk(name, pairs, mean, 10)) for name in WALKS}


@pytest.mark.slow
def test_the_parts_are_the_squared_residual_of_the_dissolve(pairs, mean):
    for name in WALKS:
        images = walk(name, pairs, mean, 6)
        _, per_step = dissolve_residual(images)
        expected = (per_step[:, 1:-1] ** 2).mean(axis=1)
        found = decompose(images)
        np.testing.assert_allclose(sum(found.values()), expected, rtol=1e-6, atol=1e-10)
        assert all((found[part] >= -1e-12).all() for part in PARTS)


def test_every_known_walk_falls_where_it_belongs(parts):
    total = {name: sum(found.values()).mean() for name, found in parts.items()}
    share = {
        name: {part: found[part].mean() / total[name] for part in PARTS}
        for name, found in parts.items()
    }
    assert total["blend of pixels"] < 1e-9
    for name in ("fade over the mean", "change of hue", "blend of logits"):
        assert share[name]["fade"] > 0.6, name
    assert share["blend, blurred midway"]["blur"] > 0.6
    for name in ("pan", "zoom"):
        assert share[name]["structure"] > 0.45, name
    assert total["uneven blend"] * share["uneven blend"]["structure"] < 1e-4
    # In itself, too: what shows nothing new has less by far than what does.
    least = min(parts[name]["structure"].min() for name in ("pan", "zoom"))
    most = max(parts[name]["structure"].max() for name in DISSOLVES)
    assert least > 3 * most
    third = [np.median(parts[f"{part} % of a third picture"]["structure"]) for part in (20, 50)]
    assert 2 * third[0] < third[1]


def test_new_things_on_the_way_are_structure(pairs, parts):
    """A square that comes and goes, of which neither end knows."""
    images = walk("blend of pixels", pairs, pairs[0, 0], 10)
    images[:, 3:8, 8:20, 8:20] = (250, 20, 20)
    found = decompose(images)
    nothing = max(parts[name]["structure"].max() for name in DISSOLVES)
    assert np.median(found["structure"]) > 5 * nothing


def test_a_morph_is_structure():
    """A disc that moves from left to right, as a sun does: no end shows it midway."""
    y, x = np.mgrid[:SIZE, :SIZE]
    trajectory = [
        np.where(((y - 16) ** 2 + (x - c) ** 2 < 25)[..., None], (240, 210, 90), (60, 90, 140))
        for c in np.linspace(6, 26, 11)
    ]
    found = decompose(np.stack(trajectory)[None].astype(float))
    assert found["structure"][0] > 0.4 * sum(found.values())[0]


def test_neither_order_nor_contrast_of_the_whole_nor_mirroring_matter(pairs, mean):
    images = walk("pan", pairs, mean, 5).astype(float)
    plain = decompose(images)
    for other in (images[:, ::-1], 40 + 0.5 * images, images[:, :, :, ::-1]):
        for part, values in decompose(other).items():
            np.testing.assert_allclose(values, plain[part], rtol=1e-4, atol=1e-7)


def test_ends_that_nearly_coincide_and_walks_of_one_step_have_no_parts(pairs):
    same = np.repeat(pairs[:2, :1], 4, axis=1)
    assert all(np.isnan(values).all() for values in decompose(same).values())
    assert all(np.isnan(values).all() for values in decompose(pairs[:2]).values())


def test_plain_ends_are_no_stumbling_block():
    """Of one colour each: the columns of the fit are all the same."""
    ends = np.stack([np.full((SIZE, SIZE, 3), value, float) for value in (30, 200)])[None]
    found = decompose(walk("blend of pixels", ends, ends[0, 0], 4))
    assert sum(found.values())[0] == pytest.approx(0, abs=1e-9)
    images = walk("blend of pixels", ends, ends[0, 0], 4)
    images[:, 2, 5:12, 5:12] = 120
    assert decompose(images)["structure"][0] > 0


def test_known_walks_begin_and_end_where_they_should(pairs, mean):
    for name in WALKS:
        images = walk(name, pairs, mean, 10)
        assert images.shape == (8, 11, SIZE, SIZE, 3)
        np.testing.assert_allclose(images[:, 0], pairs[:, 0], atol=1.0)
        if name not in ("pan", "zoom", "change of hue"):
            np.testing.assert_allclose(images[:, -1], pairs[:, 1], atol=1.0)
    pan = walk("pan", pairs, mean, 8)
    np.testing.assert_allclose(pan[:, -1, :, : SIZE - 8], pairs[:, 0, :, 8:], atol=1e-3)


@pytest.mark.slow
def test_the_table_of_known_walks_and_the_limit(pairs, mean):
    metrics = MetricSet(
        {kind: build({"kind": kind}, "none", "cpu") for kind in ("pixels", "colour")}
    )
    morphs = paint_morphs(STYLES, 0, 10, 64, each=1)
    painted = measure_known_walks(metrics, pairs, mean, 10, 3, morphs)
    conform(painted, KNOWN_WALKS)
    table = painted[painted["walk"] != MORPH]
    assert len(table) == 2 * len(WALKS) * 8
    assert table["quadratic"].notna().equals(table["pair"] < 3)
    assert set(DISSOLVES) < set(WALKS)
    assert set(NEW) - {MORPH} < set(WALKS)
    once = table.drop_duplicates(["walk", "pair"])
    limit = least_new(table)
    nothing = once[once["walk"].isin(DISSOLVES)].groupby("walk")["structure"]
    assert limit == nothing.quantile(0.95).max()
    moved = once[once["walk"].isin(["pan", "zoom"])]["structure"]
    share, low, high = share_above(moved, once, np.random.default_rng(0))
    assert (share, low, high) == (1, 1, 1)
    # Every step of a blend is as long as the others.
    blends = table[(table["walk"] == "blend of pixels") & (table["metric"] == "pixels")]
    np.testing.assert_allclose(blends["quadratic"].dropna(), 0, atol=1e-3)
    # What a painter paints is new, in every style.
    assert set(painted["walk"]) == {*WALKS, MORPH}
    mine = painted[painted["walk"] == MORPH].drop_duplicates("pair")
    assert mine["is_new"].all()
    assert len(mine) == len(STYLES)
    assert (mine["structure"] > limit).all()
    assert (mine["structure"] > mine["fade"]).all()
    assert (mine["structure"] > mine["blur"]).all()


def test_walks_that_are_like_the_worst_known_dissolve_are_seldom_called_new():
    """As the sentence asks: whether the lower end of the share's interval is above 5 %."""
    rng = np.random.default_rng(4)

    def of_kind(walk, count, scale):
        values = scale * np.exp(rng.normal(size=count))
        return pd.DataFrame({"walk": walk, "pair": range(count), "structure": values})

    said = 0
    for _ in range(60):
        known = pd.concat([of_kind("blend of logits", 100, 1.0), of_kind("uneven blend", 100, 0.1)])
        own = of_kind("a model", 52, 1.0)["structure"]
        said += share_above(own, known, rng)[1] > 0.05
    assert said <= 6


def test_pairs_count_once_whatever_their_seeds_and_random_ones_alone():
    rows = [
        ("AE", seed, experiment, "A", "A", pair, 0.1, 0.01, 0.0, 0.02 * (seed + 1))
        for seed in (0, 1)
        for experiment in ("random", "closest")
        for pair in range(3)
    ]
    columns = ["model", "seed", "experiment", "class_a", "class_b", "pair", "rho", *PARTS]
    table = pd.DataFrame(rows, columns=columns)
    found = of_pairs(table, ["random"])
    assert set(found["experiment"]) == {"random"}
    np.testing.assert_allclose(found["structure"], [0.03] * 3)
    assert len(of_pairs(table, [])) == 6


def test_without_known_walks_there_is_no_limit():
    empty = pd.DataFrame({"walk": [], "is_new": [], "pair": [], "structure": []})
    assert np.isnan(least_new(empty))
    nothing = share_above(pd.Series([0.1]), empty, np.random.default_rng(0))
    assert np.isnan(nothing).all()
