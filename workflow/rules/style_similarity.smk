"""Which artworks look alike across classes, and unlike within one, before any model."""


rule compare_artworks:
    input:
        images=rules.pack_images.output.images,
        artworks=rules.pack_images.output.artworks,
        style_network=rules.import_style_network.output,
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
        seed=DATASET["seed"],
    message:
        "Compare the style of {params.style_similarity[per_class]} artworks of each class"
    script:
        "../../scripts/compare_artworks.py"
