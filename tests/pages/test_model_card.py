"""Model cards: what a machine reads at their head, and texts of users that stay texts."""

import dataclasses
import re

import pytest
import yaml

from stylewalk.pages import model_card
from stylewalk.pages.model_card import Pictures, Trained

PICTURES = Pictures("painter", True, "", ["Realism", "Romanticism"], 768, 192, 64)
ROW = {"pictures": 192, "mse": 0.012, "over_pca": 0.9, "low": 0.85, "high": 0.95}
CARD = Trained(
    run="demo",
    model="beta-VAE",
    seed=3,
    family="variational",
    description="Reconstruction and KL divergence to N(0, I).",
    settings={"family": "variational", "beta": 0.4},
    training={"latent_size": 128, "steps": None, "optimiser": "muon"},
    machine={"device": "cpu"},
    latent_size=128,
    errors={"training": {**ROW, "pictures": 768}, "validation": ROW},
    pictures=PICTURES,
    opset=17,
)


def parts(card):
    """The head, read as YAML, and the rest."""
    head, text = re.fullmatch(r"---\n(.*?)\n---\n(.*)", model_card.render(card), re.S).groups()
    return yaml.safe_load(head), text


def test_the_card_says_what_the_model_is():
    head, text = parts(CARD)
    assert (head["license"], head["license_name"]) == ("other", "see-below")
    assert head["library_name"] == "onnx"
    assert "variational" in head["tags"]
    assert "datasets" not in head
    assert "# beta-VAE, seed 3, of the study demo" in text
    assert "float32 (B, 3, 64, 64): RGB, channels first, 0 to 1" in text
    assert "768 pictures for training and 192 for validation" in text
    assert "| validation | 192 | 0.01200 | 0.900 | 0.850 to 0.950 |" in text
    assert "| beta | 0.4 |" in text
    assert "| training: optimiser | muon |" in text
    assert "| training: steps | not set |" in text
    assert "Procedural data" in text
    assert "\n\n\n" not in text


def test_its_lines_of_python_run(tmp_path, monkeypatch):
    onnxruntime = pytest.importorskip("onnxruntime")
    del onnxruntime
    from stylewalk import models
    from stylewalk.training import export

    model = models.build({"family": "autoencoder"}, 64, 128, [2] * 3, 0).eval()
    for half in export.HALVES:
        export.write_onnx(model, half, tmp_path / f"{half}.onnx")
    (code,) = re.findall(r"```python\n(.*?)```", model_card.render(CARD), re.S)
    assert len(code.strip().splitlines()) <= 7
    monkeypatch.chdir(tmp_path)
    found: dict = {}
    exec(code, found)
    assert found["latents"].shape == (1, 128)
    assert found["decoded"].shape == (1, 3, 64, 64)


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        (Pictures("folder", False, "", ["a"], 1, 1, 64), "Not known to Stylewalk"),
        (Pictures("emoji", False, "", ["a"], 1, 1, 64), "a licence each"),
        (Pictures("huggingface", False, "who/what", ["a"], 1, 1, 64), "on the hub"),
    ],
)
def test_licences_are_told_where_they_are_known(pictures, words):
    head, text = parts(dataclasses.replace(CARD, pictures=pictures))
    assert head.get("datasets", []) == ([pictures.name] if pictures.name else [])
    assert words in text
    assert "Procedural" not in text


def test_texts_of_users_stay_texts():
    evil = "a|b\n---\nlicense: x <script>*[c](d)`"
    pictures = dataclasses.replace(PICTURES, classes=[evil], name=evil)
    head, text = parts(dataclasses.replace(CARD, model=evil, run=evil, pictures=pictures))
    assert (head["license"], head["license_name"]) == ("other", "see-below")
    assert head["datasets"] == [evil]
    assert "<script>" not in text
    assert "[c](d)" not in text
    assert "a\\|b --- license: x &lt;script&gt;\\*\\[c\\]\\(d\\)\\`" in text


def test_what_was_computed_says_so():
    text = model_card.render(dataclasses.replace(CARD, training={}))
    assert "Nothing was trained" in text
    assert "training: " not in text
