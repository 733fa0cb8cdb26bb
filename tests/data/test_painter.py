"""The procedural painter: known scenes, distinct styles, the same bytes for the same seed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from stylewalk.data.painter import STYLES
from stylewalk.data.painter.collection import (
    COLUMNS,
    contact_sheet,
    paint_collection,
    save_contact_sheet,
)
from stylewalk.data.painter.fields import noise, reduce
from stylewalk.data.painter.picture import CONTENTS, draw_scene, paint, paint_scene
from stylewalk.data.painter.scene import MATERIALS, Scene
from stylewalk.errors import StylewalkError

PAINTER_BY_NUMBERS = (
    "artist", "date", "genre", "pixelsx", "pixelsy", "size_bytes", "source", "style", "title",
    "artist_group", "in_train", "new_filename",
)  # fmt: skip


@pytest.fixture(scope="module")
def gallery() -> dict[str, np.ndarray]:
    """Twenty-four scenes in each style, as (24, 32, 32, 3) in 0..1."""
    scenes = [draw_scene(CONTENTS[i % 6], 7, i, 32) for i in range(24)]
    return {
        style: np.stack([paint_scene(s, style, 7, i, 32) for i, s in enumerate(scenes)]) / 255
        for style in STYLES
    }


def chroma(pictures: np.ndarray) -> float:
    """Mean distance of a pixel's largest from its smallest channel."""
    return float((pictures.max(-1) - pictures.min(-1)).mean())


def roughness(pictures: np.ndarray) -> float:
    """Mean difference of neighbouring pixels, whatever their direction."""
    across = np.abs(np.diff(pictures, axis=-2)).mean()
    return float(across + np.abs(np.diff(pictures, axis=-3)).mean())


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    content=st.sampled_from(CONTENTS),
    style=st.sampled_from(STYLES),
    seed=st.integers(0, 2**40),
    size=st.sampled_from([8, 17, 32, 64, 97]),
)
def test_any_picture_has_the_asked_size_and_the_same_bytes_again(content, style, seed, size):
    picture = paint(content, style, seed, size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 5, "a picture must not be one plain colour"
    np.testing.assert_array_equal(picture, paint(content, style, seed, size))


def test_seed_number_content_and_style_each_change_the_picture():
    reference = paint("sea", "Realism", 0, 32)
    others = [
        paint("sea", "Realism", 1, 32),
        paint("sea", "Realism", 0, 32, number=1),
        paint("hills", "Realism", 0, 32),
        paint("sea", "Romanticism", 0, 32),
    ]
    assert all((reference != other).mean() > 0.3 for other in others)


def test_each_number_and_each_seed_has_a_scene_of_its_own():
    """Before any style's draws: the geometry itself differs."""
    maps = [draw_scene("hills", seed, n, 32).part for seed, n in ((0, 0), (0, 1), (1, 0), (1, 1))]
    for i in range(4):
        for j in range(i):
            assert (maps[i] != maps[j]).mean() > 0.1


def test_global_random_state_is_neither_read_nor_moved():
    np.random.seed(1)  # noqa: NPY002 - the global state is what is tested
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = paint("woods", "Impressionism", 3, 32)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    np.testing.assert_array_equal(first, paint("woods", "Impressionism", 3, 32))


@pytest.mark.parametrize("style", STYLES)
def test_painting_leaves_the_scene_as_it_was(style):
    """All styles paint one scene object: none may change what the next one sees."""
    scene = draw_scene("street", 0, 3, 32)
    before = {k: np.copy(v) for k, v in vars(scene).items() if isinstance(v, np.ndarray)}
    paint_scene(scene, style, 0, 3, 32)
    for name, array in before.items():
        np.testing.assert_array_equal(getattr(scene, name), array, err_msg=name)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_scene_is_the_same_at_every_size(content):
    """Small and large drawings of one scene agree once the large one is reduced."""
    small, large = (draw_scene(content, 5, 2, size) for size in (88, 176))
    factor = large.pixels // small.pixels
    assert factor == 2
    reduced = large.colour.reshape(small.pixels, 2, small.pixels, 2, 3).mean((1, 3))
    assert np.abs(reduced - small.colour).mean() < 0.03
    assert small.parts == large.parts


@pytest.mark.parametrize(
    ("content", "needed"),
    [
        ("sea", {"sky", "water", "sail"}),
        ("hills", {"sky", "grass", "foliage"}),
        ("woods", {"wood", "foliage", "grass"}),
        ("street", {"sky", "ground", "stone", "window"}),
        ("figure", {"skin", "hair", "cloth"}),
        ("still life", {"wall", "wood"}),
    ],
)
def test_a_scene_shows_what_its_content_says(content, needed):
    for number in range(8):
        scene = draw_scene(content, 11, number, 32)
        seen = {MATERIALS[i] for i in np.unique(scene.material)}
        assert needed <= seen
        if content == "still life":
            assert seen & {"fruit", "glass", "ceramic"}
        assert np.isfinite(scene.light).all()


def test_impressionism_is_the_lightest_and_romanticism_the_darkest(gallery):
    light = {style: pictures.mean() for style, pictures in gallery.items()}
    assert max(light, key=light.get) == "Impressionism"
    assert min(light, key=light.get) == "Romanticism"
    assert light["Impressionism"] > light["Realism"] + 0.15 > light["Romanticism"] + 0.25


def test_expressionism_is_the_most_saturated_and_roughest(gallery):
    colour = {style: chroma(pictures) for style, pictures in gallery.items()}
    rough = {style: roughness(pictures) for style, pictures in gallery.items()}
    assert colour["Expressionism"] > 1.5 * max(v for k, v in colour.items() if k != "Expressionism")
    assert max(rough, key=rough.get) == "Expressionism"


def test_romanticism_is_smooth_and_its_darks_are_warm(gallery):
    rough = {style: roughness(pictures) for style, pictures in gallery.items()}
    assert min(rough, key=rough.get) == "Romanticism"
    pixels = gallery["Romanticism"].reshape(-1, 3)
    dark = pixels[pixels.mean(1) < 0.2]
    assert len(dark) > 0.2 * len(pixels)
    assert dark[:, 0].mean() > 1.2 * dark[:, 2].mean()


def simple_features(pictures: np.ndarray) -> np.ndarray:
    """Means and deviations of the channels, chroma and roughness: (N, 8)."""
    flat = pictures.reshape(len(pictures), -1, 3)
    rest = [[chroma(picture), roughness(picture)] for picture in pictures]
    return np.concatenate([flat.mean(1), flat.std(1), rest], 1)


def test_styles_are_told_apart_on_scenes_not_seen_before(gallery):
    """A linear rule on eight plain statistics, fitted to one half, sorts the other half."""
    features = np.concatenate([simple_features(gallery[style]) for style in STYLES])
    labels = np.repeat(STYLES, 24)
    fitted = np.tile(np.arange(24) < 12, 4)
    rule = LinearDiscriminantAnalysis().fit(features[fitted], labels[fitted])
    assert rule.score(features[~fitted], labels[~fitted]) > 0.9


def test_the_same_scene_is_behind_all_styles(gallery):
    """Realism and Romanticism of one scene agree in their edges more than those of two scenes."""
    edges = {
        style: np.abs(np.diff(gallery[style].mean(-1), axis=1)).reshape(24, -1)
        for style in ("Realism", "Romanticism")
    }
    likeness = np.corrcoef(edges["Realism"], edges["Romanticism"])[:24, 24:]
    same = np.diag(likeness).mean()
    other = likeness[~np.eye(24, dtype=bool)].mean()
    assert same > other + 0.2


def test_a_collection_is_complete_and_balanced(tmp_path):
    calls = []
    paint_collection(
        tmp_path / "images",
        tmp_path / "metadata.csv",
        7,
        seed=4,
        size=16,
        progress=lambda done, total: calls.append((done, total)),
    )
    frame = pd.read_csv(tmp_path / "metadata.csv", keep_default_na=False)
    assert tuple(frame.columns) == COLUMNS == (*PAINTER_BY_NUMBERS, "scene")
    assert frame["style"].value_counts().to_dict() == dict.fromkeys(STYLES, 7)
    assert frame["new_filename"].is_unique
    assert (frame["date"] == "").all()
    assert (frame["source"] == "procedural").all()
    by_scene = frame.groupby("scene")
    genres = by_scene["genre"].agg(lambda column: "/".join(sorted(set(column))))
    assert genres.tolist() == [*CONTENTS, "sea"], "one content per scene, in turn"
    assert by_scene["style"].agg(set).tolist() == [set(STYLES)] * 7
    assert frame.loc[frame["scene"] == 6, "title"].unique().tolist() == ["Sea no. 2"]
    files = sorted(path.name for path in (tmp_path / "images").iterdir())
    assert files == sorted(frame["new_filename"])
    assert calls[-1] == (28, 28)
    assert len(calls) == 7


def test_files_hold_the_painted_pictures_and_repeat_byte_by_byte(tmp_path):
    for folder in ("a", "b"):
        paint_collection(tmp_path / folder, tmp_path / f"{folder}.csv", 3, seed=9, size=48)
    frame = pd.read_csv(tmp_path / "a.csv")
    for row in frame.itertuples():
        path = tmp_path / "a" / row.new_filename
        assert path.read_bytes() == (tmp_path / "b" / row.new_filename).read_bytes()
        assert path.stat().st_size == row.size_bytes
        with Image.open(path) as image:
            assert image.size == (row.pixelsx, row.pixelsy)
            stored = np.asarray(image, np.float64)
        expected = paint(row.genre, row.style, 9, 48, row.scene)
        assert np.abs(stored - expected).mean() < 4  # what JPEG at quality 95 may lose
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_larger_collection_holds_the_smaller_one(tmp_path):
    paint_collection(tmp_path / "few", tmp_path / "few.csv", 2, ["Realism"], seed=1, size=16)
    paint_collection(tmp_path / "many", tmp_path / "many.csv", 4, seed=1, size=16)
    for path in (tmp_path / "few").iterdir():
        assert path.read_bytes() == (tmp_path / "many" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"classes": ["Impresionism"]}, "Impressionism"),
        ({"classes": ["Cubism"]}, "Cubism"),
        ({"classes": ["Realism", "Realism"]}, "each once"),
        ({"classes": []}, "at least one class"),
        ({"per_class": 0}, "at least 1 picture"),
        ({"size": 4}, "4 pixels"),
    ],
)
def test_mistakes_are_told_in_words(tmp_path, arguments, words):
    arguments = {"per_class": 2, "size": 16, **arguments}
    with pytest.raises(StylewalkError, match=words):
        paint_collection(tmp_path / "images", tmp_path / "metadata.csv", **arguments)
    assert not (tmp_path / "metadata.csv").exists()


@pytest.mark.parametrize(("content", "style"), [("seas", "Realism"), ("sea", "realism")])
def test_unknown_names_get_the_nearest_known_one(content, style):
    with pytest.raises(StylewalkError, match=r"Did you mean '(sea|Realism)'"):
        paint(content, style, 0)


def test_a_contact_sheet_holds_each_picture_in_its_place(tmp_path):
    sheet = contact_sheet(seed=2, columns=3, size=32, gap=4)
    margin = sheet.shape[1] - 3 * 36 - 4
    assert sheet.shape[0] == 4 * 36 + 4
    for row, style in enumerate(STYLES):
        for column in range(3):
            top, left = 4 + 36 * row, margin + 4 + 36 * column
            cell = sheet[top : top + 32, left : left + 32]
            np.testing.assert_array_equal(cell, paint(CONTENTS[column], style, 2, 32, column))
        assert (sheet[4 + 36 * row : 36 + 36 * row, :margin] < 128).any(), "a label is missing"
    save_contact_sheet(tmp_path / "sheet.png", seed=2, columns=3, size=32)
    with Image.open(tmp_path / "sheet.png") as image:
        np.testing.assert_array_equal(np.asarray(image), sheet)


def test_reduce_averages_blocks_and_clips():
    image = np.zeros((4, 4, 3))
    image[:2, :2] = [[[1.0], [0.0]], [[1.0], [0.0]]]
    image[2:, 2:] = 7.0
    np.testing.assert_array_equal(reduce(image, 2)[..., 0], [[128, 0], [0, 255]])


def test_noise_has_unit_scale_and_no_mean():
    values = noise(np.random.default_rng(0), 128, (16, 16), 3)
    assert abs(values.mean()) < 0.1
    assert 0.5 < values.std() < 1.1


def test_shapes_cover_their_area_and_stay_inside_the_picture():
    scene = Scene(200)
    scene.place(scene.ellipse(0.5, 0.5, 0.3, 0.2), "cloth", (1, 0, 0))
    assert scene.is_material("cloth").mean() == pytest.approx(np.pi * 0.06, rel=0.05)
    scene.place(scene.polygon([(0.9, 0.9), (1.4, 0.9), (1.4, 1.4), (0.9, 1.4)]), "wood", (0, 1, 0))
    assert scene.is_material("wood").mean() == pytest.approx(0.01, rel=0.15)
    assert scene.polygon([(1.2, 0.1), (1.5, 0.1), (1.3, 0.5)]) is None
    before = scene.part.copy()
    scene.place(None, "wood", (0, 0, 0))
    scene.place(scene.ellipse(0.5, 0.5, 0.1, 0.1), "skin", (0, 0, 1), detail=True)
    np.testing.assert_array_equal(scene.part, before)
