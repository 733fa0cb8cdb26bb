"""Draw the flat maps of the latent spaces."""

from pathlib import Path

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.latent_space.maps import preservation
    from stylewalk.latent_space.table import read_latents
    from stylewalk.plots import maps

    files, params = snakemake.input, snakemake.params
    flat, kept = [], []
    for model, path, source in zip(params.models, files.maps, files.latents, strict=True):
        artworks, latents = read_latents(source)
        table = tables.read_table(path, tables.LATENT_MAP)
        kept.append(preservation(table, artworks, latents).assign(model=model))
        flat.append(table.merge(artworks[["id", "split"]], on="id"))
    maps.draw(
        pd.concat(flat),
        pd.concat(kept),
        params.models,
        params.classes,
        Path(snakemake.output[0]).parent,
        params.procedural,
    )
