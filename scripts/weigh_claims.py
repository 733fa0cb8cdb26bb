"""Weigh each claim of the report on the tables of this study."""

import itertools

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import claims, tables
    from stylewalk.arrays import open_images
    from stylewalk.claims.weighing import Evidence, find_roles
    from stylewalk.data.selection import brightness
    from stylewalk_workflow import checksums

    params, files = snakemake.params, dict(snakemake.input.items())
    checksums.verify(params.sweep)  # no inputs, see common.smk
    walks = itertools.product(params.experiments, params.models, params.seeds)
    found = {
        "pairs": tables.gather_walks(zip(walks, files.pop("pairs"), strict=True)),
        "brightness": brightness(open_images(files.pop("images"))),
    }
    files.update(("latent_sizes", path) for path in params.sweep if path.endswith(".csv"))
    found |= {n: tables.read_table(path, getattr(tables, n.upper())) for n, path in files.items()}
    evidence = Evidence(found, find_roles(params.models), params.classes, params.experiments)
    tables.write_table(claims.weigh(evidence), snakemake.output[0], tables.CLAIMS)
