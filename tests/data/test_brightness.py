"""How light pictures are."""

import numpy as np

from stylewalk.data.brightness import brightness


def test_brightness_is_the_luma_of_each_picture():
    images = np.zeros((4, 2, 2, 3), np.uint8)
    images[1] = 255
    images[2, :, :, 1] = 255
    images[3, 0] = 255
    lightness = brightness(images)
    assert lightness["id"].tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(lightness["brightness"], [0, 1, 0.7152, 0.5])
