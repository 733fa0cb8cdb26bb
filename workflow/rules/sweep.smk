"""Reconstruction loss against latent size, a target of its own: ``snakemake sweep``."""


localrules:
    sweep,


use rule train_model as train_sweep with:
    output:
        weights=f"{SWEPT}/weights.safetensors",
        losses=f"{SWEPT}/losses.parquet",
        machine=f"{SWEPT}/trained_on.json",
    log:
        f"{RUN}/logs/train_sweep/{{size}}-{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/train_sweep/{{size}}-{{model}}-{{seed}}.tsv"
    wildcard_constraints:
        size=r"\d+",
    params:
        training=lambda wildcards: config["training"] | {"latent_size": int(wildcards.size)},
    message:
        "Train {wildcards.model} with {wildcards.size} latent dimensions, seed {wildcards.seed}, "
        "CPU threads: {threads}"


rule tabulate_sweep:
    input:
        of_sweep("losses.parquet"),
    output:
        table("latent_sizes"),
    log:
        f"{RUN}/logs/tabulate_sweep.log",
    benchmark:
        f"{RUN}/benchmarks/tabulate_sweep.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("tabulate_sweep"),
    params:
        **source("tabulate_sweep"),
        sizes=lambda wildcards: [training.size for training in plan(config)],
    message:
        "Gather the losses of all latent sizes"
    script:
        "../../scripts/tabulate_sweep.py"


rule sweep:
    input:
        rules.tabulate_sweep.output,
        SWEEP,
        # What was deleted is made again, as in the study.
        of_sweep("weights.safetensors"),
        of_sweep("losses.parquet"),
        of_sweep("trained_on.json"),
    message:
        "The sweep of latent sizes is complete"
