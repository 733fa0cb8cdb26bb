"""Metrics on real pictures of which content and style are both known: emoji by four hands."""

import io
import zipfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

from stylewalk.catalogue.metrics import BASELINES
from stylewalk.randomness import generator
from stylewalk.style import metrics, validity

SHARED = Path(__file__).parents[3] / "shared" / "data" / "emoji"
CONTENTS = 30

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the emoji are not in ../shared/data")


@pytest.fixture(scope="module")
def emoji():
    """Pictures (N, 64, 64, 3) of some contents by all four hands, and their labels."""
    table = pd.read_csv(SHARED / "all_data_info.csv.gz", keep_default_na=False)
    chosen = table["codepoint"].drop_duplicates()[:: 1586 // CONTENTS][:CONTENTS]
    rows = table[table["codepoint"].isin(chosen)].reset_index(drop=True)
    with zipfile.ZipFile(SHARED / "images.zip") as archive:
        images = np.stack(
            [
                np.asarray(Image.open(io.BytesIO(archive.read(f"images/{name}"))).convert("RGB"))
                for name in rows["new_filename"]
            ]
        )
    labels = pd.DataFrame(
        {
            "id": rows.index,
            "class": rows["style"],
            "artist": "",
            "content": rows["codepoint"],
            "balanced": True,
        }
    )
    return images, labels


@pytest.mark.slow
def test_pixels_and_colours_see_the_object_more_than_the_hand(emoji):
    """As whoever looks at them would say; areas against scikit-learn's, over pairs in a loop."""
    images, labels = emoji
    by_name = {name: {"kind": name} for name in BASELINES}
    distances = metrics.build_all(by_name, "no network", "cpu").pairwise_all(images)
    judged = validity.validity(distances, labels, (), generator(0, "emoji"), bootstrap=200)
    hands, things = (labels[key].tolist() for key in ("class", "content"))
    whole = judged[judged["layer"] == "total"].set_index(["metric", "question"])
    for name in BASELINES:
        nearer = {"class, other contents": [], "class over content": []}
        for i, j in combinations(range(len(labels)), 2):
            hand, thing = hands[i] == hands[j], things[i] == things[j]
            value = -distances[name]["total"][i, j]
            if not thing:
                nearer["class, other contents"].append((hand, value))
            if hand != thing:
                nearer["class over content"].append((hand, value))
        for question, pairs in nearer.items():
            expected = roc_auc_score(*zip(*pairs, strict=True))
            assert whole.loc[(name, question), "auc"] == pytest.approx(expected, abs=1e-9)
        assert whole.loc[(name, "class over content"), "high"] < 0.5
        assert whole.loc[(name, "class, other contents"), "low"] > 0.5
    assert not judged["passes"].any()
