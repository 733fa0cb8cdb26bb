"""The ends of every experiment's trajectories in one latent space."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import DUPLICATES
    from stylewalk.catalogue.trajectories import PAIRS
    from stylewalk.data.variety import sameness
    from stylewalk.latent_space.table import read_latents
    from stylewalk.trajectories.pairs import choose_pairs

    params = snakemake.params
    artworks, latents = read_latents(snakemake.input.latents)
    images = open_images(snakemake.input.images, count=len(artworks))
    duplicates = tables.read_table(snakemake.input.duplicates, DUPLICATES).dropna(subset=["id"])
    groups = dict(zip(duplicates["id"].astype(int), duplicates["group"], strict=True))
    for (name, experiment), path in zip(params.experiments.items(), snakemake.output, strict=True):
        drawn_for = experiment["pairs_of"] or name
        pairs = choose_pairs(
            artworks,
            latents,
            drawn_for,
            experiment["classes"],
            experiment["pairs"],
            params.experiments[drawn_for]["count"],
            params.classes,
            params.seed,
            experiment["sample"],
            params.has_beta,
            lambda classes, together=experiment["classes"] != "within": sameness(
                images, artworks["class"], classes, together
            ),
            experiment["split"],
            groups,
        )
        own = pairs[pairs["pair"] < experiment["count"]].assign(experiment=name)
        tables.write_table(own, path, PAIRS)
