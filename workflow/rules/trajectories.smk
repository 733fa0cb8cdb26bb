"""Walk between artworks and measure style at every step."""


localrules:
    # Nodes of a cluster often have no way to the internet.
    import_style_network,


# The networks lie in resources/style_networks, where all studies share them. Those files are no
# outputs, which Snakemake would delete before a job and after one that failed; see
# workflow/lib/stylewalk_workflow/style_store.py. The study's own file is a link to one of them.
rule import_style_network:
    input:
        weights=STYLE["weights"] if IS_FILE else [],
    output:
        STYLE_NETWORK,
    log:
        f"{RUN}/logs/import_style_network.log",
    conda:
        "../../envs/stylewalk.yaml"
    params:
        **source("import_style_network"),
        name=STYLE["name"],
        weights=STYLE["weights"],
        sha256=STYLE["sha256"],
        sources=sources_of_network,
        weights_file=weights_file,
        weights_record=WEIGHTS_FILE,
    message:
        "Bring the style network {params.name} from {params.weights}"
    script:
        "../../scripts/import_style_network.py"


rule choose_pairs:
    input:
        latents=f"{TRAINED}/latents.parquet",
        # Looked at where latents coincide, to say whose fault it is.
        images=rules.pack_images.output.images,
    output:
        f"{WALKED}/pairs.parquet",
    log:
        f"{RUN}/logs/choose_pairs/{{experiment}}-{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(latent_bytes),
        runtime=minutes(),
    params:
        **source("choose_pairs"),
        has_beta=lambda wildcards: "beta" in config["models"][wildcards.model],
        experiment=lambda wildcards: {
            key: config["experiments"][wildcards.experiment][key]
            for key in ("classes", "pairs", "count", "sample")
        },
        classes=literally(CLASSES),
        seed=DATASET["seed"],
    message:
        "Choose the pairs of {wildcards.experiment} for {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/choose_pairs.py"


rule score_trajectories:
    input:
        pairs=rules.choose_pairs.output,
        latents=f"{TRAINED}/latents.parquet",
        weights=f"{TRAINED}/weights.safetensors",
        style_network=rules.import_style_network.output,
    output:
        style_loss=f"{WALKED}/style_loss.parquet",
        control=f"{WALKED}/control.parquet",
        measures=f"{WALKED}/measures.parquet",
        images=f"{WALKED}/images.npy",
        machine=f"{WALKED}/scored_on.json",
    log:
        f"{RUN}/logs/score_trajectories/{{experiment}}-{{model}}-{{seed}}.log",
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        mem_mb=memory(scoring_bytes, asked.TORCH_MB),
        runtime=minutes(scoring_seconds),
        gpu=1,
    params:
        **source("score_trajectories", loads_models=True),
        steps=lambda wildcards: config["experiments"][wildcards.experiment]["steps"],
        control=lambda wildcards: config["experiments"][wildcards.experiment]["pairs"] == "random",
        layers=STYLE["layers"],
        layer_weights=LAYER_WEIGHTS,
        tap=STYLE["tap"],
        pooling=STYLE["pooling"],
    message:
        "Walk {wildcards.experiment} with {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/score_trajectories.py"


rule summarise_profiles:
    input:
        **{
            kind: expand(
                f"{WALKED}/{kind}.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
            )
            for kind in ("style_loss", "control", "measures")
        },
    output:
        **{name: table(name) for name in PROFILE_TABLES},
    log:
        f"{RUN}/logs/summarise_profiles.log",
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        mem_mb=memory(),
        runtime=minutes(),
    params:
        **source("summarise_profiles"),
        bootstrap=config["profiles"]["bootstrap"],
        flat_within=config["profiles"]["flat_within"],
        seed=DATASET["seed"],
    message:
        "Say what shape the style-loss profiles have"
    script:
        "../../scripts/summarise_profiles.py"
