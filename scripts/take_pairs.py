"""The ends of the trajectories that a person chose, in one latent space."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.explorer.chosen import chosen_pairs
    from stylewalk.latent_table import read_latents

    params = snakemake.params
    artworks, latents = read_latents(snakemake.input[0])
    pairs = chosen_pairs(artworks, latents, params.pairs, params.experiment)
    tables.write_table(pairs, snakemake.output[0], tables.PAIRS)
