"""Pictures drawn from a few numbers: what is seen is what they say, and walks between them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk import registry
from stylewalk.data import rendered
from stylewalk.data.rendered import collection, lines, shadow
from stylewalk.errors import StylewalkError

KINDS = registry.names("stylewalk.data.rendered")


def centre_of_mass(picture, background):
    """Degrees anticlockwise from the right, of what differs from the background; and distance."""
    shown = np.abs(picture.astype(float) - background).sum(axis=2)
    down, right = rendered.grid_of(len(picture))
    total = shown.sum()
    y, x = -(shown * down).sum() / total, (shown * right).sum() / total
    return np.degrees(np.arctan2(y, x)) % 360, np.hypot(x, y)


@pytest.mark.parametrize("angle", [0, 45, 130, 270])
@pytest.mark.parametrize("size", [32, 64])
def test_a_line_lies_at_its_angle_and_half_way_out(angle, size):
    picture = lines.render(np.array([[float(angle)]]), size)[0]
    seen, distance = centre_of_mass(picture, lines.background(size))
    assert abs((seen - angle + 180) % 360 - 180) < 1
    assert distance == pytest.approx(size / 4, abs=size / 40)
    assert picture.max() > 180


def test_a_turned_line_is_the_turned_picture():
    quarter = lines.render(np.array([[100.0]]), 32)[0]
    turned = np.rot90(lines.render(np.array([[10.0]]), 32)[0])
    np.testing.assert_allclose(quarter.astype(int), turned.astype(int), atol=1)


def test_a_shadow_falls_away_from_the_sun_and_is_longer_the_lower_it_stands():
    pictures = shadow.render(np.array([[0.0, 40], [180, 40], [0, 60]]), 64)
    ground = shadow.background(64)
    shown = np.abs(pictures.astype(float) - ground).sum(axis=3)
    right = rendered.grid_of(64)[1]
    middle = (shown * right).sum(axis=(1, 2)) / shown.sum(axis=(1, 2))
    assert middle[0] < -5 < 5 < middle[1]
    assert shown[0].sum() > 1.2 * shown[2].sum()
    np.testing.assert_allclose(middle[0], -middle[1], atol=0.01)


@pytest.mark.parametrize("name", KINDS)
def test_classes_are_parts_of_the_circle(name):
    kind = rendered.load(name)
    for place in range(len(kind.CLASSES)):
        values = rendered.draw_values(kind, place, 200, np.random.default_rng(0))
        away = (values[:, 0] - 90 * place + 180) % 360 - 180
        assert 40 < np.abs(away).max() <= 45
        for column, factor in enumerate(kind.FACTORS):
            assert (values[:, column] >= factor.low).all()
            assert (values[:, column] <= factor.high).all()


@pytest.mark.parametrize("name", KINDS)
def test_true_walks_turn_evenly_the_shorter_way_and_are_in_the_bank(name):
    kind = rendered.load(name)
    walks = rendered.true_walks(kind, 5, 6, seed=3, size=16)
    assert walks.images.shape == (5, 7, 16, 16, 3)
    steps = np.diff(walks.known.on_walks, axis=1)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[:, :1], steps.shape), atol=1e-9)
    turned = np.abs(steps[..., 0].sum(axis=1))
    assert (turned >= rendered.NEAREST).all()
    assert (turned <= rendered.FARTHEST).all()
    again = kind.render(
        walks.known.on_walks.reshape(-1, len(kind.FACTORS)) + [360, 0][: len(kind.FACTORS)], 16
    )
    np.testing.assert_array_equal(again.reshape(walks.images.shape), walks.images)
    for column, factor in enumerate(kind.FACTORS):
        values = np.unique(walks.known.of_bank[:, column])
        assert values.min() == factor.low
        assert values.max() == factor.high - factor.step * factor.is_circular
    assert len(walks.known.bank) == len(walks.known.of_bank)
    same = rendered.true_walks(kind, 5, 6, seed=3, size=16)
    np.testing.assert_array_equal(same.images, walks.images)


def test_a_collection_is_its_files_and_a_table_of_their_factors(tmp_path):
    args = (tmp_path / "images", tmp_path / "m.csv")
    collection.render_collection("shadow", *args, 3, ["North", "East"], seed=1, size=32)
    table = pd.read_csv(tmp_path / "m.csv")
    assert list(table["style"]) == ["North"] * 3 + ["East"] * 3
    for row in table.itertuples():
        picture = np.asarray(Image.open(tmp_path / "images" / row.new_filename))
        drawn = shadow.render(np.array([[row.azimuth, row.elevation]]), 32)[0]
        np.testing.assert_allclose(picture.astype(int), drawn, atol=1)
    # A class's pictures do not depend on which other classes there are.
    before = (tmp_path / "images/east-00001.png").read_bytes()
    collection.render_collection("shadow", *args, 3, ["East"], seed=1, size=32)
    assert (tmp_path / "images/east-00001.png").read_bytes() == before
    with pytest.raises(StylewalkError, match="no class 'Up'; it has East, North, West, South"):
        collection.render_collection("lines", *args, 3, ["Up"])
