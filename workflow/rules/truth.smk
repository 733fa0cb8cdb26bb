"""What really lies between two pictures, where the source of a study knows it."""

HAS_TRUTH = hasattr(SOURCE, "true_walks")
# One that goes elsewhere than to the last end has no truth. The first is the one that strips show.
TRUE_PATHS = {
    name: about for name, about in config["paths"].items() if about["kind"] not in ELSEWHERE
}
# Metrics are loaded where a geodesic asks for one.
TRUTH_METRICS = (
    METRICS
    if any(about.get("metric", "pixels") != "pixels" for about in TRUE_PATHS.values())
    else {}
)
# What a source draws its walks from.
TRUTH_KEYS = ("source", "classes", "seed", "image_size")
# Every trained model; none where there is nothing to compare it with.
TRUE_RUNS = [(model, seed) for model in MODELS for seed in SEEDS] if HAS_TRUTH else []
TRUE_FOLDERS = [f"{RUN}/models/{model}/seed-{seed}" for model, seed in TRUE_RUNS]
# All models in one job, and what else is found by the names that the config gives.
TRUTH_MODULES = [
    f"stylewalk.data.sources.{DATASET['source']}",
    *METRIC_MODULES,
    *(f"stylewalk.models.{model['family']}" for model in config["models"].values()),
    *(f"stylewalk.trajectories.paths.{about['kind']}" for about in TRUE_PATHS.values()),
]


rule score_truth:
    input:
        latents=[f"{folder}/latents.parquet" for folder in TRUE_FOLDERS],
        weights=[f"{folder}/weights.safetensors" for folder in TRUE_FOLDERS],
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        interpolation_truth=table("interpolation_truth"),
        truth_differences=table("truth_differences"),
        true_walks=f"{RUN}/true_walks.parquet",
        true_strips=f"{RUN}/true_strips.npy",
        machine=f"{RUN}/truth_on.json",
    log:
        f"{RUN}/logs/score_truth.log",
    benchmark:
        f"{RUN}/benchmarks/score_truth.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("score_truth", memory_mb=4000, minutes=240),
        gpu=1,
    params:
        **source("score_truth", modules=TRUTH_MODULES),
        dataset=literally({key: DATASET[key] for key in TRUTH_KEYS}),
        trained=TRUE_RUNS,
        seeds=SEEDS,
        paths=TRUE_PATHS,
        metrics=TRUTH_METRICS,
        walks=config["true_walks"],
        steps=10,
    message:
        "Walks of every model against what really lies between their ends"
    script:
        "../../scripts/score_truth.py"
