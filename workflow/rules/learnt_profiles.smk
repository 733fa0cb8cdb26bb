"""Small networks that name class and content, and what they take images along walks for."""


rule train_classifiers:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
    output:
        calibration=table("classifier_calibration"),
        networks=f"{RUN}/classifiers.safetensors",
        machine=f"{RUN}/classifiers_on.json",
    log:
        f"{RUN}/logs/train_classifiers.log",
    benchmark:
        f"{RUN}/benchmarks/train_classifiers.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("train_classifiers", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        **source("train_classifiers"),
        seed=DATASET["seed"],
    message:
        "Train small networks that name class and content"
    script:
        "../../scripts/train_classifiers.py"


rule name_walks:
    input:
        **{
            name: expand(
                f"{TRAJECTORIES}/{file}", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
            )
            for name, file in (("pairs", "pairs.parquet"), ("walks", "images.npy"))
        },
        networks=rules.train_classifiers.output.networks,
        artworks=rules.pack_images.output.artworks,
    output:
        profiles=table("class_profiles"),
        machine=f"{RUN}/named_on.json",
    log:
        f"{RUN}/logs/name_walks.log",
    benchmark:
        f"{RUN}/benchmarks/name_walks.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("name_walks", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        **source("name_walks"),
        experiments=EXPERIMENTS,
        models=MODELS,
        seeds=SEEDS,
    message:
        "Name what is seen along the walks"
    script:
        "../../scripts/name_walks.py"
