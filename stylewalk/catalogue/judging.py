"""The chapter on what people saw, where judges have answered, and the key to their trials."""

from stylewalk.catalogue.outputs import Chapter, Column, Figure, Plot, Table

# In the place of a model: none, or a blend of what one decoded.
CONTROL = "control"
# In the place of a model or a path: all of them.
TOGETHER = "all together"
# The control on which nothing new appears.
DISSOLVE = "blend of pixels"

QUESTION: Column = (
    "str",
    "kind: what happens on a walk; style: which of two walks changes its style more; where: where "
    "a walk changes most; intruder: which of five artworks does not belong",
)
_MODEL: Column = (
    "str",
    "name of the model in the config; control: no model, or a blend of what one decoded; all "
    "together: all models",
)
_OF: Column = (
    "str",
    "path of a walk, of artworks clusters or neighbours; of a control what it is known to be; all "
    "together: all of a model",
)
_LOW: Column = (
    "float",
    "lower end of its 95 % bootstrap interval over trials and judges; null where there is none",
)
_HIGH: Column = ("float", "upper end of it")
_N: Column = ("int", "answers behind it")

JUDGING_KEY = Table(
    "judging_key",
    "trials of judge.html, and what they are of: a row for each measure of each",
    {
        "study": ("str", "name of the study"),
        "trial": ("str", "opaque name of the trial, as on the page and in the answers"),
        "question": QUESTION,
        "model": _MODEL,
        "of": _OF,
        "model_b": ("str", "the same of the second walk, of style; else empty"),
        "of_b": ("str", "the same of the second walk, of style; else empty"),
        "about": ("str", "experiment, classes and pair, or ids of artworks"),
        "catch": ("bool", "whether the answer is beyond doubt: a test of the judge"),
        "right": ("str", "the right answer, where there is one; else empty"),
        "measure": ("str", "metric or measure with which answers are compared; else empty"),
        "value": (
            "float",
            "of kind: the measure; of style: logarithm of the first walk's total style loss over "
            "the second's; of where: the quadratic contrast of the profile",
        ),
        "says": ("str", "the answer that the measure stands for"),
    },
    file="judging_key.parquet",
)
JUDGES = Table(
    "judges",
    "judges, and whether their answers count",
    {
        "judge": ("str", "name that the judge gave"),
        "answers": ("int", "answers to all trials"),
        "seconds": ("float", "median seconds of an answer"),
        "catch_right": ("int", "right answers to catch trials"),
        "catch_trials": ("int", "catch trials that were answered"),
        "p": ("float", "one-sided p against guessing at them"),
        "kept": ("bool", "whether the answers count below: better than guessing at p < .05"),
    },
    optional=True,
)
JUDGE_AGREEMENT = Table(
    "judge_agreement",
    "agreement between judges on trials that are no catch trials",
    {
        "question": QUESTION,
        "alpha": (
            "float",
            "Krippendorff's alpha, nominal: 1 agreement, 0 chance, or null",
        ),
        "low": ("float", "lower end of its 95 % bootstrap interval over trials; null without two"),
        "high": _HIGH,
        "judges": ("int", "judges who are kept"),
        "trials": ("int", "trials that two judges or more answered"),
        "answers": _N,
    },
    optional=True,
)
JUDGEMENTS = Table(
    "judgements",
    "shares of answers by what they were about",
    {
        "question": QUESTION,
        "model": _MODEL,
        "of": _OF,
        "answer": (
            "str",
            "kind: dissolve, fade or new; where: ends, middle or even; style: more, that this walk "
            "of two was chosen; intruder: right, that it was found",
        ),
        "share": ("float", "share of the answers about this, 0 to 1"),
        "low": _LOW,
        "high": _HIGH,
        "chance": ("float", "what guessing gives"),
        "trials": ("int", "trials about it"),
        "n": _N,
    },
    optional=True,
)
JUDGED_METRICS = Table(
    "judged_metrics",
    "agreement of answers with metrics, measures and shapes",
    {
        "question": QUESTION,
        "measure": ("str", "metric or measure with which answers are compared"),
        "statistic": (
            "str",
            "agreement: share of answers that choose the walk of larger total style loss; auc: "
            "area under the curve of the measure for the answer that it stands for; kappa: "
            "Cohen's, of the answers and the shape under the metric",
        ),
        "answer": ("str", "of auc: the answer that is told from the others; else empty"),
        "value": ("float", "the statistic"),
        "low": _LOW,
        "high": _HIGH,
        "chance": ("float", "what guessing gives"),
        "p": (
            "float",
            "one-sided p against measures shuffled over trials, adjusted by Holm over the measures "
            "of a question and statistic",
        ),
        "trials": ("int", "trials behind it"),
        "n": _N,
    },
    optional=True,
)

TABLES = (JUDGES, JUDGE_AGREEMENT, JUDGEMENTS, JUDGED_METRICS)
CHAPTER = Chapter(
    "judging",
    "What people saw",
    tables=TABLES,
    plots=(
        Plot(
            "judging",
            (
                Figure(
                    "judging_answers",
                    (JUDGEMENTS,),
                    "judging.answers",
                    also=(JUDGES, JUDGE_AGREEMENT),
                    optional=True,
                    if_said=True,
                ),
                Figure(
                    "judging_metrics",
                    (JUDGED_METRICS,),
                    "judging.metrics",
                    optional=True,
                    if_said=True,
                ),
            ),
            settings=("models",),
        ),
    ),
    finding="judging.answers",
)
