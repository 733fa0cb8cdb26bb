"""Tables to figures, and all of it to a page and a summary.

A rule for each module that draws: a change of a module draws its own figures again. The catalogue
says what each of them reads.
"""

# What figures may depend on beside tables and pictures.
LOOK = {
    "models": MODELS,
    "classes": CLASSES,
    "experiments": LABELLED,
    "flat_within": config["profiles"]["flat_within"],
    "own_size": OWN_SIZE,
    "procedural": PROCEDURAL,
}

for plot in catalogue.plots():
    if RANDOM or not all(figure.of_random for figure in plot.figures):

        # Pictures are shown of the first seed: one is enough to look at.
        rule:
            name:
                f"plot_{plot.module}"
            input:
                **{name: files_of_first_seed(entry.file) for name, entry in plot.read().items()},
            output:
                figure_files(plot),
            log:
                f"{RUN}/logs/plot_{plot.module}.log",
            benchmark:
                f"{RUN}/benchmarks/plot_{plot.module}.tsv"
            conda:
                "../../envs/stylewalk.yaml"
            resources:
                **asks(f"plot_{plot.module}", memory_mb=4000),
            params:
                **source("plot_figures", modules=[plot.full_name], rule=f"plot_{plot.module}"),
                module=plot.module,
                # Of several metrics the first is shown, where there is one to show.
                metric=next(iter(METRICS)) if plot.is_scored else "",
                # What the catalogue says of it; a further figure elsewhere draws nothing again.
                entries=entries(plot),
                settings=literally({name: LOOK[name] for name in (*plot.settings, "procedural")}),
            message:
                f"Draw the figures of {plot.module.replace('_', ' ')}"
            script:
                "../../scripts/plot_figures.py"


# They are found by their names in the catalogue.
SENTENCES = [f"stylewalk.pages.sentences.{name}" for name in catalogue.sentence_modules()]


rule write_study_page:
    input:
        **{table: f"{RUN}/tables/{table}.csv" for table in TABLES},
        figures=expand(f"{RUN}/figures/{{figure}}.png", figure=FIGURES),
        sweep=MADE_SWEEP,
        judged=JUDGED,
        # Which the page only offers for download.
        offered=[
            *expand(f"{RUN}/figures/{{figure}}.svg", figure=FIGURES),
            rules.tabulate_losses.output.epochs,
            *rules.map_latents.output.maps,
        ],
        artworks=rules.pack_images.output.artworks,
        # In a list, as what is no table of the page.
        images=[rules.pack_images.output.images],
        rejected=rules.pack_images.output.rejected,
        duplicates=rules.pack_images.output.duplicates,
        style_network=rules.import_style_network.output,
    output:
        page=page(f"{RUN}/study.html", "The study"),
        summary=f"{RUN}/summary.txt",
    log:
        f"{RUN}/logs/write_study_page.log",
    benchmark:
        f"{RUN}/benchmarks/write_study_page.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("write_study_page"),
    params:
        **source("write_study_page", modules=SENTENCES),
        config={
            key: config[key]
            for key in (
                "run",
                "seeds",
                "dataset",
                "models",
                "experiments",
                "style_network",
                "metrics",
                "paths",
            )
        },
        page={"explorer": "explorer.html", **config["study_page"]},
    message:
        "Write the page of the study"
    script:
        "../../scripts/write_study_page.py"
