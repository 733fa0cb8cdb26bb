"""Which artworks there are, and their pictures as one array."""

if DATASET["source"] == "painter":

    rule paint_pictures:
        output:
            metadata=METADATA,
            images=directory(IMAGES),
        log:
            f"{RUN}/logs/paint_pictures.log",
        benchmark:
            f"{RUN}/benchmarks/paint_pictures.tsv"
        conda:
            "../../envs/stylewalk.yaml"
        resources:
            **asks("paint_pictures", minutes=120),
        params:
            **source("paint_pictures"),
            classes=literally(CLASSES),
            per_class=DATASET["per_class"],
            image_size=DATASET["image_size"],
            seed=DATASET["seed"],
        message:
            "Paint {params.per_class} procedural pictures of each class"
        script:
            "../../scripts/paint_pictures.py"


if DATASET["source"] in ("lines", "shadow"):

    rule render_pictures:
        output:
            metadata=METADATA,
            images=directory(IMAGES),
        log:
            f"{RUN}/logs/render_pictures.log",
        benchmark:
            f"{RUN}/benchmarks/render_pictures.tsv"
        conda:
            "../../envs/stylewalk.yaml"
        resources:
            **asks("render_pictures", minutes=60),
        params:
            **source("render_pictures", modules=[f"stylewalk.data.rendered.{DATASET['source']}"]),
            kind=DATASET["source"],
            classes=literally(CLASSES),
            per_class=DATASET["per_class"],
            image_size=DATASET["image_size"],
            seed=DATASET["seed"],
        message:
            "Draw {params.per_class} pictures of each class"
        script:
            "../../scripts/render_pictures.py"


if DATASET["source"] == "huggingface":

    localrules:
        # Nodes of a cluster often have no way to the internet.
        fetch_huggingface,

    rule fetch_huggingface:
        input:
            folder=[ancient(name) for name in [OF_HUB] if os.path.isdir(name)],
        output:
            metadata=METADATA,
            images=IMAGES,
            record=f"{RUN}/fetched/data_set.json",
        log:
            f"{RUN}/logs/fetch_huggingface.log",
        benchmark:
            f"{RUN}/benchmarks/fetch_huggingface.tsv"
        conda:
            "../../envs/stylewalk.yaml"
        params:
            **source("fetch_huggingface"),
            settings=DATASET["huggingface"],
            class_column=literally(DATASET["class_column"]),
            classes=literally(sorted(CLASSES)),
            per_class=DATASET["per_class"],
            seed=DATASET["seed"],
            files=fetched_files,
            files_record=FETCHED_FILES,
        message:
            "Fetch the pictures of the data set {params.settings[name]}"
        script:
            "../../scripts/fetch_huggingface.py"


if DATASET["source"] == "emoji":

    localrules:
        # Nodes of a cluster often have no way to the internet.
        draw_emoji,

    rule draw_emoji:
        output:
            metadata=METADATA,
            images=IMAGES,
            record=f"{RUN}/drawn/packages.json",
        log:
            f"{RUN}/logs/draw_emoji.log",
        benchmark:
            f"{RUN}/benchmarks/draw_emoji.tsv"
        conda:
            "../../envs/stylewalk.yaml"
        params:
            **source("draw_emoji"),
            packages=literally(DATASET["emoji"]["packages"]),
            classes=literally(CLASSES),
            per_class=DATASET["per_class"],
            image_size=DATASET["image_size"],
            seed=DATASET["seed"],
        message:
            "Draw the emoji of {params.classes}"
        script:
            "../../scripts/draw_emoji.py"


rule select_artworks:
    input:
        metadata=METADATA or [],
        images=[] if METADATA else PICTURES,
    output:
        selected=SELECTED,
        rejected=f"{RUN}/metadata_rejected.parquet",
        rows=f"{RUN}/metadata_rows.json",
    log:
        f"{RUN}/logs/select_artworks.log",
    benchmark:
        f"{RUN}/benchmarks/select_artworks.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("select_artworks", memory_mb=4000),
    params:
        **source("select_artworks"),
        class_column=literally(CLASS_COLUMN),
        content_columns=literally([PLACES.content_column, PLACES.group_column]),
        is_fetched=DATASET["source"] == "huggingface",
        classes=literally(CLASSES),
        per_class=DATASET["per_class"],
        seed=DATASET["seed"],
        max_rejected_share=DATASET["max_rejected_share"],
        names=picture_names,
        metadata_file=metadata_file,
        metadata_record=METADATA_FILE,
    message:
        "Select the artworks of the study's classes"
    script:
        "../../scripts/select_artworks.py"


rule pack_images:
    input:
        selected=rules.select_artworks.output.selected,
        metadata_rejected=rules.select_artworks.output.rejected,
        rows=rules.select_artworks.output.rows,
        images=PICTURES,
    output:
        images=f"{RUN}/images.npy",
        artworks=f"{RUN}/artworks.parquet",
        rejected=f"{RUN}/rejected.parquet",
        duplicates=f"{RUN}/duplicates.parquet",
    log:
        f"{RUN}/logs/pack_images.log",
    benchmark:
        f"{RUN}/benchmarks/pack_images.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    threads: CORES
    resources:
        **asks("pack_images", memory_mb=4000, minutes=120),
    params:
        **source("pack_images"),
        image_size=DATASET["image_size"],
        fit=DATASET["fit"],
        validation_fraction=DATASET["validation_fraction"],
        split_by=DATASET["split_by"],
        seed=DATASET["seed"],
        max_rejected_share=DATASET["max_rejected_share"],
        duplicates=DATASET["duplicates"],
        picture_files=picture_files,
        picture_files_record=PICTURE_FILES,
    message:
        "Decode the pictures into one array"
    script:
        "../../scripts/pack_images.py"
