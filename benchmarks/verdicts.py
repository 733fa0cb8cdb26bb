"""Are verdicts as seldom wrong, and plans as right, as they say? On simulated studies.

    python -m benchmarks.verdicts results/demo --studies 2000

From the trajectories of a finished run studies of its design are drawn, without any shape, with
the run's own shapes, and with a hump of a given size in one model and experiment. How often do 95 %
intervals hold the truth, how often is a verdict false, and how often does that come about which
``stylewalk plan`` foretells, from the run itself and from pilots of its size? Without a run the
trajectories are drawn like those of paintings, and pilots of 2,000 are weighed.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY
from stylewalk.randomness import generator
from stylewalk.trajectories.experiments import of_random
from stylewalk.trajectories.many_studies import Tests
from stylewalk.trajectories.null_verdicts import (
    SHAPES,
    Drawn,
    Studies,
    covered,
    judged,
    of_family,
    simulated,
    tests_of,
    without_shape,
)
from stylewalk.trajectories.planning import Design, foresee, like_paintings
from stylewalk.trajectories.profile_tables import Groups, tables_of
from stylewalk.trajectories.profiles import contrasts, pooled_verdict
from stylewalk.trajectories.verdicts import FLAT, HORSESHOE, TESTED, VERDICTS, verdicts
from stylewalk_workflow import plan

STEPS, FLAT_WITHIN, TESTS = 10, 0.25, 24
RESAMPLES, DRAWS = 100, 400
PILOTS, TRAJECTORIES = 8, 2000
DESIGNS = [(pairs, hump) for pairs in (28, 56, 100) for hump in (0.2, 0.3, 0.54)]


class Run:
    """A finished run, its trajectories without their shapes, and the shapes that they had."""

    def __init__(self, folder: Path) -> None:
        self.pilot = plan.read_pilot(folder)
        losses, self.config = self.pilot.losses, self.pilot.config
        self.walks = tables_of(losses[losses["path"] == "line"])
        self.flat = without_shape(self.walks)
        walked = {experiment for _, experiment in self.flat}
        self.random = [name for name in of_random(self.config["experiments"]) if name in walked]
        self.margin = self.config["profiles"]["flat_within"]
        # Mean profiles over their level, of each pair of classes.
        self.shapes = {names: _relative(self.walks[names]) for names in self.flat}


def _relative(groups: Groups) -> list[np.ndarray]:
    means = [np.nanmean(values, axis=(0, 1)) for values in groups.values()]
    return [mean / mean.mean() for mean in means]


def contrasts_of(profile: np.ndarray) -> np.ndarray:
    """Quadratic and quartic contrast over the mean."""
    named = contrasts(len(profile))
    return np.array([profile @ named[name] / profile.mean() for name in TESTED])


class Tally:
    """What happened in all simulated studies of a run."""

    def __init__(self, run: Run, hump: float) -> None:
        self.run, self.hump, self.studies = run, hump, 0
        self.counts = Counter[str]()
        self.of = Counter[str]()
        self.flat = Counter[tuple[str, str]]()
        self.level = Counter[tuple[str, str]]()
        self.told = Counter[tuple[str, str]]()

    def add(self, studies: Studies, drawn: Drawn) -> None:
        """Weigh some studies without shape, and the same with shapes."""
        run = self.run
        self.studies += len(next(iter(studies.values()))[0])
        null = tests_of(studies, drawn)
        own = tests_of(shaped(studies, run.shapes), drawn)
        for family in (CONFIRMATORY, EXPLORATORY):
            tests = of_family(null, family, run.random)
            if tests:
                self._false(judged(tests, family, run.margin), family)
        for names, tests in null.items():
            for place, test in enumerate(tests):
                is_pooled = place == len(tests) - 1 and names[1] in run.random
                family = CONFIRMATORY if is_pooled else EXPLORATORY
                self._cover(test, np.zeros(2), f"{family}, without shape")
                self._cover(own[names][place], self._truth(names, place), f"{family}, own shapes")
        decided = {names: groups for names, groups in studies.items() if names[1] in run.random}
        at_margin = tests_of(humped(decided, run.margin), drawn)
        higher = tests_of(humped(decided, self.hump), drawn)
        family = [null[names][-1] for names in decided]
        for place, names in enumerate(decided):
            nothing = np.full_like(at_margin[names][-1].p, np.nan)
            for count, test in ((self.flat, at_margin[names]), (self.level, null[names])):
                found = verdicts(test[-1].value, test[-1].reach, nothing, run.margin)
                count[names] += int((found == VERDICTS.index(FLAT)).sum())
            # The others of the family are without shape, as the plan supposes.
            tests = [*family[:place], higher[names][-1], *family[place + 1 :]]
            found = judged(tests, CONFIRMATORY, run.margin)[:, place]
            self.told[names] += int((found == VERDICTS.index(HORSESHOE)).sum())

    def _false(self, found: np.ndarray, family: str) -> None:
        for verdict in ("any shape", *SHAPES):
            wanted = SHAPES if verdict == "any shape" else (verdict,)
            false = np.isin(found, [VERDICTS.index(name) for name in wanted]).any(axis=1)
            what = f"false verdict in a study, {family}: {verdict}"
            self.counts[what] += int(false.sum())
            self.of[what] += len(false)

    def _cover(self, test: Tests, truth: np.ndarray, kind: str) -> None:
        known = np.isfinite(test.half)
        what = f"95 % intervals hold the truth, {kind}"
        self.counts[what] += int(covered(test, truth)[known].sum())
        self.of[what] += int(known.sum())

    def _truth(self, names: tuple[str, str], place: int) -> np.ndarray:
        """The contrasts of the run's own shapes in one pair of classes, or all together."""
        shapes, groups = self.run.shapes[names], list(self.run.flat[names].values())
        if place < len(shapes):
            return contrasts_of(shapes[place])
        parts = zip(groups, shapes, strict=True)
        return contrasts_of(sum(g.mean() * g.shape[1] * shape for g, shape in parts))

    def rates(self) -> pd.DataFrame:
        """How often intervals hold the truth, and verdicts are false."""
        worst = max(self.told, key=lambda names: self.flat[names])
        what = f"flat at a hump of {self.run.margin:g}, most often: {', '.join(worst)}"
        self.counts[what], self.of[what] = self.flat[worst], self.studies
        rows = []
        for what in self.of:
            count, of = self.counts[what], self.of[what]
            ends = stats.binomtest(count, of).proportion_ci(method="wilson")
            asked = "93.5 to 96.5 %" if "intervals" in what else "at most 5 %"
            rate, low, high = (f"{100 * x:.1f} %" for x in (count / of, ends.low, ends.high))
            rows.append({"what": what, "of": of, "rate": rate, "asked": asked})
            rows[-1]["simulation's own 95 %"] = f"{low} to {high}"
        return pd.DataFrame(rows)

    def plans(self, draws: int, pilots: int) -> pd.DataFrame:
        """What is foretold of a hump and of a profile without shape, and what happened."""
        run, rows = self.run, []
        rng = generator(0, "pilots")
        others, _ = next(simulated(run.flat, pilots, rng))
        config = {
            **run.config,
            "experiments": {n: run.config["experiments"][n] for n in run.random},
        }
        for model, name, design, foretold in plan.outlooks(config, run.pilot, self.hump, draws):
            keys = list(run.flat[model, name])
            drawn = [
                dict(zip(keys, [values[number] for values in others[model, name]], strict=True))
                for number in range(pilots)
            ]
            chances = [foresee(pilot, design, self.hump, rng, draws) for pilot in drawn]
            told = self.told[model, name] / self.studies
            offs = np.array([each.shaped - told for each in chances])
            rows.append(
                {
                    "model": model,
                    "experiment": name,
                    "hump told": told,
                    "foretold": foretold.shaped,
                    "other pilots: mean off": offs.mean(),
                    "most off": np.abs(offs).max(),
                    "called flat": self.level[model, name] / self.studies,
                    "foretold flat": foretold.flat,
                }
            )
        return pd.DataFrame(rows)


def shaped(studies: Studies, shapes: Mapping[tuple[str, str], Sequence[np.ndarray]]) -> Studies:
    """The studies with mean profiles of these shapes."""
    return {
        names: [values * shape for values, shape in zip(groups, shapes[names], strict=True)]
        for names, groups in studies.items()
    }


def humped(studies: Studies, hump: float) -> Studies:
    """The studies with a hump of this quadratic contrast everywhere."""
    return shaped(studies, {names: [_hump(v, hump) for v in gs] for names, gs in studies.items()})


def _hump(values: np.ndarray, hump: float) -> np.ndarray:
    return np.maximum(1 - hump * contrasts(values.shape[3])["quadratic"], 0.05)


def of_run(folder: Path, studies: int, hump: float, pilots: int = PILOTS) -> list[pd.DataFrame]:
    """Rates of errors, and plans beside what happened, in studies drawn from a finished run."""
    run = Run(folder)
    tally, rng = Tally(run, hump), generator(0, "simulated studies")
    for study, drawn in simulated(run.flat, studies, rng):
        tally.add(study, drawn)
    return [tally.rates(), tally.plans(DRAWS, pilots).round(3)]


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
    parser.add_argument("--hump", type=float, default=0.54, help="size of the hump, as of plan")
    given = parser.parse_args()
    if given.run:
        tables = of_run(given.run, given.studies, given.hump)
    else:
        tables = [of_plans(given.studies).round(3)]
    print("\n\n".join(table.to_markdown(index=False) for table in tables))


if __name__ == "__main__":
    main()
