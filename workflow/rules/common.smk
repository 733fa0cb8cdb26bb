"""Names and paths that the rules share."""

import hashlib
import os
import sys

from stylewalk import catalogue
from stylewalk.catalogue import judging
from stylewalk.data.picture_files import is_archive
from stylewalk.style.weights import load_sources
from stylewalk_workflow import job_records, watched_files
from stylewalk_workflow.fingerprint import ROOT, fingerprint, sources
from stylewalk_workflow.sweep import plan

DATASET = config["dataset"]
PLACES = SOURCE.places(DATASET, RUN)
IMAGES, METADATA, CLASS_COLUMN = PLACES.images, PLACES.metadata, PLACES.class_column
# The time of a folder says little of the files below it, which are looked at by themselves.
IS_BROUGHT_FOLDER = SOURCE.IS_BROUGHT and not is_archive(IMAGES)
PICTURES = IMAGES if is_archive(IMAGES) or IS_BROUGHT_FOLDER else ancient(IMAGES)
SELECTED = f"{RUN}/selected.parquet"
# What the jobs have read, for the next run to compare; see `watched_files`.
PICTURE_FILES = f"{RUN}/picture_files.json"
METADATA_FILE = f"{RUN}/metadata_file.json"
WEIGHTS_FILE = f"{RUN}/weights_file.json"
OF_HUB = DATASET["huggingface"]["name"] if DATASET["source"] == "huggingface" else ""
FETCHED_FILES = f"{RUN}/fetched_files.json"

# workflow.cores refuses to be asked where none are given, as for a report.
CORES = workflow.global_resources["_cores"].value or 1
TRAINED = f"{RUN}/models/{{model}}/seed-{{seed}}"
TRAJECTORIES = f"{RUN}/trajectories/{{experiment}}/{{model}}/seed-{{seed}}"
STYLE = config["style_network"]
METRICS = config["metrics"]
# Found by the names that the config gives. Of paths, an experiment reaches its own alone.
METRIC_MODULES = [f"stylewalk.style.metrics.{metric['kind']}" for metric in METRICS.values()]
# Files that metrics name, and what the jobs have read of them.
METRIC_FILES = {name: metric["file"] for name, metric in METRICS.items() if metric.get("file")}
# The same of pretrained models.
MODEL_FILES = {name: model_files(settings) for name, settings in config["models"].items()}
FITTED = f"{RUN}/fitted_metrics.npz"
BASELINE_METRICS = ["stylewalk.style.metrics.pixels", "stylewalk.style.metrics.colour"]
IS_FILE = STYLE["weights"] not in ("wheel", "torchvision")
STYLE_NETWORK = f"{RUN}/style_network.safetensors"
# What a training imports by name where the config asks for a perceptual term.
PERCEPTUAL = ["stylewalk.style.perceptual"] if config["training"]["perceptual"] else []

RANDOM = of_random(config["experiments"])
# Experiments that walk between the pairs of another, by whose they are; and of both kinds how many
# pairs of each class are compared.
PAIRS_OF = compared(config["experiments"], config["paths"])
COMPARED = {
    name: max(
        config["experiments"][other]["count"]
        for other in PAIRS_OF
        if name in (other, PAIRS_OF[other])
    )
    for name in {**PAIRS_OF, **dict.fromkeys(PAIRS_OF.values())}
}
FIGURES = [
    name for name, figure, _ in catalogue.figures(EXPERIMENTS, RANDOM) if not figure.optional
]
TABLES = [table.name for table in catalogue.study_tables()]
LATENT_STEPS = ("encode_artworks", "analyse_components", "measure_classes", "cluster_latents")
LATENT_TABLES = [table.name for step in LATENT_STEPS for table in catalogue.made_in(step)]
# A sweep over latent sizes is a target of its own. Where it was made it is a part of the study.
SWEEP = [
    f"{RUN}/tables/latent_sizes.csv",
    *(f"{RUN}/figures/latent_sizes.{kind}" for kind in ("png", "svg")),
]
# So are answers of judges, where there are any.
_OF_JUDGES = [
    *(f"{RUN}/{table.file}" for table in judging.TABLES),
    *(
        f"{RUN}/figures/{figure.name}.{kind}"
        for figure in judging.CHAPTER.figures
        for kind in ("png", "svg")
    ),
]
JUDGED = _OF_JUDGES if config["judging"]["answers"] else []
MADE_SWEEP = SWEEP if config["sweep"]["latent_sizes"] and all(map(os.path.exists, SWEEP)) else []


def in_run(file, experiments=EXPERIMENTS, seeds=SEEDS):
    """The files of a name in the catalogue: over experiments, then models, then seeds."""
    given = {"experiment": experiments, "model": MODELS, "seed": seeds}
    wanted = catalogue.wildcards(file)
    return expand(f"{RUN}/{file}", **{k: names for k, names in given.items() if k in wanted})


# Walks that judges see: between random pairs, and on other paths between the same, since pairs that
# a model chose itself are other ones in each model.
JUDGED_WALKS = [
    name
    for name, about in config["experiments"].items()
    if name in RANDOM or about["pairs_of"] in RANDOM
] or EXPERIMENTS


def in_judged_walks(file):
    """A file of the first seed, over experiments, then models."""
    return expand(f"{TRAJECTORIES}/{file}", experiment=JUDGED_WALKS, model=MODELS, seed=SEEDS[0])


def of_experiments(file):
    """A file of each experiment of a model and seed, in the order of the config."""
    return expand(f"{TRAJECTORIES}/{file}", experiment=EXPERIMENTS, allow_missing=True)


def of_chosen(file):
    """A file of each experiment of pairs chosen by hand, of a model and seed."""
    return expand(f"{TRAJECTORIES}/{file}", experiment=list(OF_CHOSEN), allow_missing=True)


def files_of_first_seed(file):
    """The same of the first seed; a file of all is no list."""
    files = in_run(file, seeds=SEEDS[:1])
    return files if catalogue.wildcards(file) else files[0]


# Rules that the study itself does not need: the sweep and the export have commands of their own, and
# the style network is asked for by the rules that read it. A copy of the results alone, in which it is a link
# that leads nowhere, is complete.
ASIDE = {"train_sweep", "tabulate_sweep", "plot_sweep", "export_model", "import_style_network"}
ASIDE |= set() if config["judging"]["run"] else {"write_judge_page"}
ASIDE |= set() if JUDGED else {"weigh_judgements", "plot_judging"}
OF_FIRST_SEED = {"place_artworks", "take_pairs", "score_chosen"}
OF_CHOSEN_PAIRS = {"name_pairs", "take_pairs", "score_chosen"}


def everything():
    """Every file of the study, whichever rule makes it."""
    return sorted(
        path
        for rule in workflow.rules
        if rule.name not in ASIDE
        and (config["explorer"]["pairs"] or rule.name not in OF_CHOSEN_PAIRS)
        for pattern in getattr(rules, rule.name).output
        for path in set(
            expand(
                str(pattern),
                model=MODELS,
                seed=SEEDS[:1] if rule.name in OF_FIRST_SEED else SEEDS,
                experiment=EXPERIMENTS,
            )
        )
    )


OWN_SIZE = config["training"]["latent_size"]
SWEPT = f"{RUN}/sweep/{{size}}/{{model}}/seed-{{seed}}"


def of_sweep(file):
    """A file of each training of the sweep; of the study's own size, the study's."""
    # Planned only where a sweep is asked for: a study may have none.
    return lambda wildcards: [
        f"{TRAINED if training.size == OWN_SIZE else SWEPT}/{file}".format(**training._asdict())
        for training in plan(config)
    ]


def exported_files(wildcards):
    """The ONNX files and cards of all models and seeds but for pretrained models.

    Those were read from files that they can be used from.
    """
    trained = [name for name in MODELS if config["models"][name]["family"] != "pretrained"]
    if not trained:
        raise WorkflowError(
            "There is no model to export: all are pretrained, and lie in the files that they were "
            "read from."
        )
    return expand(rules.export_model.output, model=trained, seed=SEEDS)


def keep_records():
    """Keep Snakemake's records in the results; where that fails, what else is to be said is said."""
    try:
        job_records.keep(RUN, job_records.outputs(RUN))
    except StylewalkError as error:
        print(f"The records of the jobs were not kept in the results. {error}", file=sys.stderr)


def picture_names(wildcards):
    """A sum over the names of the pictures of the study's classes, where they lie in folders."""
    return None if METADATA else watched_files.names_of_classes(IMAGES, CLASSES)


def picture_files(wildcards):
    """A sum over the selected picture files that changes when one comes or is replaced.

    A function of wildcards: it is asked again once the artworks are selected, and its value is
    compared with the one of the last run.
    """
    if is_archive(IMAGES):
        if SOURCE.IS_BROUGHT:
            return None
        return watched_files.fingerprint_of_file(IMAGES, PICTURE_FILES)
    if not os.path.exists(SELECTED):
        return None
    return watched_files.fingerprint(IMAGES, watched_files.selected_files(SELECTED), PICTURE_FILES)


def metadata_file(wildcards):
    """A sum over the user's own table: times do not tell when an older one takes its place."""
    is_own = METADATA and not SOURCE.IS_BROUGHT
    return watched_files.fingerprint_of_file(METADATA, METADATA_FILE) if is_own else None


def weights_file(wildcards):
    """The same of the user's own style network."""
    return watched_files.fingerprint_of_file(STYLE["weights"], WEIGHTS_FILE) if IS_FILE else None


def metric_files(wildcards):
    """The same of the files that metrics name."""
    return {
        name: watched_files.fingerprint_of_file(path, f"{RUN}/metric_files/{name}.json")
        for name, path in METRIC_FILES.items()
    }


def read_by_model(wildcards):
    """The same of the files that a pretrained model is read from."""
    return {
        key: watched_files.fingerprint_of_file(path, record)
        for key, (path, record) in files_of_model(wildcards).items()
    }


def files_of_model(wildcards):
    """Each of them, with what the job has read of it."""
    of_model = MODEL_FILES[wildcards.model]
    folder = f"{RUN}/model_files/{wildcards.model}"
    return {
        key: (path, f"{folder}/{place}.json") for place, (key, path) in enumerate(of_model.items())
    }


def sources_of_network(wildcards):
    """What the list of sources says of the study's style network, and of no other."""
    return {STYLE["name"]: load_sources(SOURCES_OF_NETWORKS).get(STYLE["name"], {})}


def fetched_files(wildcards):
    """A sum over the files of a Hugging Face data set, where it lies in a folder."""
    if not os.path.isdir(OF_HUB):
        return None
    return watched_files.fingerprint(OF_HUB, watched_files.files_below(OF_HUB), FETCHED_FILES)


# Found by name where one job loads all models.
FAMILIES = [f"stylewalk.models.{model['family']}" for model in config["models"].values()]
# The source that each script reaches, the families of all models included; see `source`.
SOURCES = {}


def source(script, loads_models=False, modules=(), rule=""):
    """Parameters of a rule that say which source its script reaches.

    A parameter that changed is a reason to rerun. `source` is the sum of everything; that of each
    file stands beside it, so that `snakemake -n` names the files that differ.

    Args:
        script: name of the script.
        loads_models: whether it trains or loads the model of the wildcard `model`, whose family
            is imported by name.
        modules: further modules that it imports by name.
        rule: its name, where several rules have the same script.
    """
    path = workflow.source_path(f"../../scripts/{script}.py")
    of_model = MODELS if loads_models else []
    families = {name: f"stylewalk.models.{config['models'][name]['family']}" for name in of_model}
    try:
        whole = fingerprint(path, [*families.values(), *modules])
        SOURCES[rule or script] = whole
        always = {"source": whole, **shown(sources(path, modules))}
        own = {
            name: {"source": fingerprint(path, [family]), **shown(sources(path, [family]))}
            for name, family in families.items()
        }
    except StylewalkError as error:
        raise WorkflowError(str(error)) from None

    # Snakemake compares sets of values. A file that another family alone reaches gives the sum
    # once more, so that a study's further families change nothing for a model.
    def of_family(key):
        return lambda wildcards: own[wildcards.model].get(key, own[wildcards.model]["source"])

    keys = sorted({key for parameters in own.values() for key in parameters})
    return {**always, **{key: of_family(key) for key in keys}}


def walked(path, steps, control, compared=0):
    """How the trajectories of an experiment go, on the path of this name in the config.

    So many pairs of each class are compared with those on other paths.
    """
    about = config["paths"][path]
    source = fingerprint(ROOT / f"stylewalk/trajectories/paths/{about['kind']}.py")
    named = {"path": path, "path_settings": about, "path_source": source}
    return {**named, "steps": steps, "control": control, "compared": compared}


def entries(*of):
    """A sum over entries of the catalogue, for scripts that are given them by name."""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]


def literally(value):
    """A parameter with texts of a person: in others Snakemake takes braces for wildcards."""
    return lambda wildcards: value


def shown(files):
    """Files and their sums, as a dry run shows them."""
    return {name: f"{name} {digest[:8]}" for name, digest in files.items()}


def device_threads(wildcards):
    """Threads of a job that uses the GPU where there is one, else the cores.

    Networks this small gain more from running side by side than from threads, so the cores are
    shared out among the jobs that can run at once; --resources gpu=1 makes that one. On a cluster
    it is one thread, whatever a node has: results depend on the number, and what is asked for and
    what is used must be the same. The option --set-threads decides otherwise.
    """
    if workflow.non_local_exec or workflow.remote_exec:
        return 1
    side_by_side = len(MODELS) * len(SEEDS)
    if "gpu" in workflow.global_resources:
        side_by_side = min(side_by_side, workflow.global_resources["gpu"].value or side_by_side)
    return min(8, max(1, CORES // side_by_side))
