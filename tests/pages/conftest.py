"""What tests of the study page share: tables and figures of a small study."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import study_tables
from pages.outline import NAMES
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn


@pytest.fixture
def tables():
    """Tables of the study, which a test may change."""
    return study_tables.tables()


@pytest.fixture(scope="session")
def figures(tmp_path_factory):
    """The files of its figures; no test changes them."""
    folder = tmp_path_factory.mktemp("figures")
    for name in NAMES:
        figure = Figure(figsize=(1, 1))
        axes = figure.add_axes((0, 0, 1, 1))
        if name.endswith("strips"):  # noise does not compress: too large to stay a PNG
            figure.set_size_inches(6, 6)
            noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3), dtype=np.uint8)
            axes.imshow(noise)
        theme.save(figure, folder, Drawn(name, f"Title of {name}", f"Caption & of {name}"))
    return [folder / f"{name}.png" for name in NAMES]
