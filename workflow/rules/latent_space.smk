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
    params:
        classes=CLASSES,
    message:
        "Principal components of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/analyse_components.py"


rule cluster_latents:
    input:
        rules.encode_artworks.output.latents,
    output:
        silhouette=f"{TRAINED}/silhouette.parquet",
        composition=f"{TRAINED}/cluster_composition.parquet",
    log:
        f"{RUN}/logs/cluster_latents/{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    params:
        classes=CLASSES,
        clustering=config["clustering"],
    message:
        "Cluster the latents of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/cluster_latents.py"


rule tabulate_latent_space:
    input:
        pca_variance=expand(rules.analyse_components.output, model=MODELS, seed=SEEDS),
        silhouette=expand(rules.cluster_latents.output.silhouette, model=MODELS, seed=SEEDS),
        cluster_composition=expand(
            rules.cluster_latents.output.composition, model=MODELS, seed=SEEDS
        ),
    output:
        pca_variance=f"{RUN}/tables/pca_variance.csv",
        silhouette=f"{RUN}/tables/silhouette.csv",
        cluster_composition=f"{RUN}/tables/cluster_composition.csv",
    log:
        f"{RUN}/logs/tabulate_latent_space.log",
    conda:
        "../../envs/stylewalk.yaml"
    message:
        "Gather the tables of all latent spaces"
    script:
        "../../scripts/tabulate_latent_space.py"
