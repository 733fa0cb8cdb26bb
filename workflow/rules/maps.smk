"""Flat maps of the latent spaces."""


# One job for all models: what UMAP has to compile is compiled once. Maps are of the first seed,
# like all that is only looked at.
rule map_latents:
    input:
        expand(rules.encode_artworks.output.latents, model=MODELS, seed=SEEDS[0]),
    output:
        maps=expand(f"{TRAINED}/latent_map.parquet", model=MODELS, seed=SEEDS[0]),
        preservation=table("map_preservation"),
    log:
        f"{RUN}/logs/map_latents.log",
    benchmark:
        f"{RUN}/benchmarks/map_latents.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("map_latents", memory_mb=4000, minutes=120),
    params:
        **source("map_latents"),
        models=MODELS,
        seed=SEEDS[0],
        maps=config["maps"],
    message:
        "Draw up flat maps of the latents of all models"
    script:
        "../../scripts/map_latents.py"
