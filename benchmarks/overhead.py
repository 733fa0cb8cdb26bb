"""What Snakemake and the start of jobs cost in the demo, apart from the work itself."""

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import rounds

SNAKEMAKE = [sys.executable, "-m", "snakemake", "--cores", "2"]


def jobs() -> dict[str, int]:
    """How many jobs of each rule a whole demo has."""
    command = [*SNAKEMAKE, "-n", "--forceall"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(\w+) +(\d+)$", told, re.MULTILINE)
    return {rule: int(count) for rule, count in found if rule != "total"}


def imports(script: Path) -> str:
    """What a script imports, also inside its job, as a program."""
    nodes = ast.walk(ast.parse(script.read_text()))
    found = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def cpu_seconds(program: str) -> float:
    """CPU time of a process that runs a program."""
    process = subprocess.Popen([sys.executable, "-c", program])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"ended with {os.waitstatus_to_exitcode(status)}: {program}")
    return usage.ru_utime + usage.ru_stime


def dry_run() -> float:
    """Seconds of a dry run."""
    start = time.perf_counter()
    subprocess.run([*SNAKEMAKE, "-n", "--quiet", "all"], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    arguments = rounds.arguments(__doc__)
    rows = rounds.measure("dry_run", "s", dry_run, {}, min(arguments.rounds, 3))
    total, counts = 0.0, jobs()
    for rule, count in counts.items():
        script = Path(f"scripts/{rule}.py")
        if script.exists():
            program = imports(script)
            total += count * min(cpu_seconds(program) for _ in range(3))
    rows.append(rounds.alone("demo_jobs", sum(counts.values()), "jobs"))
    rows.append(rounds.alone("demo_start_up", total, "CPU s"))
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
