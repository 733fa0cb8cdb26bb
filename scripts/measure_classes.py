"""Where the classes lie in one latent space, and how the space is used."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.latent_space import class_geometry
    from stylewalk.latent_space.table import read_latents

    artworks, latents = read_latents(snakemake.input[0])
    seed = int(snakemake.wildcards.seed)
    about = {"latents": latents, "classes": artworks["class"], "order": snakemake.params.classes}
    distances = class_geometry.mean_distances(**about)
    offsets = class_geometry.class_offsets(**about, seed=seed, within=distances)
    found = {
        "class_offset": offsets[["class", "l1", "l2"]],
        "class_offset_null": offsets.drop(columns=["l1", "l2"]),
        "first_component_angle": class_geometry.first_component_angles(**about, seed=seed),
        "mean_distance": distances,
        "class_spectrum_null": class_geometry.null_spectra(**about, seed=seed),
        "posterior_use": class_geometry.posterior_use(latents),
    }
    for name, frame in found.items():
        named = frame.assign(model=snakemake.wildcards.model, seed=seed)
        tables.write_table(named, snakemake.output[name], getattr(tables, name.upper()))
