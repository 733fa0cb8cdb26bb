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
    benchmark:
        f"{RUN}/benchmarks/import_style_network.tsv"
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


# All experiments of a model in one job: what a start takes is longer than most of them.
rule choose_pairs:
    input:
        latents=f"{TRAINED}/latents.parquet",
        # Looked at where latents coincide, to say whose fault it is.
        images=rules.pack_images.output.images,
        duplicates=rules.pack_images.output.duplicates,
    output:
        of_experiments("pairs.parquet"),
    log:
        f"{RUN}/logs/choose_pairs/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/choose_pairs/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("choose_pairs", memory_mb=4000),
    params:
        **source("choose_pairs"),
        has_beta=lambda wildcards: "beta" in config["models"][wildcards.model],
        experiments={
            name: {key: about[key] for key in ("classes", "pairs", "count", "sample", "split")}
            | {"pairs_of": about["pairs_of"]}
            for name, about in config["experiments"].items()
        },
        classes=literally(CLASSES),
        seed=DATASET["seed"],
    message:
        "Choose the pairs of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/choose_pairs.py"


# An experiment that is finished is not scored again where the job is killed or another one comes.
rule score_trajectories:
    input:
        pairs=rules.choose_pairs.output,
        latents=f"{TRAINED}/latents.parquet",
        weights=f"{TRAINED}/weights.safetensors",
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        style_loss=of_experiments("style_loss.parquet"),
        control=of_experiments("control.parquet"),
        measures=of_experiments("measures.parquet"),
        images=of_experiments("images.npy"),
        machine=of_experiments("scored_on.json"),
    log:
        f"{RUN}/logs/score_trajectories/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/score_trajectories/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("score_trajectories", memory_mb=4000, minutes=480),
        gpu=1,
    params:
        **source("score_trajectories", loads_models=True, modules=METRIC_MODULES),
        experiments={
            name: walked(about["path"], about["steps"], name in RANDOM, COMPARED.get(name, 0))
            for name, about in config["experiments"].items()
        },
        metrics=METRICS,
        seed=DATASET["seed"],
    message:
        "Score the trajectories of {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/score_trajectories.py"


# Without a network a pair takes a quarter of a second; scoring one takes ten times as long.
rule score_known_walks:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        known_walks=table("known_walks"),
        machine=f"{RUN}/known_walks_on.json",
    log:
        f"{RUN}/logs/score_known_walks.log",
    benchmark:
        f"{RUN}/benchmarks/score_known_walks.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("score_known_walks", memory_mb=4000, minutes=120),
    params:
        **source("score_known_walks", modules=METRIC_MODULES),
        metrics=METRICS,
        painted=literally(CLASSES if DATASET["source"] == "painter" else []),
        pairs=config["style_similarity"]["known_walks"],
        scored=8,
        steps=10,
        seed=DATASET["seed"],
    message:
        "Walks of which it is known what happens on them"
    script:
        "../../scripts/score_known_walks.py"


rule summarise_profiles:
    input:
        **{
            kind: expand(
                f"{TRAJECTORIES}/{kind}.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
            )
            for kind in ("style_loss", "control", "measures", "pairs")
        },
        metric_validity=f"{RUN}/tables/metric_validity.csv",
    output:
        **{
            name: table(name)
            for name in (
                "style_profiles",
                "profile_shapes",
                "study_shapes",
                "trajectory_measures",
                "control_tests",
                "shape_rho",
            )
        },
    log:
        f"{RUN}/logs/summarise_profiles.log",
    benchmark:
        f"{RUN}/benchmarks/summarise_profiles.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("summarise_profiles"),
    params:
        **source("summarise_profiles"),
        bootstrap=config["profiles"]["bootstrap"],
        flat_within=config["profiles"]["flat_within"],
        seed=DATASET["seed"],
        # ASSUME: the study was made to decide walks between random artworks, because those are what
        # models do to artworks at large; closest and farthest pairs are chosen by the model itself.
        confirmatory=RANDOM,
        models=list(MODELS),
        experiments=list(EXPERIMENTS),
        seeds=SEEDS,
    message:
        "Say what shape the style-loss profiles have"
    script:
        "../../scripts/summarise_profiles.py"


rule compare_paths:
    input:
        measures=rules.summarise_profiles.output.trajectory_measures,
        known_walks=rules.score_known_walks.output.known_walks,
        pairs=rules.summarise_profiles.input.pairs,
    output:
        table("path_comparison"),
    log:
        f"{RUN}/logs/compare_paths.log",
    benchmark:
        f"{RUN}/benchmarks/compare_paths.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("compare_paths"),
    params:
        **source("compare_paths"),
        pairs_of=PAIRS_OF,
        models=list(MODELS),
        experiments=list(EXPERIMENTS),
        seeds=SEEDS,
    message:
        "Compare walks on different paths between the same pairs"
    script:
        "../../scripts/compare_paths.py"
