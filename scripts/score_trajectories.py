"""Follow the path between the ends of each pair, decode every point, and score every step."""

from stylewalk_workflow.script import job

with job(snakemake) as terminal:
    import numpy as np

    from stylewalk import tables
    from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS
    from stylewalk.files import atomic
    from stylewalk.latent_space import encoding, table
    from stylewalk.progress import progress_bar
    from stylewalk.style import metrics
    from stylewalk.training import devices, loop
    from stylewalk.trajectories import scoring
    from stylewalk.trajectories.paths.space import Space
    from stylewalk_workflow.finished import FinishedPart, sums

    params, files = dict(snakemake.params.items()), snakemake.input
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks, latents = table.read_latents(files.latents)
    model = loop.load_weights(files.weights)
    network, fitted = files.style_network[0], metrics.read_fitted(files.fitted)
    by = metrics.build_all(params["metrics"], network, device, fitted)
    space = Space(model, latents, artworks["class"], by, device)
    of = {"model": snakemake.wildcards.model, "seed": int(snakemake.wildcards.seed)}
    experiments = params.pop("experiments")
    # With an experiment and its pairs, all that decides the results.
    shared = [of, params, devices.describe(device)]
    shared.append(sums([files.latents, files.weights, network, files.fitted]))
    pairs_of = [tables.read_table(path, PAIRS) for path in files.pairs]
    scored_pairs, all_pairs = 0, sum(map(len, pairs_of))
    progress = progress_bar(f"{of['model']}, seed {of['seed']}", terminal, lambda: "pairs scored")
    progress(0, all_pairs)
    for number, (name, about) in enumerate(experiments.items()):
        own = {kind: outputs[number] for kind, outputs in snakemake.output.items()}
        pairs = pairs_of[number]
        scored_pairs += len(pairs)
        part = FinishedPart(own.values(), [shared, name, about, sums([files.pairs[number]])])
        if part.take():
            continue
        images, points = scoring.decode_path(about["path_settings"], space, pairs, about["steps"])
        scored = scoring.score(by, images, pairs, about["control"], of | {"path": about["path"]})
        if about["compared"]:
            walks = images, points, pairs, about["compared"]
            scored = scoring.compare_with_line(scored, *walks, space, params["seed"])
        tables.write_table(scored["style_loss"], own["style_loss"], TRAJECTORY_STYLE_LOSS)
        tables.write_table(scored["control"], own["control"], TRAJECTORY_STYLE_LOSS)
        tables.write_table(scored["measures"], own["measures"], TRAJECTORY_MEASURES)
        with atomic(own["images"]) as path:
            np.save(path, encoding.to_bytes(images))
        devices.record(own["machine"], device)
        part.keep()
        progress(scored_pairs, all_pairs)
