"""Results that lie in a study's folder already: whether this study may go on with them."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stylewalk.data import sources as data_sources
from stylewalk.errors import StylewalkError
from stylewalk.files import write_json
from stylewalk_workflow import job_records
from stylewalk_workflow.differences import RECORD

DATA_SET = "data_set.json"
_NAMED = 5


def describe(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a data set another one: where its pictures come from, and its classes.

    Args:
        dataset: ``dataset`` of a completed config.
    """
    identity = data_sources.load(dataset).identity(dataset)
    return {"source": dataset["source"], **identity, "classes": list(dataset["classes"])}


def check_data_set(folder: str | os.PathLike[str], dataset: Mapping[str, Any]) -> None:
    """Refuse to overwrite the results of another data set.

    Args:
        folder: of the results.
        dataset: ``dataset`` of the completed config.

    Raises:
        StylewalkError: the results there were made from other pictures, or with none of the classes
            of this study.
    """
    earlier = _recorded(Path(folder))
    if earlier is None:
        return
    now = describe(dataset)
    if _origin(earlier) == _origin(now) and set(earlier["classes"]) & set(now["classes"]):
        return
    run = Path(folder).name
    raise StylewalkError(
        f"{folder} holds the results of another data set, which this study would overwrite.\n"
        f"  there: {_words(earlier)}\n"
        f"  here:  {_words(now)}\n"
        f"Give this study a name of its own, such as `run: {run}-2` in its config. To overwrite "
        "what is there, add --config overwrite=true to the command."
    )


def record_data_set(folder: str | os.PathLike[str], dataset: Mapping[str, Any]) -> None:
    """Write down which data set the results of a folder are made from.

    Raises:
        StylewalkError: the folder cannot be written to.
    """
    if _read(Path(folder) / DATA_SET) != (now := describe(dataset)):
        write_json(Path(folder) / DATA_SET, now)


def take_up(
    folder: str | os.PathLike[str],
    outputs: Iterable[str],
    config: Mapping[str, Any],
    sources: Mapping[str, str],
    overwrite: bool,
    links: Iterable[str] = (),
) -> str:
    """See to it that Snakemake knows what each result there was made with.

    Args:
        folder: of the results.
        outputs: paths of what the study makes, whether it is there or not. What lies in the folder
            with a checksum beside it counts, too.
        config: the completed config.
        sources: fingerprint of the source that each script reaches, by the script.
        overwrite: make results of unknown origin again in place of refusing them.
        links: further outputs, which may lack without anything having to be made again.

    Returns:
        What to tell a person; blank where there is nothing.

    Raises:
        StylewalkError: there are files of which nothing says what they were made with, or it says
            that another config or package made them; or one is damaged.
    """
    outputs = list(outputs)
    job_records.forget(path for path in outputs if not os.path.lexists(path))
    there = filter(os.path.exists, [*outputs, *links])
    # A copy without hidden files has no checksums by which its outputs would be found.
    paths = list(dict.fromkeys([*job_records.outputs(folder), *there]))
    restored = job_records.restore(folder, paths)
    strange = list(job_records.unknown(paths))
    if overwrite:
        job_records.disown(strange)
    elif strange:
        if differences := list(_differences(folder, config, sources, strange)):
            raise StylewalkError(_refusal(folder, strange, differences))
        return (
            f"Snakemake has no records of {len(strange)} results in {folder}. They were made with "
            "this config and package, so they are taken for right; what is dated before its inputs "
            "is made again."
        )
    if not restored:
        return ""
    return (
        f"Snakemake has no records of {len(restored)} results in {folder}, as of a copy: those in "
        f"{folder}/{job_records.NAME} are taken, and what differs from them is made again."
    )


def _refusal(
    folder: str | os.PathLike[str], strange: Sequence[str], differences: Sequence[str]
) -> str:
    """That results are of unknown origin, how they differ, and what to do."""
    more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
    reasons = "\n".join(f"  - {line}" for line in differences[:_NAMED])
    return (
        f"{folder} holds results that Snakemake has no record of (in .snakemake), so it would "
        f"take them for up to date: {', '.join(strange[:_NAMED])}{more}.\n{reasons}\n"
        "To keep them, give this study another name (run: in its config). To make them again, "
        "add --config overwrite=true to the command."
    )


def _differences(
    folder: str | os.PathLike[str],
    config: Mapping[str, Any],
    sources: Mapping[str, str],
    paths: Iterable[str],
) -> Iterator[str]:
    """Why results may be those of another study, by the record of the study."""
    made = _read(Path(folder) / RECORD)
    if made is None:
        yield f"nothing says what they were made with: there is no {folder}/{RECORD}"
        return
    was = made.get("config")
    if isinstance(was, dict) and isinstance(was.get("run"), str) and was["run"] != config["run"]:
        yield (
            f"they were made as run {was['run']}, and results cannot be renamed: move them back to "
            f"{Path(folder).parent}/{was['run']} and write run: {was['run']} to go on with them"
        )
    yield from _different("config", was, dict(config))
    if made.get("sources") != dict(sources):
        yield "another version of the package made them"
    yield from _replaced(folder, made.get("data"), paths)


def _replaced(folder: str | os.PathLike[str], made: Any, paths: Iterable[str]) -> Iterator[str]:
    """Files that are others than those of which the record of the study tells."""
    from stylewalk_workflow.provenance import content_hash

    stages = made.values() if isinstance(made, dict) else []
    sums = {
        name: value for files in stages if isinstance(files, dict) for name, value in files.items()
    }
    for path in paths:
        expected = sums.get(Path(path).relative_to(folder).as_posix())
        if expected is not None and content_hash(path) != expected:
            yield f"{path} is another file than the one of which {folder}/{RECORD} tells"


def _recorded(folder: Path) -> dict[str, Any] | None:
    """The data set that the results were made from, where a file there says so."""
    recorded = _read(folder / DATA_SET)
    if recorded is None:
        try:
            record: dict[str, Any] = _read(folder / RECORD) or {}
            recorded = describe(record["config"]["dataset"])
        # There is no record, it is another file, or of a source that is not known here.
        except (TypeError, KeyError, AttributeError, StylewalkError):
            return None
    classes = recorded.get("classes")
    return (
        recorded if isinstance(classes, list) and all(isinstance(c, str) for c in classes) else None
    )


def _origin(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Where pictures come from, whichever way the path is written."""
    # A folder, or the name of a data set on the hub, which is no path and is none afterwards.
    paths = ("metadata", "images", "name")
    return {
        key: os.path.realpath(value) if key in paths and isinstance(value, str) else value
        for key, value in recorded.items()
        if key != "classes"
    }


def _words(recorded: Mapping[str, Any]) -> str:
    facts = [f"{key} {value}" for key, value in recorded.items() if key != "classes"]
    return f"{', '.join(facts)}; classes {', '.join(recorded['classes'])}"


def _different(key: str, before: Any, now: Any) -> list[str]:
    """The keys at which two configs differ, with both values."""
    if isinstance(before, dict) and isinstance(now, dict):
        keys = list(dict.fromkeys([*now, *before]))
        lines = [_different(f"{key}.{k}", before.get(k), now.get(k)) for k in keys]
        return [line for of_key in lines for line in of_key]
    if before == now:
        return []
    return [f"{key.removeprefix('config.')}: {json.dumps(before)} then, {json.dumps(now)} now"]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return recorded if isinstance(recorded, dict) else None
