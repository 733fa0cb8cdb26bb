"""Write the page of the study, and its summary for the terminal."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    from dataclasses import replace
    from pathlib import Path

    from stylewalk import checksums, style_layout, tables
    from stylewalk.files import atomic
    from stylewalk.pages import study, summary
    from stylewalk.pages.durations import durations
    from stylewalk.study import study_facts

    params, output = snakemake.params, snakemake.output
    checksums.verify(params.sweep)  # no inputs, see common.smk
    named = {name: path for name, path in snakemake.input.items() if isinstance(path, str)}
    figures, files = list(snakemake.input.figures), [*snakemake.input, *params.sweep]
    for path in params.sweep:
        if path.endswith(".csv"):
            named["latent_sizes"] = path
        else:
            figures.append(path)
    shown = {n: tables.read_table(p, getattr(tables, n.upper())) for n, p in named.items()}
    network = style_layout.describe(snakemake.input.style_network[0])
    facts = study_facts(params.config, len(shown["artworks"]), network)
    facts = replace(facts, silhouette_rows=params.silhouette_rows)
    folder = Path(output.page).parent
    carried = {
        Path(path).relative_to(folder).as_posix(): path
        for path in map(str, files)
        if Path(path).is_relative_to(folder)
    }
    steps = durations(folder / "logs", facts)
    with atomic(output.page) as path:
        page = study.render(facts, shown, figures, carried, steps, params.explorer)
        path.write_text(page, encoding="utf-8")
    with atomic(output.summary) as path:
        path.write_text(summary.render(facts, shown, output.page), encoding="utf-8")
