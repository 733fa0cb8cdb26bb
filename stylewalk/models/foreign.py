"""Autoencoders that were trained elsewhere: files read without running code out of them.

Each format gives an object with ``encode(images (B, 3, S, S)) -> (B, ...)`` and
``decode(latents (B, ...)) -> (B, 3, S, S)``, on the scale of the network's own, in float32. It is
made from the bytes of its files, so that the weights of a study hold all of it.
"""

import contextlib
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float

from stylewalk.errors import StylewalkError

Files = Mapping[str, bytes]
_NETWORK, _WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"


@runtime_checkable
class Foreign(Protocol):
    """Both halves of an autoencoder."""

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch ..."]:
        """Images on the network's own scale to latents."""

    def decode(
        self, latents: Float[torch.Tensor, "batch ..."]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        """Latents to images on the network's own scale."""


def _needs(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise StylewalkError(
            f"This pretrained model needs the Python package {package}, which is not installed. "
            f"Install it: pip install '.[{extra}]' in the checkout, or pip install {package}."
        )


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


@contextlib.contextmanager
def _in_words(half: str, batch: torch.Tensor, advice: str = "") -> Iterator[None]:
    """What goes wrong inside a foreign network, as an error for whoever brought it."""
    try:
        yield
    except (RuntimeError, AssertionError, ValueError, TypeError, AttributeError) as error:
        raise StylewalkError(
            f"The {half} cannot take {tuple(batch.shape)}: {_short(error)}{advice}"
        ) from error


def _tensor(half: str, output: Any) -> torch.Tensor:
    """What a network gives: of several the first, such as the means of a posterior."""
    if isinstance(output, tuple | list) and output:
        output = output[0]
    if not isinstance(output, torch.Tensor) or output.ndim < 2:
        what = type(output).__name__
        raise StylewalkError(f"The {half} gives {what}; expected a tensor (B, ...).")
    return output.float()


def _config(name: str, files: Files) -> dict[str, Any]:
    """A config in JSON.

    Raises:
        StylewalkError: it is none.
    """
    try:
        config = json.loads(files[name])
    except ValueError as error:
        raise StylewalkError(
            f"{name} cannot be read as JSON: {_short(error)} Is it whole?"
        ) from error
    if not isinstance(config, dict):
        raise StylewalkError(f"{name} holds {type(config).__name__}; expected a map of settings.")
    return config


def refuse_pickle(name: str, content: bytes) -> None:
    """Refuse a file that unpickling alone could read.

    Raises:
        StylewalkError: it is a pickle, or an archive of one, as torch.save writes it.
    """
    is_pickle = content[:1] == b"\x80" and content[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    if not is_pickle and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_pickle = any(entry.endswith("/data.pkl") for entry in archive.namelist())
    if is_pickle:
        raise StylewalkError(
            f"{name} is a pickle, as torch.save writes it, which could run any code: export the "
            "encoder and the decoder as ONNX (torch.onnx.export) or with torch.export.save."
        )


class Onnx:
    """An encoder and a decoder that onnxruntime runs, on the CPU and without gradients."""

    def __init__(self, files: Files):
        _needs("onnxruntime", "onnx")
        self.sessions = {half: _session(half, files[half]) for half in ("encoder", "decoder")}

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch ..."]:
        return self._run("encoder", images)

    def decode(
        self, latents: Float[torch.Tensor, "batch ..."]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        if latents.requires_grad:
            raise StylewalkError(
                "An ONNX decoder gives no gradients, which a geodesic needs: export the model with "
                "torch.export.save, or walk on another path."
            )
        return self._run("decoder", latents)

    def _run(self, half: str, batch: torch.Tensor) -> torch.Tensor:
        session = self.sessions[half]
        given = session.get_inputs()[0]
        first = given.shape[0] if given.shape else None
        fixed = first if isinstance(first, int) else 0
        parts = []
        for rows in torch.split(batch, fixed or len(batch)):
            # A network of a fixed number gets the last ones filled up.
            filled = torch.cat([rows, rows[-1:].expand(max(fixed - len(rows), 0), *rows.shape[1:])])
            try:
                output = session.run(None, {given.name: filled.detach().cpu().float().numpy()})[0]
            except Exception as error:  # of onnxruntime, which has many
                raise StylewalkError(
                    f"The {half} cannot take {tuple(filled.shape)}: {_short(error)}"
                ) from error
            is_floats = (
                isinstance(output, np.ndarray) and output.ndim > 1 and output.dtype.kind == "f"
            )
            if not is_floats:
                what = (
                    f"{output.dtype} {output.shape}" if isinstance(output, np.ndarray) else "a list"
                )
                raise StylewalkError(f"The {half} gives {what}; expected floats (B, ...).")
            parts.append(torch.from_numpy(output)[: len(rows)])
        return torch.cat(parts).to(batch.device)


def _session(half: str, content: bytes) -> Any:
    import onnx
    import onnxruntime

    refuse_pickle(f"The {half}", content)
    try:
        graph = onnx.load_model_from_string(content).graph
        outside = onnx.TensorProto.EXTERNAL
        if any(tensor.data_location == outside for tensor in graph.initializer):
            raise StylewalkError(
                f"The weights of the {half} lie in another file beside it. Save it as one file: "
                "onnx.save(onnx.load(path), other)."
            )
        onnxruntime.set_default_logger_severity(3)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except StylewalkError:
        raise
    except Exception as error:  # on a damaged file, ONNX raises nearly everything
        raise StylewalkError(
            f"The {half} cannot be read as an ONNX network: {_short(error)} Is it whole?"
        ) from error
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)":
        taken = ", ".join(f"{i.name} {i.type} {i.shape}" for i in inputs)
        raise StylewalkError(f"The {half} takes {taken}; expected one input of float32.")
    return session


class Exported:
    """An encoder and a decoder that torch.export.save wrote."""

    def __init__(self, files: Files):
        self.halves = {half: _exported(half, files[half]) for half in ("encoder", "decoder")}

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch ..."]:
        return self._run("encoder", images)

    def decode(
        self, latents: Float[torch.Tensor, "batch ..."]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        return self._run("decoder", latents)

    def _run(self, half: str, batch: torch.Tensor) -> torch.Tensor:
        with _in_words(
            half, batch, " Export it with a dynamic first dimension (torch.export.Dim)."
        ):
            return _tensor(half, self.halves[half].to(batch.device)(batch))


def _exported(half: str, content: bytes) -> torch.nn.Module:
    """The module, after a look whether anything in the archive would be unpickled."""
    refuse_pickle(f"The {half}", content)
    try:
        _check_archive(half, content)
        program = torch.export.load(io.BytesIO(content))
        module: torch.nn.Module = program.module()
    except StylewalkError:
        raise
    except Exception as error:  # on a damaged file, torch raises nearly everything
        raise StylewalkError(
            f"The {half} cannot be read as a program of torch.export: {_short(error)} Is it whole?"
        ) from error
    return module


def _check_archive(half: str, content: bytes) -> None:
    """Refuse what torch would unpickle: it reads weights and samples of some archives so."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name) if name.endswith((".json", ".pt")) else b""
            if "custom_obj" in name or b'"use_pickle": true' in data.replace(b"\n", b" "):
                raise StylewalkError(
                    f"The {half} holds objects that are pickled, which could run any code: export "
                    "it without them."
                )
            if name.endswith(".pt"):
                # Where this fails, torch.export.load would unpickle it.
                torch.load(io.BytesIO(data), weights_only=True)


class Pythae:
    """A model of pythae with its own encoder and decoder: its config and its weights."""

    def __init__(self, files: Files):
        _needs("pythae", "pythae")
        config = _config("model_config.json", files)
        if not (config.get("uses_default_encoder") and config.get("uses_default_decoder")):
            raise StylewalkError(
                "The pythae model has an encoder or a decoder of its own, kept as a pickle, which "
                "could run any code: export both as ONNX (torch.onnx.export)."
            )
        name = str(config.get("name", "")).removesuffix("Config")
        try:
            from pythae import models as classes

            kind, settings = getattr(classes, name), getattr(classes, f"{name}Config")
            known = {key: value for key, value in config.items() if key != "name"}
            known["input_dim"] = tuple(known["input_dim"])
            self.model: torch.nn.Module = kind(settings(**known))
            weights = torch.load(io.BytesIO(files["model.pt"]), weights_only=True)
            self.model.load_state_dict(weights["model_state_dict"])
        except Exception as error:  # of pickle, pydantic and torch, each with their own
            raise StylewalkError(
                f"The folder cannot be read as a {name or 'model'} of pythae: {_short(error)}"
            ) from error
        self.model.eval()

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch ..."]:
        encoder = cast(torch.nn.Module, self.model.to(images.device).encoder)
        with _in_words("encoder", images):
            return _tensor("encoder", encoder(images).embedding)

    def decode(
        self, latents: Float[torch.Tensor, "batch ..."]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        decoder = cast(torch.nn.Module, self.model.to(latents.device).decoder)
        with _in_words("decoder", latents):
            return _tensor("decoder", decoder(latents).reconstruction)


class Diffusers:
    """An AutoencoderKL of diffusers: means of the posterior, without the scaling factor."""

    def __init__(self, files: Files):
        _needs("diffusers", "diffusers")
        import safetensors.torch
        from diffusers import AutoencoderKL

        try:
            config = _config(_NETWORK, files)
            self.model: Any = AutoencoderKL.from_config(config)  # type: ignore[no-untyped-call]
            self.model.load_state_dict(safetensors.torch.load(files[_WEIGHTS]))
        except StylewalkError:
            raise
        except Exception as error:
            raise StylewalkError(
                f"The folder cannot be read as an AutoencoderKL of diffusers: {_short(error)}"
            ) from error
        self.model.eval()

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch ..."]:
        with _in_words("encoder", images):
            return _tensor("encoder", self.model.to(images.device).encode(images).latent_dist.mean)

    def decode(
        self, latents: Float[torch.Tensor, "batch ..."]
    ) -> Float[torch.Tensor, "batch 3 side side"]:
        with _in_words("decoder", latents):
            return _tensor("decoder", self.model.to(latents.device).decode(latents).sample)


# Of each format, what opens it, and its files: by name, or a folder's.
FORMATS: Mapping[str, tuple[Callable[[Files], Foreign], tuple[str, ...]]] = {
    "onnx": (Onnx, ("encoder", "decoder")),
    "torch_export": (Exported, ("encoder", "decoder")),
    "pythae": (Pythae, ("model_config.json", "model.pt")),
    "diffusers": (Diffusers, (_NETWORK, _WEIGHTS)),
}
IN_FOLDERS = ("pythae", "diffusers")
