"""The key to the trials: what the page does not tell."""

import hashlib
import os
from collections.abc import Sequence

import numpy as np
import pandas as pd

from stylewalk import tables
from stylewalk.catalogue.judging import JUDGING_KEY
from stylewalk.errors import StylewalkError
from stylewalk.judging.trials import Trial

_SOURCES = ("model", "of", "model_b", "of_b")


def key_of(trials: Sequence[Trial], study: str) -> pd.DataFrame:
    """Table JUDGING_KEY of some trials, in the order of their names.

    Args:
        trials: the trials.
        study: name of the study.
    """
    rows = []
    for number, trial in enumerate(trials):
        about = {
            "study": study,
            "trial": trial.name(study, number),
            "question": trial.question,
            **dict(
                zip(("model", "of", "model_b", "of_b"), trial.source + trial.other, strict=True)
            ),
            "about": trial.about,
            "catch": trial.catch,
            "right": trial.right,
        }
        for measure, value, says in trial.measures or (("", np.nan, ""),):
            rows.append({**about, "measure": measure, "value": value, "says": says})
    # Sorted by a sum of the pictures, so that the order tells nothing either.
    table = pd.DataFrame(rows, columns=list(JUDGING_KEY))
    return table.sort_values("trial", kind="stable", ignore_index=True)


def digest(key: pd.DataFrame) -> str:
    """A short sum of the trials, by which answers to others are told.

    Args:
        key: table JUDGING_KEY.
    """
    names = "\n".join(sorted(set(key["trial"])))
    return f"k{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def read_key(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read table JUDGING_KEY.

    Raises:
        StylewalkError: it is absent, damaged, another table, or empty.
    """
    try:
        key = tables.read_table(path, JUDGING_KEY)
    except StylewalkError as error:
        # That of tables advises to delete the file, which may be any that was given by mistake.
        raise StylewalkError(
            f"{path} is no key to the trials of a page for judges. Give the {JUDGING_KEY.file} "
            "that was made with the page that the answers are to."
        ) from error
    if key.empty:
        raise StylewalkError(f"{path} holds no trial: make the page for judges again.")
    return key


def one_each(key: pd.DataFrame) -> pd.DataFrame:
    """A row of each trial, without its measures, by its name."""
    return (
        key.drop(columns=["measure", "value", "says"]).drop_duplicates("trial").set_index("trial")
    )
