"""Flat maps of the latent spaces."""


# One job for all models: what UMAP has to compile is compiled once. Maps are of the first seed,
# like all that is only looked at.
rule map_latents:
    input:
        expand(rules.encode_artworks.output.latents, model=MODELS, seed=SEEDS[0]),
    output:
        expand(f"{TRAINED}/latent_map.parquet", model=MODELS, seed=SEEDS[0]),
    log:
        f"{RUN}/logs/map_latents.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(mapping_seconds),
    params:
        **source("map_latents"),
        models=MODELS,
        seed=SEEDS[0],
        maps=config["maps"],
    message:
        "Draw up flat maps of the latents of all models"
    script:
        "../../scripts/map_latents.py"
