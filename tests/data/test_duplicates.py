"""Pictures that are the same or nearly, against a slow search, copies and look-alikes."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS, DUPLICATES, REJECTED
from stylewalk.data.decoding import decode
from stylewalk.data.duplicates import find, nearly_same, settle
from stylewalk.data.painter import STYLES
from stylewalk.data.painter.picture import CONTENTS, draw_scene, paint_scene
from stylewalk.data.split import split
from stylewalk.errors import StylewalkError

SIZE = 64


def motif(number, side=120):
    """A picture with soft colours and edges, another one for each number."""
    rng = np.random.default_rng(number)
    small = Image.fromarray(rng.integers(0, 256, (7, 7, 3), dtype=np.uint8))
    picture = np.array(small.resize((side, side), Image.Resampling.BICUBIC))
    top, left = rng.integers(0, side // 2, 2)
    picture[top : top + side // 3, left : left + side // 4] = rng.integers(0, 256, 3)
    return Image.fromarray(picture)


def coded(picture, kind="JPEG", **options):
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return Image.open(data)


def packed(*pictures):
    made = []
    for picture in pictures:
        data = io.BytesIO()
        picture.convert("RGB").save(data, "PNG")
        made.append(decode(data, SIZE, "stretch"))
    return np.stack(made)


def frames(classes, names=None):
    """ARTWORKS and SELECTED of pictures of these classes."""
    names = names or [f"{number}.png" for number in range(len(classes))]
    about = pd.DataFrame(
        {
            "class": classes,
            "artist": "",
            "title": "",
            "content": "",
            "content_group": "",
            "filename": names,
        }
    )
    about = about.assign(year=pd.array([pd.NA] * len(classes), dtype="Int64"))
    about["century"] = about["year"]
    number = np.arange(len(classes))
    return about.assign(id=number, split="training"), about.assign(row=number + 100)


def settled(images, classes, mode, fraction=0.25, seed=0):
    outcome = settle(images, *frames(classes), mode, fraction, seed)
    tables.conform(outcome.artworks, ARTWORKS)
    tables.conform(outcome.dropped, REJECTED)
    tables.conform(outcome.table, DUPLICATES)
    assert len(outcome.images) == len(outcome.artworks)
    assert outcome.artworks["id"].tolist() == list(range(len(outcome.images)))
    return outcome


# --- what is the same


COPIES = {
    "JPEG": lambda picture: coded(picture, quality=60),
    "WebP": lambda picture: coded(picture, "WEBP", quality=60),
    "GIF": lambda picture: coded(picture, "GIF"),
    "half the size": lambda picture: picture.resize((60, 60)),
    "twice the size, as JPEG": lambda picture: coded(picture.resize((240, 240)), quality=75),
    "squashed": lambda picture: picture.resize((97, 171), Image.Resampling.BILINEAR),
    "lighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.08),
    "darker": lambda picture: ImageEnhance.Brightness(picture).enhance(0.9),
    "more contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(1.1),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_are_found_and_nothing_else(copy):
    pictures = [motif(number) for number in range(12)]
    first = find(packed(*pictures, *map(copy, pictures)))
    assert first.tolist() == [*range(12), *range(12)]


@pytest.mark.parametrize("size", [16, 48, 128])
def test_any_image_size_will_do(size):
    images = np.stack([np.array(motif(n).resize((size, size))) for n in (0, 1, 2)])
    lighter = np.clip(images.astype(int) + 6, 0, 255).astype(np.uint8)
    assert find(np.concatenate([images, lighter])).tolist() == [0, 1, 2, 0, 1, 2]


def test_other_pictures_are_told_apart_however_alike():
    base = np.array(motif(5))
    spot, shifted, tinted = base.copy(), np.roll(base, 9, axis=1), base.astype(float)
    spot[20:45, 30:50] = 255 - spot[20:45, 30:50]
    tinted *= (1.25, 1.0, 0.8)
    others = [spot, base[:, ::-1], base[::-1], shifted, tinted.clip(0, 255).astype(np.uint8)]
    others = [Image.fromarray(np.ascontiguousarray(other)) for other in others]
    others += [ImageEnhance.Brightness(motif(5)).enhance(1.6), motif(5).convert("L")]
    assert find(packed(motif(5), *others)).tolist() == list(range(len(others) + 1))


def test_flat_pictures_are_the_same_only_where_their_pixels_are():
    levels = (0, 1, 120, 121, 255, 120)
    flat = np.stack([np.full((SIZE, SIZE, 3), level, np.uint8) for level in levels])
    assert find(flat).tolist() == [0, 1, 2, 3, 4, 2]
    reds = np.zeros((5, SIZE, SIZE, 3), np.uint8)
    reds[..., 0] = np.arange(5)[:, None, None] + 200
    assert find(reds).tolist() == list(range(5))
    noise = np.random.default_rng(0).integers(126, 130, (3, SIZE, SIZE, 3), dtype=np.uint8)
    assert find(noise).tolist() == [0, 1, 2]


def test_patterns_of_one_colour_from_afar_are_told_apart():
    """The grid of mean colours is the same, what lies in its cells is not."""
    base = np.array(motif(3).resize((SIZE, SIZE)), dtype=int) // 2 + 64
    across, down = (
        np.where(np.arange(SIZE) % 2, 60, -60)[index] for index in (np.s_[:, None], None)
    )
    pictures = [(base + stripes[..., None]).astype(np.uint8) for stripes in (across, down)]
    assert find(np.stack(pictures)).tolist() == [0, 1]


def test_one_motif_in_two_styles_is_two_pictures():
    pictures = []
    for number, content in enumerate(CONTENTS):
        scene = draw_scene(content, 0, number, SIZE)
        pictures += [paint_scene(scene, name, 0, number, SIZE) for name in STYLES]
    assert find(np.stack(pictures)).tolist() == list(range(len(pictures)))


def test_noise_and_no_pictures():
    noise = np.random.default_rng(1).integers(0, 256, (30, SIZE, SIZE, 3), dtype=np.uint8)
    assert find(noise).tolist() == list(range(30))
    assert find(noise[:0]).tolist() == []
    assert find(noise[:1]).tolist() == [0]


def chain(count):
    """Pictures of which each is like the next, and the last is not like the first."""
    images = packed(motif(1)).astype(int)
    steps = np.arange(count)[:, None, None, None] * 12
    return np.clip(images // 2 + steps, 0, 255).astype(np.uint8)


def test_a_group_is_what_hangs_together():
    images = chain(7)
    assert not nearly_same(images[:1], images[-1:])[0]
    assert set(find(images).tolist()) == {0}


def slow(images):
    """The definition of the module, pair by pair, and groups by walking from one to the next."""

    def looks(image):
        side = SIZE // 16
        grid = image.astype(float).reshape(16, side, 16, side, 3).mean((1, 3))
        return image.astype(float), grid, grid.mean(), contrast(grid)

    def contrast(values):
        return np.mean([values[..., colour].var() for colour in range(3)]) ** 0.5

    def same(one, other):
        if (one == other).all():
            return True
        (x, gx, mx, sx), (y, gy, my, sy) = looks(one), looks(other)
        if min(sx, sy) < 4 or abs(mx - my) > 32 or max(sx, sy) > 1.25 * min(sx, sy):
            return False
        gain = sx / sy
        unit = (contrast(x) * contrast(y) * gain) ** 0.5
        far, near = ((a - mx - gain * (b - my)) / unit for a, b in ((gx, gy), (x, y)))
        side = SIZE // 8
        tiles = [
            (near[i : i + side, j : j + side] ** 2).mean() ** 0.5
            for i in range(0, SIZE, side)
            for j in range(0, SIZE, side)
        ]
        detail = (near**2).mean() ** 0.5
        return (
            (far**2).mean() ** 0.5 <= 0.2
            and ((far**2).mean(2) ** 0.5).max() <= 0.6
            and np.abs(far.mean((0, 1))).max() <= 0.15
            and detail <= 1
            and (max(tiles) <= 0.35 or max(tiles) <= 3.5 * detail)
        )

    first = list(range(len(images)))
    for i in range(len(images)):
        for j in range(i):
            if same(images[i], images[j]):
                low, high = sorted((first[i], first[j]))
                first = [low if root == high else root for root in first]
    return first


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), min_size=1, max_size=14))
def test_the_same_as_a_slow_search(drawn):
    """Pictures with noise of a strength that makes some the same and some not."""
    images = []
    for place, (number, strength) in enumerate(drawn):
        noise = np.random.default_rng(place).normal(0, 1, (16, 16, 3)).repeat(4, 0).repeat(4, 1)
        image = packed(motif(number))[0] + strength * noise
        images.append(np.clip(image, 0, 255).astype(np.uint8))
    assert find(np.stack(images)).tolist() == slow(images)


def test_the_order_changes_no_group():
    images = np.concatenate([packed(*(motif(n % 5) for n in range(9))), chain(5)])
    order = np.random.default_rng(3).permutation(len(images))
    groups = [
        {frozenset(np.flatnonzero(first == root).tolist()) for root in set(first.tolist())}
        for first in (find(images), find(images[order]))
    ]
    assert groups[0] == {frozenset(order[list(group)].tolist()) for group in groups[1]}


@pytest.mark.slow
def test_real_look_alikes_are_hardly_ever_taken_for_the_same():
    import zipfile

    archive = Path(__file__).parents[3] / "shared/data/emoji/images.zip"
    if not archive.exists():
        pytest.skip("the emoji are not in ../shared/data")
    with zipfile.ZipFile(archive) as file:
        names = [name for name in file.namelist() if "twemoji" in name and name.endswith(".png")]
        images = np.stack([decode(io.BytesIO(file.read(n)), SIZE, "stretch") for n in names])
    assert len(images) > 1500
    first = find(images)
    assert (first != np.arange(len(first))).mean() < 0.01


# --- what becomes of them


@pytest.mark.slow
def test_kept_duplicates_lie_on_one_side_and_are_listed():
    pictures = [motif(number) for number in range(40)]
    images = packed(*pictures, *(coded(picture) for picture in pictures[:10]))
    classes = ["A"] * 20 + ["B"] * 20 + ["A"] * 5 + ["B"] * 5
    for seed in range(5):
        outcome = settled(images, classes, "keep", seed=seed)
        sides = outcome.artworks["split"].to_numpy()
        assert outcome.images is images
        assert sides[:10].tolist() == sides[40:].tolist()
        counts = outcome.artworks.groupby("class")["split"].value_counts()
        assert counts["B", "validation"] == 6
        assert 4 <= counts["A", "validation"] <= 8  # half of them are pairs
    table = outcome.table
    assert table["group"].tolist() == np.repeat(np.arange(1, 11), 2).tolist()
    assert table["id"].tolist() == [n for i in range(10) for n in (i, i + 40)]
    assert (table.groupby("group")["difference"].min() == 0).all()
    assert 0 < table["difference"].max() < 10
    assert outcome.dropped.empty


def test_without_duplicates_the_split_is_that_of_the_draw():
    images = packed(*(motif(number) for number in range(30)))
    classes = ["A", "B", "B"] * 10
    for mode in ("keep", "drop", "refuse"):
        outcome = settled(images, classes, mode)
        assert outcome.artworks["split"].tolist() == split(classes, 0.25, 0).tolist()
        assert outcome.table.empty


def test_dropping_keeps_the_first_and_none_of_two_classes():
    pictures = [motif(number) for number in range(12)]
    again = (pictures[0], coded(pictures[0]), coded(pictures[7]), coded(pictures[1]))
    images = packed(*pictures, *again)
    classes = ["A"] * 6 + ["B"] * 6 + ["A", "A", "A", "A"]
    outcome = settled(images, classes, "drop")
    assert outcome.artworks["filename"].tolist() == [f"{n}.png" for n in range(12) if n != 7]
    assert sorted(outcome.dropped["row"]) == [107, 112, 113, 114, 115]
    assert set(outcome.dropped["kind"]) == {"duplicate"}
    reasons = dict(zip(outcome.dropped["filename"], outcome.dropped["reason"], strict=True))
    assert reasons["12.png"] == "the same picture as 0.png, which is kept"
    assert reasons["13.png"] == "much like 0.png, which is kept"
    assert reasons["7.png"] == "much like 14.png, and in the classes B and A"
    np.testing.assert_array_equal(outcome.images, np.delete(images[:12], 7, axis=0))
    left_out = outcome.table[outcome.table["id"].isna()]
    assert sorted(left_out["filename"]) == ["12.png", "13.png", "14.png", "15.png", "7.png"]
    assert set(left_out["split"]) == {""}


def test_refusing_names_the_groups():
    pictures = [motif(number) for number in range(8)]
    with pytest.raises(StylewalkError) as error:
        settled(packed(*pictures, *pictures[:7]), ["A", "B"] * 7 + ["A"], "refuse")
    message = str(error.value)
    assert "7 pictures are in the data more than once" in message
    assert "0.png (A), 8.png (A)" in message
    assert "and 2 more groups" in message
    assert "dataset.duplicates: drop" in message


def test_a_class_of_one_picture_alone_is_split_as_drawn_and_cannot_be_dropped():
    images = packed(*[motif(0)] * 6, *(motif(number) for number in range(1, 7)))
    classes = ["A"] * 6 + ["B"] * 6
    outcome = settled(images, classes, "keep")
    assert outcome.artworks["split"].tolist() == split(classes, 0.25, 0).tolist()
    with pytest.raises(StylewalkError, match="Class 'A' keeps 1 of 6"):
        settled(images, classes, "drop")


def test_all_pictures_the_same_and_two_classes_that_share_all():
    for images in (packed(*[motif(0)] * 8), packed(*[motif(n // 2) for n in range(8)])):
        outcome = settled(images, ["A", "B"] * 4, "keep")
        sides = outcome.artworks.groupby("class")["split"].agg(set)
        assert all(both == {"training", "validation"} for both in sides)


def test_a_group_larger_than_validation_is_trained_on():
    images = packed(*[motif(0)] * 10, *(motif(number) for number in range(1, 11)))
    for seed in range(8):
        outcome = settled(images, ["A"] * 20, "keep", 0.2, seed)
        assert set(outcome.artworks["split"][:10]) == {"training"}
        assert (outcome.artworks["split"] == "validation").sum() == 4


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12)), min_size=1, max_size=40),
    st.floats(0.05, 0.5),
    st.integers(0, 9),
)
def test_a_group_never_spans_the_splits_where_each_class_has_another_picture(drawn, fraction, seed):
    classes = ["A", "B", "C"] + [("A", "B", "C")[c] for c, _ in drawn] + ["A", "B", "C"]
    labels = [100, 101, 102, *(label for _, label in drawn), 0, 0, 0]
    first = np.array([labels.index(label) for label in labels])
    sides = split(classes, fraction, seed, first)
    for name in "ABC":
        assert set(sides[np.array(classes) == name]) == {"training", "validation"}
    for root in set(first.tolist()):
        assert len(set(sides[first == root])) == 1
    np.testing.assert_array_equal(sides, split(classes, fraction, seed, first))
