"""Columns of the metadata that not every study reads."""

import pandas as pd
import pytest

from stylewalk.data.further_columns import further_columns
from stylewalk.errors import StylewalkError


def test_columns_of_the_metadata_are_those_of_the_artworks(tmp_path):
    path = tmp_path / "all.csv"
    path.write_text("style,new_filename,genre\nA,./1.jpg,portrait\nA,2.jpg,\nB,3.jpg, city \n")
    found = further_columns(path, pd.Series(["3.jpg", "1.jpg", "9.jpg"]), ["genre"])
    assert found["genre"].tolist() == ["city", "portrait", ""]
    assert further_columns("absent.csv", pd.Series(["3.jpg"]), []).shape == (1, 0)
    with pytest.raises(StylewalkError, match=r"'genres' 0 times.*did you mean 'genre'"):
        further_columns(path, pd.Series(["3.jpg"]), ["genres"])
