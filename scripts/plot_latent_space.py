"""Draw the figures of the latent space."""

from pathlib import Path

from stylewalk.doorway import doorway

with doorway(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.latent_table import read_latents
    from stylewalk.maps import preservation
    from stylewalk.plots import classes, latent_space, maps

    files, params = dict(snakemake.input.items()), snakemake.params
    flat, kept = [], []
    sources = zip(params.models, files.pop("maps"), files.pop("latents"), strict=True)
    for model, path, source in sources:
        artworks, latents = read_latents(source)
        table = tables.read_table(path, tables.LATENT_MAP)
        kept.append(preservation(table, artworks, latents).assign(model=model))
        flat.append(table.merge(artworks[["id", "split"]], on="id"))
    read = {n: tables.read_table(path, getattr(tables, n.upper())) for n, path in files.items()}
    about = params.models, params.classes, Path(snakemake.output[0]).parent, params.procedural
    latent_space.draw(
        read["pca_variance"],
        read["silhouette"],
        read["cluster_composition"],
        *about,
        spectrum_null=read["class_spectrum_null"],
    )
    maps.draw(pd.concat(flat), pd.concat(kept), *about)
    names = ("class_offset_null", "first_component_angle", "mean_distance", "posterior_use")
    names += (
        "silhouette",
        "cluster_agreement",
        "cluster_agreement_by_split",
        "classifier_accuracy",
    )
    classes.draw(*(read[name] for name in names), *about)
