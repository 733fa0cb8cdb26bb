"""The page's table of claims by another metric than the report's."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.claims import CLAIMS, CLAIMS_BESIDE
from stylewalk.claims import CLAIMS as KNOWN
from stylewalk.pages import claims


def test_verdicts_stand_side_by_side():
    names = [claim.name for claim in KNOWN if claim.metric][:2]
    own = [
        (names[0], "undetermined", np.nan, 0.5, 0.1, 0.9, "words", "g", "", "line", "any"),
        (names[1], "holds", 2.0, 1.5, np.nan, np.nan, "words", "g", "", "line", "any"),
    ]
    other = [
        (names[0], "holds", np.nan, 0.8, 0.7, 0.9, "words", "best", "", "line", "any"),
        (names[1], "holds", 2.0, np.nan, np.nan, np.nan, "words", "best", "", "line", "any"),
    ]
    tables = {
        "claims": pd.DataFrame(own, columns=list(CLAIMS)),
        "claims_beside": pd.DataFrame(other, columns=list(CLAIMS_BESIDE)),
    }
    (table,) = claims.beside(tables)
    assert table.title.endswith("best")
    assert [row[1:] for row in table.rows] == [
        ["undetermined", "holds", "0.5 (0.1 to 0.9)", "0.8 (0.7 to 0.9)"],
        ["holds", "holds", "1.5", "–"],
    ]
    assert "Both decide 1 of these 2 claims, 1 of them alike" in table.note
    assert claims.beside(tables | {"claims_beside": tables["claims_beside"].iloc[:0]}) == []
    assert claims.beside({"claims": tables["claims"]}) == []
