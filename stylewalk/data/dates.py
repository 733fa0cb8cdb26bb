"""Years and centuries out of the free text in which collections date their works."""

import re

# ASSUME: a year has four digits, 1000 to 2099, because shorter numbers in a date column are days,
# months, catalogue numbers or decades with a digit left out (`188?`).
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)", re.ASCII)
_HUNDREDS = re.compile(r"(?<!\d)(1\d|20)(?:00\s?['’]?s\b|\.\.|--|__|\?\?|xx\b)", re.ASCII)
_CENTURY_WORD = re.compile(
    r"centur|\bcent\b|si[eè]cle|secolo|siglo|jahrhundert|\bjh\b|\dth\s?c\b", re.IGNORECASE
)
_NOT_A_PART = r"(?!\s*(?:half|quarter|third|decade))"
_ORDINAL = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|e|\.)?+(?!\d){_NOT_A_PART}", re.ASCII)
_ROMAN = re.compile(r"\b(?=[IVX])(X{0,2})(IX|IV|V?I{0,3})(?:e|ème|th)?\b")
_UNITS = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_BEFORE_CHRIST = re.compile(
    r"(?:\d|centur\w*|cent\.?)\s*B\.?\s?C(\.?\s?E)?\b", re.IGNORECASE | re.ASCII
)
_LATEST_CENTURY = 21


def century(year: int) -> int:
    """The century of a year: 19 for 1801 to 1900."""
    return (year - 1) // 100 + 1


def parse_year(text: object) -> int | None:
    """The year in which a work was begun, or None: see :func:`parse_date`."""
    return parse_date(text)[0]


def parse_date(text: object) -> tuple[int | None, int | None]:
    """The year in which a work was begun and its century, as far as the text says them.

    Args:
        text: anything: ``c. 1880``, ``1896-1901``, ``1650–60``, ``23 March 1889``, ``1880s``,
            ``early 19th century``, ``18..``, a number, None, NaN.

    Returns:
        ``(year, century)``. The year is the first one of the text; both are None where the text
        says neither, and the year alone where it says a century: ``1800s`` is (None, 19).
    """
    text = str(text)
    # ASSUME: works from before Christ count as undated because no such painting has a painter,
    # and a negative century would open a gap in every plot.
    if _BEFORE_CHRIST.search(text):
        return None, None
    year = _YEAR.search(text)
    stated, place = _stated_century(text)
    if year is None:
        return None, stated
    # ASSUME: where year and century disagree the first of them dates the work, because what
    # follows is a later state (`18th century, restored 1950`).
    if stated is not None and stated != century(int(year[1])) and place <= year.start():
        return None, stated
    return int(year[1]), century(int(year[1]))


def _stated_century(text: str) -> tuple[int | None, int]:
    """The century that the text names as such, and where in the text."""
    centuries = []
    if match := _HUNDREDS.search(text):
        centuries.append((match.start(), int(match[1]) + 1))
    if _CENTURY_WORD.search(text):
        centuries += [(match.start(), int(match[1])) for match in _ORDINAL.finditer(text)]
        for match in _ROMAN.finditer(text):
            centuries.append((match.start(), 10 * len(match[1]) + _UNITS[match[2]]))
    for place, number in sorted(centuries):
        if 1 <= number <= _LATEST_CENTURY:
            return number, place
    return None, 0
