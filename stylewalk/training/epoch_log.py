"""The log of a training: each epoch in full, and the last one in short beside the bar."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from stylewalk.progress import Stream, progress_bar


@dataclass(frozen=True)
class Epoch:
    """One epoch of a training.

    Attributes:
        number: from 1.
        losses: split to term to its unweighted mean over the split's images.
        weights: the weight of each term in the sum that training minimises.
        images: images that were trained on; fewer or none where an earlier process did the rest.
        seconds: what training on them took, without validation.
        last: the number of the last epoch, where it is not the one that was asked for.
    """

    number: int
    losses: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    images: int
    seconds: float
    last: int | None = None

    def loss(self, split: str) -> float | None:
        """The weighted sum of the terms of a split; None where the split is empty."""
        terms = self.losses.get(split)
        if not terms:
            return None
        return sum(weight * terms[term] for term, weight in self.weights.items())


class EpochLog:
    """Writes each epoch down in full, and at each tenth of the way a bar with the newest in short.

    Args:
        epochs: epochs of the training.
        description: what is trained, before the bar.
        terminal: where the bar is written; None takes standard error.
        stream: where each epoch is written; None takes standard error, a rule's log.
    """

    def __init__(
        self,
        epochs: int,
        description: str,
        terminal: Stream | None = None,
        stream: Stream | None = None,
    ):
        self.epochs, self.stream = epochs, stream
        self.last: Epoch | None = None
        self._bar = progress_bar(description, terminal, self.note)
        self._waiting: tuple[int, int] | None = None

    def progress(self, done: int, steps: int) -> None:
        """Called after each step; at the end of an epoch, the bar waits for its validation."""
        at_end = done * self.epochs % steps == 0
        self._waiting = (done, steps) if at_end else None
        if not at_end:
            self._bar(done, steps)

    def on_epoch(self, epoch: Epoch) -> None:
        """Called after each epoch: write down its losses, their terms, and the pace."""
        self.last = epoch
        terms = "; ".join(
            f"{split}: " + ", ".join(f"{term} {value:.6g}" for term, value in losses.items())
            for split, losses in epoch.losses.items()
        )
        stream = self.stream or sys.stderr
        pace = f", {epoch.seconds:.1f} s" if epoch.images else ""
        print(f"{self.note()}{pace}  [{terms}]", file=stream, flush=True)
        if self._waiting:
            self._bar(*self._waiting)

    def note(self) -> str:
        """The newest epoch in short; empty before the first has ended."""
        if self.last is None:
            return ""
        parts = [f"epoch {self.last.number}/{self.last.last or self.epochs}"]
        if self.last.images and self.last.seconds:
            parts.append(f"{self.last.images / self.last.seconds:,.0f} images/s")
        named = (("training", "loss"), ("validation", "validation"))
        losses = ((words, self.last.loss(split)) for split, words in named)
        return ", ".join([*parts, *(f"{words} {x:.4g}" for words, x in losses if x is not None)])
