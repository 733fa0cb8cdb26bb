"""What the rules ask a cluster for. Run on one machine, a study is bound by none of it.

A retry asks for twice as much. Sizes come from the config and from the selection, never from a
job's input, which is not there yet while jobs are grouped.
"""

from stylewalk_workflow import resources as asked

TRAINING = config["training"]
SIZE = DATASET["image_size"]


def memory(held=lambda wildcards: 0, base=asked.PLAIN_MB):
    """A rule's mem_mb: the bytes that a job holds, above what its process takes anyhow."""
    return lambda wildcards, attempt: asked.memory_mb(held(wildcards), base, attempt)


def minutes(seconds=lambda wildcards: 0):
    """A rule's runtime: the seconds that a job takes, above its start."""
    return lambda wildcards, attempt: asked.runtime_min(seconds(wildcards), attempt)


def count():
    """Pictures of the study, as well as it is known by now."""
    return asked.count_pictures(f"{RUN}/selected.parquet", DATASET)


def trained(wildcards):
    """Settings of a training; one of a sweep has a latent size of its own."""
    return TRAINING | {"latent_size": int(wildcards.get("size", TRAINING["latent_size"]))}


# What jobs hold, in bytes.


def metadata_bytes(wildcards):
    # Text takes far more as a table of Python's strings.
    return 20 * os.path.getsize(METADATA) if os.path.isfile(METADATA or "") else 0


def picture_bytes(wildcards):
    return 4 * asked.picture_bytes(count(), SIZE)


def decoding_bytes(wildcards):
    # The largest pictures that are decoded side by side, before they are made small.
    return picture_bytes(wildcards) + 2_000_000_000


def network_bytes(wildcards):
    return asked.network_bytes(SIZE, trained(wildcards)) + asked.picture_bytes(count(), SIZE)


def latent_bytes(wildcards):
    return asked.latent_bytes(count(), TRAINING["latent_size"])


def table_bytes(wildcards):
    # Latents that are read or written, and not computed with.
    return latent_bytes(wildcards) / 3


def encoding_bytes(wildcards):
    held = (network_bytes, picture_bytes, table_bytes)
    return sum(size(wildcards) for size in held)


def scoring_bytes(wildcards):
    return asked.scoring_bytes(*walk(wildcards)) + table_bytes(wildcards)


def strip_bytes(wildcards):
    steps = sum(
        asked.count_pairs(experiment, len(CLASSES)) * (experiment["steps"] + 1)
        for experiment in config["experiments"].values()
    )
    return asked.picture_bytes(len(MODELS) * steps, SIZE)


def chosen_bytes(wildcards):
    return asked.scoring_bytes(*chosen()) + table_bytes(wildcards)


def explorer_bytes(wildcards):
    pairs, steps, size = chosen()
    walked = asked.picture_bytes(len(MODELS) * pairs * (steps + 1), size)
    return picture_bytes(wildcards) + strip_bytes(wildcards) + walked


def comparing_bytes(wildcards):
    return asked.comparing_bytes(compared())


# How long jobs take, in seconds.


def picture_seconds(wildcards):
    # Three times what painting a picture takes.
    return 0.1 * count() * max(1, SIZE / 64) ** 2


def training_seconds(wildcards):
    return asked.training_seconds(count(), SIZE, trained(wildcards))


def encoding_seconds(wildcards):
    return asked.encoding_seconds(count(), SIZE, TRAINING)


def clustering_seconds(wildcards):
    return asked.clustering_seconds(count(), TRAINING["latent_size"])


def mapping_seconds(wildcards):
    return 0.05 * len(MODELS) * min(count(), config["maps"]["points"])


def scoring_seconds(wildcards):
    return asked.scoring_seconds(*walk(wildcards))


def chosen_seconds(wildcards):
    return asked.scoring_seconds(*chosen())


def comparing_seconds(wildcards):
    return asked.comparing_seconds(compared(), SIZE)


def trial_seconds(wildcards):
    return config["profiles"]["nulls"]


def walk(wildcards):
    """Pairs, steps and image size of an experiment."""
    experiment = config["experiments"][wildcards.experiment]
    return asked.count_pairs(experiment, len(CLASSES)), experiment["steps"], SIZE


def chosen():
    """Pairs that are chosen by hand, their steps and image size."""
    return len(config["explorer"]["pairs"]), config["explorer"]["steps"], SIZE


def compared():
    """Pictures in the sample that is compared by style."""
    return config["style_similarity"]["per_class"] * len(CLASSES)
