"""Claims about clusters: how far they agree with the classes, and how many there are."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from stylewalk.claims.weighing import (
    ROLES,
    Claim,
    Evidence,
    Finding,
    NotTestable,
    above,
    by_role,
    conclude,
    named,
    seeds_by_role,
)
from stylewalk.latent_space.best_clustering import best_clusterings

_PAIR = ("Realism", "Romanticism")
_FOUR = ("TVAE", "AAE", "beta-VAE")
_UNCLEAR = ("VAE", "AE")
_REST = ("AAE", "VAE", "AE")
# ASSUME: a silhouette that leads the next by 0.01 is a clear choice because that is well beyond
# the error of its mean over some thousand artworks.
_CLEAR = 0.01


def _chosen(evidence: Evidence, name: str, roles: Sequence[str]) -> pd.DataFrame:
    """Rows of a table of clusters, of the number of clusters with the best silhouette."""
    silhouette = by_role(evidence, "silhouette", roles).rename(columns={"role": "model"})
    # Of equals the first is taken: which that is must not depend on the order of the rows.
    silhouette = silhouette.sort_values(["model", "seed", "method", "k", "repeat"])
    best = best_clusterings(silhouette)
    if best.empty:
        raise NotTestable("No clustering has a silhouette.")
    best = best.rename(columns={"model": "role"})[["role", "method", "k"]]
    return by_role(evidence, name, roles).merge(best, on=["role", "method", "k"])


def _tvae_clusters(evidence: Evidence) -> Finding:
    by_split = _chosen(evidence, "cluster_agreement_by_split", ROLES)
    ari = seeds_by_role(by_split[by_split["split"] == "validation"], "ari")
    sentence = (
        "Adjusted Rand index of clusters and classes of validation artworks, whose classes no "
        f"model learnt from: {_ranked(ari)}"
    )
    if "cluster_agreement" in evidence.tables:
        whole = seeds_by_role(_chosen(evidence, "cluster_agreement", ROLES), "ari")
        sentence += f"; of all artworks, from whose training split TVAE learnt: {_ranked(whole)}"
    return conclude(
        {
            "TVAE less beta-VAE": ari["TVAE"] - ari["beta-VAE"],
            **{f"beta-VAE less {other}": ari["beta-VAE"] - ari[other] for other in _REST},
        },
        sentence + ".",
        at_least=above(0),
    )


def _ranked(ari: pd.DataFrame) -> str:
    """The index of every role, largest first."""
    means = ari.mean().sort_values(ascending=False, kind="stable")
    return ", ".join(f"{role} {value:.3f}" for role, value in means.items())


def _realism_romanticism(evidence: Evidence) -> Finding:
    missing = [name for name in _PAIR if name not in evidence.classes]
    if missing:
        raise NotTestable(f"The study has no class {' or '.join(missing)}.")
    roles = [role for role in ROLES if role in evidence.roles]
    if not roles:
        raise NotTestable(f"The config has none of the models {', '.join(ROLES)}.")
    composition = _chosen(evidence, "cluster_composition", roles)
    keys = ["seed", "role", "method"]
    overlaps = composition.groupby(keys)[["cluster", "class", "count"]].apply(_overlaps)
    means = overlaps.groupby("seed").mean()
    models = overlaps.groupby("role").mean()
    first = [role for role in roles if models.loc[role, "place"] == 1]
    rivals = [pair for pair in means if pair not in ("own", "place")]
    return conclude(
        {f"less {pair}": means["own"] - means[pair] for pair in rivals},
        f"{_PAIR[0]} and {_PAIR[1]} overlap over clusters by {means['own'].mean():.3f}, the other "
        f"pairs of classes by {means[rivals].mean(axis=None):.3f} (1: the same distribution), mean "
        f"over {', '.join(roles)}. They are the pair that overlaps most, by every method and seed, "
        f"in {', '.join(first) or 'none'}.",
        at_least=above(0),
    )


def _overlaps(composition: pd.DataFrame) -> pd.Series:
    """Overlap of the pair's distributions over clusters, mean of the other pairs', its rank."""
    counts = composition.pivot_table(index="class", columns="cluster", values="count")
    counts = counts[counts.sum(axis=1) > 0]
    if len(counts) < 3 or not set(_PAIR) <= set(counts.index):
        raise NotTestable(f"The clusters need {' and '.join(_PAIR)} and a third class to compare.")
    shares = counts.div(counts.sum(axis=1), axis=0)
    overlaps = {
        frozenset(pair): float(np.minimum(shares.loc[pair[0]], shares.loc[pair[1]]).sum())
        for pair in combinations(shares.index, 2)
    }
    own = overlaps.pop(frozenset(_PAIR))
    # Sums that are equal but for rounding share a place and have no difference.
    others = {
        " and ".join(sorted(pair)): own if np.isclose(value, own, rtol=0, atol=1e-12) else value
        for pair, value in overlaps.items()
    }
    place = 1 + sum(value >= own for value in others.values())
    return pd.Series({"own": own, "place": place, **others})


def _k_four(evidence: Evidence) -> Finding:
    roles = (*_FOUR, *_UNCLEAR)
    named(evidence, *roles)
    scores = by_role(evidence, "silhouette", roles)
    # By every method alone, as the report shows them, mean over repeats.
    scores = scores.groupby(["seed", "role", "k", "method"])["score"].mean().reset_index()
    scores = scores.pivot_table(index=["method", "seed", "role"], columns="k", values="score")
    if 4 not in scores or len(scores.columns) < 2:
        raise NotTestable("Silhouettes of 4 clusters and of another number are needed.")
    ranked = np.sort(scores.to_numpy(), axis=1)
    leads = scores[[]].assign(
        four=scores[4] - scores.drop(columns=4).max(axis=1), best=ranked[:, -1] - ranked[:, -2]
    )
    parts: dict[str, pd.Series] = {}
    texts = []
    for method in leads.index.unique("method"):
        own = leads.loc[method]
        four = seeds_by_role(own, "four", _FOUR)
        best = seeds_by_role(own, "best", _UNCLEAR)
        parts |= {f"{role}, {method}": four[role] - _CLEAR for role in _FOUR}
        parts |= {f"{role}, {method}": _CLEAR - best[role] for role in _UNCLEAR}
        chosen = scores.loc[method].groupby("role").mean().idxmax(axis=1)
        listed = ", ".join(f"{role} k = {chosen[role]}" for role in roles)
        texts.append(
            f"By {method} the best silhouette is at {listed}; k = 4 leads the best other k by "
            f"{_listed(four)}; the best k leads the next by {_listed(best)}."
        )
    return conclude(parts, " ".join(texts), at_least=0)


def _listed(leads: pd.DataFrame) -> str:
    """The mean over seeds of every role."""
    return ", ".join(f"{value:.3f} in {role}" for role, value in leads.mean().items())


CLAIMS: list[Claim] = [
    Claim(
        "tvae-clusters",
        "6.3",
        "Clusters agree with the classes most in TVAE, then beta-VAE, then the rest.",
        "Adjusted Rand index of clusters with classes of validation artworks, at the number of "
        "clusters that silhouettes choose, mean over clustering methods. Statistic: the smallest "
        "of TVAE minus beta-VAE, and beta-VAE minus each of AAE, VAE and AE. Holds above 0, "
        "fails below; "
        "interval over training runs, with Bonferroni's correction where the claim would fail.",
        _tvae_clusters,
        null="two neighbours of the order agree equally",
    ),
    Claim(
        "realism-romanticism",
        "6.3",
        "Realism and Romanticism share clusters.",
        "Overlap of two classes: over clusters, the sum of the smaller of their shares, 0 to 1, at "
        "the number of clusters that silhouettes choose, mean over models and methods. Statistic: "
        "that of Realism and Romanticism minus that of whichever other pair of classes overlaps "
        "most. Holds above 0, fails below; interval over training runs, with Bonferroni's "
        "correction where the "
        "claim would fail.",
        _realism_romanticism,
        null="another pair of classes overlaps as much",
    ),
    Claim(
        "k-four",
        "6.3",
        "Silhouettes choose k = 4 in TVAE, AAE and beta-VAE, and nothing clear in VAE and AE.",
        "Silhouettes of each clustering method, mean over repeats. Statistic: over methods and "
        f"models the smallest of the lead of k = 4 over the best other k minus {_CLEAR:g} in the "
        f"three, and {_CLEAR:g} minus the lead of the best k over the next in VAE and AE. Holds "
        "from 0, fails below; interval over training runs, with Bonferroni's correction where the "
        "claim would fail.",
        _k_four,
        null="one of the leads is 0.01",
    ),
]
