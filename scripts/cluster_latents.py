"""Clusters of one latent space, and how far they and the latents agree with the classes."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue.clusters import (
        ARTWORK_CLUSTERS,
        CLASSIFIER_ACCURACY,
        CLUSTER_AGREEMENT,
        CLUSTER_AGREEMENT_BY_SPLIT,
        CLUSTER_COMPOSITION,
        SILHOUETTE,
    )
    from stylewalk.latent_space.agreement import (
        agreement_by_split,
        artwork_clusters,
        best_repeats,
        classifier_accuracy,
        cluster_agreement,
    )
    from stylewalk.latent_space.clustering import cluster_latents
    from stylewalk.latent_space.table import read_latents

    artworks, latents = read_latents(snakemake.input[0])
    seed = int(snakemake.wildcards.seed)
    silhouette, composition, clusters = cluster_latents(
        latents,
        artworks["class"],
        snakemake.params.clustering["methods"],
        snakemake.params.clustering["k"],
        snakemake.params.clustering["repeats"],
        seed,
        order=snakemake.params.classes,
        silhouette_rows=snakemake.params.clustering["silhouette_rows"],
    )
    best = best_repeats(silhouette)
    named = {"model": snakemake.wildcards.model, "seed": seed}
    measured = {
        SILHOUETTE: silhouette,
        ARTWORK_CLUSTERS: artwork_clusters(artworks["id"], silhouette, clusters),
        CLUSTER_COMPOSITION: composition,
        CLUSTER_AGREEMENT: cluster_agreement(clusters, artworks["class"], best),
        CLUSTER_AGREEMENT_BY_SPLIT: agreement_by_split(
            clusters, artworks["class"], artworks["split"], best
        ),
        CLASSIFIER_ACCURACY: classifier_accuracy(
            latents, artworks["class"], artworks["split"], seed
        ),
    }
    for table, frame in measured.items():
        tables.write_table(frame.assign(**named), snakemake.output[table.name], table)
