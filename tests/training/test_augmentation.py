"""Augmentation: every picture has its own draw, and is else as it was."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stylewalk.training.augmentation import augment, moved


def pictures(count=6, size=8, seed=0):
    return torch.rand(count, 3, size, size, generator=draws(seed))


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


def test_without_either_pictures_are_as_they_were():
    images = pictures()
    assert augment(images, {}, draws()) is images
    assert augment(images, {"flips": False, "shifts": 0}, draws()) is images


def test_about_half_are_mirrored_and_none_is_anything_else():
    images = pictures(400, 4)
    found = augment(images, {"flips": True}, draws())
    same = (found == images).flatten(1).all(1)
    mirrored = (found == images.flip(3)).flatten(1).all(1)
    assert (same ^ mirrored).all()
    assert 150 < mirrored.sum() < 250


def slowly_moved(picture, down, right):
    """A picture moved by whole pixels, its edges filled by reflection, pixel by pixel."""
    size = picture.shape[-1]

    def inside(place):
        return -place if place < 0 else 2 * (size - 1) - place if place >= size else place

    found = torch.empty_like(picture)
    for row in range(size):
        for column in range(size):
            found[:, row, column] = picture[:, inside(row + down), inside(column + right)]
    return found


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), most=st.integers(1, 4))
def test_each_picture_is_moved_by_its_own_whole_pixels(seed, most):
    images = pictures(5, 6, seed)
    found = moved(images, most, draws(seed))
    moves = [(down, right) for down in range(-most, most + 1) for right in range(-most, most + 1)]
    for picture, result in zip(images, found, strict=True):
        assert any(torch.equal(result, slowly_moved(picture, *move)) for move in moves)


def test_every_move_is_drawn_and_they_differ_within_a_batch():
    images = pictures(1, 6).expand(500, 3, 6, 6)
    found = moved(images, 1, draws())
    assert len({tuple(picture.flatten().tolist()) for picture in found}) == 9


def test_a_draw_of_the_same_seed_is_the_same_and_the_global_state_stays():
    images, both = pictures(), {"flips": True, "shifts": 3}
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, second = (augment(images, both, draws(1)) for _ in range(2))
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(first, second)
    assert not torch.equal(first, augment(images, both, draws(2)))


def test_the_order_of_memory_stays():
    """A convolution on the CPU is faster on pictures whose channels lie side by side."""
    images = pictures(6, 16).to(memory_format=torch.channels_last)
    found = augment(images, {"flips": True, "shifts": 2}, draws())
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_a_shift_beyond_the_side_is_the_most_that_can_be_reflected():
    assert augment(pictures(4, 4), {"shifts": 64}, draws()).shape == (4, 3, 4, 4)
