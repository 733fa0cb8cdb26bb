"""Let seeded faults happen to a finished study, one after the other, and count the survived ones.

`make soak` runs it; a short round is in the tests. Each fault is drawn from the seed and its own
number, so that one of them can be repeated: make soak SEED=0 FIRST=17 FAULTS=1. Moments in time are
drawn, too, but what happens in them is up to the machine.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from kinds import KINDS
from place import Missed, NotPossible, NotSurvived, Place

from checkouts import TINY, Checkout

Kind = Callable[[Place, Random], None]

# The tiny study of the other tests, and less of it.
STUDY = {
    "dataset": TINY["dataset"] | {"per_class": 6},
    "training": TINY["training"] | {"latent_size": 4, "channels": [2, 2, 2, 2]},
    "models": {name: TINY["models"][name] for name in ("AE", "VAE")},
    "maps": {"methods": ["tsne"]},
    "style_similarity": {"per_class": 2},
    "experiments": {"walk": {"classes": "within", "pairs": "random", "count": 1, "steps": 4}},
}


def run_round(
    place: Place,
    seed: int,
    faults: int,
    first: int = 1,
    kinds: Sequence[Kind] | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Counter]:
    """Let faults happen, until so many were survived.

    Args:
        place: a finished study.
        seed: of all draws.
        faults: how many.
        first: number of the first fault.
        kinds: one for each fault; None draws them.
        tell: called with a line for each fault.

    Returns:
        For each kind of fault how many were ``survived``, ``missed`` (all was done before the fault
        came; another one is drawn) or ``not possible`` here.

    Raises:
        NotSurvived: a fault cost something. The message gives its seed and number.
    """
    counts: dict[str, Counter] = {}
    number, done = first, 0
    while done < faults:
        random = Random(f"{seed} {number}")
        kind = kinds[done] if kinds else random.choices([*KINDS], [*KINDS.values()])[0]
        started = time.monotonic()
        end, why = _let_happen(kind, place, random, f"Fault {number} of seed {seed}")
        name = kind.__doc__.strip()
        counts.setdefault(name, Counter())[end] += 1
        tell(f"{number:4}  {time.monotonic() - started:6.1f} s  {end}: {name}{why}")
        number += 1
        done += end != "missed"
    return counts


def _let_happen(kind: Kind, place: Place, random: Random, label: str) -> tuple[str, str]:
    """How a fault ended, and why where it did not happen."""
    try:
        kind(place, random)
    except Missed:
        return "missed", ""
    except NotPossible as error:
        return "not possible", f": {error}"
    except NotSurvived as error:
        raise NotSurvived(f"{label} was not survived ({kind.__doc__.strip()}): {error}") from error
    return "survived", ""


def table(counts: dict[str, Counter]) -> str:
    """The counts as lines of text."""
    ends = "survived", "missed", "not possible"
    rows = [(name, *(counts[name][end] for end in ends)) for name in sorted(counts)]
    rows.append(("all", *(sum(row[i] for row in rows) for i in (1, 2, 3))))
    width = max(len(row[0]) for row in rows)
    lines = ["  ".join([f"{'fault':{width}}", *ends])]
    for name, *numbers in rows:
        cells = [f"{n:>{len(end)}}" for n, end in zip(numbers, ends, strict=True)]
        lines.append("  ".join([f"{name:{width}}", *cells]))
    return "\n".join(lines)


def make_study(folder: Path) -> Place:
    """A finished study in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    checkout = Checkout(folder)
    answer = checkout.snakemake("--configfile", checkout.study(**STUDY))
    if answer.code:
        sys.exit(answer.text)
    return Place(folder)


def main() -> None:
    """Run a long round from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--study", type=Path, help="folder of an earlier round, to begin with")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="stylewalk-faults-")).resolve()
    if options.study:
        shutil.copytree(options.study, folder, dirs_exist_ok=True)
        place = Place(folder)
    else:
        print("The study that faults happen to is made; this takes minutes.", flush=True)
        place = make_study(folder)
    started = time.monotonic()
    try:
        counts = run_round(
            place, options.seed, options.faults, options.first, tell=lambda x: print(x, flush=True)
        )
    except NotSurvived as error:
        sys.exit(f"{error}\nThe study lies in {folder}.")
    print(f"\n{table(counts)}\n{time.monotonic() - started:.0f} s")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
