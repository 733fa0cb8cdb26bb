"""The page in which a person walks through the latent spaces by hand."""

import json
import shlex

from stylewalk.explorer import CHOSEN

HAND_CHOSEN = f"{RUN}/trajectories/{CHOSEN}/{{model}}/seed-{{seed}}"
CHOSEN_PAIRS = config["explorer"]["pairs"]
PAIR_IDS = f"{RUN}/trajectories/{CHOSEN}/ids.json"
# Like maps, trajectories are shown of the first seed. Those between pairs chosen by hand count
# as an experiment here, and nowhere else.
# A path that does not lead to the second artwork is no walk between two.
BETWEEN = {
    name: about
    for name, about in LABELLED.items()
    if config["paths"][about["path"]]["kind"] not in ELSEWHERE
}
# On each of these paths pairs chosen by hand are walked: of each an experiment, after the first with a
# dot in its name, which no other has.
WALKED_ON = config["explorer"]["paths"] or [next(iter(config["paths"]))]
OF_CHOSEN = {CHOSEN if path == WALKED_ON[0] else f"{CHOSEN}.{path}": path for path in WALKED_ON}
SHOWN_WALKS = [*BETWEEN, *(OF_CHOSEN if CHOSEN_PAIRS else [])]
CHOSEN_FILES = expand(
    f"{TRAJECTORIES}/{{file}}",
    file=["images.npy", "style_loss.parquet", "measures.parquet"],
    experiment=list(OF_CHOSEN),
    model=MODELS if CHOSEN_PAIRS else [],
    seed=SEEDS[0],
)
KINDS = {name: about["kind"] for name, about in config["paths"].items()}

# What made the study, for the command that adds pairs to it: its config files, named from the folder
# that it is started in, and the keys on the command line but for those of the explorer.
CONFIGS = [os.path.relpath(path) for path in workflow.overwrite_configfiles]
GIVEN = [
    f"{key}={json.dumps(value) if isinstance(value, (dict, list)) else value}"
    for key, value in workflow.config_settings.config.items()
    if key not in ("explorer", "overwrite")
]
ADDING = ["snakemake", "--cores", "2", *(["--configfile", *CONFIGS] if CONFIGS else [])]


rule place_artworks:
    input:
        rules.encode_artworks.output.latents,
    output:
        components=f"{TRAINED}/first_components.parquet",
        neighbours=f"{TRAINED}/neighbours.parquet",
    log:
        f"{RUN}/logs/place_artworks/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/place_artworks/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("place_artworks", memory_mb=4000, minutes=240),
    params:
        **source("place_artworks"),
        points=config["maps"]["points"],
        neighbours=config["explorer"]["neighbours"],
    message:
        "Find the neighbours of every artwork in {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/place_artworks.py"


rule name_pairs:
    input:
        artworks=rules.pack_images.output.artworks,
        rejected=rules.pack_images.output.rejected,
    output:
        PAIR_IDS,
    log:
        f"{RUN}/logs/name_pairs.log",
    benchmark:
        f"{RUN}/benchmarks/name_pairs.tsv"
    # Before anything is trained, since a pair may be none.
    priority: 100
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("name_pairs", memory_mb=4000),
    params:
        **source("name_pairs"),
        # A function's value is taken as it is: braces in file names are no wildcards.
        pairs=lambda wildcards: CHOSEN_PAIRS,
        numbers=f"{RUN}/pair_numbers.json",
    message:
        "Find the pictures of explorer.pairs"
    script:
        "../../scripts/name_pairs.py"


rule take_pairs:
    input:
        latents=f"{TRAINED}/latents.parquet",
        ids=PAIR_IDS,
    output:
        f"{HAND_CHOSEN}/pairs.parquet",
    log:
        f"{RUN}/logs/take_pairs/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/take_pairs/{{model}}-{{seed}}.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("take_pairs", memory_mb=4000),
    params:
        **source("take_pairs"),
        experiment=CHOSEN,
    message:
        "Take the pairs that were chosen by hand for {wildcards.model}, seed {wildcards.seed}"
    script:
        "../../scripts/take_pairs.py"


use rule score_trajectories as score_chosen with:
    input:
        pairs=[rules.take_pairs.output[0] for _ in OF_CHOSEN],
        latents=f"{TRAINED}/latents.parquet",
        weights=f"{TRAINED}/weights.safetensors",
        style_network=rules.import_style_network.output,
        fitted=FITTED,
    output:
        style_loss=of_chosen("style_loss.parquet"),
        control=of_chosen("control.parquet"),
        measures=of_chosen("measures.parquet"),
        images=of_chosen("images.npy"),
        machine=of_chosen("scored_on.json"),
    log:
        f"{RUN}/logs/score_chosen/{{model}}-{{seed}}.log",
    benchmark:
        f"{RUN}/benchmarks/score_chosen/{{model}}-{{seed}}.tsv"
    resources:
        **asks("score_chosen", memory_mb=4000, minutes=120),
        gpu=1,
    params:
        experiments={
            name: walked(path, config["explorer"]["steps"], False)
            for name, path in OF_CHOSEN.items()
        },
    message:
        "Walk between the pairs that were chosen by hand with {wildcards.model}, "
        "seed {wildcards.seed}"


# Beside the page, where there may be more than one file should hold.
THUMBNAILS = (
    {"pictures": directory(f"{RUN}/explorer_pictures")}
    if config["maps"]["points"] > config["explorer"]["pictures_inside"]
    else {}
)


rule write_explorer:
    input:
        **{
            kind: expand(
                f"{TRAJECTORIES}/{file}", experiment=SHOWN_WALKS, model=MODELS, seed=SEEDS[0]
            )
            for kind, file in {
                "style_loss": "style_loss.parquet",
                "measures": "measures.parquet",
                "decoded": "images.npy",
            }.items()
        },
        # On whichever path, pairs chosen by hand are the same.
        pairs=expand(
            f"{TRAJECTORIES}/pairs.parquet",
            experiment=[CHOSEN if name in OF_CHOSEN else name for name in SHOWN_WALKS],
            model=MODELS,
            seed=SEEDS[0],
        ),
        pair_ids=[PAIR_IDS] if CHOSEN_PAIRS else [],
        artworks=rules.pack_images.output.artworks,
        images=rules.pack_images.output.images,
        shapes=f"{RUN}/tables/profile_shapes.csv",
        components=expand(rules.place_artworks.output.components, model=MODELS, seed=SEEDS[0]),
        neighbours=expand(rules.place_artworks.output.neighbours, model=MODELS, seed=SEEDS[0]),
        clusters=expand(rules.cluster_latents.output.artwork_clusters, model=MODELS, seed=SEEDS[0]),
        variance=expand(rules.analyse_components.output, model=MODELS, seed=SEEDS[0]),
        maps=rules.map_latents.output.maps,
        # With which the page decodes pictures by itself.
        latents=expand(rules.encode_artworks.output.latents, model=MODELS, seed=SEEDS[0]),
        weights=expand(f"{TRAINED}/weights.safetensors", model=MODELS, seed=SEEDS[0]),
        # Whose further columns have attribute vectors.
        metadata=METADATA if TASKS["columns"] else [],
        # With whose first layers it tells their style loss.
        style_network=rules.import_style_network.output,
    output:
        **THUMBNAILS,
        page=page(f"{RUN}/explorer.html", "The explorer"),
    log:
        f"{RUN}/logs/write_explorer.log",
    benchmark:
        f"{RUN}/benchmarks/write_explorer.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("write_explorer", memory_mb=4000, minutes=120),
    params:
        # All models in one job.
        **source("write_explorer", modules=FAMILIES),
        run=config["run"],
        models=MODELS,
        classes=literally(CLASSES),
        seed=SEEDS[0],
        experiments=BETWEEN,
        walks=SHOWN_WALKS,
        metric=next(iter(METRICS)),
        explorer={
            **config["explorer"],
            "kinds": {name: kind for name, kind in KINDS.items() if kind not in ELSEWHERE},
            "chosen": {
                name: {"path": path, "straight": KINDS[path] == "line"}
                for name, path in OF_CHOSEN.items()
            },
        },
        procedural=PROCEDURAL,
        # A function's value is taken as it is: braces in what was given are no wildcards.
        command=lambda wildcards: shlex.join([*ADDING, "--config", *GIVEN]),
        fit=DATASET["fit"],
        columns=literally(TASKS["columns"]),
        drawn_by=DATASET["seed"],
    message:
        "Write the explorer of the latent spaces"
    script:
        "../../scripts/write_explorer.py"
