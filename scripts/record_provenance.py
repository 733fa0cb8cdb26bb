"""Record what the study was made with, and the content of all that came out."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import provenance
    from stylewalk.files import write_json

    stages = dict(snakemake.input.items())
    jobs = stages.pop("jobs")
    write_json(
        snakemake.output[0],
        provenance.record(
            snakemake.params.config,
            snakemake.params.sources,
            jobs,
            stages,
            snakemake.params.folder,
        ),
    )
