"""Optimisers and their learning rates."""

import math
from collections.abc import Sequence
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import torch

from stylewalk.training.devices import has_bfloat16

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


class Muon(torch.optim.Muon):
    """Muon in single precision, for devices that only emulate bfloat16.

    That of torch orthogonalises in bfloat16, which takes five times as long on a processor without
    instructions for it; settings and state are the same.
    """

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move every matrix that has a gradient; ``closure`` is not called."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, parameter.grad, group)

    def _move(
        self, parameter: torch.nn.Parameter, gradient: torch.Tensor, group: dict[str, Any]
    ) -> None:
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(gradient)
        mean = state["momentum_buffer"]
        mean.lerp_(gradient, 1 - group["momentum"])
        update = gradient.lerp(mean, group["momentum"]) if group["nesterov"] else mean
        update = orthogonalise(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = parameter.shape
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


def orthogonalise(
    matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int, eps: float = 1e-7
) -> torch.Tensor:
    """A matrix whose singular vectors are the same and whose singular values are about 1.

    Each step of the Newton-Schulz iteration of Jordan et al. (2024) takes the singular values of
    the matrix over its Frobenius norm from s to ``a s + b s^3 + c s^5``.

    Args:
        matrix: (m, n).
        coefficients: a, b and c.
        steps: how many.
        eps: the smallest norm by which the matrix is divided.
    """
    a, b, c = coefficients
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / wide.norm().clamp(min=eps)
    # All factors are polynomials of one symmetric matrix, the smaller of the two products, and
    # commute: only the first and the last product are as large as the matrix.
    gram = wide @ wide.T
    product: torch.Tensor | None = None
    for step in range(steps):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        product = factor if product is None else factor @ product
        if step < steps - 1:
            gram = factor @ gram @ factor
    orthogonal: torch.Tensor = wide if product is None else product @ wide
    return orthogonal if matrix.shape[0] <= matrix.shape[1] else orthogonal.T


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
        own = torch.optim.Muon if has_bfloat16(matrices[0].device) else Muon
        made.append(own(matrices, lr=muon_rate, weight_decay=muon_decay))
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
