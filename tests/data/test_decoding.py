"""Decoding: every mode and fault that a folder of pictures off the web holds."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from stylewalk.data.decoding import decode
from stylewalk.data.picture_files import Undecodable, locate
from stylewalk.errors import StylewalkError

SIZE = 16


def smooth(height, width):
    """A picture without fine detail, whose halves differ: red grows rightwards, green downwards."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    return np.stack([255 * x, 255 * y, 128 + 0 * x], axis=2).round().astype(np.uint8)


def save(path, array, mode=None, **options):
    image = Image.fromarray(array)
    (image if mode is None else image.convert(mode)).save(path, **options)
    return path


def png_header(width, height):
    """A PNG whose header promises a size that its few bytes do not hold."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.fixture
def never_decode(monkeypatch):
    def load(self):
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)


@pytest.mark.parametrize("fit", ["stretch", "crop"])
def test_a_picture_of_the_target_size_is_untouched(tmp_path, fit):
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    np.testing.assert_array_equal(decode(save(tmp_path / "a.png", noise), SIZE, fit), noise)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 50), st.integers(1, 50), st.sampled_from(["stretch", "crop"]))
def test_every_shape_becomes_a_square_and_one_colour_stays(tmp_path_factory, height, width, fit):
    plain = np.full((height, width, 3), (200, 10, 90), np.uint8)
    path = save(tmp_path_factory.mktemp("shapes") / "a.png", plain)
    result = decode(path, SIZE, fit)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, np.broadcast_to((200, 10, 90), (SIZE, SIZE, 3)))


def test_crop_takes_the_central_square_and_stretch_the_whole(tmp_path):
    wide = np.zeros((SIZE, 3 * SIZE, 3), np.uint8)
    wide[:, SIZE : 2 * SIZE] = smooth(SIZE, SIZE)
    path = save(tmp_path / "a.png", wide)
    np.testing.assert_array_equal(decode(path, SIZE, "crop"), smooth(SIZE, SIZE))
    stretched = decode(path, SIZE, "stretch")
    assert stretched[:, [0, 1, -2, -1]].max() == 0
    assert stretched[:, SIZE // 2, 2].min() > 100


@pytest.mark.usefixtures("unchecked")
def test_an_unknown_fit_is_refused(tmp_path):
    with pytest.raises(StylewalkError, match="'stretch' or 'crop'"):
        decode(save(tmp_path / "a.png", smooth(4, 4)), SIZE, "pad")


@pytest.mark.parametrize("fit", ["stretch", "crop"])
@pytest.mark.parametrize("shape", [(400, 300), (130, 999)])
def test_a_jpeg_shrunk_by_its_decoder_looks_like_one_decoded_in_full(tmp_path, shape, fit):
    rng = np.random.default_rng(1)
    rough = smooth(*shape).astype(int) + rng.integers(-40, 41, (*shape, 3))
    jpeg = save(tmp_path / "a.jpg", rough.clip(0, 255).astype(np.uint8), quality=95)
    full = save(tmp_path / "a.png", np.asarray(Image.open(jpeg)))
    difference = decode(jpeg, SIZE, fit).astype(int) - decode(full, SIZE, fit)
    assert np.abs(difference).mean() < 2  # a shift by one pixel of the result would give 16
    assert np.abs(difference).max() < 14


def test_a_large_jpeg_is_not_decoded_in_full(tmp_path, monkeypatch):
    loaded = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda self: (loaded.append(self.size), load(self))[1]
    )
    decode(save(tmp_path / "a.jpg", smooth(800, 600)), SIZE, "stretch")
    assert max(loaded) <= (100, 75)
    assert min(loaded[0]) >= 2 * SIZE


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path, orientation, suffix):
    upright = smooth(SIZE, SIZE)
    # What a camera stores, by the standard's table of where row 0 and column 0 are seen.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: upright.transpose(1, 0, 2)[::-1],
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: upright.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"webp": {"lossless": True}, "jpg": {"quality": 100, "subsampling": 0}}
    path = tmp_path / f"a.{suffix}"
    save(path, np.ascontiguousarray(stored), exif=exif, **lossless.get(suffix, {}))
    np.testing.assert_allclose(decode(path, SIZE, "stretch").astype(int), upright, atol=4)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of the damage
def test_a_damaged_exif_block_does_not_lose_its_picture(tmp_path):
    path = save(tmp_path / "a.jpg", smooth(SIZE, SIZE), exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff")
    assert decode(path, SIZE, "stretch").shape == (SIZE, SIZE, 3)


def transparent_pictures():
    """Left half opaque blue, right half transparent whatever colour lies beneath."""
    alpha = np.zeros((SIZE, SIZE), np.uint8)
    alpha[:, : SIZE // 2] = 255
    blue = np.dstack([np.full((SIZE, SIZE, 3), (0, 0, 255), np.uint8), alpha])
    grey = np.dstack([np.full((SIZE, SIZE), 40, np.uint8), alpha])
    palette = Image.fromarray((alpha == 0).astype(np.uint8)).convert("P")
    palette.putpalette([0, 0, 255, 90, 60, 30])
    return {
        "RGBA": (Image.fromarray(blue), {}, (0, 0, 255)),
        "LA": (Image.fromarray(grey), {}, (40, 40, 40)),
        "P": (palette, {"transparency": 1}, (0, 0, 255)),
    }


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_over_white(tmp_path, mode):
    image, options, colour = transparent_pictures()[mode]
    image.save(tmp_path / "a.png", **options)
    result = decode(tmp_path / "a.png", SIZE, "stretch")
    assert Image.open(tmp_path / "a.png").mode == mode
    assert (result[:, : SIZE // 2] == colour).all()
    assert (result[:, SIZE // 2 :] == 255).all()


def test_half_transparency_is_mixed_with_white(tmp_path):
    red = np.full((SIZE, SIZE, 4), (255, 0, 0, 51), np.uint8)  # 51 / 255 = 20 %
    result = decode(save(tmp_path / "a.png", red), SIZE, "stretch")
    np.testing.assert_allclose(result[0, 0].astype(int), (255, 204, 204), atol=1)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_grey_keeps_black_white_and_the_ramp_between(tmp_path, suffix):
    ramp = np.linspace(0, 65535, SIZE * SIZE).round().astype(np.uint16).reshape(SIZE, SIZE)
    result = decode(save(tmp_path / f"a.{suffix}", ramp), SIZE, "stretch")
    assert (result[..., 0] == result[..., 2]).all()
    np.testing.assert_array_equal(result[..., 0], np.round(ramp / 257).astype(np.uint8))
    assert (result[0, 0, 0], result[-1, -1, 0]) == (0, 255)


def test_mode_i_is_read_as_sixteen_bits(tmp_path):
    ramp = np.linspace(0, 70000, SIZE * SIZE).astype(np.int32).reshape(SIZE, SIZE)
    path = save(tmp_path / "a.tif", ramp)
    assert Image.open(path).mode == "I"
    expected = np.round(np.minimum(ramp, 65535) / 257).astype(np.uint8)
    np.testing.assert_array_equal(decode(path, SIZE, "stretch")[..., 1], expected)


@pytest.mark.parametrize("top", [1.0, 255.0])
def test_floats_run_to_one_or_to_255(tmp_path, top):
    ramp = np.linspace(0, top, SIZE * SIZE, dtype=np.float32).reshape(SIZE, SIZE)
    result = decode(save(tmp_path / "a.tif", ramp), SIZE, "stretch")
    np.testing.assert_allclose(result[..., 0], 255 * ramp / top, atol=0.51)


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.jpg", "L"), ("a.png", "1"), ("a.png", "P"), ("a.gif", "P"), ("a.bmp", "L")],
)
def test_grey_palette_and_one_bit(tmp_path, name, mode):
    halves = np.zeros((SIZE, SIZE, 3), np.uint8)
    halves[:, SIZE // 2 :] = 255
    result = decode(save(tmp_path / name, halves, mode), SIZE, "stretch")
    np.testing.assert_allclose(result.astype(int), halves, atol=3)


def test_cmyk_and_the_inverted_cmyk_of_adobe(tmp_path):
    ink = np.zeros((SIZE, SIZE, 4), np.uint8)
    ink[..., 0] = 255  # full cyan, nothing else
    image = Image.fromarray(ink, "CMYK")
    image.save(tmp_path / "plain.tif")
    image.save(tmp_path / "adobe.jpg", quality=100)  # Pillow writes the Adobe marker, inverted
    assert b"Adobe" in (tmp_path / "adobe.jpg").read_bytes()
    for name in ("plain.tif", "adobe.jpg"):
        result = decode(tmp_path / name, SIZE, "stretch").astype(int)
        np.testing.assert_allclose(result, np.broadcast_to((0, 255, 255), result.shape), atol=3)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_the_first_frame_of_many(tmp_path, suffix):
    frames = [
        Image.fromarray(np.full((SIZE, SIZE, 3), value, np.uint8)) for value in (30, 200, 120)
    ]
    path = tmp_path / f"a.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert Image.open(path).n_frames == 3
    np.testing.assert_allclose(decode(path, SIZE, "stretch").astype(int), 30, atol=2)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "bmp", "gif"])
@settings(max_examples=12, deadline=None)
@given(share=st.floats(0, 0.9))
def test_a_truncated_file_is_unreadable(tmp_path_factory, suffix, share):
    folder = tmp_path_factory.mktemp("truncated")
    noise = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    whole = save(folder / f"whole.{suffix}", noise).read_bytes()
    (folder / f"cut.{suffix}").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(Undecodable) as fault:
        decode(folder / f"cut.{suffix}", SIZE, "stretch")
    assert fault.value.kind == "unreadable"
    assert fault.value.reason


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_flipped_bytes_give_a_picture_or_a_reason(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("flipped")
    suffix = data.draw(st.sampled_from(["jpg", "png", "webp", "tif", "bmp", "gif"]))
    path = save(folder / f"a.{suffix}", smooth(40, 30))
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        assert decode(path, SIZE, "crop", max_pixels=1_000_000).shape == (SIZE, SIZE, 3)
    except Undecodable as fault:
        assert fault.kind in ("unreadable", "too_large")  # noqa: PT017
        assert fault.reason  # noqa: PT017


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"\xff\xd8\xff"])
def test_what_is_no_image_is_unreadable(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(Undecodable, match="no image") as fault:
        decode(tmp_path / "a.jpg", SIZE, "stretch")
    assert fault.value.kind == "unreadable"


def test_a_program_in_the_guise_of_a_picture_is_not_run(tmp_path, never_decode):
    Image.new("RGB", (SIZE, SIZE)).save(tmp_path / "a.jpg", format="EPS")  # PostScript
    assert Image.open(tmp_path / "a.jpg").format == "EPS"
    with pytest.raises(Undecodable, match="no image"):
        decode(tmp_path / "a.jpg", SIZE, "stretch")


@pytest.mark.filterwarnings("error")
def test_a_promise_of_900_million_pixels_is_refused_from_its_header(tmp_path, never_decode):
    (tmp_path / "a.png").write_bytes(png_header(30_000, 30_000))
    with pytest.raises(Undecodable, match="30,000 x 30,000") as fault:
        decode(tmp_path / "a.png", SIZE, "stretch")
    assert fault.value.kind == "too_large"


def test_max_pixels_decides_and_not_the_limit_of_the_library(tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", smooth(30, 20))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert decode(path, SIZE, "stretch", max_pixels=600).shape == (SIZE, SIZE, 3)
    assert Image.MAX_IMAGE_PIXELS == 10
    with pytest.raises(Undecodable, match="20 x 30 pixels, more than the 599 allowed"):
        decode(path, SIZE, "stretch", max_pixels=599)


def test_locate_stays_inside_the_folder(tmp_path):
    folder = tmp_path / "images"
    (folder / "Realism").mkdir(parents=True)
    secret = save(tmp_path / "secret.png", smooth(4, 4))
    inside = save(folder / "Realism" / "a.png", smooth(4, 4))
    (folder / "out.png").symlink_to(secret)
    (folder / "in.png").symlink_to(inside)
    (folder / "loop.png").symlink_to("loop.png")
    (tmp_path / "alias").symlink_to(folder)
    assert locate(folder, "Realism/a.png") == inside.resolve()
    assert locate(folder, "in.png") == inside.resolve()
    assert locate(tmp_path / "alias", "in.png") == inside.resolve()
    faults = {"../secret.png": "path", "out.png": "path", str(secret): "path", "a\0.png": "path"}
    faults |= {"none.png": "missing", "Realism": "unreadable", "x" * 400: "path"}
    for name, kind in faults.items():
        with pytest.raises(Undecodable) as fault:
            locate(folder, name)
        assert fault.value.kind == kind, name
    with pytest.raises(Undecodable):
        locate(folder, "loop.png")
