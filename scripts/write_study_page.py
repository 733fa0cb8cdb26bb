"""Write the page of the study, and its summary for the terminal."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from stylewalk import checksums, style_layout, tables
    from stylewalk.files import atomic
    from stylewalk.pages import study, summary
    from stylewalk.study import study_facts

    checksums.verify(snakemake.params.sweep)  # no inputs, see common.smk
    shown = {
        name: tables.read_table(path, getattr(tables, name.upper()))
        for name, path in snakemake.input.items()
        if name not in ("figures", "style_network")
    }
    figures = list(snakemake.input.figures)
    for path in snakemake.params.sweep:
        if path.endswith(".csv"):
            shown["latent_sizes"] = tables.read_table(path, tables.LATENT_SIZES)
        else:
            figures.append(path)
    network = style_layout.describe(snakemake.input.style_network[0])
    facts = study_facts(snakemake.params.config, len(shown["artworks"]), network)
    with atomic(snakemake.output.page) as path:
        path.write_text(study.render(facts, shown, figures), encoding="utf-8")
    with atomic(snakemake.output.summary) as path:
        path.write_text(summary.render(facts, shown, snakemake.output.page), encoding="utf-8")
