"""Tables to figures, and all of it to a page and a summary."""


rule plot_dataset:
    input:
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
        likeness=rules.compare_artworks.output.pairs,
        spread=rules.compare_artworks.output.spread,
    output:
        figures("dataset"),
    log:
        f"{RUN}/logs/plot_dataset.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        classes=CLASSES,
        procedural=PROCEDURAL,
    message:
        "Draw the figures of the data"
    script:
        "../../scripts/plot_dataset.py"


# Pictures are shown of the first seed: one is enough to look at.
rule plot_training:
    input:
        epochs=rules.tabulate_losses.output.epochs,
        reconstructions=expand(
            rules.encode_artworks.output.reconstructions, model=MODELS, seed=SEEDS[0]
        ),
    output:
        figures("training"),
    log:
        f"{RUN}/logs/plot_training.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        models=MODELS,
        procedural=PROCEDURAL,
    message:
        "Draw the figures of training"
    script:
        "../../scripts/plot_training.py"


rule plot_latent_space:
    input:
        **{table: f"{RUN}/tables/{table}.csv" for table in LATENT_TABLES},
        maps=rules.map_latents.output,
        latents=rules.map_latents.input,
    output:
        figures("latent_space"),
    log:
        f"{RUN}/logs/plot_latent_space.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(),
    params:
        models=MODELS,
        classes=CLASSES,
        procedural=PROCEDURAL,
    message:
        "Draw the figures of the latent space"
    script:
        "../../scripts/plot_latent_space.py"


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
        **{table: f"{RUN}/tables/{table}.csv" for table in PROFILE_TABLES},
        artworks=rules.pack_images.output.artworks,
    output:
        figures("trajectories"),
    log:
        f"{RUN}/logs/plot_trajectories.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(strip_bytes),
        runtime=minutes(),
    params:
        models=MODELS,
        classes=CLASSES,
        experiments=config["experiments"],
        flat_within=config["profiles"]["flat_within"],
        procedural=PROCEDURAL,
    message:
        "Draw the figures of trajectories"
    script:
        "../../scripts/plot_trajectories.py"


rule write_study_page:
    input:
        **{table: f"{RUN}/tables/{table}.csv" for table in TABLES},
        figures=expand(f"{RUN}/figures/{{figure}}.png", figure=FIGURES),
        artworks=rules.pack_images.output.artworks,
        rejected=rules.pack_images.output.rejected,
        style_network=rules.import_style_network.output,
    output:
        page=f"{RUN}/study.html",
        summary=f"{RUN}/summary.txt",
    log:
        f"{RUN}/logs/write_study_page.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        config=config,
        sweep=MADE_SWEEP,
    message:
        "Write the page of the study"
    script:
        "../../scripts/write_study_page.py"
