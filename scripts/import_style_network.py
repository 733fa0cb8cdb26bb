"""Bring the style network into the store that studies share, and link the study's file to it."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import listing, style_store
    from stylewalk.style_weights import load_sources

    stored = style_store.bring(
        snakemake.params.name,
        snakemake.params.weights,
        sources=load_sources(snakemake.input.sources),
        folder=style_store.FOLDER,
        sha256=snakemake.params.sha256,
    )
    style_store.link(stored, snakemake.output[0])
    if snakemake.params.weights_file:
        listing.keep_file(snakemake.params.weights, snakemake.params.weights_record)
