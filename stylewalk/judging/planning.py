"""How many trials and judges give how much certainty."""

import numpy as np


def half_width(share: float, trials: int, judges: int, alpha: float) -> float:
    """Half of the 95 % interval to expect of a share of answers.

    ``1.96 sqrt(share (1 - share) (1 + (judges - 1) alpha) / (judges trials))``: the variance of a
    mean of clusters of answers (Kish, Survey Sampling, 1965, section 5.4), a trial being a cluster
    whose answers are correlated by about alpha.

    Args:
        share: the share of answers that is expected, 0 to 1.
        trials: trials about the same, such as one model.
        judges: judges who answer all of them.
        alpha: agreement between them, 0 to 1.
    """
    variance = share * (1 - share) * (1 + (judges - 1) * alpha) / (judges * trials)
    return float(1.96 * np.sqrt(variance))
