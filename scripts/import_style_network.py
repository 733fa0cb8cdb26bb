"""Bring the style network's weights into one canonical file, checked by checksum."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk.style_weights import import_weights, load_sources

    import_weights(
        snakemake.params.name,
        snakemake.params.weights,
        sources=load_sources(snakemake.input.sources),
        destination=snakemake.output[0],
        sha256=snakemake.params.sha256,
    )
