"""Write the page of the study, and its summary for the terminal."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import style_layout, tables
    from stylewalk.files import atomic
    from stylewalk.pages import study, summary
    from stylewalk.study import study_facts

    schemas = {
        "losses": tables.LOSSES,
        "pca_variance": tables.PCA_VARIANCE,
        "silhouette": tables.SILHOUETTE,
        "cluster_composition": tables.CLUSTER_COMPOSITION,
        "profile_shapes": tables.PROFILE_SHAPES,
        "artworks": tables.ARTWORKS,
        "rejected": tables.REJECTED,
    }
    shown = {name: tables.read_table(snakemake.input[name], schemas[name]) for name in schemas}
    network = style_layout.describe(snakemake.input.style_network[0])
    facts = study_facts(snakemake.params.config, len(shown["artworks"]), network)
    with atomic(snakemake.output.page) as path:
        path.write_text(study.render(facts, shown, snakemake.input.figures), encoding="utf-8")
    with atomic(snakemake.output.summary) as path:
        path.write_text(summary.render(facts, shown, snakemake.output.page), encoding="utf-8")
