"""What judges are asked, and what they may answer."""

from collections.abc import Mapping
from dataclasses import dataclass

# ASSUME: five, as in Chang et al. 2009 (six words): four that belong and one that does not fill one
# row of a page, and guessing finds it once in five times.
SHOWN_ARTWORKS = 5


@dataclass(frozen=True)
class Question:
    """A question of forced choice.

    Args:
        text: the question.
        hint: what to look at.
        answers: each answer as it is exported, with what its button says.
    """

    text: str
    hint: str
    answers: Mapping[str, str]

    @property
    def chance(self) -> float:
        """Share of right answers that guessing gives."""
        return 1 / len(self.answers)


QUESTIONS: Mapping[str, Question] = {
    "kind": Question(
        "What happens on the way from the first picture to the last?",
        "A cross-dissolve shows both ends at once, the one growing fainter and the other stronger. "
        "Look at the middle.",
        {
            "dissolve": "One picture dissolves into the other, and nothing else happens",
            "fade": "On the way it grows pale, grey or blurred",
            "new": "Something appears or moves that neither end shows there",
        },
    ),
    "style": Question(
        "On which of the two walks does style change more?",
        "Style is how a picture is painted: colours, brushwork, texture. What it shows does not "
        "count.",
        {"first": "On the first (upper) walk", "second": "On the second (lower) walk"},
    ),
    "where": Question(
        "Where on the way does the picture change most?",
        "Compare how much neighbouring pictures differ at the ends and in the middle.",
        {
            "ends": "At the ends: the middle hardly changes",
            "middle": "In the middle: the ends hardly change",
            "even": "Evenly all along",
        },
    ),
    "intruder": Question(
        "Four of these pictures belong together. Which one does not?",
        "There is no rule to find: go by how they look.",
        {str(place): f"Picture {place}" for place in range(1, SHOWN_ARTWORKS + 1)},
    ),
}
