"""What the small networks take every decoded image of the study for."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.classifiers import CLASS_PROFILES
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.trajectories import PAIRS
    from stylewalk.progress import progress_bar
    from stylewalk.training import classifier, devices
    from stylewalk.trajectories import class_profiles

    params, files = snakemake.params, snakemake.input
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    networks = classifier.load(files.networks, device)
    rows, seeds = [], len(params.seeds)
    of_walks = [(name, model) for name in params.experiments for model in params.models]
    progress = progress_bar("Name images", terminal, lambda: "experiments")
    for number, (name, model) in enumerate(of_walks):
        chosen = slice(number * seeds, (number + 1) * seeds)
        walks = [
            (tables.read_table(pairs, PAIRS), open_images(images, 5))
            for pairs, images in zip(files.pairs[chosen], files.walks[chosen], strict=True)
        ]
        ends = [pairs[["id_a", "id_b"]].reset_index(drop=True) for pairs, _ in walks]
        is_shared = all(ends[0].equals(other) for other in ends)
        for target, network in networks.items():
            names = artworks[target]
            probabilities = [
                class_profiles.of_roles(
                    network,
                    images,
                    *(names.iloc[pairs[end]].reset_index(drop=True) for end in ("id_a", "id_b")),
                )
                for pairs, images in walks
            ]
            by_walk = {walk: [one[walk] for one in probabilities] for walk in probabilities[0]}
            about = {"model": model, "experiment": name, "target": target}
            rows += class_profiles.profiles(by_walk, about, is_shared)
        progress(number + 1, len(of_walks))
    tables.write_table(class_profiles.table_of(rows), snakemake.output.profiles, CLASS_PROFILES)
    devices.record(snakemake.output.machine, device)
