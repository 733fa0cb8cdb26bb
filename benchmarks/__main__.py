"""Run every comparison, one part after the other, and gather ``results/bench/bench.csv``.

Each part is a module with a process of its own; it can be run alone, too:
``python -m benchmarks.packing --out packing.csv``.
"""

import argparse
import csv
import subprocess
import sys
from pathlib import Path

from benchmarks import report

PARTS = [
    "hardware",
    "training",
    "style_loss",
    "packing",
    "geodesics",
    "overhead",
    "analysis",
    "growth",
]
FOLDER = Path("results/bench")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds of each comparison")
    arguments = parser.parse_args()
    for part in arguments.parts:
        print(f"-- {part}", file=sys.stderr, flush=True)
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{part}"]
        options = ["--rounds", str(arguments.rounds), "--out", str(FOLDER / f"{part}.csv")]
        subprocess.run([*command, *options], check=True)
    gather()
    report.draw(FOLDER / "bench.csv", FOLDER / "bench.png")
    print(report.table(FOLDER / "bench.csv"))


def gather() -> None:
    """One table of all parts that were ever run here, in their order."""
    files = [path for path in (FOLDER / f"{part}.csv" for part in PARTS) if path.exists()]
    with (FOLDER / "bench.csv").open("w", newline="") as target:
        writer = csv.writer(target)
        for number, path in enumerate(files):
            with path.open(newline="") as source:
                writer.writerows(list(csv.reader(source))[bool(number) :])


if __name__ == "__main__":
    main()
