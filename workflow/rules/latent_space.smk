"""How each model organises its latent space."""


rule analyse_components:
    input:
        rules.encode_artworks.output.latents,
    output:
        f"{TRAINED}/pca_variance.parquet",
    log:
        f"{RUN}/logs/analyse_components/{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(clustering_seconds),
    params:
        **source("analyse_components"),
        classes=literally(CLASSES),
    message:
        "Principal components of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/analyse_components.py"


rule measure_classes:
    input:
        rules.encode_artworks.output.latents,
    output:
        **{table: f"{TRAINED}/{table}.parquet" for table in CLASS_TABLES},
    log:
        f"{RUN}/logs/measure_classes/{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(clustering_seconds),
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
        **{table: f"{TRAINED}/{table}.parquet" for table in CLUSTER_TABLES},
        artwork_clusters=f"{TRAINED}/artwork_clusters.parquet",
    log:
        f"{RUN}/logs/cluster_latents/{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(clustering_seconds),
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
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("tabulate_latent_space"),
    message:
        "Gather the tables of all latent spaces"
    script:
        "../../scripts/tabulate_latent_space.py"
