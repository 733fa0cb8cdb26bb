"""Tables to figures, and all of it to a page and a summary."""

CHAPTERS = {
    "dataset": ["dataset_overview", "dataset_examples"],
    "training": ["training_losses", "training_reconstructions"],
    "latent_space": ["latent_space_spectra", "clusters_silhouette", "clusters_composition"],
    "trajectories": [
        "trajectories_overview",
        "trajectories_shapes",
        *(f"trajectories_{name}_{kind}" for name in EXPERIMENTS for kind in ("profiles", "strips")),
    ],
}
FIGURES = [figure for figures in CHAPTERS.values() for figure in figures]
TABLES = [
    "losses",
    "pca_variance",
    "silhouette",
    "cluster_composition",
    "style_profiles",
    "profile_shapes",
]


def figures(chapter):
    """The files of a chapter's figures."""
    return expand(f"{RUN}/figures/{{figure}}.{{ext}}", figure=CHAPTERS[chapter], ext=["png", "svg"])


rule plot_dataset:
    message:
        "Draw the figures of the data"
    input:
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
    output:
        figures("dataset"),
    log:
        f"{RUN}/logs/plot_dataset.log",
    params:
        classes=CLASSES,
        procedural=PROCEDURAL,
    script:
        "../../scripts/plot_dataset.py"


rule plot_training:
    message:
        "Draw the figures of training"
    input:
        epochs=rules.tabulate_losses.output.epochs,
        # One seed is enough to look at.
        reconstructions=expand(
            rules.encode_artworks.output.reconstructions, model=MODELS, seed=SEEDS[0]
        ),
    output:
        figures("training"),
    log:
        f"{RUN}/logs/plot_training.log",
    params:
        models=MODELS,
        procedural=PROCEDURAL,
    script:
        "../../scripts/plot_training.py"


rule plot_latent_space:
    message:
        "Draw the figures of the latent space"
    input:
        pca_variance=rules.tabulate_latent_space.output.pca_variance,
        silhouette=rules.tabulate_latent_space.output.silhouette,
        cluster_composition=rules.tabulate_latent_space.output.cluster_composition,
    output:
        figures("latent_space"),
    log:
        f"{RUN}/logs/plot_latent_space.log",
    params:
        models=MODELS,
        classes=CLASSES,
        procedural=PROCEDURAL,
    script:
        "../../scripts/plot_latent_space.py"


rule plot_trajectories:
    message:
        "Draw the figures of trajectories"
    input:
        artworks=rules.pack_images.output.artworks,
        profiles=rules.summarise_profiles.output.profiles,
        shapes=rules.summarise_profiles.output.shapes,
        # One seed is enough to look at. Both lists run over experiments, then models.
        **{
            kind: expand(
                f"{WALKED}/{kind}.{suffix}", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS[0]
            )
            for kind, suffix in (
                ("pairs", "parquet"),
                ("style_loss", "parquet"),
                ("images", "npy"),
            )
        },
    output:
        figures("trajectories"),
    log:
        f"{RUN}/logs/plot_trajectories.log",
    params:
        models=MODELS,
        classes=CLASSES,
        experiments=config["experiments"],
        flat_within=config["profiles"]["flat_within"],
        procedural=PROCEDURAL,
    script:
        "../../scripts/plot_trajectories.py"


rule write_study_page:
    message:
        "Write the page of the study"
    input:
        figures=expand(f"{RUN}/figures/{{figure}}.png", figure=FIGURES),
        artworks=rules.pack_images.output.artworks,
        rejected=rules.pack_images.output.rejected,
        style_network=rules.import_style_network.output,
        **{table: f"{RUN}/tables/{table}.csv" for table in TABLES},
    output:
        page=f"{RUN}/study.html",
        summary=f"{RUN}/summary.txt",
    log:
        f"{RUN}/logs/write_study_page.log",
    params:
        config=config,
        procedural=PROCEDURAL,
    script:
        "../../scripts/write_study_page.py"
