"""The chapter on the style metrics: what each of them sees on the study's own pictures."""

from collections.abc import Mapping

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Chapter, Figure, Plot, Table

# Which pairs of artworks a metric of style ought to find nearer than which.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "artist": ("two works of one artist", "works of two artists"),
    "artist within a class": ("two works of one artist", "works of two artists of one class"),
    "class": ("two works of one class", "works of two classes"),
    "class, other contents": ("two contents in one class", "two contents in two classes"),
    "class over content": ("two contents in one class", "one content in two classes"),
}
#: What sees no style, and what a metric of style has to be better than.
BASELINES = ("pixels", "colour")
METRIC_VALIDITY = Table(
    "metric_validity",
    "how well distances in style tell pairs of artworks apart",
    {
        "metric": columns.METRIC,
        "layer": (
            "str",
            "part of the metric, such as a layer of the network; total: the whole; "
            "without a class: what was learnt without it, on pairs in which it is; pairs with a "
            "class: the whole on these",
        ),
        "question": (
            "str",
            "which pairs ought to be nearer: "
            + "; ".join(f"{name}: {a} than {b}" for name, (a, b) in QUESTIONS.items()),
        ),
        "auc": ("float", "chance that a pair of the first kind is nearer than one of the second"),
        "low": ("float", "lower end of its 95 % bootstrap interval over groups"),
        "high": ("float", "upper end of that interval"),
        "gain": ("float", "the same less the better of plain pixels and colours on the same pairs"),
        "gain_low": ("float", "lower end of its 95 % bootstrap interval over groups"),
        "gain_high": ("float", "upper end of that interval"),
        "n": ("int", "pairs of artworks"),
        "groups": ("int", "artists, contents or, where neither is known, artworks behind them"),
        "passes": (
            "bool",
            "a metric of style whose auc is above 0.5 and gain above 0, with their intervals",
        ),
    },
    of_all_metrics=True,
    evidence=True,
)
METRIC_RESPONSE = Table(
    "metric_response",
    "what changes of all pictures do to distances in style",
    {
        "metric": columns.METRIC,
        "change": ("str", "what is done to every picture"),
        "ratio": (
            "float",
            "distance of two changed artworks over that of the two as they are, median over pairs",
        ),
        "low": ("float", "5th percentile of that ratio over pairs"),
        "high": ("float", "95th percentile of that ratio over pairs"),
        "moved": (
            "float",
            "median distance of an artwork from itself changed, over that of two artworks",
        ),
    },
    of_all_metrics=True,
)

CHAPTER = Chapter(
    "metrics",
    "Style metrics",
    tables=(METRIC_VALIDITY, METRIC_RESPONSE),
    plots=(
        Plot(
            "metrics",
            (
                Figure("metrics_validity", (METRIC_VALIDITY,), "metrics.validity"),
                Figure("metrics_response", (METRIC_RESPONSE,), "metrics.response"),
            ),
            settings=(),
        ),
    ),
    finding="metrics.validity",
)
