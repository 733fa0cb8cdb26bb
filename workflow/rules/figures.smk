"""Tables to figures, and all of it to a page and a summary.

One rule for each module that draws: a change of a module draws its own figures again.
"""


rule plot_dataset:
    input:
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
    output:
        figures("dataset_overview", "dataset_examples"),
    log:
        f"{RUN}/logs/plot_dataset.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        **source("plot_dataset"),
        classes=literally(CLASSES),
        procedural=PROCEDURAL,
    message:
        "Draw the figures of the data"
    script:
        "../../scripts/plot_dataset.py"


rule plot_style_similarity:
    input:
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
        pairs=rules.compare_artworks.output.pairs,
        spread=rules.compare_artworks.output.spread,
    output:
        figures("dataset_style_similarity"),
    log:
        f"{RUN}/logs/plot_style_similarity.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        **source("plot_style_similarity"),
        classes=literally(CLASSES),
        procedural=PROCEDURAL,
    message:
        "Draw the figure of artworks that look alike"
    script:
        "../../scripts/plot_style_similarity.py"


# Pictures are shown of the first seed: one is enough to look at.
rule plot_training:
    input:
        epochs=rules.tabulate_losses.output.epochs,
        reconstructions=expand(
            rules.encode_artworks.output.reconstructions, model=MODELS, seed=SEEDS[0]
        ),
    output:
        figures("training_losses", "training_reconstructions"),
    log:
        f"{RUN}/logs/plot_training.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        **source("plot_training"),
        models=MODELS,
        procedural=PROCEDURAL,
    message:
        "Draw the figures of training"
    script:
        "../../scripts/plot_training.py"


rule plot_latent_space:
    input:
        pca_variance=f"{RUN}/tables/pca_variance.csv",
        silhouette=f"{RUN}/tables/silhouette.csv",
        cluster_composition=f"{RUN}/tables/cluster_composition.csv",
        class_spectrum_null=f"{RUN}/tables/class_spectrum_null.csv",
    output:
        figures("latent_space_spectra", "clusters_silhouette", "clusters_composition"),
    log:
        f"{RUN}/logs/plot_latent_space.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(),
    params:
        **source("plot_latent_space"),
        models=MODELS,
        classes=literally(CLASSES),
        procedural=PROCEDURAL,
    message:
        "Draw the figures of principal components and clusters"
    script:
        "../../scripts/plot_latent_space.py"


rule plot_maps:
    input:
        maps=rules.map_latents.output,
        latents=rules.map_latents.input,
    output:
        figures("latent_space_maps"),
    log:
        f"{RUN}/logs/plot_maps.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(),
    params:
        **source("plot_maps"),
        models=MODELS,
        classes=literally(CLASSES),
        procedural=PROCEDURAL,
    message:
        "Draw the maps of the latent space"
    script:
        "../../scripts/plot_maps.py"


# The script takes the tables in this order.
rule plot_classes:
    input:
        class_offset_null=f"{RUN}/tables/class_offset_null.csv",
        first_component_angle=f"{RUN}/tables/first_component_angle.csv",
        mean_distance=f"{RUN}/tables/mean_distance.csv",
        posterior_use=f"{RUN}/tables/posterior_use.csv",
        silhouette=f"{RUN}/tables/silhouette.csv",
        cluster_agreement=f"{RUN}/tables/cluster_agreement.csv",
        cluster_agreement_by_split=f"{RUN}/tables/cluster_agreement_by_split.csv",
        classifier_accuracy=f"{RUN}/tables/classifier_accuracy.csv",
    output:
        figures("latent_space_classes", "latent_space_use", "clusters_agreement"),
    log:
        f"{RUN}/logs/plot_classes.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("plot_classes"),
        models=MODELS,
        classes=literally(CLASSES),
        procedural=PROCEDURAL,
    message:
        "Draw the figures of classes in the latent space"
    script:
        "../../scripts/plot_classes.py"


# The lists of files of pairs run over experiments, then models.
rule plot_trajectories:
    input:
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
        style_profiles=f"{RUN}/tables/style_profiles.csv",
        profile_shapes=f"{RUN}/tables/profile_shapes.csv",
        artworks=rules.pack_images.output.artworks,
    output:
        figures(*WALKS),
    log:
        f"{RUN}/logs/plot_trajectories.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(strip_bytes),
        runtime=minutes(),
    params:
        **source("plot_trajectories"),
        models=MODELS,
        classes=literally(CLASSES),
        experiments=config["experiments"],
        flat_within=config["profiles"]["flat_within"],
        procedural=PROCEDURAL,
    message:
        "Draw the figures of trajectories"
    script:
        "../../scripts/plot_trajectories.py"


if RANDOM:

    rule plot_spread:
        input:
            style_profiles=f"{RUN}/tables/style_profiles.csv",
        output:
            figures(*SPREADS),
        log:
            f"{RUN}/logs/plot_spread.log",
        conda:
            "../../envs/stylewalk.yaml"
        resources:
            mem_mb=memory(),
            runtime=minutes(),
        params:
            **source("plot_spread"),
            models=MODELS,
            classes=literally(CLASSES),
            experiments=config["experiments"],
            procedural=PROCEDURAL,
        message:
            "Draw how trajectories spread around their mean"
        script:
            "../../scripts/plot_spread.py"

    # The script takes the tables in this order.
    rule plot_dissolve:
        input:
            trajectory_measures=f"{RUN}/tables/trajectory_measures.csv",
            shape_rho=f"{RUN}/tables/shape_rho.csv",
            control_tests=f"{RUN}/tables/control_tests.csv",
        output:
            figures("trajectories_dissolve", "trajectories_control"),
        log:
            f"{RUN}/logs/plot_dissolve.log",
        conda:
            "../../envs/stylewalk.yaml"
        resources:
            mem_mb=memory(),
            runtime=minutes(),
        params:
            **source("plot_dissolve"),
            models=MODELS,
            classes=literally(CLASSES),
            experiments=config["experiments"],
            procedural=PROCEDURAL,
        message:
            "Draw the measures of single trajectories"
        script:
            "../../scripts/plot_dissolve.py"


rule write_study_page:
    input:
        **{table: f"{RUN}/tables/{table}.csv" for table in TABLES},
        figures=expand(f"{RUN}/figures/{{figure}}.png", figure=FIGURES),
        # Only carried by the page, for download.
        carried=[
            *expand(f"{RUN}/figures/{{figure}}.svg", figure=FIGURES),
            rules.tabulate_losses.output.epochs,
            *rules.map_latents.output,
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
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("write_study_page"),
        config={
            key: config[key]
            for key in ("run", "seeds", "dataset", "models", "experiments", "style_network")
        },
        sweep=MADE_SWEEP,
        explorer="explorer.html",
    message:
        "Write the page of the study"
    script:
        "../../scripts/write_study_page.py"
