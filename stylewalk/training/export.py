"""A trained model's encoder and decoder as ONNX networks, which other programs run."""

import os
import warnings
from collections.abc import Mapping
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import nn

from stylewalk.errors import StylewalkError
from stylewalk.training.loop import TrainableModel

#: Of each half, the names of its input and its output.
HALVES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"encoder": ("pictures", "latents"), "decoder": ("latents", "pictures")}
)
OPSET = 17  # of 2022: what runs ONNX networks today knows it
_MOST_BYTES = 2**31 - 2**20  # a file of ONNX is one message of protobuf, of 2 GiB at most


class _Half(nn.Module):
    """One direction of a model, as the module that an exporter wants."""

    def __init__(self, model: TrainableModel, half: str):
        super().__init__()
        self.model, self.direction = model, half

    def forward(self, batch: Float[torch.Tensor, "batch ..."]) -> Float[torch.Tensor, "batch ..."]:
        return self.model.encode(batch) if self.direction == "encoder" else self.model.decode(batch)


def write_onnx(model: TrainableModel, half: str, path: str | os.PathLike[str]) -> None:
    """Write half of a model as an ONNX file: the same bytes for the same weights and torch.

    Args:
        model: trained, on the CPU in evaluation mode; of any family but ``pretrained``.
        half: ``encoder``, from pictures (B, 3, S, S) in 0..1 to latents (B, d); or ``decoder``,
            from latents (B, d) to pictures (B, 3, S, S), about 0..1. In float32, for any B.
        path: of the file, which is written over.

    Raises:
        StylewalkError: the model was read from files, or is larger than an ONNX file can be.
    """
    if model.arguments["settings"]["family"] == "pretrained":
        raise StylewalkError("A pretrained model is not exported: use the files it was read from.")
    if sum(tensor.nbytes for tensor in model.state_dict().values()) > _MOST_BYTES:
        raise StylewalkError("The model has more than 2 GiB of weights, which ONNX cannot hold.")
    given, made = HALVES[half]
    size, width = model.arguments["image_size"], model.arguments["latent_size"]
    # Of two, since an exporter may take a batch of one for a constant.
    example = torch.zeros(2, 3, size, size) if half == "encoder" else torch.ones(2, width)
    with warnings.catch_warnings(), torch.no_grad():
        # ASSUME: torch's older exporter because the newer one needs a package more (onnxscript).
        # It announces its end, and is silent here since nothing else is wrong.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Half(model, half).eval(),
            (example,),
            path,
            input_names=[given],
            output_names=[made],
            dynamic_axes={name: {0: "batch"} for name in (given, made)},
            opset_version=OPSET,
            dynamo=False,
        )
