"""Flat maps of the latent space of every model."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.latent_space.maps import map_latents
    from stylewalk.latent_space.table import read_latents

    settings, seed = snakemake.params.maps, snakemake.params.seed
    files = zip(snakemake.params.models, snakemake.input, snakemake.output, strict=True)
    for model, source, target in files:
        artworks, latents = read_latents(source)
        maps = map_latents(artworks, latents, settings["methods"], settings["points"], seed)
        tables.write_table(maps.assign(model=model, seed=seed), target, tables.LATENT_MAP)
        print(f"{model}: {len(artworks)} artworks", flush=True)
