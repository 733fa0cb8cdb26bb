"""What the report claims, and whether it holds here."""


# The files of pairs run over experiments, then models, then seeds.
rule weigh_claims:
    input:
        **{entry.name: f"{RUN}/{entry.file}" for entry in catalogue.evidence()},
        latent_sizes=MADE_SWEEP[:1],
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
        pairs=expand(
            f"{TRAJECTORIES}/pairs.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
        ),
        style_loss=expand(
            f"{TRAJECTORIES}/style_loss.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
        ),
    output:
        claims=table("claims"),
        claims_beside=table("claims_beside"),
    log:
        f"{RUN}/logs/weigh_claims.log",
    benchmark:
        f"{RUN}/benchmarks/weigh_claims.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("weigh_claims", memory_mb=4000),
    params:
        **source("weigh_claims", modules=METRIC_MODULES),
        entries=entries(*catalogue.evidence()),
        models=config["models"],
        classes=literally(CLASSES),
        experiments=config["experiments"],
        metrics=METRICS,
        paths=config["paths"],
        seeds=SEEDS,
    message:
        "Weigh the claims of the report"
    script:
        "../../scripts/weigh_claims.py"
