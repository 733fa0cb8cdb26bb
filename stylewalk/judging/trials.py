"""The trials of the page: which walks and artworks judges see, in what balance."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64, Shaped, UInt8

from stylewalk.catalogue.judging import CONTROL
from stylewalk.errors import StylewalkError
from stylewalk.judging import artworks, controls
from stylewalk.judging.balance import Source, balanced, in_turn, order
from stylewalk.judging.questions import QUESTIONS
from stylewalk.judging.walks import Walk, shown_steps, strip
from stylewalk.randomness import generator

# ASSUME: a fifth, because the 24 of a page of 120 trials tell judges who guess from others (of
# those who are right at three in four, 99 of 100), and more would be taken from what is asked.
_SHARE_OF_CATCH = 0.2
# Walks of which a catch trial takes the one with the clearest ends.
_CANDIDATES = 8
_Strip = UInt8[np.ndarray, "images side side 3"]
# Name, value, and the answer that it stands for.
Measure = tuple[str, float, str]


@dataclass(frozen=True, eq=False)
class Trial:
    """One forced choice.

    Args:
        question: a key of QUESTIONS.
        strips: one strip of pictures, or two.
        source: what the strip, or the first of two, is of.
        other: what the second is of.
        about: experiment, classes and pair, or ids of artworks.
        catch: whether the answer is beyond doubt.
        right: the right answer, where there is one.
        measures: with which answers are compared.
    """

    question: str
    strips: tuple[_Strip, ...]
    source: Source
    about: str
    other: Source = ("", "")
    catch: bool = False
    right: str = ""
    measures: tuple[Measure, ...] = ()

    def name(self, study: str, number: int) -> str:
        """A name that tells nothing of what it is, and changes with the pictures."""
        digest = hashlib.sha256(f"{study}\x1f{self.question}\x1f{number}".encode())
        for images in self.strips:
            digest.update(np.ascontiguousarray(images).tobytes())
        # A letter first, since a spreadsheet takes 12e34 for a number.
        return f"t{digest.hexdigest()[:12]}"


@dataclass(frozen=True)
class Material:
    """What trials are drawn from.

    Args:
        walks: all walks.
        images: (N, S, S, 3) uint8 artworks.
        classes: (N,) class of each.
        spaces: latent space by model.
        flat_within: a profile is flat where its quadratic contrast is no larger.
        seed: seed of the run.
    """

    walks: Sequence[Walk]
    images: UInt8[np.ndarray, "artworks side side 3"]
    classes: Shaped[np.ndarray, " artworks"]
    spaces: Mapping[str, artworks.Space]
    flat_within: float
    seed: int


def draw(material: Material, count: int) -> list[Trial]:
    """Trials in balance: of every question as many, and within it of every model and path.

    Numbers of trials of two questions, of two models within one, and of two paths of a model differ
    by one at most; so do those of the catch trials' right answers, and of the sides.

    Args:
        material: what they are drawn from.
        count: trials of all questions, catch trials included.

    Raises:
        StylewalkError: there are too few walks or artworks for one of the questions.
    """
    steps = shown_steps([len(walk.images) - 1 for walk in material.walks])
    makers: Mapping[str, Callable[[Material, int, int, int], Iterable[Trial]]] = {
        "kind": _kinds,
        "style": _styles,
        "where": _places,
        "intruder": _intruders,
    }
    made: list[Trial] = []
    for place, question in enumerate(QUESTIONS):
        of_question = count // len(QUESTIONS) + (place < count % len(QUESTIONS))
        catch = max(1, round(_SHARE_OF_CATCH * of_question))
        made += makers[question](material, of_question - catch, catch, steps)
    return made


class _Deck:
    """Walks by source, none again before all of its source were drawn."""

    def __init__(self, material: Material, rng: np.random.Generator) -> None:
        self.rng = rng
        self.by_source: dict[Source, list[Walk]] = {}
        for walk in material.walks:
            self.by_source.setdefault(walk.source, []).append(walk)
        self.left: dict[Source, list[Walk]] = {source: [] for source in self.by_source}
        self.sources = balanced(sorted(self.by_source), rng)

    def take(self, source: Source | None = None) -> Walk:
        """The next walk, of the source whose turn it is."""
        source = source or next(self.sources)
        if not self.left[source]:
            walks = self.by_source[source]
            self.left[source] = [walks[place] for place in order(walks, self.rng)]
        return self.left[source].pop()

    def two(self) -> tuple[Walk, Walk]:
        """The next two walks; of one source where there is no other, or by the turn of rounds."""
        return self.take(), self.take()

    def clear(self, mean: Float64[np.ndarray, "side side 3"]) -> Walk:
        """Of the next few walks the one whose ends are most surely told apart."""
        some = [self.take() for _ in range(_CANDIDATES)]
        return max(some, key=lambda walk: controls.clearness(walk, mean))

    def third(self, walk: Walk) -> Walk:
        """Of the next few walks the one whose first picture is least like either end of another.

        Models walk between the same pairs, and a third picture that is an end would be none.
        """
        some = [self.take() for _ in range(_CANDIDATES)]
        return max(some, key=lambda other: controls.strangeness(other, walk))


def _kinds(material: Material, count: int, catch: int, steps: int) -> Iterator[Trial]:
    rng = generator(material.seed, "judging", "kind")
    deck = _Deck(material, rng)
    for _ in range(count):
        walk = deck.take()
        parts = walk.parts
        measures = (
            ("structure", parts["structure"], "new"),
            ("fade and blur", parts["fade"] + parts["blur"], "fade"),
            ("small rho", -parts["rho"], "dissolve"),
        )
        yield Trial(
            "kind", (strip(walk.images, steps),), walk.source, walk.about, measures=measures
        )
    mean = _mean(material, rng)
    for right in in_turn(list(controls.KINDS), catch, rng):
        walk = deck.clear(mean)
        third = deck.third(walk)
        yield _catch("kind", controls.known_kind(right, walk, third, mean, steps), right)


def _catch(question: str, walk: Walk, right: str) -> Trial:
    return Trial(question, (walk.images,), walk.source, walk.about, catch=True, right=right)


def _mean(material: Material, rng: np.random.Generator) -> Float64[np.ndarray, "side side 3"]:
    """Mean picture of some artworks, at the size of decoded pictures."""
    some = np.sort(rng.permutation(len(material.images))[:500])
    mean: np.ndarray = np.asarray(material.images[some], dtype=np.float64).mean(axis=0)
    return mean


def _styles(material: Material, count: int, catch: int, steps: int) -> Iterator[Trial]:
    rng = generator(material.seed, "judging", "style")
    deck = _Deck(material, rng)
    if len(material.walks) < 2:
        raise StylewalkError(
            "The page for judges compares two walks, and the study has one: raise the count of "
            "an experiment, or set judging.run to false."
        )
    firsts: Counter[str] = Counter()  # how much oftener each model stood first than second
    for _ in range(count):
        walks = in_balance(deck.two(), firsts, rng)
        yield Trial(
            "style",
            tuple(strip(walk.images, steps) for walk in walks),
            walks[0].source,
            " | ".join(walk.about for walk in walks),
            walks[1].source,
            measures=tuple(_compared(*walks)),
        )
    mean = _mean(material, rng)
    for right in in_turn(("first", "second"), catch, rng):
        walk = deck.clear(mean)
        moves, rests = controls.timed("even", walk, steps), controls.still(walk, steps)
        walks = (moves, rests) if right == "first" else (rests, moves)
        strips = tuple(one.images for one in walks)
        sources = [one.source for one in walks]
        yield Trial("style", strips, sources[0], walk.about, sources[1], True, right)


def in_balance(
    walks: tuple[Walk, Walk], firsts: Counter[str], rng: np.random.Generator
) -> tuple[Walk, Walk]:
    """Two walks, that of the model first which stood first less often."""
    a, b = walks
    ahead = firsts[a.model] - firsts[b.model]
    if ahead > 0 or (ahead == 0 and rng.random() < 0.5):
        a, b = b, a
    firsts[a.model] += 1
    firsts[b.model] -= 1
    return a, b


def _compared(first: Walk, second: Walk) -> Iterator[Measure]:
    """Which of two walks has the larger total style loss, under every metric, and in pixels."""
    totals = [{**walk.total, "plain pixels": _in_pixels(walk)} for walk in (first, second)]
    for metric in totals[0]:
        a, b = (total[metric] for total in totals)
        if a > 0 and b > 0 and a != b:
            ratio = float(np.log(a / b))
            yield metric, ratio, "first" if ratio > 0 else "second"


def _in_pixels(walk: Walk) -> float:
    """Sum over the steps of the mean squared difference of pixels in 0 to 1."""
    images = np.asarray(walk.images, dtype=np.float64) / 255
    return float(np.square(np.diff(images, axis=0)).mean(axis=(1, 2, 3)).sum())


def _places(material: Material, count: int, catch: int, steps: int) -> Iterator[Trial]:
    rng = generator(material.seed, "judging", "where")
    # Where a walk changes most is seen of those whose steps are shown at equal lengths.
    equal = [walk for walk in material.walks if (len(walk.images) - 1) % steps == 0]
    deck = _Deck(replace(material, walks=equal or material.walks), rng)
    for _ in range(count):
        walk = deck.take()
        measures = tuple(
            (metric, value, _shape(value, material.flat_within))
            for metric, value in walk.quadratic.items()
            if np.isfinite(value)
        )
        yield Trial(
            "where", (strip(walk.images, steps),), walk.source, walk.about, measures=measures
        )
    mean = _mean(material, rng)
    for right in in_turn(list(controls.TIMINGS), catch, rng):
        yield _catch("where", controls.timed(right, deck.clear(mean), steps), right)


def _shape(quadratic: float, flat_within: float) -> str:
    """The answer to ``where`` that a profile's quadratic contrast stands for."""
    if abs(quadratic) <= flat_within:
        return "even"
    return "ends" if quadratic > 0 else "middle"


def _intruders(material: Material, count: int, catch: int, steps: int) -> Iterator[Trial]:
    rng = generator(material.seed, "judging", "intruder")
    draws = artworks.groups(material.spaces, material.classes)
    if not draws:
        raise StylewalkError(
            "The page for judges shows four artworks that belong together and one that does not, "
            "and the study has too few: add pictures, or set judging.run to false."
        )
    answers = list(QUESTIONS["intruder"].answers)
    sources = itertools.islice(balanced(sorted(draws), rng), count)
    for source, right in zip(sources, in_turn(answers, count, rng), strict=True):
        ids = draws[source](rng)
        about = "artworks " + " ".join(map(str, ids))
        images = np.asarray(material.images[ids])
        yield _intruder(images, right, source, about, False, rng)
    obvious = artworks.obvious(material.images, rng)
    for images, right in zip(obvious, in_turn(answers, catch, rng), strict=False):
        source = (CONTROL, "nearly the same")
        yield _intruder(images, right, source, "copies of an artwork", True, rng)


def _intruder(
    images: _Strip, right: str, source: Source, about: str, catch: bool, rng: np.random.Generator
) -> Trial:
    """The last picture is put where it shall be found, the others in any order."""
    places = rng.permutation(len(images) - 1)
    places = np.insert(places, int(right) - 1, len(images) - 1)
    return Trial("intruder", (images[places],), source, about, catch=catch, right=right)
