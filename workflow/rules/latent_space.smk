"""How each model organises its latent space."""


rule analyse_components:
    input:
        rules.encode_artworks.output.latents,
    output:
        f"{TRAINED}/pca_variance.parquet",
    log:
        f"{RUN}/logs/analyse_components/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/analyse_components/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("analyse_components", memory_mb=4000, minutes=240),
    params:
        **source("analyse_components"),
        classes=literally(CLASSES),
    message:
        "Principal components of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/analyse_components.py"


rule measure_classes:
    input:
        latents=rules.encode_artworks.output.latents,
        artworks=rules.pack_images.output.artworks,
    output:
        **{entry.name: f"{RUN}/{entry.of_model}" for entry in catalogue.made_in("measure_classes")},
    log:
        f"{RUN}/logs/measure_classes/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/measure_classes/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("measure_classes", memory_mb=4000, minutes=240),
    params:
        **source("measure_classes"),
        classes=literally(CLASSES),
    message:
        "Where the classes lie in {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/measure_classes.py"


rule cluster_latents:
    input:
        rules.encode_artworks.output.latents,
    output:
        **{entry.name: f"{RUN}/{entry.of_model}" for entry in catalogue.made_in("cluster_latents")},
        artwork_clusters=f"{TRAINED}/artwork_clusters.parquet",
    log:
        f"{RUN}/logs/cluster_latents/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/cluster_latents/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("cluster_latents", memory_mb=4000, minutes=240),
    params:
        **source("cluster_latents"),
        classes=literally(CLASSES),
        clustering=config["clustering"],
    message:
        "Cluster the latents of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/cluster_latents.py"


rule tabulate_latent_space:
    input:
        **{
            table: expand(f"{TRAINED}/{table}.parquet", model=MODELS, seed=SEEDS)
            for table in LATENT_TABLES
        },
    output:
        **{name: table(name) for name in LATENT_TABLES},
    log:
        f"{RUN}/logs/tabulate_latent_space.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_latent_space.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("tabulate_latent_space"),
    params:
        **source("tabulate_latent_space"),
        entries=entries(*(catalogue.TABLES[name] for name in LATENT_TABLES)),
    message:
        "Gather the tables of all latent spaces"
    script:
        "../../scripts/tabulate_latent_space.py"
