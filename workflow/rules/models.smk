"""Train every model with every seed, and encode every artwork."""


# Classes are sorted: the order in which a study shows them trains nothing again.
rule train_model:
    input:
        **({"network": STYLE_NETWORK} if PERCEPTUAL else {}),
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        files=lambda wildcards: [ancient(path) for path in MODEL_FILES[wildcards.model].values()],
    output:
        weights=f"{TRAINED}/weights.safetensors",
        losses=f"{TRAINED}/losses.parquet",
        machine=f"{TRAINED}/trained_on.json",
    log:
        f"{RUN}/logs/train_model/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/train_model/{{model}}-{{seed}}.tsv"
    # Before anything that comes of a single model, so that the last training leaves no core idle.
    priority: 10
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("train_model", memory_mb=4000, minutes=480),
        gpu=1,
    params:
        **source("train_model", loads_models=True, modules=PERCEPTUAL),
        settings=lambda wildcards: config["models"][wildcards.model],
        training=config["training"],
        classes=literally(sorted(CLASSES)),
        files=read_by_model,
        files_records=files_of_model,
    message:
        "Train {wildcards.model} with seed {wildcards.seed}, CPU threads: {threads}"
    script:
        "../../scripts/train_model.py"


rule fit_pca:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
    output:
        components=f"{RUN}/pca.npz",
        of_pictures=f"{RUN}/pca_errors.npy",
    log:
        f"{RUN}/logs/fit_pca.log",
    benchmark:
        f"{RUN}/benchmarks/fit_pca.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("fit_pca", memory_mb=4000, minutes=240),
    params:
        **source("fit_pca"),
        latent_size=config["training"]["latent_size"],
    message:
        "Principal components of the pictures"
    script:
        "../../scripts/fit_pca.py"


# Apart from the components: another beta encodes no artwork again.
rule fit_baselines:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        components=rules.fit_pca.output.components,
    output:
        table("baselines"),
    log:
        f"{RUN}/logs/fit_baselines.log",
    benchmark:
        f"{RUN}/benchmarks/fit_baselines.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("fit_baselines", memory_mb=4000, minutes=240),
    params:
        **source("fit_baselines"),
        latent_size=config["training"]["latent_size"],
        betas=list(dict.fromkeys(m["beta"] for m in config["models"].values() if "beta" in m)),
    message:
        "Errors of linear baselines"
    script:
        "../../scripts/fit_baselines.py"


rule encode_artworks:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        weights=rules.train_model.output.weights,
        pca_errors=rules.fit_pca.output.of_pictures,
    output:
        **{entry.name: f"{RUN}/{entry.of_model}" for entry in catalogue.made_in("encode_artworks")},
        latents=f"{TRAINED}/latents.parquet",
        reconstructions=f"{TRAINED}/reconstructions.npz",
        machine=f"{TRAINED}/encoded_on.json",
    log:
        f"{RUN}/logs/encode_artworks/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/encode_artworks/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("encode_artworks", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        **source("encode_artworks", loads_models=True),
        classes=literally(CLASSES),
        seed=DATASET["seed"],
    message:
        "Encode every artwork with {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/encode_artworks.py"


rule tabulate_losses:
    input:
        expand(rules.train_model.output.losses, model=MODELS, seed=SEEDS),
    output:
        losses=table("losses"),
        epochs=f"{RUN}/epoch_losses.parquet",
    log:
        f"{RUN}/logs/tabulate_losses.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_losses.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("tabulate_losses"),
    params:
        **source("tabulate_losses"),
    message:
        "Gather the losses of all models"
    script:
        "../../scripts/tabulate_losses.py"
