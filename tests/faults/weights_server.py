"""Weights of the style network behind a network that fails."""

import contextlib
import http.server
import io
import threading
from collections.abc import Iterator
from random import Random

import numpy as np
import yaml
from place import Place, demand, demand_words
from safetensors.numpy import load_file

from stylewalk.files import sha256_of
from stylewalk.style.layout import layer_names

RUN = "results/network"
MADE = f"{RUN}/style_network.safetensors"
FEATURES = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)  # torchvision's numbers
SOURCES = "resources/style_networks.yaml"


def no_network(place: Place, random: Random) -> None:
    """no network for the weights"""
    tensors = load_file(place.folder / "style.safetensors")
    with _server(_as_torchvision(tensors)) as server:
        sources = (place.folder / SOURCES).read_text()
        study = _study_of(place, server)
        server.fault = random.choice(["silent", "absent", "cut", "other"])
        answer = place.run(MADE, study=study)
        words = {"cut": "SHA-256", "other": "SHA-256"}.get(server.fault, "could not be downloaded")
        demand_words(answer, words)
        place.must_keep_the_rest([], *(n for n in place.contents() if n.startswith(f"{RUN}/")))
        server.fault = None
        answer = place.run(MADE, study=study)
        demand(answer.code == 0, "not made where there is a network again", answer)
        made = load_file(place.folder / MADE)
        same = all(np.array_equal(made[key], tensors[key]) for key in tensors if "conv" in key)
        demand(same, "other weights")
        (place.folder / SOURCES).write_text(sources)
    place.remove(RUN)
    place.must_be_whole()


def _as_torchvision(tensors: dict[str, np.ndarray]) -> bytes:
    """The network as a file of torchvision's: a pickle of names to tensors."""
    import torch  # takes seconds, and most faults do without

    state = {
        f"features.{number}.{kind}": torch.from_numpy(tensors[f"{layer}.{kind}"])
        for layer, number in zip(layer_names("vgg16"), FEATURES, strict=True)
        for kind in ("weight", "bias")
    }
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def _study_of(place: Place, server: "_Server") -> str:
    """A study whose style network the server gives."""
    (place.folder / "weights.pth").write_bytes(server.blob)
    sources = yaml.safe_load((place.folder / SOURCES).read_text())
    sources["vgg16"]["torchvision"] |= {
        "url": f"http://127.0.0.1:{server.server_port}/weights.pth",
        "sha256": sha256_of(place.folder / "weights.pth"),
    }
    (place.folder / SOURCES).write_text(yaml.safe_dump(sources))
    config = yaml.safe_load((place.folder / place.study).read_text())
    config["style_network"]["weights"] = "torchvision"
    config["run"] = RUN.partition("/")[2]
    (place.folder / "network.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return "network.yaml"


class _Server(http.server.ThreadingHTTPServer):
    """Gives one file, well or badly."""

    blob: bytes
    fault: str | None = None


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        fault, blob = self.server.fault, self.server.blob
        if fault == "silent":
            return  # the connection ends without a word
        self.send_response(404 if fault == "absent" else 200)
        self.send_header("Content-Length", str(len(blob) // 2 if fault == "cut" else len(blob)))
        self.end_headers()
        if fault != "absent":
            self.wfile.write(blob[::-1] if fault == "other" else blob)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _server(blob: bytes) -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.blob = blob
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
