"""A metric that learns from labels: against scikit-learn, planted directions, what it may see."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import subspace_angles
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from stylewalk.errors import StylewalkError
from stylewalk.randomness import generator
from stylewalk.style import calibration, learning, metrics, validity
from stylewalk.style.metrics import learnt_pixels
from tiny_network import write_tiny_network

KNOWN = {"artist": "", "content": "", "split": "training"}


def planted(rng, labels=6, each=20, size=40, strength=3.0, elsewhere=4.0):
    """Vectors whose labels differ along two directions alone, in noise that is larger elsewhere."""
    codes = np.repeat(np.arange(labels), each)
    places = rng.normal(size=(labels, 2)) * strength
    noise = rng.normal(size=(len(codes), size)) * np.r_[1, 1, np.full(size - 2, elsewhere)]
    noise[:, :2] += places[codes]
    turn = np.linalg.qr(rng.normal(size=(size, size)))[0]
    return noise @ turn.T, codes.astype(str).astype(object), turn[:, :2]


def light(count, rng):
    return rng.normal(size=(count, 2))


def test_without_shrinkage_directions_are_those_of_discriminant_analysis(monkeypatch):
    monkeypatch.setattr(calibration, "_MATCHED", 0.0)
    vectors, labels, _ = planted(np.random.default_rng(0))
    learnt = calibration.learn(
        vectors, labels, labels, light(len(vectors), np.random.default_rng(1)), (1e-9,)
    )
    theirs = LinearDiscriminantAnalysis(solver="eigen").fit(vectors, labels).scalings_[:, :5]
    assert learnt.directions.shape == (40, 5)
    np.testing.assert_allclose(subspace_angles(learnt.directions, theirs), 0, atol=1e-4)


def test_planted_directions_are_found_and_labels_never_seen_are_told_apart():
    rng = np.random.default_rng(2)
    vectors, labels, truth = planted(rng, labels=40, each=8)
    seen = np.isin(labels, [str(n) for n in range(30)])
    learnt = calibration.learn(vectors[seen], labels[seen], labels[seen], light(seen.sum(), rng))
    # Found among 40 with each 8 artworks.
    leading = learnt.directions[:, :2]
    assert np.degrees(subspace_angles(leading, truth)).max() < 35
    plain = calibration.area(vectors[~seen], labels[~seen], labels[~seen])
    found = calibration.area(vectors[~seen] @ learnt.directions, labels[~seen], labels[~seen])
    assert found > 0.8 > 0.6 > plain


@pytest.mark.slow
def test_without_a_difference_of_labels_nothing_is_told_apart():
    rng = np.random.default_rng(3)
    areas = []
    for _ in range(10):
        vectors, labels, _ = planted(rng, labels=20, each=8, strength=0.0)
        seen = np.isin(labels, [str(n) for n in range(14)])
        learnt = calibration.learn(
            vectors[seen], labels[seen], labels[seen], light(seen.sum(), rng)
        )
        shown = vectors[~seen] @ learnt.directions
        areas.append(calibration.area(shown, labels[~seen], labels[~seen]))
    assert np.mean(areas) == pytest.approx(0.5, abs=0.02)


def test_what_only_brightness_tells_apart_counts_less():
    rng = np.random.default_rng(4)
    vectors, labels, truth = planted(rng, labels=8, each=30)
    # Brightness is the first of the two planted directions, and tells labels apart as the other.
    bright = vectors @ truth[:, :1]
    with_light = calibration.learn(
        vectors, labels, labels, (bright - bright.mean()) / bright.std(), (0.01,)
    )
    without = calibration.learn(vectors, labels, labels, light(len(vectors), rng), (0.01,))
    strengths = [
        np.linalg.norm(learnt.directions.T @ truth[:, 0])
        / np.linalg.norm(learnt.directions.T @ truth[:, 1])
        for learnt in (with_light, without)
    ]
    assert strengths[0] < 0.5 * strengths[1]


def test_the_shrinkage_is_chosen_on_groups_that_were_left_out():
    rng = np.random.default_rng(5)
    vectors, labels, _ = planted(rng, labels=30, each=4, size=80, elsewhere=1.0)
    learnt = calibration.learn(vectors, labels, labels, light(len(vectors), rng))
    assert set(learnt.areas) == set(calibration.SHRINKAGES)
    assert learnt.shrinkage == max(learnt.areas, key=learnt.areas.get)
    # Thirty labels of four in eighty dimensions: unshrunk directions are noise.
    assert learnt.areas[learnt.shrinkage] > learnt.areas[0.05] + 0.02


def test_pairs_of_one_group_do_not_count_where_groups_cross_labels():
    vectors = np.array([[0.0], [0.1], [5.0], [5.1]])
    labels = np.array(["a", "b", "a", "b"], dtype=object)
    groups = np.array(["x", "x", "y", "y"], dtype=object)
    # Left are (a, x)-(a, y), (b, x)-(b, y) of one label, (a, x)-(b, y), (b, x)-(a, y) of two.
    assert calibration.area(vectors, labels, groups) == pytest.approx((0 + 1 + 0 + 1) / 4)


def gallery(rng, contents=24, size=32):
    """Pictures of contents (which places are bright) by three hands (stripes of three kinds)."""
    rows, images = [], []
    y, x = np.mgrid[:size, :size]
    stripes = {"across": y % 4 < 2, "down": x % 4 < 2, "none": np.zeros_like(y, bool)}
    for content in range(contents):
        blobs = rng.uniform(40, 215, (4, 4)).repeat(size // 4, 0).repeat(size // 4, 1)
        for hand, lines in stripes.items():
            picture = np.clip(blobs + 35 * lines - 15 + rng.normal(0, 4, (size, size)), 0, 255)
            images.append(np.repeat(picture[..., None], 3, axis=2).astype(np.uint8))
            rows.append(
                {"class": hand, "artist": "", "content": f"c{content}", "content_group": ""}
            )
    about = pd.DataFrame(rows).assign(split="training")
    return np.stack(images), about.assign(id=np.arange(len(about)))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    network = tmp_path_factory.mktemp("network") / "tiny.safetensors"
    write_tiny_network(network)
    images, artworks = gallery(np.random.default_rng(0))
    judged = validity.sample(artworks, 24, generator(0, "judged"))
    free = artworks[validity.unseen(artworks, judged)]
    fitted = metrics.fit({"kind": "calibrated"}, network, "cpu", images, free)
    return network, images, artworks, judged, free, fitted


def test_what_is_judged_is_never_learnt_from(study):
    _, _, artworks, judged, free, _ = study
    assert len(judged) == 24
    assert not set(free["content"]) & set(judged["content"])
    assert len(free) == len(artworks) - 3 * judged["content"].nunique()


def test_hands_are_told_apart_on_contents_never_seen_also_one_left_out(study):
    network, images, _, judged, _, fitted = study
    settings = {"kind": "calibrated"}
    made = metrics.build_all(
        {
            "calibrated": settings,
            "gram_cosine": {"kind": "gram_cosine"},
            "pixels": {"kind": "pixels"},
            "colour": {"kind": "colour"},
        },
        network,
        "cpu",
        {"calibrated": fitted},
    )
    shown = images[judged["id"].to_numpy()]
    without = metrics.without(settings, network, "cpu", fitted)
    assert set(without) == {"across", "down", "none"}
    left_out = {"calibrated": {n: m.pairwise(shown)["total"] for n, m in without.items()}}
    rng = generator(0, "intervals")
    table = validity.validity(
        made.pairwise_all(shown), judged, ["calibrated", "gram_cosine"], rng, 100, left_out
    )
    over = table[table["question"] == "class over content"].set_index(["metric", "layer"])["auc"]
    assert over["calibrated", "total"] > 0.9 > 0.5 > over["pixels", "total"]
    # Of two hands, one direction is left: what it knows of the third is less, and stands apart.
    parts = [part for metric, part in over.index if metric == "calibrated"]
    assert parts[:2] == ["all layers", "total"]
    assert set(parts[2:]) == {f"{kind} {n}" for n in without for kind in ("without", "pairs with")}
    assert f"pairs with {next(iter(without))}" in over["pixels"].index
    assert (over["calibrated"].filter(like="without") <= over["calibrated", "total"]).all()
    plain = validity.validity(
        made.pairwise_all(shown),
        judged,
        ["calibrated", "gram_cosine"],
        generator(0, "intervals"),
        100,
    )
    whole = table[~table["layer"].str.startswith("without")].reset_index(drop=True)
    pd.testing.assert_frame_equal(whole, plain)


@pytest.mark.slow
def test_learnt_pixels_tell_classes_by_colour_and_not_by_strokes(study):
    """The same learning, of what no network sees: the baseline of the metric above."""
    network, images, artworks, judged, free, _ = study
    settings = {"kind": "learnt_pixels"}

    def area(pictures):
        own = metrics.fit(settings, network, "cpu", pictures, free)
        made = metrics.build(settings, network, "cpu", own)
        shown = pictures[judged["id"].to_numpy()]
        assert set(metrics.without(settings, network, "cpu", own)) == {"across", "down", "none"}
        labels, contents = (judged[name].to_numpy() for name in ("class", "content"))
        far = made.pairwise(shown)["total"]
        same, kind = (x[:, None] == x for x in (labels, contents))
        upper = np.triu(np.ones_like(same), 1)
        of_hand, of_content = far[upper & same & ~kind], far[upper & ~same & kind]
        return (of_hand[:, None] < of_content).mean()

    assert not metrics.is_style(settings)
    # Hands that differ in single pixels alone, which are gone in squares of two.
    fine = np.indices((32, 32)).sum(axis=0) % 2 * 2 - 1
    hands = artworks["class"].map({"across": 1, "down": -1, "none": 0}).to_numpy()
    blobs = images[artworks["class"] == "none"].repeat(3, axis=0).astype(int)
    strokes = blobs + 30 * hands[:, None, None, None] * fine[None, :, :, None]
    plain = area(np.clip(strokes, 40, 215).astype(np.uint8))
    assert plain < 0.65
    tinted = strokes.copy()
    tinted[artworks["class"] == "down", ..., 0] += 40
    assert area(np.clip(tinted, 0, 255).astype(np.uint8)) > plain + 0.1


def test_squares_are_means_of_their_pixels():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    slow = images.reshape(3, 16, 2, 16, 2, 3).mean(axis=(2, 4)) / 255
    np.testing.assert_allclose(learnt_pixels.describe(images), slow.reshape(3, -1), atol=1e-12)
    small = images[:, :8, :8]
    np.testing.assert_allclose(learnt_pixels.describe(small), small.reshape(3, -1) / 255)
    odd = np.full((1, 37, 37, 3), 51, np.uint8)
    np.testing.assert_allclose(learnt_pixels.describe(odd), 0.2)


def test_it_is_a_distance_along_trajectories_as_between_artworks(study):
    network, images, _, _, _, fitted = study
    metric = metrics.build({"kind": "calibrated"}, network, "cpu", fitted)
    four = images[[0, 1, 2, 0]].astype(np.float32)
    along = metric.between(four[None], [(0, 3), (0, 2)])["total"][0]
    among = metric.pairwise(images[[0, 1, 2]])["total"]
    np.testing.assert_allclose(along[:2], [among[0, 1], among[1, 2]], rtol=1e-4)
    assert along[3] == 0
    assert along[4] == pytest.approx(among[0, 2], rel=1e-4)


def test_the_same_artworks_give_the_same_numbers(study):
    network, images, _, _, free, fitted = study
    again = metrics.fit({"kind": "calibrated"}, network, "cpu", images, free)
    assert list(again) == list(fitted)
    for name, array in again.items():
        np.testing.assert_array_equal(array, fitted[name])


def test_artists_are_learnt_within_their_class_and_unknown_ones_not_at_all():
    rows = pd.DataFrame({"class": ["A"] * 12, "artist": [*"aabbccddee", "", ""], "content": ""})
    labels = learning._labels(rows, None)
    assert labels["by"].iloc[0] == "artist"
    assert learning._usable(labels["label"]).tolist() == [True] * 10 + [False] * 2
    assert labels["group"].nunique() == 7  # five artists, and two who are nobody's fellows
    assert learning._labels(rows.assign(artist=""), None)["by"].iloc[0] == "class"
    assert learning._labels(rows, "class")["label"].tolist() == ["A"] * 12


def test_too_few_labels_are_refused_in_words(study):
    network, images, artworks, *_ = study
    with pytest.raises(StylewalkError, match=r"at least two artists, or classes.*judged, or leave"):
        metrics.fit(
            {"kind": "calibrated"}, network, "cpu", images, artworks[artworks["class"] == "none"]
        )
    with pytest.raises(StylewalkError, match="none were given"):
        metrics.build({"kind": "calibrated"}, network, "cpu")
