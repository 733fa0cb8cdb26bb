"""A small study to judge, without a workflow: random walks of three models, and judges."""

import csv

import numpy as np

from stylewalk.judging import key as keys
from stylewalk.judging.answers import COLUMNS
from stylewalk.judging.artworks import Space
from stylewalk.judging.questions import QUESTIONS
from stylewalk.judging.trials import Material, draw
from stylewalk.judging.walks import Walk

MODELS, PATHS = ("AE", "VAE", "PCA"), ("line", "slerp")
METRICS = ("gram", "colour")
SIDE, STEPS, COUNT = 8, 4, 60


def material(seed=0, walks=3, models=MODELS, paths=PATHS):
    """Walks and artworks of noise; what metrics say of a walk is drawn for itself."""
    rng = np.random.default_rng(seed)
    made = [
        Walk(
            model,
            path,
            f"experiment: A to A, pair {pair}",
            rng.integers(0, 256, (STEPS + 1, SIDE, SIDE, 3), dtype=np.uint8),
            {metric: float(rng.lognormal()) for metric in METRICS},
            {metric: float(rng.normal()) for metric in METRICS},
            {part: float(rng.random()) for part in ("rho", "fade", "blur", "structure")},
        )
        for model in models
        for path in paths
        for pair in range(walks)
    ]
    spaces = {
        model: Space(rng.normal(size=(COUNT, 5)).astype(np.float32), np.arange(COUNT) % 3)
        for model in models
    }
    images = rng.integers(0, 256, (COUNT, SIDE, SIDE, 3), dtype=np.uint8)
    classes = np.array(["A", "B"] * (COUNT // 2))
    return Material(made, images, classes, spaces, 0.25, seed)


def trials_and_key(count=80, study="tiny", **of):
    """Trials, and table JUDGING_KEY."""
    drawn = draw(material(**of), count)
    return drawn, keys.key_of(drawn, study)


def follow(key, judge, rng, metric="gram", right=1.0, surely=1.0):
    """Rows of answers of a judge who follows a metric, and knows catch trials.

    Args:
        key: table JUDGING_KEY.
        judge: the name.
        rng: decides where the judge guesses.
        metric: what is followed where a trial has it; ``structure`` is where there is a choice.
        right: how often catch trials are answered rightly rather than by a guess.
        surely: how often the metric is followed rather than a guess made.
    """
    rows = []
    for trial, about in key.groupby("trial"):
        question, catch = about["question"].iloc[0], about["catch"].iloc[0]
        answer = rng.choice(list(QUESTIONS[question].answers))
        said = about[about["measure"] == metric]
        if rng.random() < (right if catch else surely):
            if about["right"].iloc[0]:
                answer = about["right"].iloc[0]
            elif len(said):
                answer = said["says"].iloc[0]
        rows.append((judge, trial, answer, int(rng.integers(500, 9000))))
    return rows


def write_answers(path, key, rows, /, **changed):
    """A file as the page exports it; a column may be another one in all rows."""
    study, digest = key["study"].iloc[0], keys.digest(key)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            cells = dict(zip(COLUMNS, (*row, study, digest), strict=True)) | changed
            writer.writerow(cells.values())
    return path
