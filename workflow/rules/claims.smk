"""What the report claims, and whether it holds here."""


# The files of pairs run over experiments, then models, then seeds.
rule weigh_claims:
    input:
        **{table: f"{RUN}/tables/{table}.csv" for table in EVIDENCE},
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
        pairs=expand(f"{WALKED}/pairs.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS),
    output:
        table("claims"),
    log:
        f"{RUN}/logs/weigh_claims.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(picture_bytes),
        runtime=minutes(),
    params:
        **source("weigh_claims"),
        models=config["models"],
        classes=literally(CLASSES),
        experiments=config["experiments"],
        seeds=SEEDS,
        sweep=MADE_SWEEP,
    message:
        "Weigh the claims of the report"
    script:
        "../../scripts/weigh_claims.py"
