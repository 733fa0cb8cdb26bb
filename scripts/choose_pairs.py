"""The ends of one experiment's trajectories in one latent space."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.trajectories import PAIRS
    from stylewalk.data.variety import sameness
    from stylewalk.latent_space.table import read_latents
    from stylewalk.trajectories.pairs import choose_pairs

    artworks, latents = read_latents(snakemake.input.latents)
    images = open_images(snakemake.input.images, count=len(artworks))
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
        snakemake.params.has_beta,
        lambda classes: sameness(
            images, artworks["class"], classes, experiment["classes"] != "within"
        ),
        experiment["split"],
    )
    tables.write_table(pairs, snakemake.output[0], PAIRS)
