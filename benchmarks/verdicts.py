"""Are verdicts as seldom wrong, and plans as right, as they say? On simulated studies.

    python -m benchmarks.verdicts results/small --studies 2000

From the trajectories of a finished run: how often a family of verdicts is false in studies of its
design without any shape, and how often the 95 % intervals hold the truth. And of profiles that
vary like those of paintings: the chance of a verdict that a plan foretells from a pilot, beside how
often that verdict comes about.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from stylewalk import tables
from stylewalk.catalogue.trajectories import TRAJECTORY_STYLE_LOSS
from stylewalk.randomness import generator
from stylewalk.trajectories.null_verdicts import false_verdicts
from stylewalk.trajectories.planning import Design, foresee, like_paintings
from stylewalk.trajectories.profiles import contrasts, pooled_verdict

STEPS, FLAT_WITHIN, TESTS = 10, 0.15, 24
RESAMPLES, DRAWS = 100, 400
PILOTS, TRAJECTORIES = 8, 2000
DESIGNS = [(pairs, hump) for pairs in (28, 56, 100) for hump in (0.2, 0.3, 0.54)]


def of_run(run: Path, studies: int) -> pd.DataFrame:
    """False verdicts in simulated studies of a finished run's design."""
    files = sorted(run.glob("trajectories/*/*/seed-*/style_loss.parquet"))
    losses = tables.gather(files, TRAJECTORY_STYLE_LOSS)
    metric = losses["metric"].iloc[0]
    losses = losses[losses["metric"] == metric]
    random = [name for name in losses["experiment"].unique() if name.endswith("_random")]
    lines = losses[losses["path"] == "line"]
    return false_verdicts(lines, random, FLAT_WITHIN, 0, studies)


def of_plans(studies: int) -> pd.DataFrame:
    """What plans foretell and what happens, by pairs of each of four classes and size of hump."""
    rows = []
    for pairs, hump in DESIGNS:
        design = Design(pairs, 4, 1, TESTS, FLAT_WITHIN)
        shape = np.maximum(1 - hump * contrasts(STEPS)["quadratic"], 0.05)
        rng = generator(0, "what happens", pairs, int(100 * hump))
        happened = Counter(_study(design, shape, rng) for _ in range(studies))
        foretold = []
        for pilot in range(PILOTS):
            own = generator(pilot, "pilot", pairs, int(100 * hump))
            groups = {
                (str(place), str(place)): like_paintings(TRAJECTORIES // 4, STEPS, own)[None]
                for place in range(4)
            }
            foretold.append(foresee(groups, design, hump, own, DRAWS).shaped)
        chance = happened["horseshoe"] / studies
        off = np.array(foretold) - chance
        about = {"pairs": pairs, "hump": hump, "foretold": float(np.mean(foretold))}
        rows.append(
            about | {"happened": chance, "mean_off": off.mean(), "most_off": np.abs(off).max()}
        )
    return pd.DataFrame(rows)


def _study(design: Design, shape: np.ndarray, rng: np.random.Generator) -> str:
    groups = {
        (str(place), str(place)): like_paintings(design.pairs, STEPS, rng)[None] * shape
        for place in range(design.groups)
    }
    return pooled_verdict(groups, design.tests, RESAMPLES, design.flat_within, rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", type=Path, nargs="?", help="folder of a finished run")
    parser.add_argument("--studies", type=int, default=2000)
    given = parser.parse_args()
    with pd.option_context("display.width", 200, "display.max_columns", 20):
        if given.run:
            print(of_run(given.run, given.studies).to_string(index=False))
        print(of_plans(given.studies).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
