"""The style network that studies share: whatever goes wrong in one of them, it stays."""

import numpy as np
import pytest
import torch
import yaml
from safetensors.numpy import load_file

from checkouts import Checkout
from stylewalk.files import sha256_of
from stylewalk.style.layout import layer_names

pytestmark = pytest.mark.studies

SOURCES = "resources/style_networks.yaml"
KILLED = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"


def list_as_torchvision(checkout: Checkout) -> None:
    """Let the tiny network be what torchvision is listed with, at an address on this machine."""
    places, place = {}, 0
    for layer in layer_names("vgg16"):
        place += 1 if layer.endswith("_1") and layer != "conv1_1" else 0
        places[layer] = place
        place += 2
    tensors = load_file(checkout.folder / "style.safetensors")
    state = {
        f"features.{places[layer]}.{kind}": torch.from_numpy(tensors[f"{layer}.{kind}"])
        for layer in places
        for kind in ("weight", "bias")
    }
    published = checkout.folder / "published.pth"
    torch.save(state, published)
    sources = yaml.safe_load((checkout.folder / SOURCES).read_text())
    sources["vgg16"]["torchvision"].pop("sha256_begins", None)
    facts = {"url": published.as_uri(), "sha256": sha256_of(published)}
    sources["vgg16"]["torchvision"] |= facts
    (checkout.folder / SOURCES).write_text(yaml.safe_dump(sources))


def shared(checkout: Checkout) -> dict[str, tuple[str, int]]:
    """Content and time of every file that studies share."""
    files = sorted((checkout.folder / "resources/style_networks").glob("*.safetensors"))
    return {path.name: (sha256_of(path), path.stat().st_mtime_ns) for path in files}


def bring(checkout: Checkout, run: str, *arguments: str, **style: object):
    """Run a study as far as its style network."""
    network = {"weights": "torchvision", **style}
    study = checkout.study(f"{run}.yaml", run=run, style_network=network)
    until = ("--until", "import_style_network")
    return checkout.snakemake("--configfile", study, *until, *arguments)


def test_whatever_fails_the_network_of_all_studies_stays(checkout):
    list_as_torchvision(checkout)
    assert bring(checkout, "one").code == 0
    kept = shared(checkout)
    assert len(kept) == 1

    answer = bring(checkout, "one", sha256="0" * 64)  # in the study that has the network, too
    assert answer.code != 0
    for words in ("style_network.sha256", "0" * 64, sha256_of(checkout.folder / "published.pth")):
        assert words in answer.text
    assert "Job stats" not in answer.text  # no job was begun
    assert shared(checkout) == kept
    assert (checkout.folder / "results/one/style_network.safetensors").exists()

    script = checkout.folder / "scripts/import_style_network.py"
    text = script.read_text()
    script.write_text(KILLED + text)
    assert bring(checkout, "one", "--forceall").code != 0
    assert shared(checkout) == kept

    # The script is another one now, and there is no network: what is there serves all.
    script.write_text(f"import os\n{text}")
    (checkout.folder / "published.pth").rename(checkout.folder / "gone.pth")
    answer = bring(checkout, "two")
    assert answer.code == 0, answer.text
    assert shared(checkout) == kept
    found = load_file(checkout.folder / "results/two/style_network.safetensors")
    tiny = load_file(checkout.folder / "style.safetensors")
    np.testing.assert_array_equal(found["conv5_3.weight"], tiny["conv5_3.weight"])

    sources = (checkout.folder / SOURCES).read_text()
    (checkout.folder / SOURCES).write_text(sources.replace("published.pth", "newer.pth"))
    answer = bring(checkout, "one")
    assert answer.code != 0
    assert "could not be downloaded" in answer.text
    assert shared(checkout) == kept
    assert (checkout.folder / "results/two/style_network.safetensors").exists()

    assert bring(checkout, "two", "--delete-all-output").code == 0
    assert shared(checkout) == kept
