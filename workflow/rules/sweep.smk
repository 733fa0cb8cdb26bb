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
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("tabulate_sweep"),
        sizes=lambda wildcards: [training.size for training in plan(config)],
    message:
        "Gather the losses of all latent sizes"
    script:
        "../../scripts/tabulate_sweep.py"


rule plot_sweep:
    input:
        rules.tabulate_sweep.output,
    output:
        figures("latent_sizes"),
    log:
        f"{RUN}/logs/plot_sweep.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("plot_sweep"),
        models=MODELS,
        own_size=OWN_SIZE,
        procedural=PROCEDURAL,
    message:
        "Draw the figure of latent sizes"
    script:
        "../../scripts/plot_sweep.py"


rule sweep:
    input:
        rules.tabulate_sweep.output,
        rules.plot_sweep.output,
        # What was deleted is made anew, as in the study.
        of_sweep("weights.safetensors"),
        of_sweep("losses.parquet"),
        of_sweep("trained_on.json"),
    message:
        "The sweep of latent sizes is complete"
