"""What `snakemake --report` shows, and under which heading."""

import functools

CAPTIONS = os.path.abspath(f".snakemake/captions/{RUN}")


report: "../report/workflow.rst"


def heading(chapter):
    """A chapter of the catalogue as Snakemake's report sorts it, by its letters."""
    return f"{1 + catalogue.CHAPTERS.index(chapter):02} {chapter.title}"


def figure_files(plot):
    """The files of a plot's figures, of which a report shows those that stay sharp."""
    files = []
    for name, figure, experiment in catalogue.figures(EXPERIMENTS, RANDOM, plot.figures):
        chapter = catalogue.chapter_of_figure(figure)
        shown = report(
            f"{RUN}/figures/{name}.svg",
            caption=f"{CAPTIONS}/figure/{name}.rst",
            category=heading(chapter),
            subcategory=subheading(chapter, experiment),
            # The PNG file holds title and caption.
            labels=functools.partial(labels_of, f"{RUN}/figures/{name}.png", "figure"),
        )
        files += [f"{RUN}/figures/{name}.png", shown]
    return files


def subheading(chapter, experiment=""):
    """Where a chapter is divided by experiments, which of them."""
    if not any(figure.of_experiment for figure in chapter.figures):
        return None
    return f"Experiment {experiment}" if experiment else "All together"


def table(name):
    """The file of a table of the study, which a report shows."""
    chapter, path = catalogue.chapter_of_table(name), f"{RUN}/tables/{name}.csv"
    return report(
        path,
        caption=f"{CAPTIONS}/table/{name}.rst",
        category=heading(chapter),
        subcategory=subheading(chapter),
        labels=functools.partial(labels_of, path, "table"),
    )


def page(path, shows):
    """A page of the study, which a report shows as it is, under this name."""
    return report(path, category="00 Overview", labels={"shows": shows, "as": "page"})


def labels_of(path, kind, wildcards):
    """What the list of a report says of a figure or table.

    Snakemake asks for it when it makes a report, and reads the captions' files after that: they
    are written here, out of the figure itself or the table's schema, so that they never differ. A
    table and a figure may have one name.
    """
    from stylewalk.pages.captions import write_caption

    name = os.path.splitext(os.path.basename(path))[0]
    return {"shows": write_caption(path, f"{CAPTIONS}/{kind}/{name}.rst"), "as": kind}
