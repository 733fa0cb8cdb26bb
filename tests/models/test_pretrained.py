"""Autoencoders trained elsewhere: what they give comes through unchanged, the rest is refused."""

import io
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.latent_space import encoding
from stylewalk.models import foreign
from stylewalk.training import loop

SIZE, LATENT = 16, (3, 4, 4)


class Encoder(nn.Module):
    """Means of 4 x 4 pixels as latents (B, 3, 4, 4)."""

    def forward(self, images):
        return nn.functional.avg_pool2d(images, 4)


class Decoder(nn.Module):
    def forward(self, latents):
        return nn.functional.interpolate(latents, scale_factor=4.0, mode="nearest")


def pictures(count=20, seed=0):
    """Blocks of one colour, which the means bring back exactly."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8)
    return blocks.repeat(4, axis=1).repeat(4, axis=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Both halves in both formats."""
    folder = tmp_path_factory.mktemp("pretrained")
    batch = torch.export.Dim("batch", min=1, max=4096)
    for name, module, shape in [
        ("encoder", Encoder(), (3, SIZE, SIZE)),
        ("decoder", Decoder(), LATENT),
    ]:
        example = (torch.rand(5, *shape),)
        program = torch.export.export(module, example, dynamic_shapes=({0: batch},))
        torch.export.save(program, folder / f"{name}.pt2")
        write_onnx(folder / f"{name}.onnx", name)
    return folder


def write_onnx(path, name, batch="batch"):
    """The same network, node by node: an exporter of torch's needs a package more."""
    import onnx
    from onnx import TensorProto, helper

    images, latents = [batch, 3, SIZE, SIZE], [batch, *LATENT]
    given, made = (images, latents) if name == "encoder" else (latents, images)
    nodes, constants = (
        [helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[4, 4], strides=[4, 4])],
        [],
    )
    if name == "decoder":
        constants = [helper.make_tensor("scales", TensorProto.FLOAT, [4], [1, 1, 4, 4])]
        nodes = [helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="nearest")]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, given)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, made)],
        constants,
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


def built(format="onnx", size=SIZE, **settings):
    return models.build(
        {"family": "pretrained", "format": format, **settings}, size, 99, [2] * 3, 0
    )


def prepared(files, format="onnx", **settings):
    end = {"onnx": "onnx", "torch_export": "pt2"}[format]
    paths = {half: str(files / f"{half}.{end}") for half in ("encoder", "decoder")}
    model = built(format, **{**paths, **settings})
    model.prepare(pictures(), np.arange(20))
    return model


@pytest.mark.parametrize("format", ["onnx", "torch_export"])
def test_what_the_files_give_comes_through(files, format):
    model = prepared(files, format)
    images = pictures(5, seed=1)
    latents = np.concatenate(list(encoding.encode(model, images)))
    assert latents.shape == (5, 48)
    assert model.latent_size == 48
    means = images.reshape(5, 4, 4, 4, 4, 3).mean(axis=(2, 4)) / 255
    np.testing.assert_allclose(latents, means.transpose(0, 3, 1, 2).reshape(5, -1), atol=1e-6)
    np.testing.assert_allclose(encoding.decode(model, latents), images, atol=1e-3)


@pytest.mark.parametrize("format", ["onnx", "torch_export"])
def test_the_weights_of_a_study_hold_the_model(files, format, tmp_path):
    model = prepared(files, format)
    loop.save_weights(model, tmp_path / "weights.safetensors")
    copied = shutil.copytree(files, tmp_path / "copied")
    again = loop.load_weights(tmp_path / "weights.safetensors")
    shutil.rmtree(copied)
    images = pictures(3, seed=2)
    for one, other in zip(
        encoding.encode(model, images), encoding.encode(again, images), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    loop.save_weights(prepared(files, format), tmp_path / "same.safetensors")
    first, second = (tmp_path / f"{n}.safetensors" for n in ("weights", "same"))
    assert first.read_bytes() == second.read_bytes()


def test_training_takes_it_as_it_is(files):
    paths = {half: str(files / f"{half}.onnx") for half in ("encoder", "decoder")}
    training = {"latent_size": 8, "channels": [2] * 3, "epochs": 3, "batch_size": 4}
    model, losses = loop.train(
        pictures(),
        np.zeros(20, int),
        np.arange(15),
        np.arange(15, 20),
        settings={"family": "pretrained", "format": "onnx", **paths},
        training={**training, "learning_rate": 0.1},
        seed=0,
    )
    assert set(losses["epoch"]) == {1}
    assert losses["value"].max() < 1e-10
    assert list(model.parameters()) == []


def test_a_range_is_brought_to_that_of_the_model(files):
    """Pooling and repeating are linear: on any scale the same pictures come back."""
    model = prepared(files, range=[-1, 1])
    images = torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    expected = nn.functional.avg_pool2d(2 * images - 1, 4).flatten(1)
    assert torch.allclose(model.encode(images), expected, atol=1e-6)
    assert torch.allclose(
        model.decode(expected), Decoder()(nn.functional.avg_pool2d(images, 4)), atol=1e-6
    )


def test_gradients_reach_the_latents_of_an_exported_decoder_alone(files):
    latents = torch.rand(2, 48, requires_grad=True)
    prepared(files, "torch_export").decode(latents).sum().backward()
    assert torch.allclose(latents.grad, torch.full((2, 48), 16.0))
    with pytest.raises(StylewalkError, match="gives no gradients, which a geodesic needs"):
        prepared(files).decode(latents)


def test_a_network_of_a_fixed_number_of_pictures_is_filled_up(files, tmp_path):
    for name in ("encoder", "decoder"):
        write_onnx(tmp_path / f"{name}.onnx", name, batch=4)
    images = pictures(7, seed=3)
    found = [
        np.concatenate(list(encoding.encode(prepared(of), images))) for of in (files, tmp_path)
    ]
    np.testing.assert_allclose(*found, atol=1e-6)


def test_pickles_are_refused(files, tmp_path):
    torch.save(Encoder().state_dict(), tmp_path / "encoder.onnx")
    shutil.copy(files / "decoder.onnx", tmp_path)
    with pytest.raises(StylewalkError, match=r"The encoder is a pickle, as torch\.save writes it"):
        prepared(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(StylewalkError, match="is a pickle"):
        prepared(tmp_path)


class Boom:
    """Says when it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("unpickled",)


def test_an_export_that_would_be_unpickled_is_refused(files, tmp_path):
    """Its samples: torch reads those of other types by unpickling."""
    import zipfile

    shutil.copy(files / "decoder.pt2", tmp_path)
    sample = io.BytesIO()
    torch.save(Boom(), sample)
    with (
        zipfile.ZipFile(files / "encoder.pt2") as old,
        zipfile.ZipFile(tmp_path / "encoder.pt2", "w") as new,
    ):
        for name in old.namelist():
            is_sample = name.endswith(".pt")
            new.writestr(name, sample.getvalue() if is_sample else old.read(name))
        if not any(name.endswith(".pt") for name in old.namelist()):
            new.writestr(
                f"{old.namelist()[0].split('/')[0]}/data/sample_inputs/model.pt", sample.getvalue()
            )
    with pytest.raises(StylewalkError, match="encoder"):
        prepared(tmp_path, "torch_export")


def test_wrong_files_are_told_in_words(files, tmp_path):
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    with pytest.raises(StylewalkError, match="needs its encoder"):
        built().prepare(pictures(), np.arange(20))
    with pytest.raises(StylewalkError, match=r"no file nowhere.onnx \(encoder\)"):
        prepared(tmp_path, encoder="nowhere.onnx")
    (tmp_path / "encoder.onnx").write_bytes(b"no network")
    with pytest.raises(StylewalkError, match="cannot be read as an ONNX network"):
        prepared(tmp_path)
    (tmp_path / "encoder.pt2").write_bytes(b"no program")
    with pytest.raises(StylewalkError, match=r"cannot be read as a program of torch\.export"):
        prepared(tmp_path, "torch_export")
    paths = {half: str(files / f"{half}.onnx") for half in ("encoder", "decoder")}
    large, model = pictures().repeat(2, axis=1).repeat(2, axis=2), built(size=32, **paths)
    with pytest.raises(StylewalkError, match=r"The encoder cannot take \(16, 3, 32, 32\)"):
        model.prepare(large, np.arange(20))


def test_a_model_that_reconstructs_nothing_is_refused_with_its_range(files, tmp_path):
    shutil.copy(files / "encoder.onnx", tmp_path)
    shutil.copy(files / "encoder.onnx", tmp_path / "decoder.onnx")
    with pytest.raises(StylewalkError, match="decoder"):
        prepared(tmp_path)
    model = prepared(files)
    model.low, model.high = -1.0, 0.2  # linear networks bring any range back: break one half
    network = model._network()
    network.decode, decode = lambda latents: 2 + network_decode(latents), network.decode
    network_decode = decode
    with pytest.raises(StylewalkError, match="does range suit it"):
        model._try(torch.from_numpy(pictures()))


class Posterior(Encoder):
    """Means and variances, as encoders of variational autoencoders give them."""

    def forward(self, images):
        means = super().forward(images)
        return means, means.exp()


def test_of_several_outputs_the_first_is_taken(files, tmp_path):
    shutil.copy(files / "decoder.pt2", tmp_path)
    batch = torch.export.Dim("batch", min=1, max=4096)
    example = (torch.rand(5, 3, SIZE, SIZE),)
    program = torch.export.export(Posterior(), example, dynamic_shapes=({0: batch},))
    torch.export.save(program, tmp_path / "encoder.pt2")
    images = pictures(4, seed=2)
    found = [
        np.concatenate(list(encoding.encode(prepared(of, "torch_export"), images)))
        for of in (tmp_path, files)
    ]
    np.testing.assert_array_equal(*found)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[]"])
@pytest.mark.parametrize(
    ("format", "name"), [("pythae", "model_config.json"), ("diffusers", "config.json")]
)
def test_a_damaged_config_is_told_in_words(format, name, content, tmp_path):
    pytest.importorskip(format)
    for other in foreign.FORMATS[format][1]:
        (tmp_path / other).write_bytes(content)
    with pytest.raises(StylewalkError, match=name.replace(".", r"\.")):
        built(format, folder=str(tmp_path)).prepare(pictures(), np.arange(20))


@pytest.fixture(scope="module")
def pythae_folder(tmp_path_factory):
    """An autoencoder that pythae trained for two epochs and saved."""
    pythae = pytest.importorskip("pythae")
    from pythae.models import AE, AEConfig
    from pythae.pipelines import TrainingPipeline
    from pythae.trainers import BaseTrainerConfig

    del pythae
    folder = tmp_path_factory.mktemp("pythae")
    torch.manual_seed(0)
    model = AE(AEConfig(input_dim=(3, SIZE, SIZE), latent_dim=12))
    config = BaseTrainerConfig(
        output_dir=str(folder),
        num_epochs=6,
        learning_rate=3e-3,
        per_device_train_batch_size=25,
        no_cuda=True,
    )
    images = pictures(200).transpose(0, 3, 1, 2) / 255
    TrainingPipeline(training_config=config, model=model)(train_data=images.astype(np.float32))
    (saved,) = Path(folder).glob("*/final_model")
    return saved, model.eval()


def test_a_model_that_pythae_trained(pythae_folder):
    folder, theirs = pythae_folder
    model = built("pythae", folder=str(folder))
    model.prepare(pictures(200), np.arange(200))
    images = torch.from_numpy(pictures(5)).permute(0, 3, 1, 2).float() / 255
    latents = model.encode(images)
    assert latents.shape == (5, 12)
    with torch.no_grad():
        expected = theirs.to("cpu").encoder(images).embedding
        assert torch.allclose(latents, expected, atol=1e-6)
        decoded = theirs.decoder(expected).reconstruction
    assert torch.allclose(model.decode(latents), decoded, atol=1e-6)


def test_a_pythae_model_of_pickled_networks_is_refused(pythae_folder, tmp_path):
    folder = shutil.copytree(pythae_folder[0], tmp_path / "copy")
    config = json.loads((folder / "model_config.json").read_text())
    (folder / "model_config.json").write_text(json.dumps(config | {"uses_default_encoder": False}))
    with pytest.raises(StylewalkError, match="encoder or a decoder of its own, kept as a pickle"):
        built("pythae", folder=str(folder)).prepare(pictures(), np.arange(20))
    torch.save({"model_state_dict": Boom()}, folder / "model.pt")
    (folder / "model_config.json").write_text(json.dumps(config))
    with pytest.raises(StylewalkError, match="cannot be read as a AE of pythae"):
        built("pythae", folder=str(folder)).prepare(pictures(), np.arange(20))


def test_an_autoencoder_of_diffusers(tmp_path):
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(0)
    theirs = diffusers.AutoencoderKL(
        block_out_channels=(32,), norm_num_groups=8, latent_channels=2, sample_size=SIZE
    ).eval()
    theirs.save_pretrained(tmp_path)
    files = {name: (tmp_path / name).read_bytes() for name in foreign.FORMATS["diffusers"][1]}
    ours = foreign.Diffusers(files)
    images = torch.rand(2, 3, SIZE, SIZE)
    with torch.no_grad():
        latents = ours.encode(images)
        assert torch.allclose(latents, theirs.encode(images).latent_dist.mean)
        assert torch.allclose(ours.decode(latents), theirs.decode(latents).sample)
    # Nobody trained it: its pictures are noise, and a study refuses it.
    with pytest.raises(StylewalkError, match="does range suit it, and was it trained"):
        built("diffusers", folder=str(tmp_path)).prepare(pictures(), np.arange(20))
