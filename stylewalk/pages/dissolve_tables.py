"""The study page's tables of dissolves: residuals, pixel blends as controls, false verdicts."""

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Cell, Table, sentences
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import given_these_runs
from stylewalk.randomness import generator
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.transformation import PARTS, least_new, of_pairs, share_above

_MEASURES = {
    "quadratic": "quadratic contrast",
    "quartic": "quartic contrast",
    "gram_path_ratio": "Gram path ratio",
}


def dissolve(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Residuals, their correlation with shape, and controls; what was not measured is left out.

    Args:
        study: the head of the study.
        tables: by name: ``trajectory_measures``, ``shape_rho`` and ``control_tests``, each of all
            models and experiments.
    """
    makers = {
        "known_walks": transformation,
        "trajectory_measures": residuals,
        "shape_rho": shape_and_residual,
        "control_tests": controls,
    }
    return [make(study, tables) for name, make in makers.items() if len(tables.get(name, ()))]


def transformation(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """What the residual of the dissolve is made of, of models and of walks of known kind."""
    known = tables["known_walks"].drop_duplicates(["walk", "pair"])
    limit = least_new(known)
    own = of_pairs(tables["trajectory_measures"], study.of_random)
    groups = [(name, own[own["model"] == name]) for name in study.models]
    groups += [(name, known[known["walk"] == name]) for name in dict.fromkeys(known["walk"])]
    rows = [[name, *_parts(values, known)] for name, values in groups]
    note = (
        "Medians over random pairs. Squared residual of the dissolve over the squared distance of "
        "the ends, x 1,000, taken apart by least squares: fade (brightness, contrast, hue, a "
        "vignette, a dissolve that goes faster here than there), blur (a Gaussian over the ends), "
        f"structure (the rest). New: share of walks whose structure is above {_thousands(limit)}, "
        "below which 95 % of every known kind of dissolve lie, with its 95 % bootstrap interval "
        "over walks and known dissolves. Below the models stand walks in pixels between "
        "artworks, of which it is known what happens: on the first six nothing new appears, then "
        "something that neither end has, and at last all moves."
    )
    if given := given_these_runs(study):
        note += f" Intervals are over pairs{given}."
    header = ["walk", "ρ", *PARTS, "new", "pairs"]
    behind = ["trajectory_measures", "known_walks"]
    title = "Does anything new appear between the ends?"
    return Table(
        title, header, rows, sentences([note, _seeds(tables["trajectory_measures"])]), behind
    )


def _parts(values: pd.DataFrame, known_walks: pd.DataFrame) -> list[str]:
    """The cells of one kind of walk."""
    known = values.dropna(subset="structure")
    if known.empty:
        return [numbers.DASH] * 6
    medians = known[["rho", *PARTS]].median()
    share, low, high = share_above(known["structure"], known_walks, generator(0, "new"))
    new = f"{numbers.percent(share)} ({_percent(low)} to {numbers.percent(high)})"
    cells = [_rho(medians["rho"]), *(_thousands(medians[part]) for part in PARTS)]
    return [*cells, new, f"{len(known):,}"]


def _thousands(value: float) -> str:
    return numbers.plain(1000 * value)


def residuals(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Median and quartiles of the dissolve residual, a row per model, a column per experiment."""
    frame = tables["trajectory_measures"]
    residuals_of = dict(iter(_over_seeds(frame, ["rho"]).groupby(["model", "experiment"])["rho"]))
    shown = [name for name in study.experiments if name in set(frame["experiment"])]
    rows = [
        [
            model,
            *(
                _quartiles(residuals_of.get((model, name), pd.Series(dtype=float)))
                for name in shown
            ),
        ]
        for model in study.models
    ]
    notes = [
        "Median (quartiles) over the pairs of ρ: the mean distance of the images of a trajectory "
        "from the straight line through its decoded ends, over the distance of the ends. 0 is a "
        "pure dissolve, at whatever speed; the larger ρ, the more is in the images that is in "
        "neither end. Pairs whose ends nearly coincide have none.",
        _seeds(frame),
    ]
    title = "Dissolve residual of single trajectories"
    return Table(title, ["model", *shown], rows, sentences(notes), ["trajectory_measures"])


def shape_and_residual(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Spearman's correlation of a profile's shape with its residual, within each model."""
    correlations = _by_measure(tables["shape_rho"])
    rows = []
    for experiment, model in _models(study, correlations):
        cells, n = [model, experiment], 0
        for measure in ("quadratic", "quartic"):
            row = correlations.get((experiment, model, measure))
            if row is None:
                cells += [numbers.DASH] * 3
                continue
            n = max(n, int(row["n"]))
            between = numbers.interval(row["low"], row["high"])
            cells += [numbers.signed(row["correlation"]), between, numbers.p_value(row["p"])]
        rows.append([*cells, f"{n:,}"])
    header = ["model", "experiment", "quadratic", "95 % interval", "p"]
    header += ["quartic", "95 % interval", "p", "pairs"]
    notes = [
        "Spearman's rank correlation over the pairs of a model: contrast of a profile against ρ. "
        "The report claims that horseshoes go with transformed images and waves with dissolved "
        "ones: it is borne out by a negative correlation of the quadratic contrast (the more of "
        "a hump, the less of a dissolve) and a positive one of the quartic (the more of a wave, "
        "the more of a dissolve). Models are never pooled, since their differences would pass for "
        "a correlation. p: two-sided, adjusted by Holm over the table; the intervals are not "
        "adjusted.",
        f"Mean over {len(study.seeds)} seeds of the coefficient in each." * (len(study.seeds) > 1),
        _training(study),
    ]
    title, behind = "Does shape go with the residual?", ["shape_rho", "trajectory_measures"]
    return Table(title, header, rows, sentences(notes), behind)


def controls(study: Study, tables: Mapping[str, pd.DataFrame]) -> Table:
    """Every model's trajectories against the pixel blends of their own decoded ends."""
    tests = _by_measure(tables["control_tests"])
    rows = []
    for experiment, measure in itertools.product(study.experiments, _MEASURES):
        write = numbers.plain if measure == "gram_path_ratio" else numbers.signed
        for model in study.models:
            row = tests.get((experiment, model, measure))
            if row is not None:
                medians = (write(row[side]) for side in ("model_median", "blend_median"))
                cells = [*medians, numbers.signed(row["median_difference"])]
                cells += [numbers.p_value(row["p"]), f"{int(row['n']):,}"]
                rows.append([model, experiment, _MEASURES[measure], *cells])
    header = [
        "model",
        "experiment",
        "measure",
        "trajectories",
        "blends",
        "difference",
        "p",
        "pairs",
    ]
    notes = [
        "Medians over the trajectories of a model and over the pixel blends of the same decoded "
        "ends, and the median of their differences, which need not be the difference of the "
        "medians. A blend is a dissolve at even speed, so that its profile is a valley: a negative "
        "difference of quadratic contrasts says less of a valley or more of a hump than a dissolve "
        "gives. This alone proves no transformation, since a dissolve of uneven speed has a hump, "
        "too: ρ tells them apart. Gram path ratio: length of the path of Gram matrices over the "
        "distance of its ends; its reference is the blend, not 1. p: Wilcoxon's signed-rank test, "
        "two-sided, adjusted by Holm over the table; where pairs share artworks, or training runs "
        "are three or more, Student's t test of the signed ranks.",
        _seeds(tables.get("trajectory_measures")),
        _training(study),
    ]
    title = "Trajectories against pixel blends of their ends"
    behind = ["control_tests", "trajectory_measures"]
    return Table(title, header, rows, sentences(notes), behind)


def false_verdicts(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """How often profiles without any shape get a verdict of one; none where not simulated.

    Args:
        tables: by name: ``false_verdicts``.
    """
    if not len(tables.get("false_verdicts", ())):
        return []
    rates = tables["false_verdicts"]
    several = len(rates[["path", "split"]].drop_duplicates()) > 1
    rows: list[list[Cell]] = []
    for _, row in rates.iterrows():
        where = [f"{row['path']}, {row['split']}"] if several else []
        counts = (f"{int(row[key]):,}" for key in ("tests", "nulls", "false_verdicts"))
        between = f"{_percent(row['low'])} to {numbers.percent(row['high'])}"
        sure = [numbers.percent(row["rate"]), between, numbers.percent(row["coverage"])]
        rows.append([row["family"], *where, row["verdict"], *counts, *sure])
    header = ["family", *(["path, split"] if several else []), "verdict", "tests", "simulations"]
    header += ["false", "rate", "95 % interval", "coverage"]
    note = (
        "Simulated studies with the models, classes, seeds and pairs of this one, whose "
        "trajectories are its own, drawn again and without their mean shapes. False: simulations "
        "in which at least one verdict of the family is this shape; their rate with its 95 % "
        "Wilson interval. The verdicts are made for any shape in 5 % at most: an interval wholly "
        "above that says that shapes are seen by chance more often than they should be. "
        "Coverage: share of the family's 95 % intervals that hold the truth."
    )
    return [Table("False verdicts by simulation", header, rows, note, ["false_verdicts"])]


def _over_seeds(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """A row per pair: the mean over seeds, as the trajectories of a pair depend on each other."""
    keys = ["model", "experiment", "class_a", "class_b", "pair"]
    return frame.groupby(keys)[list(columns)].mean().reset_index()


def _by_measure(frame: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series]:
    """The rows by experiment, model and measure."""
    keys = zip(frame["experiment"], frame["model"], frame["measure"], strict=True)
    return dict(zip(keys, (row for _, row in frame.iterrows()), strict=True))


def _models(
    study: Study, by_key: Mapping[tuple[str, str, str], pd.Series]
) -> list[tuple[str, str]]:
    """Experiment and model of every row, in the order of the study."""
    known = {key[:2] for key in by_key}
    return [key for key in itertools.product(study.experiments, study.models) if key in known]


def _quartiles(values: pd.Series) -> str:
    """Median and quartiles; a dash where no pair has a value."""
    values = values.dropna()
    if values.empty:
        return numbers.DASH
    low, middle, high = (_rho(value) for value in values.quantile([0.25, 0.5, 0.75]))
    return f"{middle} ({low} to {high})"


def _rho(value: float) -> str:
    """Three decimals: a residual is often below 0.1."""
    return f"{value:.3f}"


def _percent(share: float) -> str:
    return numbers.percent(share).removesuffix(" %")


def _training(study: Study) -> str:
    """Whether intervals and p-values hold for other training runs, too."""
    if len(study.seeds) < FEWEST_SEEDS:
        return ""
    return f"What the {len(study.seeds)} training runs differ by is in intervals and p."


def _seeds(frame: pd.DataFrame | None) -> str:
    """How seeds were put together."""
    seeds = 1 if frame is None else frame["seed"].nunique()
    return f"A pair counts once, with its mean over {seeds} seeds." if seeds > 1 else ""
