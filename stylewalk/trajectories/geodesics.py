"""Curves of least energy between two points, under the distances that a decoder makes of them.

A smooth decoder pulls the distances of what it decodes back to the latent space (Arvanitidis,
Hansen and Hauberg 2018; Shao, Kumar and Fletcher 2018). Between two points the curve of least
energy is a geodesic: shortest, and followed at an even speed. The energy of a discretised curve,
T times the sum of the squared lengths of its T steps (twice that of Shao et al.), is minimised from
the straight line, for many curves at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

# From latents (B, d) to vectors (B, K), in which distances are Euclidean.
Embed = Callable[[Tensor], Tensor]

_MEMORY = 8  # steps that the estimate of curvature remembers
_PROBES = 4  # points at which the decoder's derivatives are measured, to scale the search
# ASSUME: directions in which the decoder changes less than this part of the mean are searched as if
# it changed so much, because along these the energy says nothing of where the curve should go.
_LEAST_CURVATURE = 1e-3
_SHORTEST = 2.0**-12  # part of a step at which a curve is given up
_ENOUGH = 1e-4  # of the decrease that the gradient promises (Armijo's rule)


@dataclass(frozen=True)
class Curves:
    """Curves of least energy.

    Attributes:
        points: (P, T + 1, d), the ends as given.
        energies: (P,) energy of each; never above that of the line.
        of_lines: (P,) energy of the straight lines.
        passes: how often energies were computed.
    """

    points: Float32[np.ndarray, "pairs points dimensions"]
    energies: Float[np.ndarray, " pairs"]
    of_lines: Float[np.ndarray, " pairs"]
    passes: int


def least_energy(
    embed: Embed,
    lines: Float32[np.ndarray, "pairs points dimensions"],
    tolerance: float,
    most_passes: int,
    device: str | torch.device = "cpu",
) -> Curves:
    """Curves of least energy, from straight lines.

    Limited-memory BFGS (Nocedal and Wright 2006, section 7.2) of every curve by itself, in
    coordinates in which the energy of a linear decoder is a sphere.

    Args:
        embed: latents (B, d) to vectors (B, K), differentiable.
        lines: (P, T + 1, d) points on the straight lines.
        tolerance: a curve is done where two steps running each lower its energy by less than this
            part.
        most_passes: energies of a curve that are computed at most.
        device: where to compute.
    """
    z = torch.from_numpy(np.array(lines, np.float32)).to(device)
    with torch.no_grad():
        ends = torch.stack([embed(z[:, 0]), embed(z[:, -1])], dim=1)
    inner = z[:, 1:-1]
    scale = _Scale(embed, inner)

    def energy(moved: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Energies (R,) and their gradients (R, T - 1, d) in the coordinates of the search."""
        moved = moved.detach().requires_grad_()
        values = _energies(embed, inner[rows] + scale.to_latents(moved), ends[rows])
        (gradient,) = torch.autograd.grad(values.sum(), moved)
        return values.detach(), gradient

    search = _Search(energy, torch.zeros_like(inner), tolerance, most_passes)
    moved = search.run()
    points = z.clone()
    points[:, 1:-1] += scale.to_latents(moved)
    return Curves(
        points.cpu().numpy(),
        search.energies.double().cpu().numpy(),
        search.first.double().cpu().numpy(),
        search.passes,
    )


def _energies(embed: Embed, inner: Tensor, ends: Tensor) -> Tensor:
    """(P,) energies of curves with (P, T - 1, d) inner points and the (P, 2, K) embedded ends."""
    pairs, count, _ = inner.shape
    shown = embed(inner.flatten(0, 1)).reshape(pairs, count, -1)
    whole = torch.cat([ends[:, :1], shown, ends[:, 1:]], dim=1)
    return (count + 1) * whole.diff(dim=1).square().sum(dim=(1, 2))


class _Scale:
    """Coordinates in which the energy of a decoder like this one is nearly a sphere.

    Of a linear decoder the energy's second derivatives are those of the curve, 2, -1 beside it,
    times J'J of the decoder's derivatives J. Their inverse roots are the change of coordinates.
    """

    def __init__(self, embed: Embed, inner: Tensor):
        count = inner.shape[1]
        metric = self._metric(embed, inner.flatten(0, 1))
        values, vectors = torch.linalg.eigh(metric.double().cpu())
        floor = _LEAST_CURVATURE * values.mean().clamp_min(torch.finfo(torch.float32).tiny)
        self._of_latents = (vectors / values.clamp_min(floor).sqrt()).to(inner)
        along = 2 * torch.eye(count, dtype=torch.float64)
        along -= torch.diag(torch.ones(count - 1, dtype=torch.float64), 1)
        along -= torch.diag(torch.ones(count - 1, dtype=torch.float64), -1)
        values, vectors = torch.linalg.eigh(2 * (count + 1) * along)
        self._of_steps = (vectors / values.sqrt()).to(inner)

    @staticmethod
    @torch.no_grad()
    def _metric(embed: Embed, latents: Tensor) -> Tensor:
        """(d, d) mean of J'J at a few of the points, by central differences."""
        places = sorted({round(x) for x in np.linspace(0, len(latents) - 1, _PROBES).tolist()})
        d = latents.shape[1]
        width = 1e-2 * latents.std(correction=0).clamp_min(1e-6)
        shifts = width * torch.eye(d, dtype=latents.dtype, device=latents.device)
        total = torch.zeros(d, d, dtype=latents.dtype, device=latents.device)
        for place in places:
            jacobian = (embed(latents[place] + shifts) - embed(latents[place] - shifts)) / 2 / width
            total += jacobian @ jacobian.T
        mean: Tensor = total / len(places)
        return mean

    def to_latents(self, moved: Tensor) -> Tensor:
        """(P, T - 1, d) in the search's coordinates to shifts of latents."""
        shifts: Tensor = self._of_steps @ moved @ self._of_latents.T
        return shifts


class _Search:
    """Limited-memory BFGS of many curves side by side, each with its own step."""

    def __init__(
        self,
        energy: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]],
        start: Tensor,
        tolerance: float,
        most_passes: int,
    ):
        self._energy, self._tolerance, self._most = energy, tolerance, most_passes
        self._at, count = start, len(start)
        everything = torch.arange(count, device=start.device)
        self.energies, self._gradient = energy(start, everything)
        self.first, self.passes = self.energies.clone(), 1
        self._step = torch.ones(count, device=start.device)
        self._quiet = torch.zeros(count, dtype=torch.int64, device=start.device)
        shape = (_MEMORY, *start.shape)
        self._moves, self._turns = start.new_zeros(shape), start.new_zeros(shape)
        self._direction = -self._gradient

    def run(self) -> Tensor:
        """The points of least energy that were found."""
        # Where nothing is to be gained, as on the line of a linear decoder, rounding alone is left.
        open_ = self._slope() < -self._tolerance * self.energies * 1e-3
        while self.passes < self._most and open_.any():
            rows = open_.nonzero()[:, 0]
            self._advance(rows)
            open_ &= (self._quiet < 2) & (self._step > _SHORTEST)
        return self._at

    def _slope(self) -> Tensor:
        return _dot(self._gradient, self._direction)

    def _advance(self, rows: Tensor) -> None:
        """One step of each of these curves; one that leads upwards is tried again, shorter."""
        step = self._step[rows]
        trial = self._at[rows] + step[:, None, None] * self._direction[rows]
        energies, gradient = self._energy(trial, rows)
        self.passes += 1
        promised = _ENOUGH * step * self._slope()[rows]
        good = energies <= self.energies[rows] + promised
        self._step[rows[~good]] /= 4
        rows, trial, gradient, energies = rows[good], trial[good], gradient[good], energies[good]
        gain = (self.energies[rows] - energies) / self.energies[rows].clamp_min(1e-30)
        small = gain < self._tolerance
        self._quiet[rows] = torch.where(small, self._quiet[rows] + 1, 0)
        self._remember(rows, trial - self._at[rows], gradient - self._gradient[rows])
        self._at[rows], self._gradient[rows], self.energies[rows] = trial, gradient, energies
        self._step[rows] = 1.0
        self._direction[rows] = self._downhill(rows)

    def _remember(self, rows: Tensor, move: Tensor, turn: Tensor) -> None:
        """Keep a step and how the gradient turned on it, where that says that energy curves up."""
        curves_up = _dot(move, turn) > 1e-10 * _dot(turn, turn)
        keep = curves_up[:, None, None]
        for memory, new in ((self._moves, move), (self._turns, turn)):
            memory[:-1, rows] = memory[1:, rows]
            memory[-1, rows] = torch.where(keep, new, torch.zeros_like(new))

    def _downhill(self, rows: Tensor) -> Tensor:
        """(R, T - 1, d) directions of the two-loop recursion; straight down where these rise."""
        gradient = self._gradient[rows]
        directions, factors = gradient.clone(), []
        memory = list(zip(self._moves[:, rows], self._turns[:, rows], strict=True))
        for move, turn in reversed(memory):
            curvature = _dot(move, turn)
            known = curvature > 0
            factor = torch.where(known, _dot(move, directions) / curvature.where(known, 1), 0)
            directions -= factor[:, None, None] * turn
            factors.append(factor)
        move, turn = memory[-1]
        squares = _dot(turn, turn)
        scale = torch.where(squares > 0, _dot(move, turn) / squares.where(squares > 0, 1), 1)
        directions *= scale[:, None, None]
        for (move, turn), factor in zip(memory, reversed(factors), strict=True):
            curvature = _dot(move, turn)
            known = curvature > 0
            back = torch.where(known, _dot(turn, directions) / curvature.where(known, 1), 0)
            directions += (factor - back)[:, None, None] * move
        rises = _dot(gradient, directions) <= 0
        return -torch.where(rises[:, None, None], gradient, directions)


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """(R,) inner products of each curve's numbers."""
    return (a * b).sum(dim=(1, 2))
