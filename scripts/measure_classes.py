"""Where the classes lie in one latent space, and how the space is used."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.latent_space import (
        CLASS_OFFSET,
        CLASS_OFFSET_NULL,
        CLASS_SPECTRUM_NULL,
        CONTENT_PROBES,
        DISENTANGLEMENT,
        FIRST_COMPONENT_ANGLE,
        LATENT_FACTORS,
        MEAN_DISTANCE,
        POSTERIOR_USE,
    )
    from stylewalk.latent_space import class_geometry, disentanglement, factors
    from stylewalk.latent_space.table import read_latents

    artworks, latents = read_latents(snakemake.input.latents)
    shown = tables.read_table(snakemake.input.artworks, ARTWORKS)
    seed = int(snakemake.wildcards.seed)
    about = {"latents": latents, "classes": artworks["class"], "order": snakemake.params.classes}
    distances = class_geometry.mean_distances(**about)
    offsets = class_geometry.class_offsets(**about, seed=seed, within=distances)
    measured = {
        CLASS_OFFSET: offsets[["class", "l1", "l2"]],
        CLASS_OFFSET_NULL: offsets.drop(columns=["l1", "l2"]),
        FIRST_COMPONENT_ANGLE: class_geometry.first_component_angles(**about, seed=seed),
        MEAN_DISTANCE: distances,
        LATENT_FACTORS: factors.factors(latents, shown),
        CONTENT_PROBES: factors.probes(latents, shown, seed),
        DISENTANGLEMENT: disentanglement.disentanglement(latents, shown, seed),
        CLASS_SPECTRUM_NULL: class_geometry.null_spectra(**about, seed=seed),
        POSTERIOR_USE: class_geometry.posterior_use(latents),
    }
    for table, frame in measured.items():
        named = frame.assign(model=snakemake.wildcards.model, seed=seed)
        tables.write_table(named, snakemake.output[table.name], table)
