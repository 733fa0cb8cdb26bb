"""Flat maps of the latent space of every model, and how much of its neighbourhoods they keep."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.catalogue.latent_space import LATENT_MAP, MAP_PRESERVATION
    from stylewalk.latent_space.maps import map_latents, preservation
    from stylewalk.latent_space.table import read_latents

    params, output, seed = snakemake.params, snakemake.output, snakemake.params.seed
    settings, kept = params.maps, []
    for model, source, target in zip(params.models, snakemake.input, output.maps, strict=True):
        artworks, latents = read_latents(source)
        maps = map_latents(artworks, latents, settings["methods"], settings["points"], seed)
        tables.write_table(maps.assign(model=model, seed=seed), target, LATENT_MAP)
        kept.append(preservation(maps, artworks, latents).assign(model=model, seed=seed))
        print(f"{model}: {len(artworks)} artworks", flush=True)
    tables.write_table(pd.concat(kept, ignore_index=True), output.preservation, MAP_PRESERVATION)
