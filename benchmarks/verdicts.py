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
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY
from stylewalk.randomness import generator
from stylewalk.trajectories.experiments import of_random
from stylewalk.trajectories.null_verdicts import (
    BOOTSTRAP,
    SHAPES,
    Walks,
    simulated,
    without_shape,
)
from stylewalk.trajectories.planning import Design, foresee, like_paintings
from stylewalk.trajectories.profiles import (
    POOLED,
    Groups,
    contrasts,
    contrasts_of,
    judge,
    pooled_verdict,
    tables_of,
)
from stylewalk_workflow import plan

STEPS, FLAT_WITHIN, TESTS = 10, 0.25, 24
RESAMPLES, DRAWS = 100, 400
PILOTS, TRAJECTORIES = 8, 2000
DESIGNS = [(pairs, hump) for pairs in (28, 56, 100) for hump in (0.2, 0.3, 0.54)]
TESTED = ("quadratic", "quartic")
KEYS = ["model", "experiment", "class_a", "class_b"]


class Run:
    """A finished run, its trajectories without their shapes, and the shapes that they had."""

    def __init__(self, folder: Path) -> None:
        self.pilot = plan.read_pilot(folder)
        losses, self.config = self.pilot.losses, self.pilot.config
        self.walks = tables_of(losses[losses["path"] == "line"])
        self.flat = without_shape(self.walks)
        self.random = [n for n in of_random(self.config["experiments"]) if self._has(n)]
        self.margin = self.config["profiles"]["flat_within"]

    def _has(self, experiment: str) -> bool:
        return any(name == experiment for _, name in self.flat)

    def decided(self, study: Walks) -> Walks:
        """The walks that the study was made to decide."""
        return {names: groups for names, groups in study.items() if names[1] in self.random}


def relative_profiles(walks: Walks) -> Mapping[tuple[str, str], Mapping[tuple[str, str], np.ndarray]]:
    """Mean profiles of every pair of classes, over their level."""
    found = {}
    for names, groups in walks.items():
        means = {key: np.nanmean(values, axis=(0, 1)) for key, values in groups.items()}
        found[names] = {key: mean / mean.mean() for key, mean in means.items()}
    return found


def shaped(study: Walks, shapes: Mapping[tuple[str, str], Mapping[tuple[str, str], np.ndarray]]):
    """The study with these mean profiles."""
    return {
        names: {key: values * shapes[names][key] for key, values in groups.items()}
        for names, groups in study.items()
    }


def humped(study: Walks, hump: float) -> Walks:
    """The study with a hump of this quadratic contrast everywhere."""
    return {names: dict(with_hump(groups, hump)) for names, groups in study.items()}


def with_hump(groups: Groups, hump: float) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    for key, values in groups.items():
        yield key, values * np.maximum(1 - hump * contrasts(values.shape[2])["quadratic"], 0.05)


def truths(walks: Walks) -> pd.DataFrame:
    """The contrasts of mean profiles, by the keys of a table of shapes."""
    rows = []
    for (model, experiment), groups in walks.items():
        whole = np.concatenate(list(groups.values()), axis=1)
        for key, values in [*groups.items(), ((POOLED, POOLED), whole)]:
            mean = np.nanmean(values, axis=(0, 1))
            about = dict(zip(KEYS, (model, experiment, *key), strict=True))
            named = contrasts(len(mean))
            rows.append(about | {name: mean @ named[name] / mean.mean() for name in TESTED})
    return pd.DataFrame(rows).set_index(KEYS)


class Tally:
    """What happened in all simulated studies of a run."""

    def __init__(self, run: Run, hump: float) -> None:
        self.run, self.hump, self.studies = run, hump, 0
        self.shapes = relative_profiles({names: run.walks[names] for names in run.flat})
        self.true = truths(shaped(run.flat, self.shapes))
        self.covered = Counter[tuple[str, str]]()
        self.intervals = Counter[tuple[str, str]]()
        self.false = Counter[tuple[str, str]]()
        self.flat = Counter[tuple[str, str]]()
        self.told = Counter[tuple[str, str]]()
        self.flat_told = Counter[tuple[str, str]]()

    def add(self, study: Walks, rng: np.random.Generator) -> None:
        """Weigh one study without shape, and the same with shapes."""
        self.studies += 1
        margin, random = self.run.margin, self.run.random
        raw = contrasts_of(study, BOOTSTRAP, rng)
        null = judge(raw, margin, random)
        self._cover(null, "none", None)
        own = contrasts_of(shaped(study, self.shapes), BOOTSTRAP, rng)
        self._cover(judge(own, margin, random), "its own", self.true)
        for family, rows in null.groupby("family"):
            for verdict in set(rows["verdict"]) & set(SHAPES):
                self.false[family, verdict] += 1
            self.false[family, "any shape"] += bool(rows["verdict"].isin(SHAPES).any())
        decided = self.run.decided(study)
        pooled = raw[raw["experiment"].isin(random) & (raw["class_a"] == POOLED)]
        self._flat(decided, null, rng)
        self._tell(decided, pooled, rng)

    def _cover(self, shapes: pd.DataFrame, kind: str, true: pd.DataFrame | None) -> None:
        for name in TESTED:
            truth = 0.0 if true is None else true.loc[pd.MultiIndex.from_frame(shapes[KEYS]), name]
            truth = np.asarray(truth)
            low, high = shapes[f"{name}_low"].to_numpy(), shapes[f"{name}_high"].to_numpy()
            held = (low <= truth) & (truth <= high)
            for family in (CONFIRMATORY, EXPLORATORY):
                of_family = (shapes["family"] == family).to_numpy() & np.isfinite(low)
                self.covered[family, kind] += int(held[of_family].sum())
                self.intervals[family, kind] += int(of_family.sum())

    def _flat(self, study: Walks, null: pd.DataFrame, rng: np.random.Generator) -> None:
        """How often a hump at the margin, and no shape at all, are called flat."""
        at_margin = contrasts_of(humped(study, self.run.margin), BOOTSTRAP, rng)
        rows = judge(at_margin, self.run.margin, self.run.random)
        for count, shapes in ((self.flat, rows), (self.flat_told, null)):
            is_flat = (shapes["verdict"] == "flat") & (shapes["class_a"] == POOLED)
            found = shapes.loc[is_flat, KEYS[:2]].itertuples(index=False, name=None)
            count.update(found)

    def _tell(self, study: Walks, null: pd.DataFrame, rng: np.random.Generator) -> None:
        """How often a hump in one model and experiment is told, all others being without shape."""
        rows = contrasts_of(humped(study, self.hump), BOOTSTRAP, rng)
        rows = rows[rows["class_a"] == POOLED].set_index(KEYS)
        family = null.set_index(KEYS)
        for place in family.index:
            one = family.copy()
            one.loc[place] = rows.loc[place]
            verdict = judge(one.reset_index(), self.run.margin, self.run.random)["verdict"]
            self.told[place[:2]] += verdict[family.index.get_loc(place)] == "horseshoe"

    def rates(self) -> pd.DataFrame:
        """How often intervals hold the truth, and verdicts are false."""
        rows = []
        for (family, kind), count in self.covered.items():
            what = f"95 % intervals hold the truth, {family}, shape: {kind}"
            rows.append((what, "93.5 to 96.5 %", count, self.intervals[family, kind]))
        for family in (CONFIRMATORY, EXPLORATORY):
            for verdict in ("any shape", *SHAPES):
                what = f"a study has a false verdict, {family}: {verdict}"
                rows.append((what, "at most 5 %", self.false[family, verdict], self.studies))
        worst = max(self.run.decided(self.run.flat), key=lambda names: self.flat[names])
        what = f"flat at a hump of {self.run.margin:g}, worst: {', '.join(worst)}"
        rows.append((what, "at most 5 %", self.flat[worst], self.studies))
        found = pd.DataFrame(rows, columns=["what", "asked", "count", "of"])
        found["rate"] = (100 * found["count"] / found["of"]).map("{:.1f} %".format)
        ends = [
            stats.binomtest(int(n), int(of)).proportion_ci(method="wilson")
            for n, of in zip(found["count"], found["of"], strict=True)
        ]
        found["simulation's 95 %"] = [f"{100 * e.low:.1f} to {100 * e.high:.1f} %" for e in ends]
        return found

    def plans(self, draws: int, pilots: int) -> pd.DataFrame:
        """What is foretold of a hump and of a profile without shape, and what happened."""
        run, rows = self.run, []
        rng = generator(0, "pilots")
        others = list(simulated(run.decided(run.flat), pilots, rng))
        for model, name, design, foretold in plan.outlooks(run.config, run.pilot, self.hump, draws):
            if name not in run.random:
                continue
            drawn = [foresee(o[model, name], design, self.hump, rng, draws // 4) for o in others]
            told = self.told[model, name] / self.studies
            flat = self.flat_told[model, name] / self.studies
            offs = np.array([each.shaped - told for each in drawn])
            rows.append(
                {
                    "model": model,
                    "experiment": name,
                    "hump told": told,
                    "foretold": foretold.shaped,
                    "by pilots, mean off": offs.mean(),
                    "most off": np.abs(offs).max(),
                    "flat told": flat,
                    "flat foretold": foretold.flat,
                }
            )
        return pd.DataFrame(rows)


def of_run(folder: Path, studies: int, hump: float, pilots: int = PILOTS) -> list[pd.DataFrame]:
    """Rates of errors, and plans beside what happened, in studies drawn from a finished run."""
    run = Run(folder)
    tally, rng = Tally(run, hump), generator(0, "simulated studies")
    for study in simulated(run.flat, studies, rng):
        tally.add(study, rng)
    return [tally.rates(), tally.plans(2 * DRAWS, pilots).round(3)]


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
