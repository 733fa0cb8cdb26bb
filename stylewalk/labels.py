"""What a function takes that wants a label or a number for each row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

# What numpy.asarray makes one row of, a column of a table included.
Labels = Sequence[str] | np.ndarray | pd.Series
Numbers = Sequence[int] | np.ndarray | pd.Series
