"""A distance of embeddings by a network of the user's own, such as CSD, CLIP or DINO, as ONNX.

Squared distances of vectors of unit length: 2 less twice their cosine. The network runs in
onnxruntime, which runs no code out of the file; it is known by the SHA-256 of the file.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Real, UInt8
from torch.nn import functional

from stylewalk.errors import StylewalkError
from stylewalk.files import sha256_of
from stylewalk.registry import Settings
from stylewalk.style.network_metric import Fitted
from stylewalk.style.vector_metric import VectorMetric

DESCRIPTION = "Squared distances of unit vectors that an ONNX file of your own makes of pictures."
_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
SETTINGS: Settings = {
    "file": {
        "description": (
            "ONNX file of a network from pictures (B, 3, height, width), red first, to vectors "
            "(B, K). It needs `pip install '.[onnx]'`."
        ),
        "type": "string",
        "minLength": 1,
    },
    "size": {
        "description": (
            "Pixels along an edge that the network takes, to which pictures are resized; null "
            "takes what the file says."
        ),
        "type": ["integer", "null"],
        "minimum": 8,
        "maximum": 1024,
        "default": None,
    },
    "mean": {
        "description": "Subtracted from colours in 0 to 1; the default is CLIP's.",
        **_NUMBERS,
        "default": [0.48145466, 0.4578275, 0.40821073],
    },
    "deviation": {
        "description": "Colours are divided by it after that; the default is CLIP's.",
        **_NUMBERS,
        "default": [0.26862954, 0.26130258, 0.27577711],
    },
    "output": {
        "description": "Name of the output; null takes the first.",
        "type": ["string", "null"],
        "minLength": 1,
        "default": None,
    },
}
_AT_ONCE = 32


class Embedding:
    """The network, opened when it is needed.

    Args:
        file: the ONNX file. size, mean, deviation, output: see ``SETTINGS``.
        device: where to compute, if onnxruntime can there.
    """

    def __init__(
        self,
        file: str | Path,
        size: int | None,
        mean: Sequence[float],
        deviation: Sequence[float],
        output: str | None,
        device: str | torch.device = "cpu",
    ):
        self.file, self.output, self.device = Path(file), output, torch.device(device)
        self.mean, self.deviation = (
            torch.tensor(of, dtype=torch.float32).reshape(3, 1, 1) for of in (mean, deviation)
        )
        self._size, self._session = size, None

    def vectors(
        self, images: Real[np.ndarray, "pictures side side 3"]
    ) -> Float[np.ndarray, "pictures numbers"]:
        """Images (B, S, S, 3) on a 0..255 scale to unit vectors (B, K).

        Raises:
            StylewalkError: the file is no such network, or its vectors are not finite or 0.
        """
        session, name, size, fixed = self._open()
        at_once = fixed or _AT_ONCE
        pictures = torch.from_numpy(np.array(images, np.float32)).permute(0, 3, 1, 2) / 255
        if pictures.shape[-1] != size:
            pictures = functional.interpolate(
                pictures, (size, size), mode="bicubic", antialias=True, align_corners=False
            )
        pictures = (pictures - self.mean) / self.deviation
        parts = []
        for start in range(0, len(pictures), at_once):
            batch = pictures[start : start + at_once].contiguous().numpy()
            count = len(batch)
            # A network of a fixed number of pictures gets the last ones filled up.
            fill = np.repeat(batch[-1:], at_once - count, axis=0) if fixed else batch[:0]
            batch = np.concatenate([batch, fill])
            try:
                (output,) = session.run([self.output], {name: batch})
            except Exception as error:  # of onnxruntime, which has many
                raise StylewalkError(
                    f"The network {self.file} cannot take pictures {batch.shape}: "
                    f"{_short(error)} Give its size as metrics.<name>.size."
                ) from error
            parts.append(self._checked(output, len(batch))[:count])
        return np.concatenate(parts)

    def _checked(self, output: Any, count: int) -> Float[np.ndarray, "{count} numbers"]:
        """The vectors, of unit length."""
        numeric = isinstance(output, np.ndarray) and output.dtype.kind == "f"
        if not numeric or output.ndim != 2 or len(output) != count:
            what = f"{output.dtype} {output.shape}" if numeric else type(output).__name__
            raise StylewalkError(
                f"The output {self.output} of {self.file} is {what} for {count} pictures; expected "
                f"floats ({count}, K), one vector for each. Name another output as "
                "metrics.<name>.output."
            )
        length = np.linalg.norm(output.astype(np.float64), axis=1, keepdims=True)
        if not np.isfinite(length).all() or not (length > 0).all():
            raise StylewalkError(
                f"The network {self.file} gives vectors that are not finite, or 0. Do its mean and "
                "deviation (metrics.<name>.mean) suit it?"
            )
        unit: np.ndarray = output / length
        return unit

    def _open(self) -> tuple[Any, str, int, int]:
        """The session, the name of its input, its size, and how many pictures it takes; 0: any."""
        if self._session is None:
            self._session = _session(self.file, self.device)
        session: Any = self._session
        inputs, outputs = session.get_inputs(), [o.name for o in session.get_outputs()]
        shape = inputs[0].shape
        # A dimension is a number, or a name where it may be any.
        is_other = len(shape) == 4 and isinstance(shape[1], int) and shape[1] != 3
        floats = inputs[0].type == "tensor(float)"
        if len(inputs) != 1 or len(shape) != 4 or is_other or not floats:
            taken = ", ".join(f"{i.name} {i.type} {i.shape}" for i in inputs)
            raise StylewalkError(
                f"The network {self.file} takes {taken}; expected one input of float32 "
                "(B, 3, height, width)."
            )
        self.output = self.output or outputs[0]
        if self.output not in outputs:
            raise StylewalkError(
                f"The network {self.file} has no output {self.output!r}; it has "
                f"{', '.join(outputs)}."
            )
        sizes = [n for n in shape[2:] if isinstance(n, int)]
        size = self._size or (sizes[0] if sizes else None)
        if size is None or any(n != size for n in sizes):
            raise StylewalkError(
                f"The network {self.file} takes pictures of {shape[2]} x {shape[3]}"
                + (f", and metrics.<name>.size is {size}" if size else "")
                + ": give a size that it takes, and square, as metrics.<name>.size."
            )
        fixed = shape[0] if isinstance(shape[0], int) and shape[0] > 0 else 0
        return session, inputs[0].name, size, fixed


def _session(file: Path, device: torch.device) -> Any:
    if importlib.util.find_spec("onnxruntime") is None:
        raise StylewalkError(
            "The metric embedding needs the Python package onnxruntime, which is not installed. "
            "Install it: pip install '.[onnx]' in the checkout, or pip install onnxruntime."
        )
    import onnxruntime

    _check_whole(file)
    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    there = set(onnxruntime.get_available_providers())
    wanted = ["CUDAExecutionProvider"] if device.type == "cuda" else []
    providers = [p for p in [*wanted, "CPUExecutionProvider"] if p in there]
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=providers)
    except Exception as error:  # on a damaged file, onnxruntime raises nearly everything
        raise StylewalkError(
            f"{file} cannot be read as an ONNX network: {_short(error)} Is it whole?"
        ) from error


def _check_whole(file: Path) -> None:
    """Refuse a file whose weights lie in another, which its sum says nothing of."""
    import onnx

    try:
        graph = onnx.load_model(str(file), load_external_data=False).graph
        tensors = list(graph.initializer)
    except Exception as error:  # on a damaged file, ONNX raises nearly everything
        raise StylewalkError(
            f"{file} cannot be read as an ONNX network: {_short(error)} Is it whole?"
        ) from error
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in tensors):
        raise StylewalkError(
            f"The weights of {file} lie in another file beside it, by which the study could not "
            "know it. Save it as one file: onnx.save(onnx.load(path), other)."
        )


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _sum(file: str) -> UInt8[np.ndarray, "32"]:
    if not Path(file).is_file():
        raise StylewalkError(
            f"metrics.<name>.file: there is no file {file}. Give the path of an ONNX file, from "
            "where the workflow is called."
        )
    return np.frombuffer(bytes.fromhex(sha256_of(Path(file))), np.uint8)


def fit(
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    **settings: Any,
) -> Fitted:
    """The file's sum, by which every job knows it; two pictures are tried.

    Raises:
        StylewalkError: there is no such file, or it is no such network.
    """
    vectors = Embedding(device=device, **settings).vectors(images[:8])
    if len(vectors) > 1 and np.ptp(vectors, axis=0).max() < 1e-6:
        raise StylewalkError(
            f"The network {settings['file']} gives the same vector for every picture: its mean, "
            "deviation, size or output (metrics.<name>) do not suit it."
        )
    return {"sha256": _sum(settings["file"])}


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    file: str,
    size: int | None,
    mean: Sequence[float],
    deviation: Sequence[float],
    output: str | None,
    fitted: Fitted,
) -> VectorMetric:
    """The metric; the style network is not used.

    Raises:
        StylewalkError: there is no such file, or it is another one than the study's.
    """
    digest = _sum(file)
    if "sha256" in fitted and not np.array_equal(fitted["sha256"], digest):
        raise StylewalkError(
            f"The file {file} is not the one that this study's metrics were made with: "
            f"its SHA-256 is {bytes(digest).hex()}, expected {bytes(fitted['sha256']).hex()}. Run "
            "again, and what depends on it is computed again."
        )
    return VectorMetric("embedding", Embedding(file, size, mean, deviation, output, device).vectors)
