"""Stylewalk: train autoencoders on artworks, walk through their latent space, measure style."""

import os
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake_interface_executor_plugins.settings import ExecMode

from stylewalk import earlier, streams
from stylewalk.config import complete, load_config, load_schema
from stylewalk.errors import StylewalkError
from stylewalk.explorer.known import check_pairs, check_results
from stylewalk.explorer.naming import read_ids
from stylewalk.failures import advice, failed_logs
from stylewalk.study import check_braces, check_sources, check_weights_file, of_checkout
from stylewalk.style_store import FOLDER, LISTED, check_place, check_sum_given, link_again
from stylewalk.writable import check_folder, check_jobs

streams.hold()
DEFAULT = of_checkout("config/config.yaml", workflow.basedir)
SOURCES_OF_NETWORKS = of_checkout(str(LISTED), workflow.basedir)

# A study given with --configfile replaces the demo: merged, the demo's models would leak into it.
if not workflow.overwrite_configfiles:
    try:
        load_config(DEFAULT)
    except StylewalkError as error:
        raise WorkflowError(str(error)) from None

    configfile: DEFAULT


try:
    schema = load_schema(Path(workflow.basedir) / "workflow/schemas/config.schema.yaml")
    for path in workflow.configfiles:
        load_config(path)  # Snakemake took the last of two keys of one name; this refuses them
    config.update(complete(config, schema))
    # Jobs on a cluster read this file again: only the first reading looks at the pictures' table.
    if workflow.exec_mode == ExecMode.DEFAULT:
        check_braces(workflow.basedir, os.getcwd(), sys.executable)
        check_folder(f"results/{config['run']}", "the results")
        check_sources(config)
        check_weights_file(config["style_network"]["weights"])
        check_sum_given(config["style_network"], SOURCES_OF_NETWORKS)
        check_pairs(config)
    # No part of the study itself: what it allows leaves no trace in the results.
    OVERWRITE = config.pop("overwrite")
    if workflow.exec_mode == ExecMode.DEFAULT and not OVERWRITE:
        earlier.check_data_set(f"results/{config['run']}", config["dataset"])
except StylewalkError as error:
    raise WorkflowError(str(error)) from None

STARTED = time.time()
RUN = f"results/{config['run']}"
MODELS = list(config["models"])
SEEDS = config["seeds"]
EXPERIMENTS = list(config["experiments"])
CLASSES = config["dataset"]["classes"]
PROCEDURAL = config["dataset"]["source"] == "painter"


wildcard_constraints:
    model="|".join(MODELS),
    seed="|".join(map(str, SEEDS)),
    experiment="|".join(EXPERIMENTS),


localrules:
    all,


include: "workflow/rules/common.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/sweep.smk"
include: "workflow/rules/latent_space.smk"
include: "workflow/rules/maps.smk"
include: "workflow/rules/trajectories.smk"
include: "workflow/rules/likeness.smk"
include: "workflow/rules/verdicts.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/provenance.smk"


if workflow.exec_mode == ExecMode.DEFAULT:
    try:
        link_again(STYLE_NETWORK, FOLDER)
        made = [*everything(), STYLE_NETWORK]
        if told := earlier.take_up(RUN, made, config, SOURCES, OVERWRITE):
            print(told, file=sys.stderr)
    except StylewalkError as error:
        raise WorkflowError(str(error)) from None


rule all:
    default_target: True
    input:
        # Every file: one that was deleted is made anew, also where what came of it is still there.
        everything(),
    message:
        "The study is complete"


onstart:
    jobs = list(workflow.dag.needrun_jobs())
    needed = {job.rule.name for job in jobs}
    try:
        check_jobs(jobs)
        if "import_style_network" in needed:
            check_place(config["style_network"], SOURCES_OF_NETWORKS, FOLDER)
        # The table of artworks tells all of the pairs, where it is up to date.
        has_artworks = Path(f"{RUN}/artworks.parquet").exists() and "pack_images" not in needed
        if CHOSEN_PAIRS and has_artworks:
            check_results(config, RUN)
        earlier.record_data_set(RUN, config["dataset"])
    except StylewalkError as error:
        raise WorkflowError(str(error)) from None


onsuccess:
    keep_records()
    # A run of single files succeeds, too, and has no summary or an older one.
    summary = Path(f"{RUN}/summary.txt")
    if summary.exists() and summary.stat().st_mtime >= STARTED:
        print(summary.read_text(encoding="utf-8"))
        print(f"Explorer: {RUN}/explorer.html")
        print("Report of all steps: snakemake --report report.zip, with the same --configfile")
    if CHOSEN_PAIRS and Path(PAIR_IDS).exists() and (changes := read_ids(PAIR_IDS)[1]):
        print(f"Take care: {changes}", file=sys.stderr)


onerror:
    keep_records()
    logs = failed_logs([f"{RUN}/logs"], STARTED)
    print(advice(logs, ", ".join(log)), file=sys.stderr)
