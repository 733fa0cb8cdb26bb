"""Claims about the shape of latent spaces: spectra, and the offsets and angles of classes."""

from collections.abc import Callable, Sequence

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
    named,
    published,
    seeds_by_role,
)

# ASSUME: shares are "nearly the same" where they differ by a tenth of their sum because a reader
# of the report's figures of spectra would see more than that.
_NEARLY = 0.1
# ASSUME: an offset is "far above" another at twice its size because the report's own offsets
# differ by that much: 254 for beta-VAE, the smaller of its group, against 121 for AE.
_FAR = 2.0
_DEGREES = 25.0  # the report's bound
_ALIKE = ("beta-VAE", "VAE", "AE")


def _shares(evidence: Evidence, component: int) -> pd.DataFrame:
    """Variance shares (seeds x roles) of a component of all artworks together."""
    shares = by_role(evidence, "pca_variance")
    shares = shares[(shares["class"] == "all") & (shares["component"] == component)]
    return seeds_by_role(shares, "share")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _each(means: pd.Series, write: Callable[[float], str] = _percent) -> str:
    """``AE 32.9 %, VAE 19.0 %``: a number of every role, largest first."""
    ordered = means.sort_values(ascending=False, kind="stable")
    return ", ".join(f"{role} {write(value)}" for role, value in ordered.items())


def _aae_spherical(evidence: Evidence) -> Finding:
    first = _shares(evidence, 1)
    report = published()
    printed = report["first_component_share"]
    others = first.drop(columns="AAE").mean()
    sentence = f"AAE's first component has {_percent(first['AAE'].mean())} of the variance"
    shares = by_role(evidence, "pca_variance", ["AAE"])
    tenth = shares[(shares["class"] == "all") & (shares["component"] == 10)]["share"]
    if tenth.notna().any():
        sentence += f" and its tenth {_percent(tenth.mean())}"
    sentence += (
        f" (report: {_percent(printed['AAE'])} and about "
        f"{_percent(report['tenth_component_share']['AAE'])}); the first shares of the others are "
        f"{_each(others)} (report: at least {_percent(printed['all_but_AAE_at_least'])})."
    )
    if "posterior_use" in evidence.tables:
        use = by_role(evidence, "posterior_use", ["AAE"])
        sentence += (
            f" Draws of N(0, I) would have a first share of "
            f"{_percent(use['gaussian_first_share'].mean())} (Marchenko and Pastur)."
        )
    return conclude(
        {f"over {other}": first["AAE"] / first[other] for other in first if other != "AAE"},
        sentence,
        printed["AAE"] / printed["all_but_AAE_at_least"],
        at_most=below(1),
    )


def _tvae_oblong(evidence: Evidence) -> Finding:
    first = _shares(evidence, 1)
    return conclude(
        {f"over {other}": first["TVAE"] / first[other] for other in first if other != "TVAE"},
        f"Shares of the first component: {_each(first.mean())} (report: TVAE "
        f"{_percent(published()['first_component_share']['TVAE'])}).",
        at_least=above(1),
    )


def _ae_drop(evidence: Evidence) -> Finding:
    first, second = _shares(evidence, 1), _shares(evidence, 2)
    # ASSUME: the drop is relative to the first share because the report speaks of the "percentage
    # decrease"; the sentence gives it in percentage points, too.
    drops = (first - second) / first
    points = (first - second).mean()
    return conclude(
        {f"less {other}": drops["AE"] - drops[other] for other in drops if other != "AE"},
        f"From the first to the second component the share falls by {_each(drops.mean())}; in "
        f"points, the largest fall is that of {points.idxmax()}, {100 * points.max():.1f}.",
        at_least=above(0),
    )


def _class_spectra(evidence: Evidence, roles: Sequence[str]) -> pd.DataFrame:
    """Shares of every class beside those of random subsets of its size.

    Returns:
        Columns seed, role, class, component, share; null, low and high of the subsets.
    """
    keys = ["seed", "role", "class", "component"]
    shares = by_role(evidence, "pca_variance", roles)[[*keys, "share"]]
    null = by_role(evidence, "class_spectrum_null", roles).rename(columns={"share": "null"})
    both = shares.merge(null[[*keys, "null", "low", "high"]], on=keys)
    if both["class"].nunique() < 2:
        raise NotTestable("A single class is all the data: there is nothing to compare it with.")
    return both


def _aae_class_spectra(evidence: Evidence) -> Finding:
    spectra = _class_spectra(evidence, ["AAE"])
    sums = spectra.groupby(["seed", "class"])[["share", "null", "low", "high"]].sum()
    ratios = pd.DataFrame(
        {
            "value": sums["share"] / sums["null"],
            "low": sums["share"] / sums["high"],
            "high": sums["share"] / sums["low"],
        }
    )
    means = sums.groupby("class").mean()
    listed = ", ".join(
        f"{name} {_percent(row['share'])} ({_percent(row['null'])})"
        for name, row in means.iterrows()
    )
    count = spectra["component"].max()
    values, ends = _parts(ratios, ["class"])
    return conclude(
        values,
        f"AAE: variance of the first {count} components of each class alone, and of random subsets "
        f"of its size in brackets: {listed}.",
        at_least=above(1),
        own=ends,
        own_of="random subsets",
    )


def _same_class_spectra(evidence: Evidence) -> Finding:
    named(evidence, *_ALIKE)
    beside = [role for role in ("TVAE", "AAE") if role in evidence.roles]
    deviations = _deviations(_class_spectra(evidence, _ALIKE))
    values, ends = _parts(deviations, ["role", "class"])
    listed = _each(deviations["value"].groupby("role").max())
    sentence = f"The largest deviation of a class's shares from those of random subsets is {listed}"
    if beside:
        rest = _deviations(_class_spectra(evidence, beside))["value"].groupby("role").max()
        sentence += f"; in the other models, {_each(rest)}"
    return conclude(
        values,
        sentence + ".",
        at_most=_NEARLY,
        own=ends,
        own_of="random subsets",
    )


def _deviations(spectra: pd.DataFrame) -> pd.DataFrame:
    """How far classes' shares are from random subsets', over the subsets' sum: value, low, high.

    The ends are the nearest and the farthest that the range of the subsets allows.
    """
    share, low, high = spectra["share"], spectra["low"], spectra["high"]
    parts = pd.DataFrame(
        {
            "value": (share - spectra["null"]).abs(),
            "low": np.maximum(0, np.maximum(low - share, share - high)),
            "high": np.maximum((share - low).abs(), (high - share).abs()),
            "null": spectra["null"],
        }
    )
    sums = parts.groupby([spectra["seed"], spectra["role"], spectra["class"]]).sum()
    return sums[["value", "low", "high"]].div(sums["null"], axis=0)


def _parts(
    frame: pd.DataFrame, names: list[str]
) -> tuple[dict[str, list[float]], dict[str, list[tuple[float, float]]]]:
    """Values and intervals of every seed by part: of each combination of these index levels."""
    values, ends = {}, {}
    for key, part in frame.sort_index().groupby(names):
        name = ", ".join(map(str, key))
        values[name] = part["value"].tolist()
        ends[name] = list(part[["low", "high"]].itertuples(index=False, name=None))
    return values, ends


def _gaps(offsets: pd.Series) -> tuple[float, float]:
    """Ratios between the report's three groups of models, from one relative offset per role."""
    high, middle = offsets[["TVAE", "beta-VAE"]], offsets[["AE", "AAE"]]
    return float(high.min() / middle.max()), float(middle.min() / offsets["VAE"])


def _margin(gaps: tuple[float, float]) -> float:
    """The smaller of the two ratios, each over what the rule asks of it."""
    return min(gaps[0] / _FAR, gaps[1])


def _margins(offsets: pd.DataFrame) -> dict[str, Float[np.ndarray, " seeds"]]:
    """Each ratio of two models in two of the report's groups, over what the rule asks of it."""
    asked = {("TVAE", "beta-VAE"): (("AE", "AAE"), _FAR), ("AE", "AAE"): (("VAE",), 1.0)}
    return {
        f"{upper} over {lower}": (offsets[upper] / offsets[lower] / factor).to_numpy()
        for group, (below_it, factor) in asked.items()
        for upper in group
        for lower in below_it
    }


def _offset_groups(evidence: Evidence) -> Finding:
    offsets = by_role(evidence, "class_offset_null")
    relative = seeds_by_role(offsets, "relative_l1")
    report = pd.DataFrame(published()["class_offset_l1"]) / pd.DataFrame(
        published()["mean_distance"]
    )
    printed, gaps = _gaps(report.mean(axis=1)), _gaps(relative.mean())
    chance = int((offsets["p_l1"] >= 0.05).sum())
    return conclude(
        _margins(relative),
        f"L1 offset of classes over the mean L1 distance within: "
        f"{_each(relative.mean(), '{:.3f}'.format)}. The smaller of TVAE and beta-VAE is "
        f"{gaps[0]:.2f} times the larger of AE and AAE (report's tables, divided alike: "
        f"{printed[0]:.2f}), the smaller of these {gaps[1]:.2f} times VAE ({printed[1]:.2f}). "
        f"{chance} of {len(offsets)} offsets are no larger than under permuted labels.",
        _margin(printed),
        at_least=1,
    )


def _beta_vae_aligned(evidence: Evidence) -> Finding:
    named(evidence, "beta-VAE", "TVAE")
    angles = by_role(evidence, "first_component_angle", ["beta-VAE", "TVAE"])
    largest = angles.groupby(["seed", "role"])[["degrees", "low", "high"]].max().reset_index()
    value, low, high = (
        seeds_by_role(largest, end, ["beta-VAE", "TVAE"]) for end in ("degrees", "low", "high")
    )
    of_beta = angles[angles["role"] == "beta-VAE"]
    slack = pd.DataFrame(
        {
            "seed": of_beta["seed"],
            "part": "beta-VAE, " + of_beta["class"],
            "value": _DEGREES - of_beta["degrees"],
            "low": _DEGREES - of_beta["high"],
            "high": _DEGREES - of_beta["low"],
        }
    )
    values, ends = _parts(slack.set_index(["seed", "part"]), ["part"])
    values["TVAE's largest"] = (value["TVAE"] - _DEGREES).tolist()
    ends["TVAE's largest"] = list(zip(low["TVAE"] - _DEGREES, high["TVAE"] - _DEGREES, strict=True))
    report = pd.DataFrame(published()["first_component_angle"])
    # The sign of a component is arbitrary: an angle is one of 0 to 90 degrees.
    report = np.minimum(report, 180 - report).max(axis=1)
    means = value.mean()
    sentence = (
        f"Largest acute angle of a class's first component to that of all artworks: beta-VAE "
        f"{means['beta-VAE']:.0f}° (report, folded: {report['beta-VAE']:.0f}°), TVAE "
        f"{means['TVAE']:.0f}° ({report['TVAE']:.0f}°)"
    )
    if "AE" in evidence.roles:
        best = by_role(evidence, "first_component_angle", ["AE"]).groupby("seed")["degrees"].max()
        sentence += f"; beside them AE {best.mean():.0f}° ({report['AE']:.0f}°)"
    return conclude(
        values,
        sentence + ".",
        float(min(_DEGREES - report["beta-VAE"], report["TVAE"] - _DEGREES)),
        at_least=0,
        own=ends,
    )


CLAIMS: list[Claim] = [
    Claim(
        "aae-spherical",
        "6.2.1",
        "AAE: the first component has 2.5 % of the variance, the tenth about 1 %; every other "
        "model's first has at least 10 %.",
        "The AAE is the flattest of the five: its first variance share over the smallest first "
        "share of the other models. Holds below 1, fails above; interval over training runs, "
        "with Bonferroni's "
        "correction where the claim would fail. A share is not spherical by itself: that of draws "
        "of N(0, I) stands beside it.",
        _aae_spherical,
        null="another model's first share is as small",
    ),
    Claim(
        "tvae-oblong",
        "6.2.2",
        "TVAE has the largest first component, 23 %.",
        "TVAE's first variance share over the largest first share of the other models. Holds "
        "above 1, fails below; interval over training runs, with Bonferroni's correction where the "
        "claim would fail.",
        _tvae_oblong,
        null="another model's first share is as large",
    ),
    Claim(
        "ae-drop",
        "6.2.4",
        "AE has the largest drop from the first to the second component.",
        "Drop from the first to the second variance share as a part of the first: AE's minus the "
        "largest of the other models. Holds above 0, fails below; interval over training runs, "
        "with "
        "Bonferroni's correction where the claim would fail.",
        _ae_drop,
        null="another model's drop is as large",
    ),
    Claim(
        "aae-class-spectra",
        "6.2.1",
        "AAE: each class alone has larger leading shares than all data together.",
        "Summed shares of the first ten components of a class over the mean of random subsets of "
        "all data of the class's size, since few rows alone raise leading shares; the smallest "
        "over classes. Holds above 1, fails below; interval of the 95 % range of subsets and of "
        "training runs.",
        _aae_class_spectra,
        null="a class has the shares of random subsets of its size",
    ),
    Claim(
        "same-class-spectra",
        "6.2.5",
        "beta-VAE, VAE, AE: each class alone has nearly the shares of all data.",
        "Absolute differences of a class's first ten shares from the mean of random subsets of its "
        "size, summed, over the sum of the subsets' shares; the largest over the three models and "
        f"their classes. Holds up to {_NEARLY:g}, fails above; interval of the 95 % range of "
        "subsets and of "
        "training runs.",
        _same_class_spectra,
        null="a class differs from random subsets by 0.1",
    ),
    Claim(
        "offset-groups",
        "Table 6.1",
        "Class offsets: TVAE and beta-VAE far above AE and AAE, VAE smallest.",
        "L1 offset of a class over the mean L1 distance within it, mean over classes, since latent "
        "spaces have scales of their own. Statistic: the smaller of half the ratio of min(TVAE, "
        "beta-VAE) to max(AE, AAE), as far above is twice, and the ratio of min(AE, AAE) to VAE. "
        "Holds from 1, fails below; interval over training runs, with Bonferroni's correction "
        "where the claim "
        "would fail.",
        _offset_groups,
        null="one of the ratios is exactly what the claim asks",
    ),
    Claim(
        "beta-vae-aligned",
        "Table 6.2",
        "beta-VAE: the first component of every class within 25 degrees of all data's; TVAE not.",
        "Acute angles. Statistic: the smaller of 25 degrees minus beta-VAE's largest angle over "
        "classes, and TVAE's largest minus 25 degrees. Holds from 0, fails below; interval of "
        "the bootstrap "
        "over artworks and of training runs.",
        _beta_vae_aligned,
        null="one of the largest angles is 25 degrees",
    ),
]
