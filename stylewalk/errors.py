"""The one error that speaks to a person."""


class StylewalkError(Exception):
    """A user's mistake or a broken input, told in words.

    The message names the culprit (which file, row or key), what was expected, and what to do.
    It is shown without a traceback.
    """
