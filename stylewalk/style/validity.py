"""Does a metric see style? Questions whose answers the artworks' own labels give.

A question sets pairs of artworks against others: a metric of style ought to find the first nearer,
such as two works of one artist against two works of two. Its answer is the area under the ROC curve
(AUC): the chance that a pair of the first kind is nearer than one of the second, 0.5 where the
distance knows nothing of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stylewalk.catalogue.metrics import METRIC_VALIDITY

BASELINE = "pixels"
BOOTSTRAP = 500
_FEWEST = 5  # groups, below which no interval over them means anything
_LARGEST = 40  # artworks of one group at most, lest it stand for all


@dataclass(frozen=True)
class Question:
    """Pairs of the first kind and of the second.

    Args:
        name: a key of :data:`stylewalk.catalogue.metrics.QUESTIONS`.
        first, second: (N, N) bool, symmetric; only what lies above the diagonal counts.
        groups: (N,) what is drawn again, whole: artists, contents, or single artworks.
    """

    name: str
    first: np.ndarray
    second: np.ndarray
    groups: np.ndarray


def sample(artworks: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Artworks on which metrics are judged, in random order.

    Of classes alike, and of every content in all its classes where contents are known, since else
    few would share one; of artists, those with most works first, eight works of each at most.

    Args:
        artworks: table ARTWORKS.
        count: artworks at most.
        rng: for the draw.
    """
    mixed = artworks.iloc[rng.permutation(len(artworks))]
    if _is_known(mixed["content"]):
        classes = mixed["class"].nunique()
        shared = mixed.groupby("content")["class"].nunique()
        contents = shared[shared == shared.max()].index[: max(1, count // classes)]
        chosen = mixed[mixed["content"].isin(contents)]
        chosen = chosen.drop_duplicates(["content", "class"])
    elif _is_known(mixed["artist"]):
        few = mixed[mixed["artist"] != ""]
        few = few[few.groupby("artist").cumcount() < 8]
        works = few["artist"].map(-few["artist"].value_counts())
        place = pd.factorize(few["artist"])[0]  # works of one artist together
        chosen = few.assign(works=works, place=place).sort_values(["works", "place"])
        chosen = chosen.drop(columns=["works", "place"])
    else:
        place = mixed.groupby("class").cumcount()
        chosen = mixed.assign(place=place).sort_values("place", kind="stable")
        chosen = chosen.drop(columns="place")
    chosen = chosen.head(count)
    return chosen.iloc[rng.permutation(len(chosen))]


def questions(artworks: pd.DataFrame) -> list[Question]:
    """The questions that the labels of some artworks can answer.

    Args:
        artworks: columns class, artist and content, blank where unknown.
    """
    name = {key: artworks[key].to_numpy(dtype=object) for key in ("class", "artist", "content")}
    same = {key: of[:, None] == of for key, of in name.items()}
    known = {key: (of[:, None] != "") & (of != "") for key, of in name.items()}
    content, artist = (_is_known(artworks[key]) for key in ("content", "artist"))
    singles = np.arange(len(artworks))
    groups = name["content"] if content else name["artist"] if artist else singles
    groups = np.where(groups == "", singles, groups) if groups.dtype == object else groups
    found = []
    if artist:
        works = known["artist"]
        pair, others = same["artist"] & works, ~same["artist"] & works
        found.append(Question("artist", pair, others, groups))
        inside = same["class"]
        found.append(Question("artist within a class", pair & inside, others & inside, groups))
    if content:
        apart = ~same["content"] & known["content"]
        alike = same["content"] & known["content"]
        found += [
            Question(
                "class, other contents", same["class"] & apart, ~same["class"] & apart, groups
            ),
            Question("class over content", same["class"] & apart, ~same["class"] & alike, groups),
        ]
    else:
        found.append(Question("class", same["class"], ~same["class"], groups))
    return [question for question in found if _can_be_asked(question)]


def validity(
    distances: Mapping[str, Mapping[str, np.ndarray]],
    artworks: pd.DataFrame,
    rng: np.random.Generator,
    bootstrap: int = BOOTSTRAP,
) -> pd.DataFrame:
    """Table METRIC_VALIDITY.

    Args:
        distances: by metric and part the (N, N) distances of all pairs; :data:`BASELINE` is there.
        artworks: the N artworks, with the columns class, artist and content.
        rng: for the bootstrap: whole groups are drawn again, the same for every metric.
        bootstrap: how often.
    """
    rows: list[tuple[object, ...]] = []
    for question in questions(artworks):
        pairs = _Pairs.of(question, rng, bootstrap)
        base = pairs.areas(distances[BASELINE]["total"])
        for metric, parts in distances.items():
            for part, matrix in parts.items():
                areas = pairs.areas(matrix)
                auc, low, high = _interval(areas)
                gain, gain_low, gain_high = _interval(areas - base)
                passes = bool(low > 0.5 and gain_low > 0)
                about = (metric, part, question.name, auc, low, high, gain, gain_low, gain_high)
                rows.append((*about, pairs.count, pairs.groups, passes))
    return pd.DataFrame(rows, columns=list(METRIC_VALIDITY))


def strictest(table: pd.DataFrame) -> str:
    """The question by which a metric is judged to see the study's classes; empty without any.

    Of different contents where contents are known: else pictures of one class may be alike by what
    they show. Of one artist within a class where artists are known and content is not: classes then
    differ by their artists, and sources.
    """
    asked = set(table["question"])
    order = ("class, other contents", "artist within a class", "class")
    return next((name for name in order if name in asked), "")


def passed(table: pd.DataFrame) -> list[str]:
    """The metrics that see style by the strictest question, the best first; of METRIC_VALIDITY."""
    mine = table[(table["question"] == strictest(table)) & (table["layer"] == "total")]
    mine = mine[mine["passes"].astype(bool)].sort_values("auc", ascending=False, kind="stable")
    names: list[str] = mine["metric"].tolist()
    return names


def weighted_auc(
    first: np.ndarray, second: np.ndarray, weights: np.ndarray, distance: np.ndarray
) -> np.ndarray:
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

    places: tuple[np.ndarray, np.ndarray]
    first: np.ndarray
    second: np.ndarray
    weights: np.ndarray  # (1 + resamples, P): as they are, then drawn again
    groups: int

    @property
    def count(self) -> int:
        return len(self.first)

    @classmethod
    def of(cls, question: Question, rng: np.random.Generator, bootstrap: int) -> "_Pairs":
        upper = np.triu(question.first | question.second, 1)
        a, b = np.nonzero(upper)
        _, codes = np.unique(question.groups.astype(str), return_inverse=True)
        count = int(codes.max()) + 1
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=bootstrap)
        times = np.concatenate([np.ones((1, count)), drawn]).astype(np.float32)
        # A group that is drawn twice is two groups: its pairs count in each, and none between.
        inside = codes[a] == codes[b]
        weights = times[:, codes[a]] * np.where(inside, 1, times[:, codes[b]])
        return cls((a, b), question.first[a, b], question.second[a, b], weights, count)

    def areas(self, matrix: np.ndarray) -> np.ndarray:
        """The area of the pairs as they are, then of every resample."""
        distance = matrix[self.places]
        parts = np.array_split(self.weights, max(1, self.weights.size // 4_000_000))
        return np.concatenate(
            [weighted_auc(self.first, self.second, part, distance) for part in parts]
        )


def _interval(values: np.ndarray) -> Iterator[float]:
    """The first value, and the 95 % interval of the rest."""
    rest = values[1:][np.isfinite(values[1:])]
    ends: Sequence[float] = np.percentile(rest, [2.5, 97.5]).tolist() if len(rest) else [np.nan] * 2
    yield from (float(values[0]), *ends)


def _is_known(names: pd.Series) -> bool:
    """Whether labels name at least five groups of two or more artworks."""
    counts = names[names.fillna("") != ""].value_counts()
    return int((counts >= 2).sum()) >= _FEWEST


def _can_be_asked(question: Question) -> bool:
    """Whether there are pairs of both kinds, from enough groups."""
    upper = np.triu(np.ones_like(question.first), 1)
    kinds = [(question.first & upper).any(), (question.second & upper).any()]
    return all(kinds) and len(np.unique(question.groups.astype(str))) >= _FEWEST
