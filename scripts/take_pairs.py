"""The ends of the trajectories that a person chose, in one latent space."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.explorer.chosen import chosen_pairs
    from stylewalk.explorer.naming import read_ids
    from stylewalk.latent_table import read_latents

    artworks, latents = read_latents(snakemake.input.latents)
    ids, _ = read_ids(snakemake.input.ids)
    pairs = chosen_pairs(artworks, latents, ids, snakemake.params.experiment)
    tables.write_table(pairs, snakemake.output[0], tables.PAIRS)
