"""Pairs that are chosen by hand: what names them, and what is told where that changes."""

import json

import numpy as np
import pytest
from PIL import Image

from checkouts import TINY, Checkout

IDS = "results/tiny/trajectories/chosen/ids.json"
NAMES = ["A/0012.jpg", "A/b'q {x}.jpg", "A/é.jpg", "B/1.jpg", "B/12", "B/z.jpg"]


@pytest.fixture
def pictures(checkout) -> Checkout:
    """A table of pictures, and one that cannot be read."""
    rng = np.random.default_rng(0)
    for name in ["A/0.jpg", *NAMES, "B/broken.jpg"]:
        path = checkout.folder / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 255, (40, 40, 3), np.uint8)
        Image.fromarray(noise).save(path, format="PNG")
    (checkout.folder / "mine/B/broken.jpg").write_bytes(b"none")
    write_table(checkout, [*NAMES, "B/broken.jpg"])
    return checkout


def write_table(checkout: Checkout, names: list[str]) -> None:
    rows = "".join(f'{name[0]},"{name}"\n' for name in names)
    (checkout.folder / "m.csv").write_text("style,new_filename\n" + rows, encoding="utf-8")


def name_pairs(checkout: Checkout, pairs: list, *arguments: str):
    dataset = {"image_size": 32, "classes": ["A", "B"], "images": "mine", "metadata": "m.csv"}
    dataset |= {"source": "table", "max_rejected_share": 0.5}
    study = checkout.study(dataset=dataset, explorer={"pairs": pairs})
    answer = checkout.snakemake(IDS, "--configfile", study, *arguments)
    assert "Traceback" not in answer.text
    return answer


@pytest.mark.studies
def test_numbers_that_come_to_mean_other_pictures_and_names_that_do_not(pictures):
    pairs = [[1, 3], ["A/é.jpg", "B/12"], ["A/b'q {x}.jpg", "B/1.jpg"]]
    refused = name_pairs(pictures, pairs)
    assert refused.code != 0
    assert "explorer.pairs[2]: the same as explorer.pairs[0]" in refused.text
    pairs.pop()
    assert name_pairs(pictures, pairs).code == 0
    found = json.loads((pictures.folder / IDS).read_text())
    assert found == {"pairs": [[1, 3], [2, 4]], "changes": ""}

    write_table(pictures, ["A/0.jpg", *NAMES, "B/broken.jpg"])
    answer = name_pairs(pictures, pairs)
    assert answer.code == 0
    assert "1 was A/b'q {x}.jpg and is A/0012.jpg now; 3 was B/1.jpg and is A/é.jpg now" in (
        answer.text
    )
    found = json.loads((pictures.folder / IDS).read_text())
    assert found["pairs"] == [[1, 3], [3, 5]]
    assert 'As they are now: explorer: {pairs: [["A/0012.jpg", "A/é.jpg"]' in found["changes"]

    # Of the pictures that were packed, each is known before any job.
    for pair, words in (
        (["B/broken.jpg", 1], "'B/broken.jpg' is not in this study: it is empty or no image"),
        ([7, 1], "no picture 7: they are numbered from 0 to 6"),
        (["A/0012.jpg", 1], "A/0012.jpg and 1 are one picture"),
    ):
        answer = name_pairs(pictures, [pair])
        assert answer.code != 0
        assert words in answer.text
        assert "Error in rule" not in answer.text


@pytest.mark.slow
def test_ends_that_no_picture_can_be_are_refused_before_any_job(pictures):
    for arguments in (("--dry-run",), ()):
        answer = name_pairs(pictures, [["A/0012.jpeg", 3], [0, 7]], *arguments)
        assert answer.code != 0
        assert "explorer.pairs[0]: there is no picture 'A/0012.jpeg'" in answer.text
        assert "did you mean 'A/0012.jpg'?" in answer.text
        assert "explorer.pairs[1]: there is no picture 7" in answer.text
    assert not (pictures.folder / "results").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("finished")
def test_a_table_of_an_earlier_selection_refuses_nothing(finished):
    """It has 24 artworks; with one more of each class, there are two more."""
    for per_class, code in ((13, 0), (12, 1)):
        dataset = {**TINY["dataset"], "per_class": per_class}
        pairs = [[0, 25], ["realism-00012.jpg", 1]]
        study = finished.study("pairs.yaml", dataset=dataset, explorer={"pairs": pairs})
        answer = finished.snakemake("--dry-run", IDS, "--configfile", study)
        assert answer.code == code, answer.text
    assert "no picture 25" in answer.text
    assert "no picture 'realism-00012.jpg'" in answer.text
