"""Which artworks there are, and their pictures as one array."""

DATASET = config["dataset"]
IMAGES = f"{RUN}/painted/images" if PROCEDURAL else DATASET["images"]
METADATA = f"{RUN}/painted/metadata.csv" if PROCEDURAL else DATASET.get("metadata")
IS_FOLDER = DATASET["source"] == "folder"
# A folder's time changes when a picture is added, so the folders of the classes are the input.
CLASS_FOLDERS = [f"{IMAGES}/{name}" for name in CLASSES] if IS_FOLDER else []


if PROCEDURAL:

    rule paint_pictures:
        message:
            "Paint {params.per_class} procedural pictures of each class"
        output:
            metadata=METADATA,
            images=directory(IMAGES),
        log:
            f"{RUN}/logs/paint_pictures.log",
        params:
            classes=CLASSES,
            per_class=DATASET["per_class"],
            image_size=DATASET["image_size"],
            seed=DATASET["seed"],
        script:
            "../../scripts/paint_pictures.py"


rule select_artworks:
    message:
        "Select the artworks of the study's classes"
    input:
        CLASS_FOLDERS if IS_FOLDER else METADATA,
    output:
        selected=f"{RUN}/selected.parquet",
        rejected=f"{RUN}/metadata_rejected.parquet",
    log:
        f"{RUN}/logs/select_artworks.log",
    params:
        folder=IMAGES if IS_FOLDER else None,
        class_column=DATASET["class_column"],
        classes=CLASSES,
        per_class=DATASET["per_class"],
        seed=DATASET["seed"],
    script:
        "../../scripts/select_artworks.py"


rule pack_images:
    message:
        "Decode the pictures into one array"
    input:
        selected=rules.select_artworks.output.selected,
        metadata_rejected=rules.select_artworks.output.rejected,
        images=CLASS_FOLDERS if IS_FOLDER else IMAGES,
    output:
        images=f"{RUN}/images.npy",
        artworks=f"{RUN}/artworks.parquet",
        rejected=f"{RUN}/rejected.parquet",
    log:
        f"{RUN}/logs/pack_images.log",
    params:
        folder=IMAGES,
        image_size=DATASET["image_size"],
        fit=DATASET["fit"],
        validation_fraction=DATASET["validation_fraction"],
        seed=DATASET["seed"],
        max_rejected_share=DATASET["max_rejected_share"],
    script:
        "../../scripts/pack_images.py"
