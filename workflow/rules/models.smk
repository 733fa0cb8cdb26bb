"""Train every model with every seed, and encode every artwork."""

TRAINED = f"{RUN}/models/{{model}}/seed-{{seed}}"


def device_threads(wildcards):
    """Threads of a job that uses the GPU where there is one, else the cores.

    Networks this small gain more from running side by side than from threads, so the cores are
    shared out among the jobs that can run at once; --resources gpu=1 makes that one.
    """
    side_by_side = len(MODELS) * len(SEEDS)
    side_by_side = min(side_by_side, workflow.global_resources.get("gpu") or side_by_side)
    return min(8, max(1, workflow.cores // side_by_side)) if workflow.cores else 1


rule train_model:
    message:
        "Train {wildcards.model} with seed {wildcards.seed}"
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
    output:
        weights=f"{TRAINED}/weights.safetensors",
        losses=f"{TRAINED}/losses.parquet",
    log:
        f"{RUN}/logs/train_model/{{model}}-{{seed}}.log",
    params:
        settings=lambda wildcards: config["models"][wildcards.model],
        training=config["training"],
        classes=CLASSES,
    threads: device_threads
    resources:
        gpu=1,
    script:
        "../../scripts/train_model.py"


rule encode_artworks:
    message:
        "Encode every artwork with {wildcards.model}, seed {wildcards.seed}"
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        weights=rules.train_model.output.weights,
    output:
        latents=f"{TRAINED}/latents.parquet",
        reconstructions=f"{TRAINED}/reconstructions.npz",
    log:
        f"{RUN}/logs/encode_artworks/{{model}}-{{seed}}.log",
    params:
        classes=CLASSES,
        precision=config["training"]["precision"],
    threads: device_threads
    resources:
        gpu=1,
    script:
        "../../scripts/encode_artworks.py"


rule tabulate_losses:
    message:
        "Gather the losses of all models"
    input:
        expand(rules.train_model.output.losses, model=MODELS, seed=SEEDS),
    output:
        losses=f"{RUN}/tables/losses.csv",
        epochs=f"{RUN}/epoch_losses.parquet",
    log:
        f"{RUN}/logs/tabulate_losses.log",
    script:
        "../../scripts/tabulate_losses.py"
