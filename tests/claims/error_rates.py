"""How often verdicts on claims are wrong; as a script this writes docs/claims.md."""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from null_studies import BORDERS, OF_TRAINING, wrong
from scipy.stats import binomtest

from stylewalk.claims import CLAIMS

Rate = tuple[float, int]  # and of how many studies


def rate(name: str, border: str, studies: int, seeds: int) -> Rate:
    """The share of wrong verdicts; where it is above 5 %, that of ten times as many studies."""
    found = wrong(name, border, studies, seeds)
    if found <= 0.05:
        return found, studies
    return wrong(name, border, 10 * studies, seeds), 10 * studies


def rates(name: str, studies: int) -> list[Rate | None]:
    """Wrong holds and wrong fails with three seeds, then with one, which may give no verdict."""
    of_three = [rate(name, border, studies, 3) for border in BORDERS]
    if name in OF_TRAINING:
        return [*of_three, None, None]
    return [*of_three, *(rate(name, border, studies, 1) for border in BORDERS)]


_HEAD = """# The claims of the report, and how often a verdict on one is wrong

Each claim is weighed by one numeric rule, on the study's own tables. Where the report's sentence
can be read in two ways, both are weighed, as claims of their own. The verdicts:

- **holds**, **fails**: the interval of the statistic, or the verdicts on profiles that the rule
  names, leave nothing else;
- **undetermined**: the interval holds both; more pairs, more artworks or more seeds would help;
- **too few pairs**: fewer than five effective degrees of freedom among the pairs, so that there is
  no interval, or a profile whose own verdict is that;
- **one run**: it rests on training alone and one model was trained; from three seeds on it has an
  interval over seeds;
- **not tested**: the study lacks a model, a class, an experiment or a table; the sentence says
  which.

Claims on trajectories are weighed from the trajectories: pairs are resampled within classes, the
same for all models that walk between them, so that a ratio of two models keeps what the pictures
have in common out of its interval. With one seed or two, intervals are given these; from three on
what training adds to the variance is in them, with Satterthwaite's degrees of freedom. Pairs that
share an artwork are alike: what they have in common is a component of variance of its own, found
from the study's pairs by moments, and degrees of freedom shrink with it; where no artwork is in two
pairs nothing changes. (The lead of the claims of likeness alone takes its pairs for independent.)

## What is tested

Each claim's null, against which it is tested, and what reaches a verdict, in the words of its rule:
of a number its 95 % interval, on which side of the bound it lies.

| claim | null | holds | fails |
| --- | --- | --- | --- |
{tested}
## Errors on the border

How often a verdict is wrong was simulated on the border between *holds* and *fails*, where it is
wrong most often. Wrongly **holds**: one part of the claim (a model, a class, a rival) is exactly
where the claim stops to hold, the others are well beyond. Wrongly **fails**: all parts are exactly
there, so that any of them may look worse by chance. At most 5 % of each is meant to be wrong.
{studies} studies a border, {pairs} pairs a class without shared artworks, losses as skewed as those
of decoded paintings; where more than 5 % of these are wrong, {more:,} say whether that was chance.
In brackets: 95 % binomial interval (Wilson), and the studies where they are more. (A rate above 5 %
without that is still to be looked at again.)
`make error-rates` makes this page again; the tests try a few studies of every border.

Claims that rest on training have normal parts over three seeds in their simulated studies, as many
as their rules name.

| claim | wrongly holds, 3 seeds | wrongly fails, 3 seeds | holds, 1 seed | fails, 1 seed |
| --- | --- | --- | --- | --- |
"""


def page(found: dict[str, list[Rate | None]], studies: int, pairs: int = 25) -> str:
    """docs/claims.md."""
    tested = []
    for claim in CLAIMS:
        cells = (f"[{claim.name}](#{claim.name})", claim.null, *claim.reached())
        tested.append(f"| {' | '.join(cells)} |\n")
    head = _HEAD.format(studies=studies, pairs=pairs, more=10 * studies, tested="".join(tested))
    lines = [head]
    for name, values in found.items():
        cells = ("one run" if value is None else _cell(*value, studies) for value in values)
        lines.append(f"| [{name}](#{name}) | {' | '.join(cells)} |\n")
    lines.append("\n## The rules\n")
    for claim in CLAIMS:
        where = claim.where if claim.where[0].isalpha() else f"Section {claim.where}"
        lines.append(f"\n### {claim.name}\n\n> {claim.text} ({where})\n\n{claim.rule}\n")
    return "".join(lines)


def _cell(rate: float, of: int, usual: int) -> str:
    """A rate in per cent with its interval, and of how many studies where they are more."""
    ends = binomtest(round(rate * of), of).proportion_ci(method="wilson")
    beside = f"; of {of:,}" if of != usual else ""
    return f"{100 * rate:.1f} % ({100 * ends.low:.1f} to {100 * ends.high:.1f}{beside})"


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    names = [claim.name for claim in CLAIMS]
    with ProcessPoolExecutor() as pool:
        each = pool.map(rates, names, [count] * len(names))
        found = {}
        for name, values in zip(names, each, strict=True):
            print(name, values, flush=True)
            found[name] = values
    target = Path(__file__).parents[2] / "docs" / "claims.md"
    target.write_text(page(found, count), encoding="utf-8")
