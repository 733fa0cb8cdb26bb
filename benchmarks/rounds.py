"""Paired rounds: every round times all ways of doing one thing, one directly after another.

A shared machine is faster in one minute than in the next, so that only ratios within a round mean
anything. The order turns round from round to round, so that no way is always the first.
"""

import argparse
import csv
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

Way = Callable[[], float]
"""Does the work once and gives the figure: seconds, or units per second."""


@dataclass(frozen=True)
class Row:
    """One row of ``bench.csv``.

    Attributes:
        name: what was measured.
        ours: median of our figures.
        peer: median of the peer's; None where no peer can do it.
        peer_name: the peer; empty without one.
        ratio: median over rounds of the speed-up, above 1 where ours is faster.
        low: least ratio of a round.
        high: largest; with five rounds, the median lies between the two in 94 % of cases.
        unit: unit of ``ours`` and ``peer``.
    """

    name: str
    ours: float
    peer: float | None
    peer_name: str
    ratio: float | None
    low: float | None
    high: float | None
    unit: str


COLUMNS = [field.name for field in fields(Row)]


def measure(
    name: str,
    unit: str,
    ours: Way,
    peers: Mapping[str, Way],
    rounds: int,
    warm_up: bool = True,
) -> list[Row]:
    """Time our way and every peer's in each round.

    Args:
        name: what is measured.
        unit: ``s`` where less is better, or a rate such as ``images/s``.
        ours: our way.
        peers: the others, by their names.
        rounds: timed rounds.
        warm_up: whether one more goes before them and is not counted.

    Returns:
        One row for each peer, or one without a peer.
    """
    ways = {"": ours, **peers}
    found: dict[str, list[float]] = {peer: [] for peer in ways}
    for number in range(-1 if warm_up else 0, rounds):
        order = list(ways) if number % 2 else list(reversed(ways))
        figures = {peer: ways[peer]() for peer in order}
        if number >= 0:
            for peer, figure in figures.items():
                found[peer].append(figure)
    rows = [_row(name, unit, found[""], peer, found[peer]) for peer in peers]
    rows = rows or [Row(name, median(found[""]), None, "", None, None, None, unit)]
    for row in rows:
        print(_words(row), file=sys.stderr, flush=True)
    return rows


def alone(name: str, figure: float, unit: str) -> Row:
    """A figure without a peer."""
    row = Row(name, figure, None, "", None, None, None, unit)
    print(_words(row), file=sys.stderr, flush=True)
    return row


def _row(name: str, unit: str, ours: list[float], peer_name: str, peer: list[float]) -> Row:
    pairs = list(zip(ours, peer, strict=True))
    ratios = [b / a if unit == "s" else a / b for a, b in pairs]
    spread = median(ratios), min(ratios), max(ratios)
    return Row(name, median(ours), median(peer), peer_name, *spread, unit)


def _words(row: Row) -> str:
    """A row for the terminal."""
    if row.peer is None:
        return f"{row.name}: {row.ours:.4g} {row.unit}"
    return (
        f"{row.name}: {row.ours:.4g} beside {row.peer:.4g} {row.unit} of {row.peer_name}, "
        f"{row.ratio:.2f} x ({row.low:.2f} to {row.high:.2f})"
    )


@contextmanager
def apart(function: Callable[..., float], *arguments) -> Iterator[Way]:
    """A way that runs in a process of its own, which lives for the block.

    What one way does to its process (threads, memory that it keeps) serves or harms no other.

    Args:
        function: of a module, as another process must find it.
        arguments: what it is called with, each time.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_serve, args=(there, function, arguments), daemon=True)
    worker.start()
    there.close()

    def way() -> float:
        here.send(True)
        figure = here.recv()
        if isinstance(figure, str):
            raise RuntimeError(f"{function.__name__}{arguments} failed: {figure}")
        return figure

    try:
        yield way
    finally:
        here.close()
        worker.join()


def _serve(pipe, function: Callable[..., float], arguments: tuple) -> None:
    """Call the function whenever the other end asks, until it is closed."""
    while True:
        try:
            pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(function(*arguments))
        except Exception as error:
            pipe.send(repr(error))


def arguments(about: str) -> argparse.Namespace:
    """``--rounds`` and ``--out`` of a module that compares."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds of each comparison")
    parser.add_argument("--out", type=Path, required=True, help="the CSV file to write")
    return parser.parse_args()


def write(rows: list[Row], path: Path) -> None:
    """Write rows as CSV, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            cells = asdict(row)
            writer.writerow(
                {k: f"{v:.5g}" if isinstance(v, float) else v for k, v in cells.items()}
            )
    temporary.replace(path)
