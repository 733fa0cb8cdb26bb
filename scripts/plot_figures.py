"""Draw the figures of one module of stylewalk.plots, which is given all by name."""

import importlib
from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk_workflow import outputs

    params = snakemake.params
    given = outputs.read_plot(
        outputs.plot_of(params.module), snakemake.input, params.settings, params.metric
    )
    draw = importlib.import_module(f"stylewalk.plots.{params.module}").draw
    draw(**given, folder=Path(snakemake.output[0]).parent)
