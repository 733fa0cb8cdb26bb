"""What the rules ask a cluster for. Run on one machine, a study is bound by none of it."""

from stylewalk_workflow import resources as asked


def asks(rule, memory_mb=1500, minutes=30):
    """A rule's memory and time: measured constants, or what its jobs took before in this study.

    A retry asks for twice as much.
    """
    return {
        "mem_mb": lambda wildcards, attempt: asked.memory_mb(
            memory_mb, asked.largest(f"{RUN}/benchmarks", rule), attempt
        ),
        "runtime": lambda wildcards, attempt: asked.runtime_min(
            minutes, asked.largest(f"{RUN}/benchmarks", rule), attempt
        ),
    }
