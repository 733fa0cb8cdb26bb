"""Optimisers and their learning rates."""

import math
from collections.abc import Sequence
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import torch

Optimiser = Literal["muon", "adam"]
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)
WARM_UP = 0.05  # share of the steps in which the learning rate rises
# ASSUME: with Muon, gradients of other parameters are averaged over 100 steps in place of 1,000,
# because a small study has hardly more than that.
_BETAS = (0.9, 0.99)


@runtime_checkable
class Trainable(Protocol):
    """What an optimiser needs of a model: see :mod:`stylewalk.models`."""

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """Groups of parameters for Adam, each with its learning rate."""

    def matrices(self) -> list[torch.nn.Parameter]:
        """The dense matrices that Muon may move."""


def optimisers(
    model: Trainable, kind: Optimiser, learning_rate: float, muon_rate: float, muon_decay: float
) -> list[torch.optim.Optimizer]:
    """What moves the parameters of a model; none where it has none.

    Args:
        model: whose parameters are moved.
        kind: ``adam`` for all of them; ``muon`` (Jordan et al. 2024) for the dense matrices, and
            Adam for the rest.
        learning_rate: of Adam at its peak; groups of parameters may have their own.
        muon_rate: of Muon at its peak. muon_decay: the share of that by which weights shrink.
    """
    matrices = model.matrices() if kind == "muon" else []
    ids = {id(parameter) for parameter in matrices}
    groups = [
        {**group, "params": [p for p in group["params"] if id(p) not in ids]}
        for group in model.parameter_groups(learning_rate)
    ]
    groups = [group for group in groups if group["params"]]
    made: list[torch.optim.Optimizer] = []
    if groups:
        # Fused: on a CPU a step of this Adam takes a sixth of the time.
        betas = _BETAS if kind == "muon" else (0.9, 0.999)
        made.append(torch.optim.Adam(groups, betas=betas, fused=True))
    if matrices:
        made.append(torch.optim.Muon(matrices, lr=muon_rate, weight_decay=muon_decay))
    for optimiser in made:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return made


def schedule(step: int, steps: int) -> float:
    """Share of the peak learning rate at a step: a short rise, then half a cosine down to 0.

    The rise keeps the first batches from throwing Adam off; the fall settles the last epochs
    (Loshchilov and Hutter 2017).
    """
    rise = max(1, round(WARM_UP * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise + 1) / (steps - rise + 1)))


def set_rates(made: Sequence[torch.optim.Optimizer], share: float) -> None:
    """Bring every learning rate to a share of its peak."""
    for optimiser in made:
        for group in optimiser.param_groups:
            group["lr"] = share * group["peak"]
