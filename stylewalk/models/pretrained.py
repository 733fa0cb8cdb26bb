"""Any autoencoder that was trained elsewhere, walked and weighed like the rest."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, Integer, UInt8
from torch.nn import functional

from stylewalk.errors import StylewalkError
from stylewalk.models.foreign import FORMATS, IN_FOLDERS, Files, Foreign
from stylewalk.models.trunk import Shape
from stylewalk.models.untrained import Untrained
from stylewalk.registry import Settings

DESCRIPTION = "An autoencoder trained elsewhere: ONNX, torch.export, pythae or diffusers."
_PATH: Mapping[str, Any] = {"type": ["string", "null"], "minLength": 1, "default": None}
SETTINGS: Settings = {
    "format": {
        "description": (
            "onnx or torch_export, which have a file for encoder and decoder each; pythae or "
            "diffusers (AutoencoderKL), which have a folder."
        ),
        "enum": [*FORMATS],
    },
    "encoder": {
        "description": "File of the encoder, from pictures (B, 3, S, S) to latents (B, ...).",
        **_PATH,
    },
    "decoder": {
        "description": "File of the decoder, from these latents to pictures (B, 3, S, S).",
        **_PATH,
    },
    "folder": {"description": "Folder of a model of pythae or diffusers.", **_PATH},
    "range": {
        "description": "Black and white as the model sees and decodes them: [0, 1] or [-1, 1].",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "default": [0, 1],
    },
}
_TRIED = 16  # pictures that a model must reconstruct before it is taken
_LEAST_GAIN = 0.9  # of the error of their mean picture, below which it has learnt something
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of entries of an archive, whose bytes shall not tell the time


class Model(Untrained):
    """A foreign encoder and decoder; latents are flattened. Nothing is trained.

    ``prepare`` reads the files and tries them on pictures of the study; from then on the weights of
    the study hold all that is needed.
    """

    content: torch.Tensor

    def __init__(
        self,
        shape: Shape,
        *,
        format: str,
        encoder: str | None,
        decoder: str | None,
        folder: str | None,
        range: Sequence[float],
    ) -> None:
        super().__init__()
        self.image_size = shape.image_size
        self.format, self.paths = format, {"encoder": encoder, "decoder": decoder, "": folder}
        self.low, self.high = map(float, range)
        self.register_buffer("content", torch.zeros(0, dtype=torch.uint8))
        # Numbers of a latent as the decoder wants them, such as (4, 8, 8).
        self.register_buffer("latent_shape", torch.zeros(0, dtype=torch.int64))
        self._opened: list[Foreign] = []  # in a list: no module of this one, whose weights it has

    def prepare(
        self,
        images: UInt8[np.ndarray, "pictures side side 3"],
        rows: Integer[np.ndarray, " rows"],
    ) -> None:
        """Read the files, and try them: see :meth:`autoencoder.Model.prepare`.

        Raises:
            StylewalkError: a file is absent, is no such model or could run code; its pictures are
                of another shape or range; or it reconstructs them no better than their mean.
        """
        files = self._read()
        self._opened = [self._open(files)]
        self.content = _packed(files)
        self._try(torch.from_numpy(np.array(images[np.sort(rows)[:_TRIED]])))

    def _read(self) -> Files:
        names = FORMATS[self.format][1]
        if self.format in IN_FOLDERS:
            folder = self._given("", "folder")
            paths = {name: Path(folder) / name for name in names}
        else:
            paths = {name: Path(self._given(name, name)) for name in names}
        for key, path in paths.items():
            if not path.is_file():
                raise StylewalkError(
                    f"The pretrained model has no file {path} ({key}): write its path as "
                    "models.<name>, from where the workflow is called."
                )
        return {name: path.read_bytes() for name, path in paths.items()}

    def _given(self, key: str, name: str) -> str:
        if (path := self.paths[key]) is None:
            raise StylewalkError(f"A pretrained model of format {self.format} needs its {name}.")
        return path

    def _open(self, files: Files) -> Foreign:
        return FORMATS[self.format][0](files)

    def _network(self) -> Foreign:
        if not self._opened:
            self._opened = [self._open(_unpacked(self.content))]
        return self._opened[0]

    def _try(self, pictures: UInt8[torch.Tensor, "pictures side side 3"]) -> None:
        """Encode and decode some pictures, and refuse what does not come back."""
        images = pictures.permute(0, 3, 1, 2).float() / 255
        with torch.inference_mode():
            latents = self._network().encode(self._scaled(images))
            if latents.ndim < 2 or len(latents) != len(images) or not torch.isfinite(latents).all():
                raise StylewalkError(
                    f"The encoder gives {tuple(latents.shape)} for {len(images)} pictures of "
                    f"{self.image_size} pixels; expected finite latents ({len(images)}, ...)."
                )
            self.latent_shape = torch.tensor(latents.shape[1:])
            decoded = self._network().decode(latents)
        if decoded.shape != images.shape:
            raise StylewalkError(
                f"The decoder gives {tuple(decoded.shape)} for pictures {tuple(images.shape)}; "
                f"set dataset.image_size to what the model was trained on."
            )
        self._check_range(decoded, images)

    def _check_range(self, decoded: torch.Tensor, images: torch.Tensor) -> None:
        low, high = float(decoded.min()), float(decoded.max())
        error = functional.mse_loss(self._in_unit(decoded.float()), images)
        of_mean = functional.mse_loss(images.mean(dim=0, keepdim=True).expand_as(images), images)
        if of_mean > 0 and not error < _LEAST_GAIN * of_mean:
            raise StylewalkError(
                f"The model decodes {len(images)} pictures with a mean squared error of "
                f"{float(error):.4f}, their mean picture has {float(of_mean):.4f}. What it decodes "
                f"runs from {low:.2f} to {high:.2f}, and range says {self.low:g} to "
                f"{self.high:g}: does range suit it, and was it trained on such pictures?"
            )

    def _scaled(self, images: torch.Tensor) -> torch.Tensor:
        return self.low + (self.high - self.low) * images

    def _in_unit(self, decoded: torch.Tensor) -> torch.Tensor:
        return (decoded - self.low) / (self.high - self.low)

    @property
    def latent_size(self) -> int:
        """Numbers of a latent."""
        return int(self.latent_shape.prod())

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to latents (B, d), float32."""
        return self._network().encode(self._scaled(images)).flatten(1).float()

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float32[torch.Tensor, "batch 3 {self.image_size} {self.image_size}"]:
        """Latents (B, d) to images (B, 3, S, S), float32, about 0..1."""
        shaped = latents.reshape(len(latents), *self.latent_shape.tolist())
        return self._in_unit(self._network().decode(shaped).float())

    def _load_from_state_dict(
        self, state_dict: Mapping[str, torch.Tensor], prefix: str, *rest: Any
    ) -> None:
        # Buffers have the size of what was read.
        for name in ("content", "latent_shape"):
            if (key := prefix + name) in state_dict:
                setattr(self, name, torch.empty_like(state_dict[key]))
        self._opened = []
        super()._load_from_state_dict(state_dict, prefix, *rest)


def _packed(files: Files) -> torch.Tensor:
    """Files as one tensor of bytes, the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DATE), files[name])
    return torch.from_numpy(np.frombuffer(buffer.getvalue(), np.uint8).copy())


def _unpacked(content: torch.Tensor) -> Files:
    with zipfile.ZipFile(io.BytesIO(content.cpu().numpy().tobytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
