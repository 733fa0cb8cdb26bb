"""Where the artworks lie in one latent space: the first two components, and their neighbours."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.catalogue.latent_space import LATENT_MAP, NEIGHBOURS
    from stylewalk.latent_space.maps import map_latents
    from stylewalk.latent_space.neighbours import nearest_neighbours
    from stylewalk.latent_space.table import read_latents

    params, output = snakemake.params, snakemake.output
    named = {"model": snakemake.wildcards.model, "seed": int(snakemake.wildcards.seed)}
    artworks, latents = read_latents(snakemake.input[0])
    # With the same seed, the artworks of every other map.
    places = map_latents(artworks, latents, ["pca"], params.points, named["seed"])
    shown = np.flatnonzero(artworks["id"].isin(places["id"]))
    near = nearest_neighbours(artworks["id"].iloc[shown], latents[shown], params.neighbours)
    tables.write_table(places.assign(**named), output.components, LATENT_MAP)
    tables.write_table(near.assign(**named), output.neighbours, NEIGHBOURS)
