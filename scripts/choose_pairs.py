"""The ends of one experiment's trajectories in one latent space."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import tables
    from stylewalk.latent_table import read_latents
    from stylewalk.trajectories import choose_pairs

    artworks, latents = read_latents(snakemake.input[0])
    experiment = snakemake.params.experiment
    pairs = choose_pairs(
        artworks,
        latents,
        snakemake.wildcards.experiment,
        experiment["classes"],
        experiment["pairs"],
        experiment["count"],
        snakemake.params.classes,
        snakemake.params.seed,
        experiment["sample"],
    )
    tables.write_table(pairs, snakemake.output[0], tables.PAIRS)
