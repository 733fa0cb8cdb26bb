"""The command ``stylewalk judge``: what the answers of judges say."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stylewalk.errors import StylewalkError
from stylewalk_workflow.terminal import printable

if TYPE_CHECKING:
    import pandas as pd

_LARGEST_SEED = 2**63 - 1


def add_command(commands: Any) -> None:
    """Add the command to those of ``stylewalk``.

    Args:
        commands: the parser's, as ``add_subparsers`` gives them.
    """
    command = commands.add_parser(
        "judge",
        help="say what judges saw on judge.html, and with which metrics they agree",
        description="Weigh answers that were exported from judge.html: who is kept by the catch "
        "trials, agreement between judges (Krippendorff's alpha), shares of answers by model and "
        "path, and agreement with metrics and shapes, with 95 % intervals. docs/judging.md has the "
        "protocol.",
    )
    command.add_argument(
        "--key",
        required=True,
        metavar="FILE",
        help="judging_key.parquet, which lies beside the page that the answers are to",
    )
    command.add_argument(
        "--answers", required=True, nargs="+", metavar="FILE", help="CSV files of answers"
    )
    command.add_argument("--seed", type=int, default=0, help="of the bootstrap (default: 0)")
    command.add_argument("--json", action="store_true", help="print JSON in place of tables")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> tuple[str, int]:
    """Weigh answers.

    Args:
        options: ``key``, ``answers``, ``seed`` and ``json``.

    Returns:
        The tables as text or JSON, and the exit code 0.

    Raises:
        StylewalkError: a file is absent, damaged, or of other trials.
    """
    from stylewalk.judging import weighing
    from stylewalk.judging.answers import read_answers
    from stylewalk.judging.key import read_key

    if not 0 <= options.seed <= _LARGEST_SEED:
        raise StylewalkError(f"--seed: found {options.seed}, expected a whole number from 0 on.")
    if not Path(options.key).is_file():
        raise StylewalkError(
            f"There is no key {options.key}: give the path of judging_key.parquet, which lies in "
            "the results folder beside judge.html."
        )
    key = read_key(options.key)
    tables = weighing.weigh(key, read_answers(options.answers, key), options.seed)
    if options.json:
        records = {name: json.loads(t.to_json(orient="records")) for name, t in tables.items()}
        return json.dumps(records, indent=2, ensure_ascii=False), 0
    return "\n\n".join(_text(name, table) for name, table in tables.items()), 0


def _text(name: str, table: "pd.DataFrame") -> str:
    """A table for a person, in columns of their own width."""
    title = name.replace("_", " ")
    if table.empty:
        return f"{title}: no rows, since no judge who is kept answered anything of it"
    shown = table.map(lambda cell: f"{cell:.3g}" if isinstance(cell, float) else _word(cell))
    rows = [list(map(str, shown.columns)), *shown.to_numpy(str).tolist()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([title, *lines])


def _word(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return printable(str(cell)) or "-"
