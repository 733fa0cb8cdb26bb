"""The page for judges, where it is asked for, and what comes of their answers, where there are any."""

from stylewalk.files import sha256_of

JUDGING = config["judging"]
JUDGING_KEY = [f"{RUN}/{judging.JUDGING_KEY.file}"] if JUDGING["run"] else []


rule write_judge_page:
    input:
        pairs=in_judged_walks("pairs.parquet"),
        decoded=in_judged_walks("images.npy"),
        style_loss=in_judged_walks("style_loss.parquet"),
        measures=in_judged_walks("measures.parquet"),
        latents=expand(rules.encode_artworks.output.latents, model=MODELS, seed=SEEDS[0]),
        clusters=expand(rules.cluster_latents.output.artwork_clusters, model=MODELS, seed=SEEDS[0]),
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
    output:
        page=page(f"{RUN}/judge.html", "The page for judges"),
        key=f"{RUN}/{judging.JUDGING_KEY.file}",
    log:
        f"{RUN}/logs/write_judge_page.log",
    benchmark:
        f"{RUN}/benchmarks/write_judge_page.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("write_judge_page", memory_mb=4000),
    params:
        **source("write_judge_page"),
        run=config["run"],
        models=MODELS,
        paths={name: config["experiments"][name]["path"] for name in JUDGED_WALKS},
        trials=JUDGING["trials"],
        flat_within=config["profiles"]["flat_within"],
        seed=DATASET["seed"],
        procedural=PROCEDURAL,
    message:
        "Write the page for judges"
    script:
        "../../scripts/write_judge_page.py"


rule weigh_judgements:
    input:
        key=rules.write_judge_page.output.key,
    output:
        **{entry.name: table(entry.name) for entry in judging.TABLES},
    log:
        f"{RUN}/logs/weigh_judgements.log",
    benchmark:
        f"{RUN}/benchmarks/weigh_judgements.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("weigh_judgements"),
    params:
        **source("weigh_judgements"),
        seed=DATASET["seed"],
        # No inputs, in whose names Snakemake takes braces for wildcards, and of which times do not tell
        # when an older file takes the place of one.
        answers=literally(JUDGING["answers"]),
        sums=lambda wildcards: [
            sha256_of(Path(path)) for path in JUDGING["answers"] if os.path.isfile(path)
        ],
    message:
        "Weigh what judges saw"
    script:
        "../../scripts/weigh_judgements.py"
