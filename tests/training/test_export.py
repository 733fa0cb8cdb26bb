"""Exported models: onnxruntime gives what torch does, and a study takes them as pretrained."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.latent_space import encoding
from stylewalk.training import export, loop

SIZE, WIDTH = 16, 12
FAMILIES = ["acai", "adversarial", "aeai", "autoencoder", "gaia", "hyperspherical", "linear"]
FAMILIES += ["triplet", "variational"]


def pictures(count=20):
    """Two colours beside each other."""
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, 256, (2, count, 1, 1, 3), dtype=np.uint8)
    images = np.empty((count, SIZE, SIZE, 3), np.uint8)
    images[:, :, : SIZE // 2], images[:, :, SIZE // 2 :] = left, right
    return images


def trained(family, trunk="silu"):
    """A model that is not as it starts, its moments of normalisation included."""
    model = models.build({"family": family}, SIZE, WIDTH, [4, 4, 8], 0, trunk)
    model.prepare(pictures(), np.arange(20))
    draw = torch.Generator().manual_seed(1)
    if family != "linear":
        for key, value in model.state_dict().items():
            if value.is_floating_point():
                noise = torch.randn(value.shape, generator=draw)
                value.copy_(noise.abs() + 0.5 if "var" in key else value + 0.05 * noise)
    return model.eval()


@pytest.fixture
def exported(tmp_path):
    """The content of the file of half a model."""

    def content(model, half):
        export.write_onnx(model, half, tmp_path / "half.onnx")
        return (tmp_path / "half.onnx").read_bytes()

    return content


def run(content, batch):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return session.run(None, {given.name: batch.numpy()})[0]


@pytest.mark.parametrize("trunk", ["silu", "report"])
@pytest.mark.parametrize("family", FAMILIES)
def test_onnxruntime_gives_what_torch_does(family, trunk, exported):
    model = trained(family, trunk)
    for count in (1, 5):  # the batch is free
        images = torch.rand(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(count))
        with torch.inference_mode():
            latents = model.encode(images)
            decoded = model.decode(latents)
        found = run(exported(model, "encoder"), images)
        assert np.abs(found - latents.numpy()).max() < 1e-4
        found = run(exported(model, "decoder"), latents)
        assert found.shape == (count, 3, SIZE, SIZE)
        assert np.abs(found - decoded.numpy()).max() < 1e-4
    assert not model.training


@pytest.mark.parametrize("half", export.HALVES)
def test_a_file_says_what_it_takes_and_holds_only_what_it_needs(half, exported):
    model = trained("gaia")
    content = exported(model, half)
    assert content == exported(trained("gaia"), half)  # the same model, the same bytes
    network = onnx.load_model_from_string(content)
    onnx.checker.check_model(network, full_check=True)
    shapes = {"pictures": ["batch", 3, SIZE, SIZE], "latents": ["batch", WIDTH]}
    for name, (value,) in zip(
        export.HALVES[half], (network.graph.input, network.graph.output), strict=True
    ):
        assert value.name == name
        assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
        found = [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim]
        assert found == shapes[name] or name == export.HALVES[half][1]
    assert network.opset_import[0].version == export.OPSET
    # The discriminator is no part of either half.
    bytes_of_half = sum(p.nbytes for p in getattr(model, half).parameters())
    mean = model.mean_picture.nbytes
    assert bytes_of_half + mean <= len(content) < 1.3 * (bytes_of_half + mean) + 8000
    assert str(loop.__file__).rpartition("/")[0].encode() not in content  # no path of this machine


@pytest.mark.parametrize("family", ["variational", "linear", "hyperspherical"])
def test_an_exported_model_is_a_pretrained_one(family, tmp_path, exported):
    """Of these, ``linear`` alone reconstructs well enough to be taken as any study takes it."""
    model, paths = trained(family), {}
    for half in export.HALVES:
        paths[half] = str(tmp_path / f"{half}.onnx")
        export.write_onnx(model, half, paths[half])
    settings = {"family": "pretrained", "format": "onnx", **paths}
    again = models.build(settings, SIZE, 99, [2] * 3, 0)
    if family == "linear":
        again.prepare(pictures(), np.arange(20))
    else:
        again._opened = [again._open(again._read())]
        again.latent_shape = torch.tensor([WIDTH])
    images = pictures(7)
    latents = np.concatenate(list(encoding.encode(model, images)))
    found = np.concatenate(list(encoding.encode(again, images)))
    np.testing.assert_allclose(found, latents, atol=1e-4)
    ours, theirs = (encoding.decode(one, latents) for one in (model, again))
    np.testing.assert_allclose(theirs, ours, atol=1e-4 * 255)
    with pytest.raises(StylewalkError, match="use the files it was read from"):
        exported(again, "encoder")


def test_what_no_file_of_onnx_can_hold_is_refused(monkeypatch, exported):
    monkeypatch.setattr(export, "_MOST_BYTES", 1000)
    with pytest.raises(StylewalkError, match="more than 2 GiB"):
        exported(trained("autoencoder"), "decoder")
