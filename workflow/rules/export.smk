"""Trained models as ONNX files with a card each, a target of its own: ``snakemake export``."""


localrules:
    export,


rule export_model:
    input:
        weights=rules.train_model.output.weights,
        machine=rules.train_model.output.machine,
        artworks=rules.pack_images.output.artworks,
        reconstruction=rules.encode_artworks.output.reconstruction,
    output:
        encoder=f"{TRAINED}/encoder.onnx",
        decoder=f"{TRAINED}/decoder.onnx",
        card=f"{TRAINED}/README.md",
    log:
        f"{RUN}/logs/export_model/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/export_model/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("export_model", memory_mb=4000),
    params:
        **source("export_model", loads_models=True),
        run=config["run"],
        settings=lambda wildcards: config["models"][wildcards.model],
        training=config["training"],
        # A function's value is taken as it is: braces in the names of classes are no wildcards.
        pictures=lambda wildcards: {
            "source": DATASET["source"],
            "is_procedural": PROCEDURAL,
            "name": DATASET["huggingface"]["name"] if DATASET["source"] == "huggingface" else "",
            "classes": CLASSES,
        },
    message:
        "Write {wildcards.model}, seed {wildcards.seed}, as ONNX files"
    script:
        "../../scripts/export_model.py"


rule export:
    input:
        exported_files,
    message:
        "The models are exported"
