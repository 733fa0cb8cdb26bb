"""The claims of the report that a run confirms or refutes, chapter by chapter."""

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from stylewalk.catalogue.claims import CLAIMS as _SCHEMA
from stylewalk.catalogue.claims import CLAIMS_BESIDE
from stylewalk.claims import clusters, latent_space, pictures, training, trajectories
from stylewalk.claims.learning import learnt_nothing, warned
from stylewalk.claims.weighing import (
    NOT_TESTED,
    Claim,
    Evidence,
    Finding,
    NotTestable,
    weigh_claim,
)
from stylewalk.style.validity import passed

CLAIMS: list[Claim] = [
    *training.CLAIMS,
    *latent_space.CLAIMS,
    *clusters.CLAIMS,
    *trajectories.CLAIMS,
    *pictures.CLAIMS,
]


def weigh(evidence: Evidence) -> pd.DataFrame:
    """Every claim against a run's tables.

    Returns:
        A frame with the columns of CLAIMS, in the report's order. A claim whose evidence
        is not there is "not tested", and its sentence says what is missing.
    """
    rows, nothing = [], learnt_nothing(evidence)
    for claim in CLAIMS:
        try:
            finding = weigh_claim(claim, evidence)
        except (NotTestable, np.linalg.LinAlgError) as reason:
            missing = str(reason) if isinstance(reason, NotTestable) else _NOT_DEFINED
            finding = Finding(NOT_TESTED, missing)
        if finding.verdict != NOT_TESTED and not np.isfinite(finding.measured):
            finding = Finding(NOT_TESTED, _NOT_DEFINED, finding.published)
        tested = finding.verdict != NOT_TESTED
        sentence = warned(claim, finding, nothing) if tested else finding.sentence
        sentence = _readable(sentence, evidence)
        about = {"split": finding.split or "", **evidence.rests_on(claim)}
        rows.append({"claim": claim.name, **vars(finding), "sentence": sentence, **about})
    frame = pd.DataFrame(rows)[list(_SCHEMA)]
    numbers = ["published", "measured", "low", "high"]
    frame = frame.astype(dict.fromkeys(numbers, np.float64))
    return frame.assign(**{name: frame[name].where(np.isfinite(frame[name])) for name in numbers})


def weigh_beside(evidence: Evidence, learnt: Collection[str] = ()) -> pd.DataFrame:
    """The claims on style, weighed by the best style metric that sees style in this study.

    The report weighed them by its style loss alone. Where that does not see style, or another
    metric sees more of it, the verdict by the other stands beside.

    Args:
        evidence: as of :func:`weigh`.
        learnt: metrics that were learnt from labels. They are passed over: where distances were
            made such that classes lie apart, it says nothing that they do.

    Returns:
        Columns of CLAIMS_BESIDE: no rows where no metric passed, or the best is the report's own.
    """
    judged = evidence.tables.get("metric_validity")
    names = passed(judged) if judged is not None else []
    names = [name for name in names if name not in learnt]
    reports = [name for name, about in evidence.metrics.items() if about["kind"] == "gram"]
    if not names or names[0] in reports[:1]:
        return pd.DataFrame(columns=list(CLAIMS_BESIDE))
    # The other metric in the place of the report's.
    other = {**evidence.metrics.get(names[0], {}), "kind": "gram"}
    weighed = weigh(replace(evidence, metrics={names[0]: other}))
    of_metric = [c.name for c in CLAIMS if c.metric is not None and c.of_style]
    return weighed[weighed["claim"].isin(of_metric)].reset_index(drop=True)


_NOT_DEFINED = (
    "The claim's statistic is not defined here: style losses or distances that it is made of are "
    "0, as where pictures or models' images of them are the same, or never vary."
)
_NO_NUMBER = re.compile(r"(?<!\w)[-−+]?(?:nan|inf)(?!\w)(?: ?[%°])?")


def _readable(sentence: str, evidence: Evidence) -> str:
    """A sentence with real minus signs, and words for what is no number."""
    sentence = re.sub(r"(?<!\w)-(?=\d)", "−", sentence)
    names = {*evidence.classes, *evidence.roles.values(), *evidence.experiments}
    if names & {"nan", "inf"}:  # a class may be called so
        return sentence
    return _NO_NUMBER.sub("not defined", sentence)
