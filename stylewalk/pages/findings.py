"""What a study found, in a handful of sentences at the head of its page."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from stylewalk import catalogue
from stylewalk.pages import wrapping
from stylewalk.pages.facts import Study
from stylewalk.pages.figures import writer
from stylewalk.pages.sentences.wording import Missing


@dataclass(frozen=True)
class Finding:
    """One sentence, and the chapter that it comes from."""

    chapter: str
    anchor: str
    text: str


def findings(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """One entry for each chapter whose tables say something, a warning before them."""
    sentences = [("Take care", "latent-space", catalogue.WARNING)]
    sentences += [(c.title, c.anchor, c.finding) for c in catalogue.CHAPTERS if c.finding]
    written = []
    for title, anchor, name in sentences:
        try:
            text = wrapping.unbroken(writer(name)(study, tables))
        except Missing:
            continue
        written.append(Finding(title, anchor, text))
    return written
