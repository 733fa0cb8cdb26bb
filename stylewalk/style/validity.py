"""Does a metric see style? Questions whose answers the artworks' own labels give.

A question sets pairs of artworks against others: a metric of style ought to find the first nearer,
such as two works of one artist against two works of two. Its answer is the area under the ROC curve
(AUC): the chance that a pair of the first kind is nearer than one of the second, 0.5 where the
distance knows nothing of it.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int, Shaped

from stylewalk.catalogue.metrics import BASELINES, METRIC_VALIDITY

BOOTSTRAP = 500
WITHOUT = "without "
"""How the part of a metric is named that learnt nothing of a class, whose name follows."""
AMONG = "pairs with "
"""How the whole metric is named on the pairs in which that class is."""
_FEWEST = 5  # groups, below which no interval over them means anything
# Distances of every two artworks.
Matrix = Float[np.ndarray, "artworks artworks"]


@dataclass(frozen=True)
class Question:
    """Pairs of the first kind and of the second.

    Args:
        name: a key of :data:`stylewalk.catalogue.metrics.QUESTIONS`.
        first, second: (N, N) bool, symmetric; only what lies above the diagonal counts.
        groups: (N,) what is drawn again, whole: artists, contents, or single artworks.
        strata: (N,) pairs are compared within each, never across; None compares all.
    """

    name: str
    first: Bool[np.ndarray, "artworks artworks"]
    second: Bool[np.ndarray, "artworks artworks"]
    groups: Shaped[np.ndarray, " artworks"]
    strata: Shaped[np.ndarray, " artworks"] | None = None

    def of(self, pairs: Bool[np.ndarray, "artworks artworks"]) -> "Question":
        """The same of some (N, N) pairs alone."""
        return replace(self, first=self.first & pairs, second=self.second & pairs)


def sample(artworks: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Artworks on which metrics are judged, in random order.

    Where contents are known, contents of as many classes as there are, each in all its classes.
    Else half of them of all classes alike, and where artists are known the other half of these: at
    most eight works of each, and artists of every class in turn.

    Args:
        artworks: table ARTWORKS.
        count: artworks at most.
        rng: for the draw.

    Returns:
        Rows of the table with the column ``balanced``: whether a row is of those drawn from all
        classes alike, of which classes are asked.
    """
    mixed = artworks.iloc[rng.permutation(len(artworks))]
    if is_known(mixed["content"]):
        chosen = _contents_in_all_classes(mixed, count).assign(balanced=True)
    elif is_known(mixed["artist"]):
        alike = _in_turn(mixed, "class").head(count // 2).assign(balanced=True)
        rest = mixed.loc[mixed.index.difference(alike.index, sort=False)]
        chosen = pd.concat([alike, _artists(rest, count - len(alike)).assign(balanced=False)])
    else:
        chosen = _in_turn(mixed, "class").head(count).assign(balanced=True)
    return chosen.iloc[rng.permutation(len(chosen))]


def _contents_in_all_classes(mixed: pd.DataFrame, count: int) -> pd.DataFrame:
    """Contents in random order, those of most classes first, with one artwork in each class."""
    known = mixed[mixed["content"] != ""].drop_duplicates(["content", "class"])
    classes = known.groupby("content")["class"].nunique()
    place = pd.factorize(known["content"])[0]  # in the order of the mixed rows
    keyed = known.assign(few=-known["content"].map(classes), place=place)
    return keyed.sort_values(["few", "place"], kind="stable").drop(columns=["few", "place"])[:count]


def _artists(mixed: pd.DataFrame, count: int) -> pd.DataFrame:
    """Works of artists who have several, eight of each at most, artists of every class in turn."""
    known = mixed[mixed["artist"] != ""]
    known = known[known.groupby("artist").cumcount() < 8]
    works = known["artist"].value_counts()
    known = known[known["artist"].map(works) >= 2]
    leading = known.drop_duplicates("artist")
    leading = leading.assign(works=leading["artist"].map(works))
    leading = _in_turn(leading.sort_values("works", ascending=False, kind="stable"), "class")
    order = {artist: place for place, artist in enumerate(leading["artist"])}
    return known.iloc[np.argsort(known["artist"].map(order).to_numpy(), kind="stable")][:count]


def _in_turn(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows such that each value of a column comes in turn."""
    return rows.iloc[np.argsort(rows.groupby(key).cumcount().to_numpy(), kind="stable")]


def unseen(artworks: pd.DataFrame, judged: pd.DataFrame) -> Bool[np.ndarray, " artworks"]:
    """Artworks from which a metric may learn that is then judged on others.

    Args:
        artworks: table ARTWORKS.
        judged: the rows of it on which metrics are judged, see :func:`sample`.

    Returns:
        (N,) bool: of the training split, and neither judged nor of a content that is; where
        contents are not known, of no artist that is.
    """
    free = artworks["split"].eq("training") & ~artworks["id"].isin(judged["id"])
    key = "content" if is_known(artworks["content"]) else "artist"
    if is_known(artworks[key]):
        free &= (artworks[key] == "") | ~artworks[key].isin(judged[key])
    mask: np.ndarray = free.to_numpy(dtype=bool)
    return mask


def questions(artworks: pd.DataFrame) -> list[Question]:
    """The questions that the labels of some artworks can answer.

    Args:
        artworks: columns class, artist and content, blank where unknown; and balanced.
    """
    name = {key: artworks[key].to_numpy(dtype=object) for key in ("class", "artist", "content")}
    same = {key: of[:, None] == of for key, of in name.items()}
    known = {key: (of[:, None] != "") & (of != "") for key, of in name.items()}
    content, artist = (is_known(artworks[key]) for key in ("content", "artist"))
    singles = np.arange(len(artworks)).astype(str).astype(object)
    groups = name["content"] if content else name["artist"] if artist else singles
    groups = np.where(groups == "", singles, groups)
    candidates = []
    if artist:
        works = known["artist"]
        pair, others, inside = same["artist"] & works, ~same["artist"] & works, same["class"]
        candidates += [
            Question("artist", pair, others, groups),
            # Within each class alone: one that is alike in itself would else count as artists.
            Question(
                "artist within a class", pair & inside, others & inside, groups, name["class"]
            ),
        ]
    if content:
        apart = ~same["content"] & known["content"]
        alike = same["content"] & known["content"]
        candidates += [
            Question(
                "class, other contents", same["class"] & apart, ~same["class"] & apart, groups
            ),
            Question("class over content", same["class"] & apart, ~same["class"] & alike, groups),
        ]
    else:
        asked = artworks["balanced"].to_numpy(dtype=bool)
        both = asked[:, None] & asked
        candidates.append(Question("class", same["class"] & both, ~same["class"] & both, groups))
    return [question for question in candidates if _can_be_asked(question)]


def validity(
    distances: Mapping[str, Mapping[str, Matrix]],
    artworks: pd.DataFrame,
    of_style: Collection[str],
    rng: np.random.Generator,
    bootstrap: int = BOOTSTRAP,
    left_out: Mapping[str, Mapping[str, Matrix]] | None = None,
) -> pd.DataFrame:
    """Table METRIC_VALIDITY: every metric on all pairs, then on those in which each class is.

    A pair is of two classes at most, so that the classes together cost at most twice the whole.

    Args:
        distances: by metric and part the (N, N) distances of all pairs; :data:`BASELINES` are
            there.
        artworks: the N artworks, with the columns class, artist, content and balanced.
        of_style: the metrics that may pass.
        rng: for the bootstrap: whole groups are drawn again, the same for every metric.
        bootstrap: how often.
        left_out: by metric and class the distances by what it learnt without that class: judged
            on the pairs in which the class is, too.
    """
    rows: list[tuple[object, ...]] = []
    plain = {name: distances[name]["total"] for name in BASELINES}
    classes = artworks["class"].to_numpy(dtype=object)
    for question in questions(artworks):
        pairs = _Pairs.of(question, rng, bootstrap)
        rows += _answers(pairs, question.name, plain, distances, of_style)
    # After those, whose intervals shall not depend on what else is judged.
    given = left_out or {}
    for name, question in itertools.product(sorted(set(classes)), questions(artworks)):
        mine = classes == name
        part = question.of(mine[:, None] | mine)
        if not _can_be_asked(part):
            continue
        pairs = _Pairs.of(part, rng, bootstrap)
        shown = {m: {f"{AMONG}{name}": parts["total"]} for m, parts in distances.items()}
        for metric, by_class in given.items():
            if name in by_class:
                shown[metric][f"{WITHOUT}{name}"] = by_class[name]
        rows += _answers(pairs, question.name, plain, shown, of_style)
    return pd.DataFrame(rows, columns=list(METRIC_VALIDITY))


def _answers(
    pairs: "_Pairs",
    question: str,
    plain: Mapping[str, Matrix],
    distances: Mapping[str, Mapping[str, Matrix]],
    of_style: Collection[str],
) -> Iterator[tuple[object, ...]]:
    """Rows of METRIC_VALIDITY on the pairs of a question, beside those of plain distances."""
    base = np.max([pairs.areas(matrix) for matrix in plain.values()], axis=0)
    for metric, parts in distances.items():
        for part, matrix in parts.items():
            areas = pairs.areas(matrix)
            auc, low, high = _interval(areas)
            gain, gain_low, gain_high = _interval(areas - base)
            passes = bool(metric in of_style and low > 0.5 and gain_low > 0)
            about = (metric, part, question, auc, low, high, gain, gain_low, gain_high)
            yield (*about, pairs.count, pairs.groups, passes)


def strictest(table: pd.DataFrame) -> str:
    """The question by which a metric is judged to see the study's classes; empty without any.

    Of different contents where contents are known: else pictures of one class may be alike by what
    they show. Of one artist within a class where artists are known and content is not: classes then
    differ by their artists, and sources.
    """
    asked = set(table["question"])
    order = ("class, other contents", "artist within a class", "class")
    return next((name for name in order if name in asked), "")


def class_question(table: pd.DataFrame) -> str:
    """The question of METRIC_VALIDITY by which classes are told apart; empty without any."""
    asked = set(table["question"])
    return next((name for name in ("class, other contents", "class") if name in asked), "")


def passed(table: pd.DataFrame) -> list[str]:
    """The metrics that see style by the strictest question, the best first; of METRIC_VALIDITY."""
    mine = table[(table["question"] == strictest(table)) & (table["layer"] == "total")]
    mine = mine[mine["passes"].astype(bool)].sort_values("auc", ascending=False, kind="stable")
    names: list[str] = mine["metric"].tolist()
    return names


def weighted_auc(
    first: Bool[np.ndarray, " pairs"],
    second: Bool[np.ndarray, " pairs"],
    weights: Float[np.ndarray, "resamples pairs"],
    distance: Float[np.ndarray, " pairs"],
) -> Float[np.ndarray, " resamples"]:
    """Areas under the curve for several weightings of the same pairs; ties count half.

    Args:
        first, second: (P,) whether a pair is of the kind.
        weights: (R, P) of each pair.
        distance: (P,) of each pair.

    Returns:
        (R,); NaN where a kind has no weight.
    """
    order = np.argsort(distance, kind="stable")
    ordered = distance[order]
    starts = np.searchsorted(ordered, ordered, "left")
    ends = np.searchsorted(ordered, ordered, "right")
    near = weights[:, order] * first[order]
    far = weights[:, order] * second[order]
    below = np.zeros((len(weights), len(order) + 1))
    np.cumsum(near, axis=1, out=below[:, 1:])
    won = (far * (below[:, starts] + below[:, ends]) / 2).sum(axis=1)
    total = below[:, -1] * far.sum(axis=1)
    areas: np.ndarray = won / np.where(total > 0, total, np.nan)
    return areas


@dataclass(frozen=True)
class _Pairs:
    """The pairs of a question, and how often each counts in every resample of its groups."""

    places: tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]
    first: Bool[np.ndarray, " pairs"]
    second: Bool[np.ndarray, " pairs"]
    strata: Int[np.ndarray, " pairs"]  # codes
    weights: Float[np.ndarray, "resamples pairs"]  # the first as they are, the rest drawn again
    groups: int

    @property
    def count(self) -> int:
        return len(self.first)

    @classmethod
    def of(cls, question: Question, rng: np.random.Generator, bootstrap: int) -> "_Pairs":
        a, b = np.nonzero(np.triu(question.first | question.second, 1))
        _, codes = np.unique(question.groups.astype(str), return_inverse=True)
        _, asked = np.unique(codes[np.union1d(a, b)], return_inverse=True)
        count = int(codes.max()) + 1
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=bootstrap)
        times = np.concatenate([np.ones((1, count)), drawn]).astype(np.float32)
        # A group that is drawn twice is two groups: its pairs count in each, and none between.
        inside = codes[a] == codes[b]
        weights = times[:, codes[a]] * np.where(inside, 1, times[:, codes[b]])
        strata = np.zeros(len(a), np.int64)
        if question.strata is not None:  # both ends of a pair lie in the same
            strata = np.unique(question.strata.astype(str), return_inverse=True)[1][a]
        kinds = question.first[a, b], question.second[a, b]
        return cls((a, b), *kinds, strata, weights, int(asked.max()) + 1)

    def areas(self, matrix: Matrix) -> Float[np.ndarray, " resamples"]:
        """The area of the pairs as they are, then of every resample.

        Of several strata their mean, each with the weight of its pairs of the first kind.
        """
        distance = matrix[self.places]
        won, total = np.zeros(len(self.weights)), np.zeros(len(self.weights))
        for code in np.unique(self.strata):
            mine = self.strata == code
            weights = self.weights[:, mine]
            parts = np.array_split(weights, max(1, weights.size // 4_000_000))
            kinds = self.first[mine], self.second[mine]
            areas = np.concatenate([weighted_auc(*kinds, p, distance[mine]) for p in parts])
            near = (weights * self.first[mine]).sum(axis=1)
            usable = np.isfinite(areas)
            won += np.where(usable, near * areas, 0)
            total += np.where(usable, near, 0)
        mean_areas: np.ndarray = won / np.where(total > 0, total, np.nan)
        return mean_areas


def _interval(values: Float[np.ndarray, " resamples"]) -> Iterator[float]:
    """The first value, and the 95 % interval of the rest."""
    rest = values[1:][np.isfinite(values[1:])]
    ends: Sequence[float] = np.percentile(rest, [2.5, 97.5]).tolist() if len(rest) else [np.nan] * 2
    yield from (float(values[0]), *ends)


def is_known(names: pd.Series) -> bool:
    """Whether labels name at least five groups of two or more artworks."""
    counts = names[names.fillna("") != ""].value_counts()
    return int((counts >= 2).sum()) >= _FEWEST


def _can_be_asked(question: Question) -> bool:
    """Whether there are pairs of both kinds, from enough groups."""
    upper = np.triu(np.ones(question.first.shape, bool), 1)
    first, second = question.first & upper, question.second & upper
    paired = (first | second).any(axis=0) | (first | second).any(axis=1)
    groups = np.unique(question.groups[paired].astype(str))
    return bool(first.any() and second.any() and len(groups) >= _FEWEST)
