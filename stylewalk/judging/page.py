"""The page for judges as one HTML file that needs nothing but itself and tells nothing."""

import io
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from markupsafe import Markup
from PIL import Image

from stylewalk.explorer.packing import embedded_json, embedded_script, encoded
from stylewalk.judging.key import digest
from stylewalk.judging.questions import QUESTIONS
from stylewalk.judging.trials import Trial
from stylewalk.pages import html
from stylewalk.pages.palette import palette

_SCRIPTS = ("judge_order.js", "judge_store.js", "judge_page.js")
# ASSUME: 96 pixels, because eleven pictures of a strip are no larger on a screen.
_LARGEST, _LARGEST_ARTWORK = 96, 192
_QUALITY = 92  # what is judged must not be the file's own noise


def render(study: str, trials: Sequence[Trial], key: pd.DataFrame, procedural: bool) -> str:
    """The page as HTML. Of models, paths and controls it holds nothing.

    Args:
        study: name of the study.
        trials: the trials.
        key: their table JUDGING_KEY.
        procedural: whether the pictures were painted by the workflow itself.
    """
    folder = resources.files("stylewalk.judging") / "templates"
    code = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    looks = palette() + (folder / "judge.css").read_text(encoding="utf-8")
    program = embedded_script(f'\n(() => {{\n"use strict";\n{code}\n}})();\n')
    return (
        html.environment("stylewalk.judging")
        .get_template("judge.html.j2")
        .render(
            study=study,
            procedural=procedural,
            trials=len(trials),
            minutes=max(1, round(len(trials) / 6)),
            looks=Markup(looks),
            data=Markup(embedded_json(page_data(study, trials, key))),
            program=Markup(program),
            policy=html.policy([looks], [program]),
        )
    )


def page_data(study: str, trials: Sequence[Trial], key: pd.DataFrame) -> dict[str, Any]:
    """All that the page's script reads; arguments as for :func:`render`."""
    made = [
        {
            "id": trial.name(study, number),
            "question": trial.question,
            "strips": [_packed(images, trial.question) for images in trial.strips],
        }
        for number, trial in enumerate(trials)
    ]
    return {
        "study": study,
        "key": digest(key),
        "questions": {
            name: {"text": about.text, "hint": about.hint, "answers": list(about.answers.items())}
            for name, about in QUESTIONS.items()
        },
        "trials": sorted(made, key=lambda trial: str(trial["id"])),
    }


def _packed(images: UInt8[np.ndarray, "images side side 3"], question: str) -> dict[str, Any]:
    """Pictures side by side in one file."""
    size = min(images.shape[1], _LARGEST_ARTWORK if question == "intruder" else _LARGEST)
    wide = Image.new("RGB", (size * len(images), size))
    for place, image in enumerate(images):
        small = Image.fromarray(image)
        if small.width != size:
            small = small.resize((size, size), Image.Resampling.LANCZOS)
        wide.paste(small, (place * size, 0))
    buffer = io.BytesIO()
    wide.save(buffer, "WEBP", quality=_QUALITY, method=4)
    return {"count": len(images), "size": size, "webp": encoded(buffer.getvalue())}
