"""The ends of the trajectories that a person chose, in one latent space."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.trajectories import PAIRS
    from stylewalk.explorer.naming import read_ids
    from stylewalk.latent_space.table import read_latents
    from stylewalk.trajectories.chosen_pairs import chosen_pairs

    artworks, latents = read_latents(snakemake.input.latents)
    ids, _ = read_ids(snakemake.input.ids)
    pairs = chosen_pairs(artworks, latents, ids, snakemake.params.experiment)
    tables.write_table(pairs, snakemake.output[0], PAIRS)
