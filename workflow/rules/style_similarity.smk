"""What style metrics see on the artworks themselves, before any model."""


rule compare_artworks:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        artwork_style_loss=table("artwork_style_loss"),
        class_style_loss=table("class_style_loss"),
        machine=f"{RUN}/compared_on.json",
    log:
        f"{RUN}/logs/compare_artworks.log",
    benchmark:
        f"{RUN}/benchmarks/compare_artworks.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("compare_artworks", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        **source("compare_artworks", modules=METRIC_MODULES[:1]),
        style_similarity=config["style_similarity"],
        classes=literally(CLASSES),
        metric=next(iter(METRICS.values())),
        metric_name=next(iter(METRICS)),
        seed=DATASET["seed"],
    message:
        "Compare the style of {params.style_similarity[per_class]} artworks of each class"
    script:
        "../../scripts/compare_artworks.py"


rule fit_metrics:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        style_network=rules.import_style_network.output,
        files=[ancient(path) for path in METRIC_FILES.values()],
    output:
        fitted=FITTED,
        machine=f"{RUN}/fitted_on.json",
    log:
        f"{RUN}/logs/fit_metrics.log",
    benchmark:
        f"{RUN}/benchmarks/fit_metrics.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("fit_metrics", memory_mb=4000, minutes=120),
    params:
        **source("fit_metrics", modules=METRIC_MODULES),
        metrics=METRICS,
        files=metric_files,
        files_records={name: f"{RUN}/metric_files/{name}.json" for name in METRIC_FILES},
        judged=config["style_similarity"]["judged"],
        seed=DATASET["seed"],
    message:
        "What the style metrics take from the artworks of the study"
    script:
        "../../scripts/fit_metrics.py"


rule judge_metrics:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        metric_validity=table("metric_validity"),
        metric_response=table("metric_response"),
        machine=f"{RUN}/judged_on.json",
    log:
        f"{RUN}/logs/judge_metrics.log",
    benchmark:
        f"{RUN}/benchmarks/judge_metrics.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: device_threads
    resources:
        **asks("judge_metrics", memory_mb=4000, minutes=120),
    params:
        **source("judge_metrics", modules=[*METRIC_MODULES, *BASELINE_METRICS]),
        metrics=METRICS,
        judged=config["style_similarity"]["judged"],
        changed=config["style_similarity"]["changed"],
        seed=DATASET["seed"],
    message:
        "Do the style metrics see style on these pictures?"
    script:
        "../../scripts/judge_metrics.py"
