"""What a study needs of this machine: what is ready, what is missing, and what to do."""

import importlib.metadata
import os
import platform
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stylewalk.data import sources
from stylewalk.data.picture_kinds import summary
from stylewalk.errors import StylewalkError
from stylewalk.style.layout import DOWNLOADS, describe
from stylewalk.style.sources import check_listed_sum, check_sum
from stylewalk.style.weights import load_sources
from stylewalk_workflow import style_store
from stylewalk_workflow.known_pictures import check_pairs
from stylewalk_workflow.study import check_sources, check_weights_file

if TYPE_CHECKING:
    from stylewalk.training.devices import Precision

# ASSUME: two jobs at once need about 2 GB because one that scores a batch with VGG16 was measured
# at 1.0 GB, 0.7 GB of them PyTorch and the network.
_LEAST_MEMORY = 2e9
_WIDTH, _INDENT = 100, 25
_SHOWN = 5  # folders


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        state: ``ready``; ``note``, it works, but a person should know of it; or ``missing``.
        subject: what was looked at, in a word or two.
        found: what was found, in one or more lines.
        advice: what to do; empty where there is nothing to do or ``found`` says it.
    """

    state: str
    subject: str
    found: str
    advice: str = ""


def all_ready(findings: Sequence[Finding]) -> bool:
    """Whether nothing is missing."""
    return all(finding.state != "missing" for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """Findings as lines for the terminal, with a last line that sums them up."""
    lines = []
    for finding in findings:
        paragraphs = finding.found.splitlines()
        paragraphs += [f"What to do: {finding.advice}"] if finding.advice else []
        head = f"{finding.state:<9}{finding.subject:<{_INDENT - 9}}"
        for paragraph in paragraphs:
            lines += textwrap.wrap(
                paragraph.strip(),
                _WIDTH,
                initial_indent=head,
                subsequent_indent=" " * _INDENT,
                break_long_words=False,
                break_on_hyphens=False,
            )
            head = " " * _INDENT
    count = sum(finding.state == "missing" for finding in findings)
    things = f"{count} things are" if count > 1 else "1 thing is"
    return "\n".join([*lines, "", f"{things} missing." if count else "All is ready."])


def examine_machine(precision: "Precision" = "auto") -> list[Finding]:
    """What a study finds on this machine.

    Args:
        precision: ``training.precision`` of the config.
    """
    return [*_device(precision), _gpu(), _threads(), _memory(), *_versions()]


def examine_study(config: Mapping[str, Any], home: Path) -> list[Finding]:
    """Whether what a completed config names is there.

    Args:
        config: the completed config.
        home: the checkout, which holds ``resources/`` and ``profiles/``.
    """
    network, data_set = _style_network(config["style_network"], home), _data_set(config)
    return [network, data_set, *_passed_over(config["dataset"]), _profile(home)]


def _device(precision: "Precision") -> Iterator[Finding]:
    from stylewalk.training import devices

    try:
        device, mixed = devices.choose(precision)
    except StylewalkError as error:
        yield Finding("missing", "precision", str(error))
        return
    yield Finding("ready", "device", f"{device.type.upper()}, {platform.machine()}")
    name = str(mixed).removeprefix("torch.") + ", mixed" if mixed else "float32"
    yield Finding("ready", "precision", f"{name} (training.precision: {precision})")


def _gpu() -> Finding:
    import torch

    if torch.cuda.is_available():
        cards = map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))
        text = ", ".join(f"{card.name} with {card.total_memory / 1e9:.0f} GB" for card in cards)
        return Finding("ready", "GPU", text, "start Snakemake with --resources gpu=1.")
    if Path("/proc/driver/nvidia/version").exists():
        return Finding(
            "note",
            "GPU",
            f"an NVIDIA driver is here, but PyTorch {torch.__version__} finds no GPU",
            "see whether nvidia-smi shows one, and install the PyTorch for its CUDA version "
            "(https://pytorch.org/get-started).",
        )
    return Finding(
        "note",
        "GPU",
        "none: everything runs on the CPU, as is meant for the demo and the small study",
    )


def _threads() -> Finding:
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return Finding("ready", "threads", f"{cores}: start Snakemake with --cores {cores}")


def _memory() -> Finding:
    available = _available_memory()
    if available is None:
        return Finding("note", "memory", "this system does not tell how much is free")
    text = f"{available / 1e9:.1f} GB are free"
    if available >= _LEAST_MEMORY:
        return Finding("ready", "memory", text)
    advice = "close other programs, or start Snakemake with --cores 1."
    return Finding("note", "memory", f"{text}, little for two jobs at once", advice)


def _available_memory(
    meminfo: str | os.PathLike[str] = "/proc/meminfo",
    group: str | os.PathLike[str] = "/sys/fs/cgroup",
) -> float | None:
    """Bytes that can still be had, a container's limit included (Linux; else None)."""
    try:
        text = Path(meminfo).read_text(encoding="utf-8")
    except OSError:
        return None
    available = re.search(r"^MemAvailable:\s*(\d+) kB", text, re.M)
    if available is None:
        return None
    free = float(available[1]) * 1024
    try:
        limit, used = (
            float((Path(group) / name).read_text(encoding="utf-8"))
            for name in ("memory.max", "memory.current")
        )
    except (OSError, ValueError):  # not in a container, or "max": no limit
        return free
    return max(0.0, min(free, limit - used))


def _versions() -> Iterator[Finding]:
    """The packages that Stylewalk says it needs."""
    advice = "run `make test`, or `pip install --editable .` in the checkout."
    try:
        needed = importlib.metadata.requires("stylewalk") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("missing", "versions", "the package stylewalk is not installed", advice)
        return
    own = (re.match(r"[\w.-]+", line) for line in needed if "extra ==" not in line)
    names = [match[0] for match in own if match]
    versions = {"Python": ".".join(map(str, sys.version_info[:3]))}
    absent = []
    for name in ["stylewalk", *names]:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    yield Finding("ready", "versions", ", ".join(f"{key} {text}" for key, text in versions.items()))
    if absent:
        yield Finding("missing", "packages", f"not installed: {', '.join(absent)}", advice)


def _style_network(style: Mapping[str, Any], home: Path) -> Finding:
    """The weights of the style network: stored, to be fetched, or a file of the user's."""
    name, weights = style["name"], style["weights"]
    try:
        if weights not in DOWNLOADS:
            return Finding("ready", "style network", _own_weights(Path(weights), style["sha256"]))
        source = load_sources(home / "resources" / "style_networks.yaml")[name][weights]
        check_listed_sum(source, style["sha256"])
        stored = style_store.find(name, weights, home / style_store.FOLDER, source)
        if stored is not None:
            return Finding("ready", "style network", f"{name}, {describe(stored)['source']}")
    except KeyError:
        listed = f"resources/style_networks.yaml lists no source '{weights}' of {name}"
        return Finding("missing", "style network", listed, "give the path of a file of weights.")
    except StylewalkError as error:
        return Finding("missing", "style network", str(error))
    return Finding(
        "note",
        "style network",
        f"the weights of {name} are not here yet: the first run downloads them ({source['url']})",
        "nothing, where there is internet. Else fetch the file elsewhere and give its path as "
        "style_network.weights.",
    )


def _own_weights(path: Path, sha256: str | None) -> str:
    check_weights_file(str(path))
    check_sum(path, sha256)
    return f"{path}, a file of your own"


def _data_set(config: Mapping[str, Any]) -> Finding:
    dataset = config["dataset"]
    try:
        check_sources(config)
        check_pairs(config)
    except StylewalkError as error:
        return Finding("missing", "data set", str(error))
    state, text, advice = sources.load(dataset).ready(dataset)
    return Finding(state, "data set", text, advice)


def _passed_over(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    """Pictures of the study's classes that cannot be read here, or lie too deep."""
    try:
        unread = sources.load(dataset).unread(dataset)
    except StylewalkError:  # said of the data set itself
        return
    if unread is None:
        return
    unread = unread[unread["class"].isin(dataset["classes"])]
    unread_here, deep = unread[unread["kind"] == "format"], unread[unread["kind"] == "path"]
    if len(unread_here):
        advice = "; ".join(dict.fromkeys(unread_here["reason"])) + "."
        text = f"{len(unread_here):,} are left out: {summary(unread_here['filename'])}"
        yield Finding("note", "picture kinds", text, advice)
    if len(deep):
        counts = Counter(name.rpartition("/")[0] for name in deep["filename"])
        lines = "\n".join(
            f"{name}: {n:,} {'picture is' if n == 1 else 'pictures are'} left out"
            for name, n in counts.items()
        )
        advice = "move them up into the folder of their class, which alone is looked into."
        yield Finding("note", "deep folders", _first(lines), advice)


def _first(lines: str) -> str:
    """The first of many lines, and how many more there are."""
    shown, more = lines.splitlines()[:_SHOWN], lines.count("\n") + 1 - _SHOWN
    return "\n".join([*shown, *([f"and {more:,} more"] if more > 0 else [])])


def _profile(home: Path) -> Finding:
    path = home / "profiles" / "default" / "config.yaml"
    if path.is_file():
        return Finding("ready", "profile", "profiles/default, which Snakemake loads by itself")
    advice = "fetch it again: git checkout profiles/default."
    return Finding("missing", "profile", f"there is no {path}", advice)
