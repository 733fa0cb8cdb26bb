"""Record what the study was made with, and the content of all that came out."""

from stylewalk_workflow.script import job

with job(snakemake):
    from pathlib import Path

    from stylewalk.files import write_json
    from stylewalk_workflow.provenance import record

    params, output = snakemake.params, Path(snakemake.output[0])
    stages = dict(snakemake.input.items())
    jobs = stages.pop("jobs")
    write_json(output, record(params.config, params.sources, jobs, stages, output.parent))
