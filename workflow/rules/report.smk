"""What `snakemake --report` shows, and how it is told."""

import functools

# By the beginning of a figure's name; the tables stand in the lists of common.smk.
CHAPTERS = {
    "dataset": "1 Data",
    "training": "2 Models",
    "latent_sizes": "2 Models",
    "latent_space": "3 Latent space",
    "clusters": "4 Clusters",
    "trajectories": "5 Trajectories",
    **dict.fromkeys(["artwork_style_loss", "class_style_loss"], "1 Data"),
    "losses": "2 Models",
    **dict.fromkeys(["pca_variance", *CLASS_TABLES], "3 Latent space"),
    **dict.fromkeys(CLUSTER_TABLES, "4 Clusters"),
    **dict.fromkeys([*PROFILE_TABLES, "false_verdicts"], "5 Trajectories"),
    "claims": "6 Claims",
}
CAPTIONS = os.path.abspath(f".snakemake/captions/{RUN}")


report: "../report/workflow.rst"


def figure(name):
    """The files of a figure, of which a report shows the one that stays sharp."""
    chapter = CHAPTERS[next(start for start in CHAPTERS if name.startswith(start))]
    # The PNG file holds title and caption.
    labels = functools.partial(labels_of, f"{RUN}/figures/{name}.png", "figure")
    walk = next((f"Experiment {e}" for e in EXPERIMENTS if name in walks_of(e)), "All together")
    sub = walk if chapter == CHAPTERS["trajectories"] else None
    shown = report(
        f"{RUN}/figures/{name}.svg",
        caption=f"{CAPTIONS}/{name}.rst",
        category=chapter,
        subcategory=sub,
        labels=labels,
    )
    return [f"{RUN}/figures/{name}.png", shown]


def walks_of(experiment):
    """The figures of one experiment."""
    return [f"trajectories_{experiment}_{kind}" for kind in ("profiles", "strips", "spread")]


def table(name):
    """The file of a table of the study, which a report shows."""
    chapter, path = CHAPTERS[name], f"{RUN}/tables/{name}.csv"
    return report(
        path,
        caption=f"{CAPTIONS}/{name}.rst",
        category=chapter,
        subcategory="All together" if chapter == CHAPTERS["trajectories"] else None,
        labels=functools.partial(labels_of, path, "table"),
    )


def page(path, shows):
    """A page of the study, which a report shows as it is, under this name."""
    return report(path, category="0 Overview", labels={"shows": shows, "as": "page"})


def labels_of(path, kind, wildcards):
    """What the list of a report says of a figure or table.

    Snakemake asks for it when it makes a report, and reads the captions' files after that: they
    are written here, out of the figure itself or the table's schema, so that they never differ.
    """
    from stylewalk.pages.captions import write_caption

    name = os.path.splitext(os.path.basename(path))[0]
    return {"shows": write_caption(path, f"{CAPTIONS}/{name}.rst"), "as": kind}
