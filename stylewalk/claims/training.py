"""Claims about training: which model reconstructs best, and what a larger latent vector gives."""

from itertools import pairwise

import numpy as np
import pandas as pd
from jaxtyping import Float

from stylewalk.claims.weighing import (
    Claim,
    Evidence,
    Finding,
    NotTestable,
    above,
    below,
    by_role,
    conclude,
    published,
    seeds_by_role,
    table,
)

# The report's order, best first.
_ORDER = ("AE", "beta-VAE", "TVAE", "AAE", "VAE")


def _reconstruction(losses: pd.DataFrame) -> pd.DataFrame:
    """The rows of the validation split's reconstruction loss."""
    return losses[(losses["split"] == "validation") & (losses["term"] == "reconstruction")]


def _steps(losses: pd.DataFrame) -> dict[str, Float[np.ndarray, " seeds"]]:
    """Each model's loss over that of the one before it in the report's order, by their names."""
    return {
        f"{later} over {earlier}": (losses[later] / losses[earlier]).to_numpy()
        for earlier, later in pairwise(_ORDER)
    }


def _reconstruction_order(evidence: Evidence) -> Finding:
    losses = _reconstruction(by_role(evidence, "losses", _ORDER))
    losses = seeds_by_role(losses, "value", _ORDER)
    means = losses.mean().sort_values(kind="stable")
    listed = ", ".join(f"{role} {value:.4f}" for role, value in means.items())
    printed = {
        role: terms["reconstruction"] for role, terms in published()["losses"]["validation"].items()
    }
    return conclude(
        _steps(losses),
        f"Validation reconstruction loss from least to largest: {listed}; the report's order is "
        f"{', '.join(f'{role} {printed[role]:.4f}' for role in _ORDER)}.",
        min(float(ratio[0]) for ratio in _steps(pd.DataFrame([printed])).values()),
        at_least=above(1),
    )


def _latent_size(evidence: Evidence) -> Finding:
    if "latent_sizes" not in evidence.tables:
        raise NotTestable("No latent sizes were compared: the workflow's target sweep does it.")
    losses = _reconstruction(table(evidence, "latent_sizes"))
    sizes = losses.groupby(["model", "seed"])["latent_size"].transform("nunique")
    losses = losses[sizes > 1]
    if losses.empty:
        raise NotTestable("No model was trained at more than one latent size (sweep.latent_sizes).")
    factors = losses.groupby(["seed", "model"])[["latent_size", "value"]].apply(_per_doubling)
    means = losses.groupby("latent_size")["value"].mean()
    listed = ", ".join(f"{value:.4f} at {size}" for size, value in means.items())
    swept = ", ".join(losses["model"].drop_duplicates())
    return conclude(
        factors.groupby("seed").mean(),
        f"The mean validation reconstruction loss of {swept} is {listed} latent dimensions.",
        at_most=below(1),
    )


def _per_doubling(losses: pd.DataFrame) -> float:
    """The factor of a loss when its latent size doubles, by a straight line of their logarithms."""
    if not (losses["value"] > 0).all():  # has no logarithm
        return np.nan
    slope = np.polyfit(np.log2(losses["latent_size"].astype(float)), np.log2(losses["value"]), 1)[0]
    # A loss that does not change at all gives a slope of rounding.
    return float(2 ** np.round(slope, 9))


CLAIMS: list[Claim] = [
    Claim(
        "reconstruction-order",
        "5.3",
        "Validation reconstruction: AE < beta-VAE < TVAE < AAE < VAE.",
        "Validation reconstruction loss of each model over that of the one before it in the "
        "report's order. Statistic: the smallest of the four ratios. Holds above 1, fails below; "
        "interval over "
        "training runs, with Bonferroni's correction where the claim would fail.",
        _reconstruction_order,
        null="two neighbours of the order lose equally",
    ),
    Claim(
        "latent-size",
        "Figure 5.2",
        "A larger latent vector lowers reconstruction loss.",
        "Factor of the validation reconstruction loss when the latent size doubles (line through "
        "the logarithms of sizes and losses), mean over the models of the sweep. Holds below 1, "
        "fails above; "
        "interval over training runs.",
        _latent_size,
        null="a larger vector changes nothing",
    ),
]
