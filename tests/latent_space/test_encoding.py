"""The latent table, and images to latents and back in batches."""

import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.latent_space import encoding, table
from stylewalk.randomness import generator


def artworks(count):
    return pd.DataFrame(
        {
            "id": np.arange(count),
            "class": np.array(["Realism", "Romanticism"])[np.arange(count) % 2],
            "split": np.array(["training", "training", "validation"])[np.arange(count) % 3],
            "artist": "unknown",
        }
    )


def model(family="adversarial", seed=0):
    made = models.build({"family": family}, 16, 6, [4, 4, 8, 8], seed)
    made.prepare(images(), np.arange(8))  # a linear one knows nothing before
    return made


def images(count=11):
    return generator(0, "images").integers(0, 256, (count, 16, 16, 3)).astype(np.uint8)


class Colours(torch.nn.Module):
    """Latents are the 768 colour values in 0..1 of a 16 x 16 image; decoding gives them back."""

    image_size = 16

    def encode(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)

    def decode(self, z):
        return z.unflatten(1, (16, 16, 3)).permute(0, 3, 1, 2)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 20), st.integers(1, 5)),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    ),
    batch_size=st.integers(1, 25),
)
def test_the_table_gives_back_every_bit_at_any_batch_size(tmp_path, values, batch_size):
    path = tmp_path / "latents.parquet"
    frame = artworks(len(values))
    batches = [values[i : i + batch_size] for i in range(0, len(values), batch_size)]
    table.write_latents(path, frame, iter(batches))
    rows, latents = table.read_latents(path)
    assert latents.dtype == np.float32
    assert latents.tobytes() == values.tobytes()
    pd.testing.assert_frame_equal(
        rows, frame[["id", "class", "split"]], check_dtype=False, check_column_type=False
    )


def test_the_table_is_plain_parquet_in_row_groups(tmp_path):
    path = tmp_path / "latents.parquet"
    values = generator(0, "values").normal(size=(10, 3)).astype(np.float32)
    table.write_latents(path, artworks(10), [values[:4], values[4:8], values[8:]])
    file = pq.ParquetFile(path)
    assert file.num_row_groups == 3
    assert file.schema_arrow.names == ["id", "class", "split", "latent"]
    kind = file.schema_arrow.field("latent").type
    assert (kind.value_type, kind.list_size) == (pa.float32(), 3)
    assert np.stack(pd.read_parquet(path)["latent"]).tolist() == values.tolist()
    again = tmp_path / "again.parquet"
    table.write_latents(again, artworks(10), [values[:4], values[4:8], values[8:]])
    assert again.read_bytes() == path.read_bytes()


def test_a_table_that_cannot_be_whole_is_not_written(tmp_path):
    path = tmp_path / "latents.parquet"
    table.write_latents(path, artworks(2), [np.ones((2, 3), np.float32)])
    before = path.read_bytes()

    def breaks():
        yield np.ones((2, 3), np.float32)
        raise RuntimeError("broken off")

    for batches, error, words in [
        (breaks(), RuntimeError, "broken off"),
        ([], StylewalkError, "no artworks"),
        ([np.ones((2, 3))], StylewalkError, "4 artworks but 2 latents"),
        ([np.ones((5, 3))], StylewalkError, r"\(5, 3\)"),
        ([np.ones((2, 3)), np.ones((2, 4))], StylewalkError, r"\(2, 4\)"),
        ([np.full((4, 3), np.nan)], StylewalkError, "no finite number"),
    ]:
        with pytest.raises(error, match=words):
            table.write_latents(path, artworks(4), batches)
        assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_files_that_hold_no_latents_are_told_in_words(tmp_path):
    path = tmp_path / "latents.parquet"
    with pytest.raises(StylewalkError, match=r"latents\.parquet cannot be read"):
        table.read_latents(path)
    path.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(StylewalkError, match="cannot be read"):
        table.read_latents(path)
    artworks(3).to_parquet(path)
    with pytest.raises(StylewalkError, match="artist"):
        table.read_latents(path)
    ragged = artworks(2)[["id", "class", "split"]].assign(latent=[[1.0], [1.0, 2.0]])
    ragged.to_parquet(path)
    with pytest.raises(StylewalkError, match="lists of one size"):
        table.read_latents(path)


# One that was trained elsewhere needs its files; it has tests of its own.
@pytest.mark.parametrize("family", sorted({*models.families()} - {"pretrained"}))
def test_an_image_has_one_latent_whoever_stands_beside_it(family):
    net, pictures = model(family), images()
    together = np.concatenate(list(encoding.encode(net, pictures, batch_size=4)))
    alone = np.concatenate([z for i in images() for z in encoding.encode(net, i[None])])
    assert together.shape == (11, 6)
    assert together.dtype == np.float32
    assert together.std() > 0
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_encoding_streams_batches_in_order_and_leaves_files_alone(tmp_path):
    np.save(tmp_path / "images.npy", images())
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream = encoding.encode(Colours(), mapped, batch_size=4)
        assert iter(stream) is stream
        batches = list(stream)
    assert [len(batch) for batch in batches] == [4, 4, 3]
    np.testing.assert_allclose(np.concatenate(batches) * 255, images().reshape(11, -1), atol=1e-4)


def test_decoding_stays_in_range_and_bytes_are_the_nearest_values():
    values = np.full((3, 768), 0.25, np.float32)
    values[0] = np.linspace(0, 1, 768)
    values[1, :4] = [-0.1, 1.1, 0.4999 / 255, 0.5001 / 255]
    decoded = encoding.decode(Colours(), values, batch_size=2)
    assert decoded.dtype == np.float32
    exact = np.clip(values.astype(np.float64), 0, 1) * 255
    np.testing.assert_allclose(decoded.reshape(3, -1), exact, atol=1e-4)
    rounded = encoding.to_bytes(decoded)
    assert rounded.dtype == np.uint8
    assert np.abs(rounded.reshape(3, -1) - np.rint(exact)).max() == 0
    assert rounded[1].ravel()[:4].tolist() == [0, 255, 0, 1]


def test_all_256_values_survive_encoding_and_decoding():
    pictures = np.arange(768, dtype=np.int64).reshape(1, 16, 16, 3).astype(np.uint8)
    assert set(pictures.ravel().tolist()) == set(range(256))
    assert np.array_equal(encoding.reconstruct(Colours(), pictures), pictures)


def test_reconstruction_is_encoding_then_decoding():
    net, pictures = model("variational"), images()
    codes = np.concatenate(list(encoding.encode(net, pictures)))
    pictures_again = encoding.reconstruct(net, pictures, batch_size=5)
    assert pictures_again.shape == pictures.shape
    assert np.abs(pictures_again - encoding.decode(net, codes)).max() <= 0.51
    assert encoding.reconstruct(net, pictures[:0]).shape == (0, 16, 16, 3)
    assert encoding.decode(net, codes[:0]).shape == (0, 16, 16, 3)
