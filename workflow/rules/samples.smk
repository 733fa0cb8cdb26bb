"""What is decoded where no artwork lies, attribute vectors and analogies, where they are asked for."""

TASKS = config["latent_tasks"]
EXPLORED = [(model, seed) for model in MODELS for seed in SEEDS] if TASKS["run"] else []
EXPLORED_FOLDERS = [f"{RUN}/models/{model}/seed-{seed}" for model, seed in EXPLORED]


rule explore_latents:
    input:
        latents=[f"{folder}/latents.parquet" for folder in EXPLORED_FOLDERS],
        weights=[f"{folder}/weights.safetensors" for folder in EXPLORED_FOLDERS],
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        metadata=METADATA if TASKS["columns"] else [],
        networks=rules.train_classifiers.output.networks,
    output:
        samples=table("samples"),
        attributes=table("attributes"),
        attribute_map=table("attribute_map"),
        analogies=table("analogies"),
        samples_strips=f"{RUN}/sample_strips.npy",
        neighbours_strips=f"{RUN}/neighbour_strips.npy",
        attributes_strips=f"{RUN}/attribute_strips.npy",
        analogies_strips=f"{RUN}/analogy_strips.npy",
        machine=f"{RUN}/explored_on.json",
    log:
        f"{RUN}/logs/explore_latents.log",
    benchmark:
        f"{RUN}/benchmarks/explore_latents.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("explore_latents", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        # All models in one job.
        **source("explore_latents", modules=FAMILIES),
        trained=EXPLORED,
        columns=literally(TASKS["columns"]),
        seed=DATASET["seed"],
    message:
        "Samples, attribute vectors and analogies of every model"
    script:
        "../../scripts/explore_latents.py"
