"""A style metric of a finished study: its settings, what it took from the artworks, the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError, did_you_mean
from stylewalk.files import sha256_of
from stylewalk_workflow.differences import RECORD, read_record

FITTED, NETWORK = "fitted_metrics.npz", "style_network.safetensors"


@dataclass(frozen=True)
class StudyMetric:
    """What a study measured style by.

    Attributes:
        folder: its results folder.
        name: of the metric in the study.
        settings: its ``kind`` and all settings of that kind.
        size, fit: how the study brought its pictures to a size; see ``dataset`` of the config.
        fitted: file of what its metrics took from its artworks.
        network: file of its style network.
    """

    folder: Path
    name: str
    settings: Mapping[str, Any]
    size: int
    fit: Any
    fitted: Path
    network: Path


def find(folder: str | Path, asked: str | None) -> StudyMetric:
    """A metric of a finished study.

    Args:
        folder: the study's results folder.
        asked: the metric's name in the study, or its kind where one alone is of it; None takes the
            study's first, which its figures show.

    Raises:
        StylewalkError: the folder is of no finished study, the study has no such metric, or a file
            is not the one that its record tells of.
    """
    folder = Path(folder)
    record = read_record(folder)
    metrics, dataset = (record["config"].get(key) for key in ("metrics", "dataset"))
    if not _is_whole(metrics, dataset):
        raise StylewalkError(
            f"{folder / RECORD} does not tell the kinds of the study's metrics and the size of its "
            "pictures: run the study again, and it is written as its last step."
        )
    name = _named(metrics, asked, folder)
    sums = {key: of for files in record["data"].values() for key, of in files.items()}
    fitted, network = (_checked(folder / file, sums.get(file)) for file in (FITTED, NETWORK))
    size, fit = dataset["image_size"], dataset.get("fit", "stretch")
    return StudyMetric(folder, name, metrics[name], size, fit, fitted, network)


def _is_whole(metrics: Any, dataset: Any) -> bool:
    kinds = list(metrics.values()) if isinstance(metrics, dict) else []
    named = [isinstance(each, dict) and isinstance(each.get("kind"), str) for each in kinds]
    sized = isinstance(dataset, dict) and type(dataset.get("image_size")) is int
    return bool(named) and all(named) and sized


def _named(metrics: Mapping[str, Mapping[str, Any]], asked: str | None, folder: Path) -> str:
    if asked is None:
        return next(iter(metrics))
    if asked in metrics:
        return asked
    of_kind = [name for name, each in metrics.items() if each["kind"] == asked]
    if len(of_kind) == 1:
        return of_kind[0]
    if of_kind:
        raise StylewalkError(
            f"--metric {asked}: the study {folder} has {len(of_kind)} metrics of this kind: give "
            f"the name of one of them, {' or '.join(of_kind)}."
        )
    raise StylewalkError(
        f"--metric {asked}: the study {folder} has no metric of this name or kind; it has "
        f"{', '.join(metrics)}{did_you_mean(asked, metrics)}."
    )


def _checked(path: Path, expected: str | None) -> Path:
    """A file of the study, which is the one that the study's record tells of.

    Records of earlier versions tell of fewer files.
    """
    if not path.is_file():
        raise StylewalkError(
            f"{path} is not there, by which the study measured style: run the study again, or copy "
            "the file to where it was."
        )
    digest = sha256_of(path)
    if expected is not None and digest != expected:
        raise StylewalkError(
            f"{path} is not the file that {RECORD} beside it tells of (its SHA-256 begins with "
            f"{digest[:12]}, expected {expected[:12]}): it is damaged, or the study was not run to "
            "its end again: delete it, and run the study again."
        )
    return path
