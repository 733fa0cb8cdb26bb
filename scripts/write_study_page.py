"""Write the page of the study, and its summary for the terminal."""

from stylewalk_workflow.script import job

with job(snakemake):
    from pathlib import Path

    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue import TABLES
    from stylewalk.data.variety import sameness
    from stylewalk.files import atomic
    from stylewalk.pages import attachments, study, summary
    from stylewalk.pages.metric_tables import ALL_SHAPES
    from stylewalk.style import layout
    from stylewalk_workflow import benchmarks
    from stylewalk_workflow.study import study_facts

    files, params, output = snakemake.input, snakemake.params, snakemake.output
    named = {name: path for name, path in files.items() if isinstance(path, str)}
    # Lists, as a study may have none.
    beside = [*files.sweep, *files.judged]
    named |= {Path(path).stem: path for path in beside if path.endswith(".csv")}
    figures = [*files.figures, *(path for path in beside if path.endswith(".png"))]
    read = {n: tables.read_table(p, TABLES[n]) for n, p in named.items()}
    # The page is of the first metric; its files, for download, are of all.
    metric = next(iter(params.config["metrics"]))
    shown = {
        name: frame if TABLES[name].of_all_metrics else tables.of_metric(frame, metric)
        for name, frame in read.items()
    }
    shown[ALL_SHAPES] = read["profile_shapes"]
    network = layout.describe(files.style_network[0])
    labels, classes = shown["artworks"]["class"], params.config["dataset"]["classes"]
    same = sameness(open_images(files.images[0], count=len(labels)), labels, classes)
    facts = study_facts(params.config, len(labels), network, same)
    run = Path(output.page).parent
    offered = attachments.inside(run, [path for path in files if path not in files.images])
    steps = benchmarks.steps(run / "benchmarks", facts)
    page = study.render(facts, shown, figures, offered, steps, **params.page)
    for path, text in (
        (output.page, page),
        (output.summary, summary.render(facts, shown, output.page)),
    ):
        with atomic(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
