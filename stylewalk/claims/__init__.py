"""The claims of the report that a run confirms or refutes, chapter by chapter."""

import re

import numpy as np
import pandas as pd

from stylewalk.claims import clusters, latent_space, pictures, training, trajectories
from stylewalk.claims.weighing import NOT_TESTED, Claim, Evidence, Finding, NotTestable
from stylewalk.tables import CLAIMS as _SCHEMA

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
        A frame with the columns of tables.CLAIMS, in the report's order. A claim whose evidence
        is not there is "not tested", and its sentence says what is missing.
    """
    rows = []
    for claim in CLAIMS:
        try:
            found = claim.weigh(evidence)
        except NotTestable as reason:
            found = Finding(NOT_TESTED, str(reason))
        sentence = re.sub(r"(?<!\w)-(?=\d)", "−", found.sentence)  # a real minus
        rows.append({"claim": claim.name, **vars(found), "sentence": sentence})
    frame = pd.DataFrame(rows)[list(_SCHEMA)]
    numbers = ["published", "measured", "low", "high"]
    return frame.astype(dict.fromkeys(numbers, np.float64))
