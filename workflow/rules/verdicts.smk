"""How far the verdicts on profiles are to be trusted."""

# What walks between the pairs of others on another path decides nothing.
DECIDING = [name for name, about in config["experiments"].items() if not about["pairs_of"]]


rule try_verdicts:
    input:
        **{
            kind: expand(
                f"{TRAJECTORIES}/{kind}.parquet", experiment=DECIDING, model=MODELS, seed=SEEDS
            )
            for kind in ("style_loss", "pairs")
        },
    output:
        table("false_verdicts"),
    log:
        f"{RUN}/logs/try_verdicts.log",
    benchmark:
        f"{RUN}/benchmarks/try_verdicts.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("try_verdicts", minutes=120),
    params:
        **source("try_verdicts"),
        metric=next(iter(METRICS)),
        confirmatory=RANDOM,
        models=list(MODELS),
        experiments=DECIDING,
        seeds=SEEDS,
        flat_within=config["profiles"]["flat_within"],
        nulls=config["profiles"]["nulls"],
        seed=DATASET["seed"],
    message:
        "Try the verdicts on {params.nulls} simulated studies without any shape"
    script:
        "../../scripts/try_verdicts.py"
