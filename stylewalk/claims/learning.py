"""Which of the report's models learnt nothing here, and what that means for a claim on them."""

import re

from stylewalk.claims.weighing import Claim, Evidence, Finding
from stylewalk.training.baselines import error_of_mean_picture


def learnt_nothing(evidence: Evidence) -> list[str]:
    """Roles whose models reconstruct validation artworks no better than the mean picture.

    By the mean error over seeds; none where the baselines were not fitted.
    """
    baselines, losses = evidence.tables.get("baselines"), evidence.tables.get("losses")
    if baselines is None or losses is None:
        return []
    held_out = losses[(losses["split"] == "validation") & (losses["term"] == "reconstruction")]
    errors = held_out.groupby("model")["value"].mean()
    worse = set(errors.index[errors >= error_of_mean_picture(baselines)])
    return [role for role, model in evidence.roles.items() if model in worse]


def warned(claim: Claim, finding: Finding, nothing: list[str]) -> str:
    """The sentence of a finding, and which of the models that it speaks of learnt nothing."""
    said = f"{claim.text} {finding.sentence}"
    # VAE is no part of beta-VAE.
    named = [role for role in nothing if re.search(rf"(?<![\w-]){role}(?![\w-])", said)]
    if not named:
        return finding.sentence
    return (
        f"{finding.sentence} This says little: {' and '.join(named)} learnt nothing, being no "
        "better at reconstruction than the mean picture."
    )
