"""What the run was made with and what came out, in one file that two runs can be compared by."""


# The inputs stand in the order of the pipeline: in that order two runs are compared.
rule record_provenance:
    input:
        pictures=[
            rules.select_artworks.output.selected,
            rules.pack_images.output.images,
            rules.pack_images.output.artworks,
            rules.pack_images.output.rejected,
            rules.pack_images.output.duplicates,
        ],
        style_network=rules.import_style_network.output,
        style_metrics=rules.fit_metrics.output.fitted,
        training=expand(
            [rules.train_model.output.weights, rules.train_model.output.losses],
            model=MODELS,
            seed=SEEDS,
        ),
        latents=expand(rules.encode_artworks.output.latents, model=MODELS, seed=SEEDS),
        latent_space=[
            *expand(f"{TRAINED}/{{table}}.parquet", table=LATENT_TABLES, model=MODELS, seed=SEEDS),
            *rules.map_latents.output.maps,
            *expand(rules.cluster_latents.output.artwork_clusters, model=MODELS, seed=SEEDS),
            *expand(rules.place_artworks.output, model=MODELS, seed=SEEDS[0]),
        ],
        pairs=expand(
            f"{TRAJECTORIES}/pairs.parquet", experiment=EXPERIMENTS, model=MODELS, seed=SEEDS
        ),
        walks=[
            *expand(
                f"{TRAJECTORIES}/{{file}}",
                file=["images.npy", "style_loss.parquet", "control.parquet", "measures.parquet"],
                experiment=EXPERIMENTS,
                model=MODELS,
                seed=SEEDS,
            ),
            *CHOSEN_FILES,
            rules.score_truth.output.true_walks,
            rules.train_classifiers.output.networks,
            rules.explore_latents.output.samples_strips,
            rules.explore_latents.output.neighbours_strips,
            rules.explore_latents.output.attributes_strips,
            rules.explore_latents.output.analogies_strips,
            *JUDGING_KEY,
        ],
        tables=[
            rules.tabulate_losses.output.epochs,
            *expand(f"{RUN}/tables/{{table}}.csv", table=TABLES),
            *[path for path in JUDGED if path.endswith(".csv")],
        ],
        jobs=[
            *expand(
                [rules.train_model.output.machine, rules.encode_artworks.output.machine],
                model=MODELS,
                seed=SEEDS,
            ),
            *expand(
                f"{TRAJECTORIES}/scored_on.json",
                experiment=EXPERIMENTS,
                model=MODELS,
                seed=SEEDS,
            ),
            rules.compare_artworks.output.machine,
            rules.fit_metrics.output.machine,
            rules.judge_metrics.output.machine,
            rules.score_known_walks.output.machine,
            rules.score_truth.output.machine,
            rules.train_classifiers.output.machine,
            rules.name_walks.output.machine,
            rules.explore_latents.output.machine,
        ],
    output:
        f"{RUN}/provenance.json",
    log:
        f"{RUN}/logs/record_provenance.log",
    benchmark:
        f"{RUN}/benchmarks/record_provenance.tsv"
    conda:
        "../../envs/stylewalk.yaml"
    resources:
        **asks("record_provenance"),
    params:
        **source("record_provenance"),
        config=config,
        sources=SOURCES,
    message:
        "Record what the study was made with"
    script:
        "../../scripts/record_provenance.py"
